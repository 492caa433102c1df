"""Refuse a table in which its header stands once more: it is two files in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.data.rows.column_matching import plain
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.readers.records import Record


def refusing_headers(records: Iterable[Record], header: Record) -> Iterator[Record]:
    """Yield the records; raise Unreadable at one of which most cells are names of the header's columns.

    Below it stands another export, perhaps of the same orders, perhaps with its columns in another order.
    """
    names = frozenset(filter(None, map(plain, header.cells)))
    as_written = frozenset(cell.strip().lower() for cell in header.cells if plain(cell))
    for record in records:
        # Nearly no row has one of the names in it, and to make all cells plain takes long.
        if not as_written.isdisjoint(map(str.lower, record.cells)) and _repeats(names, record):
            message = _(
                "this line repeats the header: two exports seem to stand in one file; if their rows belong "
                "together, and none stands twice, delete this line; else keep one of them"
            )
            raise Unreadable(message, record.line)
        yield record


def _repeats(names: frozenset[str], record: Record) -> bool:
    cells = frozenset(filter(None, map(plain, record.cells)))
    return 2 * len(cells & names) > max(len(cells), len(names))
