"""Find the tables in some folders: what each holds, of how many rows and of which day."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.files import name_within
from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import is_moment
from cagette_notify.core.text import fold
from cagette_notify.data.files.file_ages import modified_at
from cagette_notify.data.files.listed_days import Listing, listed_days
from cagette_notify.data.files.newest_file import kind_of, most_known
from cagette_notify.data.files.unused_exports import tables_of
from cagette_notify.data.rows.cagette_export import export_with
from cagette_notify.data.rows.column_matching import plain
from cagette_notify.data.rows.columns import DISTRIBUTIONS, GROUPS, KINDS, MEMBERS, ORDERS
from cagette_notify.data.rows.nearest_kind import lacking, nearest_kind, says_orders
from cagette_notify.data.rows.read_rows import (
    SPREADSHEETS,
    RowSource,
    file_at,
    one_process_for,
    open_rows,
    read_file,
)
from cagette_notify.data.rows.table_rows import Sheet, sheet_of_records
from cagette_notify.readers.csv import read_records
from cagette_notify.readers.encodings import decode_doubtful
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from cagette_notify.data.files.listed_days import ListedDay
    from cagette_notify.data.rows.cells import Row
    from cagette_notify.data.rows.column_matching import FileColumns
    from cagette_notify.readers.records import Record

_A_DAY = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_OF_PAYMENTS = frozenset(
    map(
        plain,
        (
            *("référence commande", "numéro de commande", "date de la commande", "statut de la commande"),
            *("nom payeur", "prénom payeur", "email payeur", "moyen de paiement", "montant", "montant tarif"),
        ),
    )
)
_SURELY = 3  # columns: one of them stands in many a list
_GROUP_OF = {GROUPS.title: "id", DISTRIBUTIONS.title: "group", MEMBERS.title: "groups"}


class FoundTable(Struct, frozen=True):
    """A table: its ``name`` from the configuration's folder, that of a sheet behind a ``#``.

    ``kind`` is groups, distributions, members or orders; empty where nobody knows, or for a ``trouble``. Then
    it ``seems`` to be of one, perhaps, and has no column for what it ``lacks``; its columns may say another.
    ``day`` stands in its name; ``group_names`` are those of the groups that its rows name, by their id.
    Distributions of which more is missing than days are a ``listing``: the days are there to be copied. Of
    the ``rows`` of distributions each can be read, of the ``unread`` none. The members of what
    ``is_of_payments`` are those who paid by HelloAsso or its like. Of those who ordered a list has the
    ``known`` ones, as far as somebody looked.
    """

    name: str
    kind: str = ""
    rows: int = 0
    is_cagette_s: bool = False
    day: date | None = None
    names_distributions: bool = False
    is_ours: bool = False  # of an installation that has begun
    group_names: dict[str, str] = {}
    modified_at: float = 0.0
    trouble: str = ""
    seems: str = ""
    lacks: tuple[tuple[str, ...], ...] = ()
    columns_say: str = ""
    listing: Listing = Listing()
    unread: int = 0
    is_of_payments: bool = False
    known: int = 0
    ordered: frozenset[tuple[str, str, str]] = frozenset()  # by whom, of which catalog, and what

    @property
    def listed(self) -> tuple[ListedDay, ...]:
        """The days that are there to be copied."""
        return self.listing.days


def tables_in(folders: Iterable[Path], home: Path) -> tuple[FoundTable, ...]:
    """Return the tables of those folders, the folders in them left out, by name.

    Files in ``home`` are named from there, others in full.
    """
    paths = [path for folder in dict.fromkeys(folders) for path in sorted(tables_of(folder))]
    with one_process_for(paths):
        return tuple(table for path in paths for table in _in_file(path, home))


def table_at(path: Path, kind_title: str, home: Path) -> FoundTable:
    """Return a data file that somebody has begun, and whose kind is known, whatever is wrong with it."""
    source, schema = file_at(path, home), next(kind for kind in KINDS if kind.title == kind_title)
    try:
        return replace(_summed_up(source, schema, open_rows(source, schema)), is_ours=True)
    except Unreadable as trouble:
        return FoundTable(source.name, kind_title, trouble=trouble.message, is_ours=True)


def _in_file(path: Path, home: Path) -> Iterator[FoundTable]:
    try:
        raw = read_file(path)
    except Unreadable as trouble:
        yield FoundTable(name_within(path, home), trouble=trouble.message)
        return
    sheets = _sheets(raw) if path.suffix.casefold() in SPREADSHEETS else ()
    if len(sheets) < 2:
        yield _table(file_at(path, home), raw)
        return
    found = [_table(file_at(path.with_name(f"{path.name}#{sheet}"), home), raw) for sheet in sheets]
    known = [each for each in found if each.kind] or [each for each in found if each.seems]
    yield from known or [FoundTable(name_within(path, home))]


def _sheets(raw: bytes) -> tuple[str, ...]:
    from cagette_notify.readers.spreadsheet import sheet_names

    return sheet_names(raw)


def _table(source: RowSource, raw: bytes) -> FoundTable:
    """Return what a table holds; it is read once, as each reading of a spreadsheet takes a process."""
    try:
        records = list(_records(source, raw))
        cells = records[0].cells
        schema = kind_of(cells)
        if schema is None or (schema is MEMBERS and says_orders(source.name) and not export_with(cells)):
            return _calendar(source, records) or _of_no_kind(source, cells, schema)
        found = _summed_up(source, schema, sheet_of_records(iter(records), source.name, schema))
        if schema is DISTRIBUTIONS:
            calendar = _calendar(source, records)
            found = calendar if calendar and (found.unread or calendar.listing.days_off) else found
    except Unreadable as trouble:
        return FoundTable(source.name, trouble=_of_line(trouble))
    paid = len(_OF_PAYMENTS.intersection(map(plain, cells))) >= _SURELY
    return replace(found, is_cagette_s=export_with(cells) is not None, is_of_payments=paid)


def _of_line(trouble: Unreadable) -> str:
    if not trouble.line:
        return trouble.message
    return _("line {line}: {trouble}", line=trouble.line, trouble=trouble.message)


def _calendar(source: RowSource, records: list[Record]) -> FoundTable | None:
    """Return what a table lists if it says on which days a group distributes, but not all that is needed."""
    nearest = nearest_kind(records[0].cells, source.name)
    is_meant = nearest is None or nearest is DISTRIBUTIONS
    listing = listed_days(records, source.name) if is_meant else Listing()
    if not listing.days:
        return FoundTable(source.name, listing=listing) if listing.days_off else None
    at = modified_at(source.path) if source.path else 0.0
    return FoundTable(source.name, DISTRIBUTIONS.title, len(listing.days), modified_at=at, listing=listing)


def _of_no_kind(source: RowSource, cells: list[str], schema: FileColumns | None) -> FoundTable:
    nearest = nearest_kind(cells, source.name)
    if nearest is None:
        return FoundTable(source.name)
    others = schema.title if schema else ""
    return FoundTable(source.name, seems=nearest.title, lacks=lacking(nearest, cells), columns_say=others)


def _records(source: RowSource, raw: bytes) -> Iterator[Record]:
    if source.path and source.path.suffix.casefold() in SPREADSHEETS:
        from cagette_notify.readers.spreadsheet import read_sheet

        return read_sheet(raw, source.sheet, most_known)
    return read_records(decode_doubtful(raw).text, most_known)


def _summed_up(source: RowSource, schema: FileColumns, sheet: Sheet) -> FoundTable:
    rows = list(sheet.rows)
    group_ids = (str(row.cells.get(_GROUP_OF.get(schema.title, ""), "")) for row in rows)
    names = (str(row.cells.get("name", "")) if schema is GROUPS else "" for row in rows)
    unread = sum(schema is DISTRIBUTIONS and not is_moment(row.as_guessed.text("starts_at")) for row in rows)
    return FoundTable(
        source.name,
        schema.title,
        len(rows) - unread,
        day=_day_in(source.name),
        names_distributions="distribution" in sheet.fields,
        group_names={id_: name for id_, name in zip(group_ids, names, strict=True) if id_},
        modified_at=modified_at(source.path) if source.path else 0.0,
        unread=unread,
        ordered=frozenset(map(_ordered, rows)) if schema is ORDERS else frozenset(),
    )


def _ordered(row: Row) -> tuple[str, str, str]:
    guess = row.as_guessed
    names = (fold(guess.text(field)) for field in ("member", "member_email", "member_name"))
    return next(filter(None, names), ""), fold(guess.text("catalog")), fold(guess.text("product"))


def _day_in(name: str) -> date | None:
    try:
        return next((date.fromisoformat(found) for found in _A_DAY.findall(name)), None)
    except ValueError:
        return None
