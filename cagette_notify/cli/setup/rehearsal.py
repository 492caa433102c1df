"""Say how mails are tried out in a copy of the folder, so that the installation knows nothing of it."""

from __future__ import annotations

import os
import shlex
from itertools import count
from typing import TYPE_CHECKING

from cagette_notify.cli.session import path_to_type
from cagette_notify.config.load import is_whole_in_a_copy
from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.config.load import Config


def rehearsal_at(config: Config, at: datetime, program: Sequence[str]) -> tuple[list[str], str]:
    """Return the lines to type for what leaves at that hour, and what they are for.

    In the folder itself the ledger would note that the mails were written, and who deletes it to begin
    anew may delete, with cron at work, what was sent.
    """
    then = ["--at", f"{at.astimezone(config.timezone):%Y-%m-%d %H:%M}"]
    if not is_whole_in_a_copy(config):
        told = command_to_type("send-due", options=["--dry-run", *then], program=program)
        return [told], _("says who would get which mail at that hour; nothing is written")
    copy = _free_name(config.folder)
    there = [*program[:1], "--config", path_to_type(copy / config.path.name)]
    # With the times of the files: the newest of several counts.
    copied = shlex.join(["cp", "-rp", f"{path_to_type(config.folder)}/.", path_to_type(copy)])
    why = _(
        "write the first mails into {outbox}, as if it were that hour: in a copy, of which the installation "
        "knows nothing; to try it once more, delete the folder {copy}, and type both lines again",
        outbox=copy.name / config.outbox.relative_to(config.folder),
        copy=copy.name,
    )
    return [copied, command_to_type("send-due", options=then, program=there)], why


def _free_name(folder: Path) -> Path:
    """Return a name beside the folder that nothing has; relative paths to its neighbours hold there, too."""
    wanted = folder.with_name(_("{folder}-trial", folder=folder.name))
    names = (wanted.with_name(f"{wanted.name}{number}" if number > 1 else wanted.name) for number in count(1))
    return next(one for one in names if not os.path.lexists(one))
