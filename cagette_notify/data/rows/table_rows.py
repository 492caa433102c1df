"""Read the rows of a table, a CSV's or a spreadsheet's, by the columns that its header names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line, quoted
from cagette_notify.data.rows.cagette_export import Export, export_with
from cagette_notify.data.rows.cells import Doubt, Row
from cagette_notify.data.rows.cells_in_one import cells_in_one
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.data.rows.column_titles import no_column_for
from cagette_notify.data.rows.counted_members import without_counts
from cagette_notify.data.rows.crossed_out import without_crossed_out
from cagette_notify.data.rows.csv_columns import columns_of, day_columns_of, is_unique, joined
from cagette_notify.data.rows.cut_rows import doubting_last_cell, ends_in_a_row
from cagette_notify.data.rows.joined_files import refusing_headers
from cagette_notify.data.rows.price_columns import rivals_of, with_prices
from cagette_notify.data.rows.torn_numbers import parted_by_comma
from cagette_notify.data.rows.whole_names import put_names_together, where_it_goes
from cagette_notify.readers.csv import read_records
from cagette_notify.readers.encodings import LOST
from cagette_notify.readers.records import Record, content, letters_of
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SHOWN = 40  # characters of a heading
_FEW = 3  # cells beside which there may be others, in the first one


class Sheet(NamedTuple):
    """The rows of a file, read one by one, the fields that its columns or keys name, and whose file it is.

    Iterating may raise Unreadable: a CSV is read as it goes, so that a large one isn't held twice.
    """

    rows: Iterator[Row]
    fields: frozenset[str]
    is_cagette_s: bool = False


def sheet_of_csv(text: str, name: str, schema: FileColumns, doubt: Doubt | None = None) -> Sheet:
    """Read the rows of a CSV; raise Unreadable if they can't be read whole."""
    sheet = sheet_of_records(read_records(text, schema.count_known), name, schema, doubt)
    if schema.cut_unseen and not text.endswith(("\n", "\r")):
        return sheet._replace(rows=doubting_last_cell(sheet.rows, schema.cut_unseen))
    return sheet


def sheet_of_records(
    records: Iterator[Record], name: str, schema: FileColumns, doubt: Doubt | None = None
) -> Sheet:
    """Read the rows below a header; raise Unreadable if they can't be read whole."""
    header = next(records)
    columns = columns_of(header, schema)
    records = without_crossed_out(records, ids_have_marks=schema.ids_have_marks)
    if not schema.may_be_joined:
        records = refusing_headers(records, header)
    if schema.may_be_counted:
        records = without_counts(records, columns.values())
    if "id" in columns and plain(header.cells[columns["id"]]) in schema.doubtful:
        records = iter(whole := list(records))
        if not is_unique(whole, columns["id"]):
            del columns["id"]
    vague, rivals = rivals_of(header, columns, schema)
    if rivals:
        records = iter(whole := list(records))
        columns = with_prices(header, columns, whole, vague, rivals)
    missing = [alike for alike in schema.required if not set(alike) & columns.keys()]
    if missing and not columns:
        raise Unreadable(_("no header: its first line must name the columns"), header.line)
    if missing:
        raise Unreadable(_misplaced_export(header, missing, name) or no_column_for(missing), header.line)
    rows = _rows(records, name, schema, columns, header)
    rows = _doubted(rows, header, doubt) if doubt else rows
    return Sheet(rows, frozenset(columns), export_with(header.cells) is not None)


def _doubted(rows: Iterator[Row], header: Record, doubt: Doubt) -> Iterator[Row]:
    """Yield the rows of a file whose accents are in doubt; the first one says so of the header's, too."""
    lost = "".join(cell for cell in header.cells if LOST in cell)
    for row in rows:
        row.doubt = doubt
        if lost:
            row.remark("", lost, line=header.line)
        lost = ""
        yield row


def _misplaced_export(header: Record, missing: list[tuple[str, ...]], name: str) -> str:
    """Say where an export belongs whose rows name no distribution; nothing if it is none of Cagette's."""
    export = export_with(header.cells)
    if missing != [("distribution",)] or export is None:
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


def _rows(
    records: Iterator[Record],
    name: str,
    schema: FileColumns,
    columns: Mapping[str, int],
    header: Record,
) -> Iterator[Row]:
    width, places, fields = len(header.cells), tuple(columns.items()), frozenset(columns)
    days = day_columns_of(header, schema, columns)
    parted = parted_by_comma(columns, header.delimiter)
    last_field = where_it_goes(next((field for field, at in places if at == width - 1), ""), fields)
    titles = {
        field: title
        for field, at in places
        if (title := one_line(header.cells[at])[:_SHOWN]) and plain(title) != plain(field)
    }
    letters = {field: letters_of(at) for field, at in places} if header.has_letters else {}
    is_last_filled = False  # where it never is, each row ends in a separator, and is whole
    for record in records:
        cells = record.cells
        count = len(cells)
        found = {field: cell for field, at in places if at < count and (cell := content(cells[at]))}
        in_one = (
            cells_in_one(cells, header.delimiter, columns, schema.required)
            if cells and width > 1 and len(found) <= _FEW
            else {}
        )
        put_names_together(found, fields)
        if record.is_too_long or in_one or any(cells[width:]) or (record.is_unended and count < width):
            yield _unplaced(Row(name, record.line, {}), record, width, found, in_one)
        else:
            # Excel drops the empty cells at the end of some rows: a short row is no trouble by itself.
            for field, at in days.items():
                if moment := joined(content(cells[at]) if at < count else "", found.get(field, "")):
                    found[field] = moment
            row = Row(name, record.line, found)
            row.letters = letters
            row.titles = titles
            row.columns, row.is_short = fields, count < width
            row.parted_by_comma = parted
            row.is_unended = record.is_unended and not cells[-1].strip()
            row.ends_in_separator = row.is_unended and count == width and is_last_filled
            is_last_filled = is_last_filled or (count == width and bool(content(cells[-1])))
            row.last_field = last_field if record.is_unended and count >= width else ""
            yield row


def _unplaced(
    row: Row, record: Record, width: int, found: Mapping[str, str], in_one: Mapping[str, str]
) -> Row:
    """Return a row of which it is anybody's guess which cell belongs to which column."""
    count = len(record.cells)
    if record.is_too_long:
        row.complain("", record.too_long)
    elif in_one:
        row.is_stuck = True
        row.complain("", _("its cells stand in one: {value}", value=quoted(record.cells[0])))
    else:
        row.is_unended = record.is_unended and count < width
        cells_said = _("{count} cells, for {width} columns", count=count, width=width)
        row.complain("", ends_in_a_row() if row.is_unended else cells_said, is_cut=row.is_unended)
    row.misplaced = in_one or found
    return row
