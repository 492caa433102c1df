"""Read a sheet of a spreadsheet (.xlsx, .ods, .xls) as the text that a CSV of it would hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted_with_hint
from cagette_notify.readers.records import Record
from cagette_notify.readers.sheet_reader import read_apart
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEADER_WITHIN: Final = 20  # rows: people put a title above


def read_sheet(raw: bytes, sheet: str, count_known: Callable[[list[str]], int]) -> Iterator[Record]:
    """Yield the header of a sheet, then every row that isn't blank; raise Unreadable if it can't be read.

    Without a name it is the first sheet that isn't hidden. The header is the one of the first rows that has
    most names which ``count_known`` knows.
    """
    rows = _rows(raw, sheet)
    first = max(range(min(len(rows), _HEADER_WITHIN)), key=lambda at: (count_known(rows[at][1]), -at))
    width = max(at for at, cell in enumerate(rows[first][1], 1) if cell.strip())
    for line, cells in rows[first:]:
        yield Record(line, cells[:width], has_letters=True)  # beside the table people take notes


def sheet_names(raw: bytes) -> tuple[str, ...]:
    """Return the names of a spreadsheet's sheets, hidden ones among them; none of what can't be read."""
    found = read_apart(raw, "")
    return found.names if found else ()


def _rows(raw: bytes, sheet: str) -> list[tuple[int, list[str]]]:
    found = read_apart(raw, sheet)
    if found is None:
        message = _(
            "no spreadsheet that can be read, or one with something far below or beside its table: save the "
            "table alone as .xlsx"
        )
        raise Unreadable(message)
    if found.is_protected:
        raise Unreadable(_("protected by a password: save it without one"))
    if found.is_missing and sheet:
        raise Unreadable(_("no such sheet: {name}", name=quoted_with_hint(sheet, frozenset(found.names))))
    if not found.rows:
        raise Unreadable(_("nothing in it: a first line with the names of the columns was expected"))
    return found.rows
