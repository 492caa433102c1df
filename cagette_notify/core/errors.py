"""Define exceptions with their exit statuses, and Problem: file, line, what to mend. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Sequence


EXIT_OK = 0
EXIT_PARTIAL = 1
EXIT_USAGE = 2
EXIT_DATA = 65
EXIT_LATER = 75
EXIT_CONFIG = 78


class NotifyError(Exception):
    """A failure that is not a bug: said in one line for each problem, without a traceback."""

    exit_status = EXIT_PARTIAL

    def __init__(self, *problems: Problem) -> None:
        """Keep every problem found, so that one run names them all."""
        super().__init__("\n".join(map(str, problems)))
        self.problems: Sequence[Problem] = problems


class UsageError(NotifyError):
    """What was typed makes no sense here."""

    exit_status = EXIT_USAGE


class DataError(NotifyError):
    """A data file or the ledger can't be used, so that nobody can be served."""

    exit_status = EXIT_DATA


class LaterError(NotifyError):
    """Nothing is wrong that the next run can't do."""

    exit_status = EXIT_LATER


class ConfigError(NotifyError):
    """The configuration, the templates, the keys or the sender need somebody's hand."""

    exit_status = EXIT_CONFIG


class Origin(Struct, frozen=True):
    """Where a row was read: the file as people call it, and its line counted from 1."""

    file: str = ""
    line: int = 0


class Problem(Struct, frozen=True):
    """One thing to mend, printed as ``members.csv:14: email: not an address: 'ana@'``.

    A warning is said but sets nothing aside, so it leaves the exit status alone. ``column`` is the letter of
    a spreadsheet's: ``membres.xlsx:B14``. What ``stops_all`` keeps every mail from leaving. Where the file
    ``is_cut``, or seems to be, rows may be missing that nobody knows of. What stands ``beside`` is for
    whoever mends it, and for no log. ``title`` is what the file calls the field, if it is another word.
    """

    message: str
    file: str = ""
    line: int = 0
    field: str = ""
    group_id: str = ""
    is_warning: bool = False
    column: str = ""
    stops_all: bool = False
    is_cut: bool = False
    beside: str = ""
    title: str = ""

    @property
    def in_full(self) -> Problem:
        """The same with what stands beside, in its message."""
        return replace(self, message=f"{self.message} ({self.beside})", beside="") if self.beside else self

    @property
    def called(self) -> str:
        """The field, by the word that people know it by."""
        return self.title or self.field

    def __str__(self) -> str:
        """Make the line people read; parts that are unknown are left out."""
        where = f"{self.file}:{self.column}{self.line}" if self.file and self.line else self.file
        return ": ".join(part for part in (where, self.called, self.message) if part)
