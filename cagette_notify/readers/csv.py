"""Read CSV as spreadsheets and Cagette write it, whatever its delimiter."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.readers.records import Record, content
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DELIMITERS = (";", "\t", ",")
_UNMERGED = "<<<<<<< "  # git's, where two people changed the same lines
_EXCEL_HINT = "sep="  # a first line "sep=;" tells Excel, and nobody else, what the delimiter is
_FRAME = str.maketrans("", "", '"' + "".join(DELIMITERS))  # what a line of empty cells consists of
_MOST_LINES_OF_A_HEADER = 50
_HEADER_WITHIN = 20  # lines
_SURE = 2  # names of columns: one alone may stand in any row
_LONGEST = csv.field_size_limit()  # characters of a cell: 131,072


class _Lines:
    """The lines of a text for csv.reader, which can be told to go back."""

    def __init__(self, text: str) -> None:
        self.all = lines_of(text)
        self.at = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        try:
            line = self.all[self.at]
        except IndexError:
            raise StopIteration from None
        self.at += 1
        return line


def read_records(text: str, count_known: Callable[[list[str]], int]) -> Iterator[Record]:
    """Yield the header, then every record that isn't blank. Raise Unreadable where quotes go wrong.

    The delimiter is the one by which the header has most names that ``count_known`` knows.
    """
    lines = _Lines(text)
    header, delimiter = _header(lines, count_known)
    yield header
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while lines.at < len(lines.all):
        start = lines.at
        if lines.all[start].startswith(_UNMERGED):
            message = _("two versions of the file stand in it, from here to a line with {end}", end=">>>>>>>")
            raise Unreadable(message, start + 1)
        cells = _next_cells(reader)
        # A record of the right width on one line needs no second look: nearly all of them.
        if cells is None and _has_too_long_a_cell(lines.all[start], delimiter):
            lines.at = start + 1
            yield Record(start + 1, [], too_long=_("a cell of more than {limit} characters", limit=_LONGEST))
            continue
        if cells is None or len(cells) != len(header.cells) or lines.at - start > 1:
            cells = _second_look(cells, lines, start, delimiter, width=len(header.cells))
        if any(map(content, cells)):
            is_unended = lines.at == len(lines.all) and not lines.all[-1].endswith(("\n", "\r"))
            yield Record(start + 1, cells, is_unended)


def lines_of(text: str) -> list[str]:
    """Cut a text into its lines, each with its end."""
    # Not str.splitlines: it also cuts at characters that are part of a cell, such as U+2028.
    return io.StringIO(text, newline="").readlines()


def _header(lines: _Lines, count_known: Callable[[list[str]], int]) -> tuple[Record, str]:
    for line in lines:
        if line.translate(_FRAME).strip() and not line.lower().startswith(_EXCEL_HINT):
            break
    else:
        raise Unreadable(_("nothing in it: a first line with the names of the columns was expected"))
    start = _below_titles(lines, lines.at - 1, count_known)
    best, cells, count = _reading_of(lines, start, count_known)
    if not cells:
        raise Unreadable(_("the quotes of the first line don't match"), lines.at)
    lines.at = start + count
    return Record(start + 1, cells, delimiter=best), best


def _reading_of(
    lines: _Lines, start: int, count_known: Callable[[list[str]], int]
) -> tuple[str, list[str], int]:
    """Return the delimiter by which a line has most known names, the cells, and how many lines they take."""
    # A name may have a line break in it: Alt+Enter in a spreadsheet.
    beginning = lines.all[start : start + _MOST_LINES_OF_A_HEADER]
    readings = {delimiter: _first_record(beginning, delimiter) for delimiter in DELIMITERS}
    best = max(readings, key=lambda each: (count_known(readings[each][0]), len(readings[each][0])))
    return best, *readings[best]


def _below_titles(lines: _Lines, first: int, count_known: Callable[[list[str]], int]) -> int:
    """Return where the header stands: below lines of one cell, as people put a title above a table.

    It is the ``first`` line unless the one below surely names columns: an export without a header has none.
    """
    for at in range(first, min(first + _HEADER_WITHIN, len(lines.all))):
        delimiter, cells, _count = _reading_of(lines, at, count_known)
        if count_known(cells) >= _SURE:
            above = (_first_record(lines.all[each : each + 1], delimiter)[0] for each in range(first, at))
            return at if all(sum(bool(content(cell)) for cell in each) < _SURE for each in above) else first
    return first


def _first_record(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the record that begins, and how many lines it takes; no cells if it is none."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    return _next_cells(reader) or [], reader.line_num


def _has_too_long_a_cell(line: str, delimiter: str) -> bool:
    return len(line) > _LONGEST and max(map(len, line.split(delimiter))) > _LONGEST


def _next_cells(reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader)
    except csv.Error:
        return None


def _second_look(
    cells: list[str] | None, lines: _Lines, start: int, delimiter: str, *, width: int
) -> list[str]:
    # Cagette's exports don't double the quotes inside a cell ("Fromage "frais" 150 g."). csv then
    # fails, or takes the line end for a part of the cell and goes on into the next rows.
    lost = cells is None or _ran_on(cells, delimiter, width)
    if lost or (cells is not None and len(cells) != width):
        unescaped = _unescaped(lines.all[start], delimiter)
        if len(unescaped) == width:
            lines.at = start + 1
            return unescaped
    if cells is None or lost:
        raise Unreadable(_("a quote that is never closed, or not doubled inside a cell"), start + 1)
    return cells


def _ran_on(cells: list[str], delimiter: str, width: int) -> bool:
    """Tell whether a cell of several lines is rather several rows around a missing quote.

    A cell that swallowed whole rows holds their delimiters: as many as the rows have when the quote
    that ends it stands in the column of the one that began it. An address of two lines has fewer.
    """
    for cell in cells:
        breaks = cell.count("\n") or cell.count("\r")
        few = breaks * (width - 1) if len(cells) == width and width > 2 else 1
        if breaks and cell.count(delimiter) >= few:
            return True
    return False


def _unescaped(line: str, delimiter: str) -> list[str]:
    line = line.rstrip("\r\n")
    if len(line) < 2 or not (line.startswith('"') and line.endswith('"')):
        return []
    return line[1:-1].split(f'"{delimiter}"')
