"""Read a file of addresses, ids or names, as whoever gives it wrote it: a table, or one to a line."""

from __future__ import annotations

import hashlib
import json
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.addresses import address_key, addresses_within
from cagette_notify.core.errors import DataError, Origin, Problem
from cagette_notify.core.given_files import given_name, read_given
from cagette_notify.core.i18n import _, why
from cagette_notify.core.text import fold
from cagette_notify.data.rows.column_titles import no_column_for
from cagette_notify.data.rows.columns import LISTS
from cagette_notify.data.rows.counted_members import without_counts
from cagette_notify.data.rows.crossed_out import without_crossed_out
from cagette_notify.data.rows.csv_columns import columns_of
from cagette_notify.data.rows.read_rows import SPREADSHEETS, file_and_sheet
from cagette_notify.readers.csv import read_records
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.records import content
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from cagette_notify.readers.records import Record

_LARGEST = 16 * 1024 * 1024  # bytes
_SHOWN = 80  # characters of a row
_ADDRESSES = ("email", "partner_email")
_NAMES = (("last_name", "first_name"), ("partner_last_name", "partner_first_name"))


class Meant(NamedTuple):
    """The member whom a row named when it was read: ids are given anew, and names are others', too."""

    id: str
    name: str
    addresses: tuple[str, ...]


class NamedRow(NamedTuple):
    """A row that names somebody: by ``addresses``, or else by ``references``, the surest first.

    ``shown`` is what it says, for whoever looks for it; ``meant`` whom its references meant when it was read,
    of a file that is known from then.
    """

    origin: Origin
    addresses: tuple[str, ...]
    references: tuple[str, ...]
    shown: str
    meant: Meant | None = None


class NamedRows(NamedTuple):
    """The rows of a file, and the name that it was given by; once it ``is_recorded`` nobody mends them."""

    name: str
    rows: tuple[NamedRow, ...]
    is_recorded: bool = False

    @property
    def digest(self) -> str:
        """What tells it from a file that names others, wherever it lies, whatever the order of its rows."""
        said = {
            tuple(map(address_key, row.addresses)) or tuple(map(fold, row.references)) for row in self.rows
        }
        return hashlib.sha256(json.dumps(sorted(said)).encode()).hexdigest()[:16]


def read_named_rows(path: Path) -> NamedRows:
    """Return whom a file names, or a sheet of a spreadsheet; raise ``DataError`` if it isn't whole."""
    path, sheet = file_and_sheet(path)
    name = str(path)
    try:
        name = given_name(path) or name
        raw = read_given(
            path, most=_LARGEST, too_large=_("too large: over {size} MB", size=_LARGEST // 1024**2)
        )
        rows = tuple(_rows(_records(raw, name, sheet), name))
        if not rows:
            raise Unreadable(_("it names nobody"))
    except Unreadable as trouble:
        raise DataError(Problem(trouble.message, name, trouble.line, "--to")) from None
    except (OSError, ValueError) as error:
        raise DataError(Problem(why(error), name, field="--to")) from None
    return NamedRows(name, rows)


def _records(raw: bytes, name: str, sheet: str) -> Iterator[Record]:
    if name.casefold().endswith(SPREADSHEETS):
        from cagette_notify.readers.spreadsheet import read_sheet

        return read_sheet(raw, sheet, LISTS.count_known)
    return read_records(decode(raw), LISTS.count_known)


def _rows(records: Iterator[Record], name: str) -> Iterator[NamedRow]:
    """Yield the rows; where nothing in the first one is the name of a column, that is one of them."""
    first = next(records)
    has_header = LISTS.count_known(first.cells) > 0 and not any("@" in cell for cell in first.cells)
    columns = columns_of(first, LISTS) if has_header else {}
    if has_header and not set(LISTS.required[0]) & columns.keys():
        raise Unreadable(no_column_for(LISTS.required), first.line)
    theirs: Iterable[Record] = records if has_header else chain([first], records)
    theirs = without_crossed_out(theirs, ids_have_marks=LISTS.ids_have_marks)
    for record in without_counts(theirs, columns.values()):
        if record.is_too_long:
            raise Unreadable(record.too_long, record.line)
        cells = [content(cell) for cell in record.cells]
        addresses = tuple(_addresses(cells, columns))
        references = () if addresses else tuple(_references(cells, columns))
        shown = ", ".join(addresses or dict.fromkeys(filter(None, cells)))
        yield NamedRow(Origin(name, record.line), addresses, references, shown[:_SHOWN])


def _addresses(cells: list[str], columns: Mapping[str, int]) -> Iterator[str]:
    """Yield the addresses of a row: those of its own columns, or of all cells where there are no such."""
    where = [columns[field] for field in _ADDRESSES if field in columns] or range(len(cells))
    for cell in (cells[at] for at in where if at < len(cells)):
        if "@" in cell:
            yield from addresses_within(cell) or (cell,)


def _references(cells: list[str], columns: Mapping[str, int]) -> Iterator[str]:
    """Yield what may be the id or the name of whom a row names, the surest first."""
    if not columns:
        yield from dict.fromkeys(filter(None, _without_header(cells)))
        return
    said = {field: cells[at] for field, at in columns.items() if at < len(cells) and cells[at]}
    names = (" ".join(said[part] for part in parts if part in said) for parts in _NAMES)
    yield from filter(None, (said.get("id", ""), said.get("name", ""), *names))


def _without_header(cells: list[str]) -> Iterator[str]:
    """Yield the first cell, an id, or a name with the second; behind an id, the name that stands there.

    Other cells may be any number.
    """
    yield cells[0]
    yield " ".join(cells[:2])
    if " " not in cells[0]:
        names = (" ".join(cells[1:end]).strip() for end in (2, 3))
        yield from (name for name in names if " " in name and not any(map(str.isdigit, name)))
