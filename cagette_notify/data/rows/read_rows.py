"""Open a data file, or rows inside one, as rows that remember file and line."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.errors import Problem
from cagette_notify.core.files import as_on_disk, name_within, why_refused
from cagette_notify.core.given_files import RefusedFileError, refuse_secret
from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import local_path
from cagette_notify.core.stamps import watch
from cagette_notify.data.rows.cells import Doubt, Row, cell_text
from cagette_notify.data.rows.cut_rows import doubting_last_cell
from cagette_notify.data.rows.table_rows import Sheet, sheet_of_csv, sheet_of_records
from cagette_notify.data.rows.tree_rows import rows_of_tree
from cagette_notify.readers.csv import read_records
from cagette_notify.readers.encodings import decode, decode_doubtful
from cagette_notify.readers.tree import Items, Unreadable
from cagette_notify.readers.yaml import cut_values, parse_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from cagette_notify.data.rows.column_matching import FileColumns
    from cagette_notify.readers.records import Record


_ENDS = ("\n", "\r", "]", "}")  # of a line, or of a list that would be malformed without it
SPREADSHEETS = (".xlsx", ".ods", ".xls")
TABLES = (".csv", *SPREADSHEETS)
"""The files that have a header."""

_DATE = "{date}"
_LARGEST = 256 * 1024 * 1024  # bytes; the orders of 100,000 households are about half of it


class RowSource(NamedTuple):
    """Where rows come from: the file at ``path``, or the rows that stand inside another file.

    ``name`` is the file as problems call it, ``sheet`` that of it which was named, if one was; ``line`` is
    that of rows inside a file; files within ``folder`` are called by their way from there.
    """

    name: str
    path: Path | None = None
    items: Items | None = None
    line: int = 0
    sheet: str = ""
    folder: Path = Path("/")

    def at(self, path: Path) -> RowSource:
        """Return the same at another path, by the name that people know it by from the ``folder``."""
        name = name_within(path, self.folder)
        return self._replace(name=f"{name}#{self.sheet}" if self.sheet else name, path=path)

    def problem(self, trouble: Unreadable, group_id: str = "", *, stops_all: bool = False) -> Problem:
        """Say why these rows can't be read whole."""
        line = trouble.line or self.line
        return Problem(trouble.message, self.name, line, group_id=group_id, stops_all=stops_all)

    @property
    def is_of_a_day(self) -> bool:
        """Tell whether ``{date}`` stands in its name: for each day it is another one."""
        return self.path is not None and (_DATE in str(self.path) or _DATE in self.sheet)

    @property
    def is_pattern(self) -> bool:
        """Tell whether ``*`` stands in its name: of several files it is the newest one."""
        return self.path is not None and "*" in str(self.path)

    @property
    def is_table(self) -> bool:
        """Tell whether it is a file with a header."""
        return self.path is not None and self.path.suffix.casefold() in TABLES

    def on(self, day: date) -> RowSource:
        """Return that of a day."""
        if self.path is None or not self.is_of_a_day:
            return self
        name, path, sheet = (
            text.replace(_DATE, day.isoformat()) for text in (self.name, str(self.path), self.sheet)
        )
        return self._replace(name=name, path=Path(path), sheet=sheet)


def file_at(path: Path, folder: Path) -> RowSource:
    """Return the rows of a file, or of a sheet of a spreadsheet: ``base.xlsx#Membres``."""
    path, sheet = file_and_sheet(path)
    return RowSource("", sheet=sheet, folder=folder).at(path)


def file_and_sheet(path: Path) -> tuple[Path, str]:
    """Part what was typed into a spreadsheet and the name of a sheet; the latter is empty where none is."""
    name, mark, sheet = path.name.partition("#")
    is_sheet = mark and name.casefold().endswith(SPREADSHEETS)
    return (path.with_name(name), sheet) if is_sheet else (path, "")


def row_source_in(row: Row, field_name: str, holder: RowSource, folder: Path) -> RowSource | None:
    """Return where a cell says that rows are: in a file named from the holder's folder, or in it."""
    cell = row.cells.get(field_name)
    if isinstance(cell, Items):
        return RowSource(holder.name, items=cell, line=cell.line)
    name = row.read(field_name, _file_name)
    if not name or holder.path is None:
        return None
    named = file_at(holder.path.parent / name, folder)
    return named.at(as_on_disk(named.path)) if named.path else named


def _file_name(text: str) -> str:
    cell_text(text)  # refuses what no file is called, but two blanks in a row are its name
    return local_path(text)


def open_rows(source: RowSource, schema: FileColumns) -> Sheet:
    """Read rows; raise Unreadable if the file can't be read whole."""
    if source.path is None:
        return _sheet(rows_of_tree(source.items, source.name, schema))
    suffix = source.path.suffix.casefold()
    raw = read_file(source.path)
    if suffix in SPREADSHEETS:
        from cagette_notify.readers.spreadsheet import read_sheet

        return sheet_of_records(read_sheet(raw, source.sheet, schema.count_known), source.name, schema)
    text, in_doubt = decode_doubtful(raw)
    doubt = Doubt(in_doubt) if in_doubt else None
    if suffix == ".csv":
        return sheet_of_csv(text, source.name, schema, doubt)
    if suffix in (".yaml", ".yml"):
        items = parse_tree(text)
        cuts = tuple(cut_values(text))
        rows = rows_of_tree(items, source.name, schema, cuts, doubt=doubt)
        return _sheet(rows if text.endswith(_ENDS) else _unended(rows, schema))
    if suffix == ".json":
        raise Unreadable(_("JSON is not read: save the same as .yaml or .csv"))
    raise Unreadable(_("a .yaml, .csv, .xlsx, .ods or .xls file was expected"))


def header_of(source: RowSource, count_known: Callable[[list[str]], int]) -> Record | None:
    """Return the header of a CSV or a spreadsheet; None of anything else, or if it can't be read."""
    if source.path is None or not source.is_table:
        return None
    try:
        return next(records_of(source.path, source.sheet, count_known))
    except Unreadable:
        return None


def records_of(path: Path, sheet: str, count_known: Callable[[list[str]], int]) -> Iterator[Record]:
    """Return the header of a CSV or a spreadsheet and the rows below; Unreadable if they can't be read."""
    raw = read_file(path)
    if path.suffix.casefold() in SPREADSHEETS:
        from cagette_notify.readers.spreadsheet import read_sheet

        return read_sheet(raw, sheet, count_known)
    return read_records(decode(raw), count_known)


@contextmanager
def one_process_for(paths: Iterable[Path]) -> Iterator[None]:
    """Have those that are spreadsheets read by one process meanwhile, where they are several."""
    if sum(path.suffix.casefold() in SPREADSHEETS for path in paths) < 2:
        yield
        return
    from cagette_notify.readers.sheet_reader import one_reader

    with one_reader():
        yield


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


def _sheet(rows: list[Row]) -> Sheet:
    return Sheet(iter(rows), frozenset(field for row in rows for field in row.cells))


def _unended(rows: list[Row], schema: FileColumns) -> list[Row]:
    """Return the rows of a document whose last line has no end."""
    for row in rows[-1:]:
        row.is_unended = True
        row.last_field = next(reversed([*row.cells]), "")
    return list(doubting_last_cell(rows, schema.cut_unseen))
