"""Open a data file, or rows inside one, as rows that remember file and line."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.errors import Problem
from cagette_notify.core.files import as_on_disk, name_within, why_refused
from cagette_notify.core.given_files import RefusedFileError, refuse_secret
from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import local_path
from cagette_notify.core.stamps import watch
from cagette_notify.data.cagette_export import Export, export_with
from cagette_notify.data.column_matching import FileColumns, plain
from cagette_notify.data.csv_columns import columns_of, day_columns_of, is_unique, joined
from cagette_notify.data.cut_rows import doubting_last_cell, ends_in_a_row
from cagette_notify.data.rows import Doubt, Row, cell_text
from cagette_notify.data.torn_numbers import parted_by_comma
from cagette_notify.data.tree_rows import rows_of_tree
from cagette_notify.readers.csv import CsvRecord, content, read_records
from cagette_notify.readers.encodings import LOST, decode_doubtful
from cagette_notify.readers.tree import Items, Unreadable
from cagette_notify.readers.yaml import cut_values, parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


_ENDS = ("\n", "\r", "]", "}")  # of a line, or of a list that would be malformed without it
_LARGEST = 256 * 1024 * 1024  # bytes; the orders of 100,000 households are about half of it


class RowSource(NamedTuple):
    """Where rows come from: the file at ``path``, or the rows that stand inside another file.

    ``name`` is the file as problems call it; ``line`` is that of rows inside a file.
    """

    name: str
    path: Path | None = None
    items: Items | None = None
    line: int = 0

    def problem(self, trouble: Unreadable, group_id: str = "") -> Problem:
        """Say why these rows can't be read whole."""
        return Problem(trouble.message, self.name, trouble.line or self.line, group_id=group_id)


class Sheet(NamedTuple):
    """The rows of a file, read one by one, and the fields that its columns or keys name.

    Iterating may raise Unreadable: a CSV is read as it goes, so that a large one isn't held twice.
    """

    rows: Iterator[Row]
    fields: frozenset[str]


def row_source_in(row: Row, field_name: str, holder: RowSource, folder: Path) -> RowSource | None:
    """Return where a cell says that rows are: in a file named from the holder's folder, or in it."""
    cell = row.cells.get(field_name)
    if isinstance(cell, Items):
        return RowSource(holder.name, items=cell, line=cell.line)
    name = row.read(field_name, _file_name)
    if not name or holder.path is None:
        return None
    path = as_on_disk(holder.path.parent / name)
    return RowSource(name_within(path, folder), path)


def _file_name(text: str) -> str:
    cell_text(text)  # refuses what no file is called, but two blanks in a row are its name
    return local_path(text)


def open_rows(source: RowSource, schema: FileColumns) -> Sheet:
    """Read rows; raise Unreadable if the file can't be read whole."""
    if source.path is None:
        return _sheet(rows_of_tree(source.items, source.name, schema))
    text, in_doubt = decode_doubtful(read_file(source.path))
    doubt = Doubt(in_doubt) if in_doubt else None
    suffix = source.path.suffix.casefold()
    if suffix == ".csv":
        return sheet_of_csv(text, source.name, schema, doubt)
    if suffix in (".yaml", ".yml"):
        items = parse_tree(text)
        cuts = tuple(cut_values(text))
        rows = rows_of_tree(items, source.name, schema, cuts, doubt=doubt)
        return _sheet(rows if text.endswith(_ENDS) else _unended(rows, schema))
    if suffix == ".json":
        raise Unreadable(_("JSON is not read: save the same as .yaml or .csv"))
    raise Unreadable(_("a .yaml, .yml or .csv file was expected"))


