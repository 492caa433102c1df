"""Edit the text of notifications.csv: drop some rows, add others, keep the rest as it is."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from cagette_notify.data.csv_columns import columns_of
from cagette_notify.data.member_settings.read import SCHEMA, SettingRow, setting_row_of
from cagette_notify.data.read_rows import sheet_of_csv
from cagette_notify.readers.csv import CsvRecord, delimiter_of, lines_of, read_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from cagette_notify.core.kinds import Kind

NEW = "member;kind;value;date\n"
"""What a file begins with where there is none."""

_FORMULAS = ("=", "+", "-", "@")


def amended(text: str, dropped: Collection[tuple[str, Kind]], added: Iterable[SettingRow]) -> str:
    """Return ``text`` without the rows of the ``dropped`` names and kinds, and with the ``added`` ones.

    Every other line stays as it is: other people's rows, rows with mistakes, remarks. Raises
    ``Unreadable`` where the text can't be read whole.
    """
    header, *records = read_records(text, SCHEMA.count_known)
    rows = sheet_of_csv(text, "", SCHEMA).rows  # one for each record
    gone: set[int] = set()
    last = None
    for record, row in zip(records, rows, strict=True):
        change = setting_row_of(row)
        if change and (change.name, change.kind) in dropped:
            gone.update(range(record.line, record.last_line + 1))
        else:
            last = record
    lines = [line for number, line in enumerate(lines_of(text), start=1) if number not in gone]
    at = len(lines) - _length_of_torn(last, width=len(header.cells))
    return _joined(lines[:at], _written(added, text, header), lines[at:], end=_line_end(text, header))


def without_member(text: str, names: Collection[str]) -> tuple[str, int]:
    """Return ``text`` without the rows of a member, odd ones too, and how many there were."""
    header, *records = read_records(text, SCHEMA.count_known)
    at = columns_of(header, SCHEMA)["member"]
    theirs = [record for record in records if _cell(record, at) in names]
    gone = {line for record in theirs for line in range(record.line, record.last_line + 1)}
    kept = (line for number, line in enumerate(lines_of(text), start=1) if number not in gone)
    return "".join(kept), len(theirs)


def _cell(record: CsvRecord, at: int) -> str:
    return " ".join(record.cells[at].split()) if at < len(record.cells) else ""


def _length_of_torn(last: CsvRecord | None, *, width: int) -> int:
    """Return how many lines an unfinished last row has, which must stay the last to be known as such.

    A line end after it would make a whole row of half a one.
    """
    is_torn = last is not None and last.is_cut and len(last.cells) < width
    return last.last_line - last.line + 1 if last and is_torn else 0


def _joined(before: Sequence[str], new: Sequence[str], after: Sequence[str], *, end: str) -> str:
    head = "".join(before)
    if new and not head.endswith(("\n", "\r")):
        head += end
    return "".join((head, *(f"{line}{end}" for line in new), *after))


def _written(changes: Iterable[SettingRow], text: str, header: CsvRecord) -> list[str]:
    delimiter = delimiter_of(text, SCHEMA.count_known)
    places = columns_of(header, SCHEMA)
    return [_line(change, places, len(header.cells), delimiter) for change in changes]


def _line(change: SettingRow, places: dict[str, int], width: int, delimiter: str) -> str:
    cells = [""] * width
    values = {
        "member": _harmless(change.name),
        "kind": change.kind.value,
        "value": "yes" if change.setting.value else "no",
        "date": change.setting.changed_on,
    }
    for field, at in places.items():
        cells[at] = values[field]
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="").writerow(cells)
    return line.getvalue()


def _harmless(name: str) -> str:
    """Keep a spreadsheet from taking a name for a formula: with a tab before it, which reading strips."""
    return f"\t{name}" if name.startswith(_FORMULAS) else name


def _line_end(text: str, header: CsvRecord) -> str:
    line = lines_of(text)[header.last_line - 1]
    return line[len(line.rstrip("\r\n")) :] or "\n"
