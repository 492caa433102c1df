"""Read the cells of one row as values, and gather the row's problems."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from cagette_notify.core.errors import Origin, Problem
from cagette_notify.core.i18n import _
from cagette_notify.data.rows.broken_values import why_broken, why_no_name
from cagette_notify.data.rows.column_titles import title_of
from cagette_notify.readers.encodings import LOST
from cagette_notify.readers.tree import Items, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Cell = str | Items | Table
_Value = TypeVar("_Value")

_REFUSED = frozenset(("Cc", "Cs", "Zl", "Zp"))  # controls, halves of characters, line separators
_SHOWN = 80
# Soft hyphens, blanks without a width and marks of direction; not those that hold an emoji together.
_UNSEEN = dict.fromkeys(
    (0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF)
)


class Doubt:
    """Why nothing with an accent in a file is believed: said once, where the first of it stands."""

    __slots__ = ("_message", "said")

    def __init__(self, message: str) -> None:
        """Start with nothing said; each accent of the file is LOST."""
        self._message = message
        self.said: Problem | None = None

    def in_place_of(self, problem: Problem, cell: Cell | None) -> Problem:
        """Return what is to be said of a cell: that first one, where it is about accents."""
        if LOST not in f"{problem.message}{cell}":
            return problem
        self.said = self.said or replace(problem, message=self._message)
        return self.said


class Row:
    """The cells of one row by field, absent ones left out, and the problems found so far.

    A row that ``is_spoiled`` must be set aside; all its problems are found first. One that ``is_unended``
    is the last of a file that may have been cut in the middle of it; so is one that ``ends_in_separator``,
    behind which rows above it have something. ``last_field`` is what that cell is for in which the file ends
    without the end of a line: what is wrong with it may come of a cut. ``misplaced`` are the cells of a row
    that has too many, or that ``is_stuck``, all of them in one: most likely the first of them stand in their
    columns. Of a table, ``columns`` are the fields that it has; a row ``is_short`` that has fewer cells than
    there are columns. ``parted_by_comma`` are each two fields whose columns only a comma parts. ``letters``
    are those of the columns of a spreadsheet, by field, ``titles`` what the file calls fields where that is
    another word. ``doubt`` is that about its file.
    """

    __slots__ = (
        *("cells", "columns", "doubt", "ends_in_separator", "file", "is_short", "is_spoiled"),
        *("is_stuck", "is_unended", "last_field", "letters", "line", "misplaced", "parted_by_comma"),
        *("problems", "titles"),
    )

    def __init__(
        self, file: str, line: int, cells: Mapping[str, Cell], *, doubt: Doubt | None = None
    ) -> None:
        """Start without a problem; ``line`` counts from 1."""
        self.file = file
        self.line = line
        self.cells = cells
        self.doubt = doubt
        self.problems: tuple[Problem, ...] = ()
        self.is_spoiled = False
        self.is_unended = False
        self.ends_in_separator = False
        self.is_stuck = False
        self.is_short = False
        self.columns: frozenset[str] = frozenset()
        self.last_field = ""
        self.misplaced: Mapping[str, Cell] = {}
        self.parted_by_comma: frozenset[tuple[str, str]] = frozenset()
        self.letters: Mapping[str, str] = {}
        self.titles: Mapping[str, str] = {}

    @property
    def as_guessed(self) -> Row:
        """The same without its problems; where its cells are misplaced, as they most likely stand."""
        return Row(self.file, self.line, self.misplaced or self.cells)

    @property
    def origin(self) -> Origin:
        """Where the row was read."""
        return Origin(self.file, self.line)

    def text(self, field: str) -> str:
        """Return a cell as one line of text, blanks collapsed.

        Empty when it is absent, or broken: that is said, and the row stays good.
        """
        return self._text(field, self.remark)

    def name(self, field: str) -> str:
        """Return somebody's name as ``text`` does; empty where it can be nobody's, which is said."""
        text = self.text(field)
        if why := why_no_name(text) if text else "":
            self.remark(field, why)
        return "" if why else text

    def reference(self, field: str) -> str:
        """Return the text that tells which row or whom is meant; a broken one spoils the row."""
        return self._text(field, self.complain)

    def required(self, field: str) -> str:
        """Return a cell's text, and spoil the row if it is absent or broken."""
        text = self.reference(field)
        if not text and field not in self.cells:
            self.complain(field, _("missing"))
        return text

    def read(self, field: str, convert: Callable[[str], _Value]) -> _Value | None:
        """Convert a cell; None if it is absent, or bad, which spoils the row."""
        return self._read(field, convert, self.complain)

    def read_dispensable(self, field: str, convert: Callable[[str], _Value]) -> _Value | None:
        """Convert a cell that can be done without; None if it is absent, or bad: that is said, no more."""
        return self._read(field, convert, self.remark)

    def listed(self, field: str) -> tuple[str, ...]:
        """Return the texts of a list, or of a cell split at ``|``; a broken one is named and left out."""
        return tuple(self._each(field, cell_text, self.complain, broken=self.remark))

    def read_each(self, field: str, convert: Callable[[str], _Value]) -> tuple[_Value, ...]:
        """Convert the texts of a list, or of a cell split at ``|``; a bad one spoils the row."""
        return tuple(self._each(field, convert, self.complain))

    def read_good(self, field: str, convert: Callable[[str], _Value]) -> tuple[_Value, ...]:
        """Convert the texts of a list; a bad one is named and left out, and the row stays good."""
        return tuple(self._each(field, convert, self.remark))

    def is_first(
        self, row_id: str, lines: dict[str, int], *, shown: str = "", stops_all: bool = True
    ) -> bool:
        """Tell whether no row before this one has its id; ``lines`` remembers where each was seen.

        A message calls it as ``shown``, where it is made of more than people know it by.
        """
        if not row_id:
            return True
        if row_id not in lines:
            lines[row_id] = self.line
            return True
        first = lines[row_id]
        message = _("{id!r} twice in this file, first on line {line}", id=shown or row_id, line=first)
        self.complain("id", message, stops_all=stops_all)
        return False

    def complain(  # noqa: PLR0913 - what is said, where, and how much of the data it concerns
        self,
        field: str,
        message: str,
        *,
        line: int = 0,
        stops_all: bool = False,
        is_cut: bool = False,
        beside: str = "",
    ) -> None:
        """Spoil the row with one thing to mend."""
        self.remark(field, message, line=line, stops_all=stops_all, is_cut=is_cut, beside=beside)
        self.is_spoiled = True

    def remark(  # noqa: PLR0913 - what is said, where, and how much of the data it concerns
        self,
        field: str,
        message: str,
        *,
        line: int = 0,
        is_warning: bool = False,
        stops_all: bool = False,
        is_cut: bool = False,
        beside: str = "",
    ) -> None:
        """Add a problem that leaves the rest of the row good."""
        if self.is_spoiled and not self.cells:
            return  # it is no row at all: that is said
        line = line or getattr(self.cells.get(field), "line", 0) or self.line
        column = self.letters.get(field, "")
        problem = Problem(
            *(message, self.file, line, field),
            is_warning=is_warning,
            column=column,
            stops_all=stops_all,
            is_cut=is_cut or (bool(field) and field == self.last_field and not is_warning),
            beside=beside,
            title=self._title_of(field),
        )
        if self.doubt:
            problem = self.doubt.in_place_of(problem, self.cells.get(field))
        if problem not in self.problems:  # a cell may be looked at twice
            self.problems += (problem,)

    def _title_of(self, field: str) -> str:
        """Return what the file calls a field, or, of one that it lacks, would call it as it does others."""
        is_lacking = bool(field and self.titles) and field not in {*self.titles, *self.cells, *self.columns}
        return title_of(field) if is_lacking else self.titles.get(field, "")

    def problems_of(self, group_id: str) -> list[Problem]:
        """Return what was found, as a matter of the group the row turned out to be about, or of its file."""
        of_file = self.doubt.said if self.doubt else None
        return [one if one == of_file else replace(one, group_id=group_id) for one in self.problems]

    def _read(
        self, field: str, convert: Callable[[str], _Value], complain: Callable[[str, str], None]
    ) -> _Value | None:
        cell = self.cells.get(field)
        if cell is None:
            return None
        if isinstance(cell, str):
            return self._converted(field, cell, convert, complain)
        complain(field, _("a plain value was expected here"))
        return None

    def _text(self, field: str, complain: Callable[[str, str], None]) -> str:
        cell = self.cells.get(field)
        if cell is None:
            return ""
        if type(cell) is str and (text := _plain_text(cell)):
            return text
        if isinstance(cell, str) and (why := why_broken(cell)):
            complain(field, why)
            return ""
        return self.read(field, cell_text) or ""

    def _each(
        self,
        field: str,
        convert: Callable[[str], _Value],
        complain: Callable[[str, str], None],
        *,
        broken: Callable[[str, str], None] | None = None,
    ) -> Iterator[_Value]:
        if field not in self.cells:
            return
        cell = self.cells[field]
        parts = cell.split("|") if isinstance(cell, str) else cell
        if isinstance(parts, Table) or not all(isinstance(part, str) for part in parts):
            self.complain(field, _("a list of plain values was expected here"))
            return
        for part in map(str, parts):
            if broken and (why := why_broken(part.strip())):
                broken(field, why)
                continue
            value = self._converted(field, part, convert, complain) if part.strip() else None
            if value is not None:
                yield value

    def _converted(
        self, field: str, text: str, convert: Callable[[str], _Value], complain: Callable[[str, str], None]
    ) -> _Value | None:
        text = _whole(text.strip())
        try:
            if why := why_broken(text):
                raise ValueError(why)
            return convert(text)
        except ValueError as trouble:
            complain(field, str(trouble))
            return None


