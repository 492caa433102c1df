"""Ask which of the tables that were found an installation begins with, and ask each again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.cli.prompt import number_in, yes_or_no
from cagette_notify.cli.setup.answers import is_the_calendar
from cagette_notify.cli.setup.found_data import ChosenData, alternatives, chosen_with
from cagette_notify.cli.setup.found_lines import days_written, line_about, not_copied
from cagette_notify.cli.setup.starting_files import DISTRIBUTIONS_FILE
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.data.files.found_tables import FoundTable

_KINDS = ("distributions", "members", "orders")


class FileChoice(Struct, frozen=True):
    """What is chosen among those ``found`` of a ``kind``, the likeliest first; Enter takes the ``default``.

    ``name`` stands before it in the list of answers; ``hints`` are said before it is asked. Distributions are
    taken or not: those that lie there may be another group's.
    """

    kind: str  # and the field of it in ChosenData
    name: str
    asks: str
    found: Sequence[FoundTable]
    default: FoundTable | None
    hints: tuple[str, ...] = ()

    @property
    def is_yes_or_no(self) -> bool:
        """Tell whether only the likeliest is offered."""
        return self.kind == "distributions"

    @property
    def is_open(self) -> bool:
        """Tell whether there is anything to choose."""
        return bool(self.found and not self.found[0].is_ours) if self.is_yes_or_no else len(self.found) > 1


def ask_files(terminal: Terminal, tables: Sequence[FoundTable]) -> ChosenData:
    """Ask for what there is a choice of, and take the rest as it was found."""
    data = ChosenData()
    for kind in _KINDS:
        choice = _choice(kind, tables, data)
        data = _with(tables, data, choice, _asked(terminal, choice))
    return data


def choices_made(tables: Sequence[FoundTable], data: ChosenData) -> Iterator[tuple[FileChoice, str]]:
    """Yield each choice that there was, and what was chosen."""
    for choice in (_choice(kind, tables, data) for kind in _KINDS):
        if choice.is_open:
            chosen = data.of_kind(choice.kind)
            yield replace(choice, default=chosen), days_written(chosen) if chosen else _("(empty)")


def choose_again(
    terminal: Terminal, tables: Sequence[FoundTable], choice: FileChoice, data: ChosenData, text: str
) -> ChosenData:
    """Return the tables with another choice: what was typed, if it is one, else what is asked for."""
    return _with(tables, data, choice, _asked(terminal, choice, text))


def _choice(kind: str, tables: Sequence[FoundTable], data: ChosenData) -> FileChoice:
    found = alternatives(tables, kind, data.distributions if kind != "distributions" else None)
    likeliest = found[0] if found else None
    if kind == "members":
        asks = _("Which of these is the list of members?")
        return FileChoice(kind, _("List of members"), asks, found, likeliest)
    if kind == "orders":
        hint = _(
            "Of each day one file is read, the newest of its name. If orders of one day stand in "
            "several, stop here with Ctrl-C, put their lines into one file, below one header, and begin "
            "again."
        )
        return FileChoice(kind, _("Orders"), _("Which of these are the orders?"), found, likeliest, (hint,))
    name = likeliest.name if likeliest else ""
    asks = _("Take the distributions from {name}?", name=name)
    hints = tuple(not_copied(likeliest)) if likeliest else ()
    if likeliest and likeliest.listed:
        asks = _("Copy the days of {name} into {file}?", name=name, file=DISTRIBUTIONS_FILE)
    default = likeliest if likeliest and is_the_calendar(likeliest, tables) else None
    return FileChoice(kind, _("Distributions"), asks, found, default, hints)


def _asked(terminal: Terminal, choice: FileChoice, text: str = "") -> FoundTable | None:
    if not choice.is_open:
        return choice.default
    if choice.is_yes_or_no:
        is_taken = yes_or_no(text)
        if is_taken is None:
            terminal.tell(*choice.hints)
            is_taken = terminal.confirm(choice.asks, default=choice.default is not None)
        return choice.found[0] if is_taken else None
    number = number_in(text, len(choice.found))
    if number is None:
        if text:
            terminal.tell("  " + _("expected a number from 1 to {count}", count=len(choice.found)))
        terminal.tell(*choice.hints)
        default = choice.found.index(choice.default) if choice.default in choice.found else 0
        lines = [line_about(table) for table in choice.found]
        number = 1 + terminal.choose(choice.asks, lines, default=default)
    return choice.found[number - 1]


def _with(
    tables: Sequence[FoundTable], data: ChosenData, choice: FileChoice, table: FoundTable | None
) -> ChosenData:
    chosen = {kind: data.of_kind(kind) for kind in _KINDS} | {choice.kind: table}
    return chosen_with(tables, **chosen)
