"""Ask questions on the terminal."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, TypeVar

from cagette_notify.cli.colours import bold, coloured, tone_of
from cagette_notify.cli.output_streams import LEGIBLY
from cagette_notify.cli.wrapped_lines import wrapped_whole
from cagette_notify.core.commands_to_type import PROGRAM
from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold, quoted, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SAYS_YES = frozenset(("o", "oui", "y", "yes"))
SAYS_NO = frozenset(("n", "non", "no"))
EMPTY = "-"  # what is typed for nothing where Enter would take what is in brackets

_Value = TypeVar("_Value")


class CancelledError(NotifyError):
    """Somebody thought better of it."""


class Terminal:
    """Where somebody reads and types."""

    def __init__(self, reader: TextIO, writer: TextIO) -> None:
        """Talk through two streams of one terminal."""
        self.reader = reader
        self.writer = writer

    def write(self, text: str) -> None:
        """Show text as it is, with no end of a line behind it."""
        encoding = self.writer.encoding or "utf-8"
        self.writer.write(text.encode(encoding, LEGIBLY).decode(encoding))
        self.writer.flush()

    def say(self, *lines: str) -> None:
        """Show lines; what they hold moves no cursor."""
        self.write("".join(f"{visible(line)}\n" for line in lines))

    def tell(self, *lines: str | Problem, program: str = PROGRAM) -> None:
        """Show prose, wrapped at words, and problems in their colours.

        Later lines of a line stand two blanks to its right. ``program`` is how commands begin in it, as a
        shell takes it.
        """
        width = shutil.get_terminal_size().columns or 80
        for line in lines:
            text = str(line)
            margin = " " * (len(text) - len(text.lstrip()) + 2)
            for part in wrapped_whole(text, width, indent=margin, program=program) or [""]:
                self.write(f"{coloured(visible(part), tone_of(line), self.writer)}\n")

    def ask(self, question: str) -> str:
        """Return what was typed in a line, without blanks around it; raise ``CancelledError`` at its end."""
        self.write(bold(question, self.writer))
        try:
            answer = self.reader.readline()
        except UnicodeDecodeError:
            self.say(_("not readable in this terminal's encoding; type it again"))
            return self.ask(question)
        except KeyboardInterrupt:
            self.say()  # what is said next has a line of its own
            raise
        if not answer:
            self.say()
            raise cancelled()
        return answer.strip()

    def ask_for(self, question: str, read: Callable[[str], _Value], default: str = "") -> _Value | None:
        """Return what ``read`` makes of an answer; None if it is left empty.

        Enter takes the ``default``, a dash leaves empty. What ``read`` refuses is said, and asked again.
        """
        shown = f"{question} [{default}]" if default else question
        while True:
            answer = self.ask(_("{question}: ", question=shown)) or default
            if answer in ("", EMPTY):
                return None
            try:
                return read(answer)
            except ValueError as trouble:
                self.tell(f"  {trouble}", *([] if default else ["  " + _("Enter leaves it empty.")]))

    def confirm(self, question: str, *, default: bool) -> bool:
        """Return whether the answer is yes; Enter takes the ``default``."""
        choices = _("[Y/n]") if default else _("[y/N]")
        while answer := self.ask(f"{question} {choices} "):
            if (said := yes_or_no(answer)) is not None:
                return said
            self.tell("  " + _("expected y or n, not {value}", value=quoted(answer)))
        return default

    def choose(self, question: str, names: Sequence[str], default: int | None = None) -> int:
        """Return the position of the name that was chosen by its number.

        Nothing typed takes the ``default``, or cancels where there is none.
        """
        self.tell(question, *(f"  {number}  {name}" for number, name in enumerate(names, start=1)))
        asked = _("Number: ") if default is None else _("Number [{default}]: ", default=default + 1)
        while answer := self.ask(asked):
            if number := number_in(answer, len(names)):
                return number - 1
            self.say(_("expected a number from 1 to {count}", count=len(names)))
        if default is not None:
            return default
        raise cancelled()


def yes_or_no(answer: str) -> bool | None:
    """Return what was typed for yes or no; None if it is neither."""
    return fold(answer) in SAYS_YES if fold(answer) in SAYS_YES | SAYS_NO else None


def number_in(answer: str, most: int) -> int | None:
    """Return a number from 1 on that was typed; None if it is none, or beyond the last one."""
    return int(answer) if answer.isdecimal() and 1 <= int(answer) <= most else None


def cancelled() -> CancelledError:
    """Return what ends a command whose user said no."""
    return CancelledError(Problem(_("cancelled: nothing was sent to the group")))


def own_terminal(*, quiet: bool) -> Terminal | None:
    """Return the terminal that standard input is, if what is said can be seen there.

    ``quiet`` keeps standard output for a document.
    """
    seen = [stream for stream in (sys.stdout, sys.stderr)[quiet:] if stream and stream.isatty()]
    if not seen or not sys.stdin or not sys.stdin.isatty():
        return None
    return Terminal(sys.stdin, seen[0])


@contextmanager
def controlling_terminal() -> Iterator[Terminal | None]:
    """Give the terminal behind a standard input that is taken; under cron there is none."""
    try:
        reader = open("/dev/tty", encoding=sys.stdin.encoding or "utf-8")  # noqa: PTH123, SIM115 - closed below
    except OSError:
        yield None
        return
    with reader, open("/dev/tty", "w", encoding=reader.encoding) as writer:  # noqa: PTH123
        yield Terminal(reader, writer)
