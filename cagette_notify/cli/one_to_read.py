"""Name the command that shows a mail of the outbox on the terminal: its file is for mail programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.cli.session import program_words
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.run.run_report import ReportLine


def one_to_read(config: Config, lines: Iterable[ReportLine]) -> Iterator[str]:
    """Yield what to type to read the first mail that was written; nothing where none can be shown again.

    What told of a change can't, as ``preview`` makes one up; nor can a broadcast.
    """
    kinds = {kind.value for kind in NOTICE_KINDS}
    written = (one for one in lines if one.status == "sent" and one.kind in kinds and not one.is_correction)
    one = next(written, None)
    if one is None:
        return
    about = ["--member", f"{one.group}/{one.member}", "--distribution", one.distribution]
    yield _("To read one of them here:")
    yield "  " + command_to_type(
        "preview", label(one.kind), options=[*about, "--text"], program=program_words(config)
    )
