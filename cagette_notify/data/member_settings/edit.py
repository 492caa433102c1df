"""Edit notifications.csv: drop some rows, add others, write it whole."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.data.member_settings.misread_rows import guess_of
from cagette_notify.data.member_settings.read import SCHEMA, setting_row_of
from cagette_notify.data.members.nearly_named import marks_typed
from cagette_notify.data.rows.csv_columns import columns_of
from cagette_notify.data.rows.table_rows import sheet_of_csv
from cagette_notify.readers.csv import lines_of, read_records
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.records import Record
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from cagette_notify.core.kinds import Kind
    from cagette_notify.data.member_settings.latest_rows import SettingRow
    from cagette_notify.data.rows.cells import Row

NEW = b"member;kind;value;date\n"
"""What a file begins with where there is none."""

_FORMULAS = ("=", "+", "-", "@")


def amended(raw: bytes, dropped: Collection[tuple[str, Kind]], added: Iterable[SettingRow]) -> bytes:
    """Return a file without the rows of the ``dropped`` names and kinds, and with the ``added`` ones.

    The cells of all others stay as they are: other people's, mistakes, remarks, columns that nobody
    knows. Raises ``Unreadable`` where the file can't be read whole.
    """
    text = decode(raw)
    header, records = _parted(text)
    kept = [
        record
        for record, row in records
        if not (row and (change := setting_row_of(row)) and (change.name, change.kind) in dropped)
    ]
    return _written(text, header, kept, added)


def without_member(
    raw: bytes, names: Collection[str], marks: AbstractSet[str] = frozenset()
) -> tuple[bytes, int]:
    """Return a file without the rows of a member, odd ones too, and how many there were.

    ``marks`` are what else is theirs alone (see ``marks_of``).
    """
    text = decode(raw)
    header, records = _parted(text)
    at = columns_of(header, SCHEMA)["member"]
    gone = {*names}
    kept = [
        record
        for record, row in records
        for name in (guess_of(row).text("member") if row else _cell(record, at).lstrip("# "),)
        if gone.isdisjoint(those := (_cell(record, at), name))
        and not any(marks & marks_typed(one) for one in those)
    ]
    return _written(text, header, kept), len(records) - len(kept)


def under_new_names(raw: bytes, names: Mapping[str, Collection[str]]) -> tuple[bytes, int]:
    """Return a file with the rows of old names under their new ones, and how many there were.

    A name that is one of its own new ones may be somebody else's, too: its rows stay, and what they turn off
    goes along to who has said nothing else for certain.
    """
    text = decode(raw)
    header, parted = _parted(text)
    at = columns_of(header, SCHEMA)["member"]
    records = [record for record, _row in parted]
    changes = [setting_row_of(row) if row else None for _record, row in parted]
    certain = {
        (name, change.kind)
        for change in changes
        if change and change.name not in names.get(change.name, ())
        for name in names.get(change.name, ())
    }
    renamed: list[Record] = []
    count = 0
    for record, change in zip(records, changes, strict=True):
        name = _cell(record, at)
        new = [] if _is_torn(record, header) else names.get(name, ())
        if name in new:
            off = {change.kind} if change and not change.setting.value else set()
            new = [one for one in new if one == name or any((one, kind) not in certain for kind in off)]
        count += bool(set(new) - {name})
        renamed += [record if one == name else _renamed(record, at, one) for one in new] or [record]
    return _written(text, header, renamed), count


def _parted(text: str) -> tuple[Record, list[tuple[Record, Row | None]]]:
    """Return the header and each record with its row; one that is crossed out is none."""
    header, *records = read_records(text, SCHEMA.count_known)
    rows = {row.line: row for row in sheet_of_csv(text, "", SCHEMA).rows}
    return header, [(record, rows.get(record.line)) for record in records]


def _renamed(record: Record, at: int, name: str) -> Record:
    return record._replace(cells=[*record.cells[:at], _harmless(name), *record.cells[at + 1 :]])


def rows_in(raw: bytes) -> frozenset[str]:
    """Return what the rows of a file say, however they are quoted, parted and sorted."""
    header, *records = read_records(decode(raw), SCHEMA.count_known)
    return frozenset("\0".join(cell.strip() for cell in (*header.cells, *record.cells)) for record in records)


def _is_torn(record: Record, header: Record) -> bool:
    return record.is_unended and len(record.cells) < len(header.cells)


def _cell(record: Record, at: int) -> str:
    return " ".join(record.cells[at].split()) if at < len(record.cells) else ""


def _written(text: str, header: Record, kept: Sequence[Record], added: Iterable[SettingRow] = ()) -> bytes:
    """Write a file as French spreadsheets open it with a double click.

    An unfinished last row stays the last one, without a line end: that would make a whole row of half a one.
    """
    torn = [one for one in kept[-1:] if _is_torn(one, header)]
    new = [Record(0, _cells(change, header)) for change in added]
    records = [header, *kept[: len(kept) - len(torn)], *new, *torn]
    lines = lines_of(text)
    written = "".join(lines[one.line - 1] if one.is_too_long else _line(one.cells) for one in records)
    if torn:
        written = written.removesuffix("\n")
    if not _reads_as(written, records):
        raise Unreadable(_("too odd to be changed by this command: edit it by hand"))
    return codecs.BOM_UTF8 + written.encode()


def _reads_as(text: str, records: Sequence[Record]) -> bool:
    """Look again: a cell of several lines with ``;`` in it may read as several rows."""
    try:
        found = [record.cells for record in read_records(text, SCHEMA.count_known)]
    except Unreadable:
        return False
    return found == [record.cells for record in records]


def _cells(change: SettingRow, header: Record) -> list[str]:
    cells = [""] * len(header.cells)
    values = {
        "member": _harmless(change.name),
        "kind": change.kind.value,
        "value": "yes" if change.setting.value else "no",
        "date": change.setting.changed_on,
    }
    for field, at in columns_of(header, SCHEMA).items():
        cells[at] = values[field]
    return cells


def _line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\n").writerow(cells)
    return line.getvalue()


def _harmless(name: str) -> str:
    """Keep a spreadsheet from taking a name for a formula: with a tab before it, which reading strips."""
    return f"\t{name}" if name.startswith(_FORMULAS) else name
