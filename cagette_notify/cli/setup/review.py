"""Show what was answered before anything is written; a number asks that question again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.cli.session import path_to_type
from cagette_notify.cli.setup.interview import correctable
from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.cli.setup.found_data import ChosenData
    from cagette_notify.cli.setup.system_offers import SystemChanges
    from cagette_notify.cli.setup.typed_answers import Typed
    from cagette_notify.core.errors import Problem
    from cagette_notify.data.files.found_tables import FoundTable


_CORRECTION = re.compile(r"([0-9]{1,3})(?:(?:\s*[:=)]|\.?\s)\s*(\S.*)?)?")


class Agreed(Struct, frozen=True):
    """What was typed, and what may be changed outside of the folder."""

    typed: Typed
    changes: SystemChanges


def review(
    terminal: Terminal,
    tables: Sequence[FoundTable],
    agreed: Agreed,
    offer: Callable[[], SystemChanges],
    doubts: Callable[[ChosenData], Sequence[Problem]],
) -> Agreed:
    """Return what is to be written, once Enter was pressed on it; ``offer`` asks what may be changed.

    ``doubts`` says what is wrong between the files that were chosen.
    """
    looked_at, found = agreed.typed.data, doubts(agreed.typed.data)
    while True:
        if agreed.typed.data != looked_at:
            looked_at, found = agreed.typed.data, doubts(agreed.typed.data)
        answers = [*correctable(terminal, tables, agreed.typed)]
        names = [name for name, _said, _again in answers] + [_("On this machine")]
        said = [said for _name, said, _again in answers] + [_changes_said(agreed.changes)]
        terminal.say("", _("This is what was answered:"))
        for number, (name, answer) in enumerate(zip(names, said, strict=True), start=1):
            terminal.tell(f" {number:>2}  " + _("{question}: {answer}", question=name, answer=answer))
        terminal.tell(*map(str, found))
        chosen = _chosen(terminal, len(names))
        if chosen is None:
            return agreed
        number, text = chosen
        if number == len(names):
            agreed = Agreed(agreed.typed, offer())
        else:
            agreed = Agreed(answers[number - 1][2](agreed.typed, text), agreed.changes)


def _chosen(terminal: Terminal, most: int) -> tuple[int, str] | None:
    """Return the number of a question, and the new answer where one stands behind it; None for Enter."""
    while text := terminal.ask(_("Enter writes it; a number asks that question again: ")):
        found = _CORRECTION.fullmatch(text)
        if found and 1 <= int(found[1]) <= most:
            return int(found[1]), found[2] or ""
        message = _(
            "expected Enter, or a number from 1 to {count}, with the new answer behind it or without, not "
            "{value}; Ctrl-C stops, and nothing is written",
            count=most,
            value=quoted(text),
        )
        terminal.tell(f"  {message}")
    return None


def _changes_said(changes: SystemChanges) -> str:
    config = Path(changes.call.config)
    is_elsewhere = config.parent != Path(changes.call.folder)
    said = [
        *([_("the configuration in {file}", file=path_to_type(config))] if is_elsewhere else []),
        *([_("the short command")] if changes.short_command else []),
        *([_("the line in the crontab")] if changes.crontab_line else []),
    ]
    return ", ".join(said) or _("nothing is changed")