def read_file(path: Path) -> bytes:
    """Return a file's bytes; raise Unreadable for whatever isn't a plain file of a sane size."""
    watch(path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise Unreadable(_("a folder, where a file was expected"))
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(_("not a plain file"))
        if found.st_size > _LARGEST:
            raise Unreadable(_("too large: over {size} MB", size=_LARGEST // 1024**2))
        refuse_secret(found)
        return path.read_bytes()
    except RefusedFileError as refused:
        raise Unreadable(str(refused)) from None
    except FileNotFoundError:
        raise Unreadable(_("no such file")) from None
    except OSError as trouble:
        raise Unreadable(_("can't be read: {reason}", reason=why_refused(path, trouble))) from None


def sheet_of_csv(text: str, name: str, schema: FileColumns, doubt: Doubt | None = None) -> Sheet:
    """Read the rows of a CSV; raise Unreadable if they can't be read whole."""
    records = read_records(text, schema.count_known)
    header = next(records)
    columns = columns_of(header, schema)
    if "id" in columns and plain(header.cells[columns["id"]]) in schema.doubtful:
        records = iter(whole := list(records))
        if not is_unique(whole, columns["id"]):
            del columns["id"]
    missing = ["/".join(alike) for alike in schema.required if not set(alike) & columns.keys()]
    if missing and not columns:
        raise Unreadable(_("no header: its first line must name the columns"), header.line)
    if missing:
        raise Unreadable(_misplaced_export(header, missing, name) or _no_column_for(missing), header.line)
    days = day_columns_of(header, schema, columns)
    rows = _csv_rows(records, name, columns, days, header)
    if doubt:
        rows = _doubted(rows, header, doubt)
    if schema.cut_unseen and not text.endswith(("\n", "\r")):
        rows = doubting_last_cell(rows, schema.cut_unseen)
    return Sheet(rows, frozenset(columns))


def _sheet(rows: list[Row]) -> Sheet:
    return Sheet(iter(rows), frozenset(field for row in rows for field in row.cells))


def _unended(rows: list[Row], schema: FileColumns) -> list[Row]:
    """Return the rows of a document whose last line has no end."""
    for row in rows[-1:]:
        row.is_unended = True
        row.last_field = next(reversed([*row.cells]), "")
    return list(doubting_last_cell(rows, schema.cut_unseen))


def _doubted(rows: Iterator[Row], header: CsvRecord, doubt: Doubt) -> Iterator[Row]:
    """Yield the rows of a file whose accents are in doubt; the first one says so of the header's, too."""
    lost = "".join(cell for cell in header.cells if LOST in cell)
    for row in rows:
        row.doubt = doubt
        if lost:
            row.remark("", lost, line=header.line)
        lost = ""
        yield row


def _no_column_for(missing: list[str]) -> str:
    return _("no column for: {fields}", fields=", ".join(missing))


def _misplaced_export(header: CsvRecord, missing: list[str], name: str) -> str:
    """Say where an export belongs whose rows name no distribution; nothing if it is none of Cagette's."""
    export = export_with(header.cells)
    if missing != ["distribution"] or export is None:
        return ""
    if export is Export.ORDERS_OF_A_DAY:
        return _(
            "this is Cagette's orders export of a day: name it at the distribution, orders: {name}; or name "
            "those of all days with {{date}} in the place of the day",
            name=name,
        )
    return _(
        "this is Cagette's orders export of a catalog: name it at the distribution, orders: {name}", name=name
    )


def _csv_rows(
    records: Iterator[CsvRecord],
    name: str,
    columns: Mapping[str, int],
    days: Mapping[str, int],
    header: CsvRecord,
) -> Iterator[Row]:
    width, places = len(header.cells), tuple(columns.items())
    parted = parted_by_comma(columns, header.delimiter)
    last_field = next((field for field, at in places if at == width - 1), "")
    for record in records:
        cells = record.cells
        count = len(cells)
        found = {field: cell for field, at in places if at < count and (cell := content(cells[at]))}
        if record.is_too_long:
            row = Row(name, record.line, {})
            row.complain("", record.too_long())
            row.misplaced = found
            yield row
        elif any(cells[width:]) or (record.is_cut and count < width):
            row = Row(name, record.line, {})  # which cell belongs to which column is anybody's guess
            row.is_unended = record.is_cut and count < width
            cells_said = _("{count} cells, for {width} columns", count=count, width=width)
            row.complain("", ends_in_a_row() if row.is_unended else cells_said)
            row.misplaced = found
            yield row
        else:
            # Excel drops the empty cells at the end of some rows: a short row is no trouble by itself.
            for field, at in days.items():
                if moment := joined(content(cells[at]) if at < count else "", found.get(field, "")):
                    found[field] = moment
            row = Row(name, record.line, found)
            row.parted_by_comma = parted
            row.is_unended = record.is_cut and not cells[-1].strip()
            row.last_field = last_field if record.is_cut and count >= width else ""
            yield row