@lru_cache(maxsize=4096)
def _plain_text(cell: str) -> str:
    """Return the text of a cell of which there is nothing to say and nothing to mend; else nothing.

    Remembered, as columns repeat themselves: out of a CSV, where cells are stripped, it is one of very many.
    """
    is_plain = cell.isprintable() and "  " not in cell and not why_broken(cell)
    return _whole(cell) if is_plain else ""


def _whole(text: str) -> str:
    """Make each accent one with its letter: a Mac takes them apart, and an id must be the same everywhere.

    What nobody sees is left out: pasted from a web page, it would make another place. A cell at a time: of a
    file's text, it would make a semicolon of a Greek question mark.
    """
    if text.isascii():
        return text
    import unicodedata

    return unicodedata.normalize("NFC", text if text.isprintable() else text.translate(_UNSEEN).strip())


def cell_text(text: str) -> str:
    """Collapse the blanks of a text, line ends among them; ValueError for control characters.

    What comes out can stand in a header of a mail.
    """
    if text.isprintable() and "  " not in text:
        return text.strip()
    import unicodedata

    text = " ".join(text.split())
    if any(unicodedata.category(char) in _REFUSED for char in text):
        raise ValueError(_("control characters can't be used here: {value!r}", value=text[:_SHOWN]))
    return text
