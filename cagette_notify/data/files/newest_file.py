"""Find the newest file that a name with ``*`` means; only what is surely of another kind is passed over."""

from __future__ import annotations

import glob
import os
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cagette_notify.core.files import accents_of, as_on_disk
from cagette_notify.core.stamps import watch
from cagette_notify.data.files.file_ages import modified_at
from cagette_notify.data.rows.columns import KINDS, ORDERS
from cagette_notify.data.rows.read_rows import TABLES, header_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.data.rows.column_matching import FileColumns
    from cagette_notify.data.rows.read_rows import RowSource

_SURE: Final = 2  # columns: one alone, such as "member", stands in files of several kinds


def newest_file(source: RowSource, schema: FileColumns) -> RowSource | None:
    """Return the file that a name or pattern means, of several the one modified last; None if there is none.

    Of two modified at once it is the one whose name comes last. A file whose header is surely that of another
    kind than of ``schema`` is none of them, nor, among files of any name, is one that nobody can recognize.
    """
    return next(_newest_first(source, schema), None)


def unrecognized(source: RowSource, schema: FileColumns) -> list[RowSource]:
    """Return the files of no kind that a pattern of any name passes over, newer than what it means."""
    if not source.is_pattern or _is_narrow(source) or not (newest := newest_file(source, schema)):
        return []
    newer = takewhile(lambda one: one.path != newest.path, _files_of(source))
    return [one for one in newer if (header := _header_of(one)) and not kind_of(header)]


def passed_over(source: RowSource, schema: FileColumns, most: int) -> tuple[RowSource, ...]:
    """Return the files of a kind that a pattern means beside the newest, which counts; ``most`` of them."""
    return tuple(islice(_newest_first(source, schema), 1, 1 + most))


def _newest_first(source: RowSource, schema: FileColumns) -> Iterator[RowSource]:
    files = _files_of(source)
    is_narrow = _is_narrow(source)
    yield from (one for one in files if len(files) == 1 or _may_be(one, schema, is_narrow=is_narrow))


def _is_narrow(source: RowSource) -> bool:
    """Tell whether a pattern has a word or a day of its own, which files of other kinds hardly have."""
    return source.path is not None and any(map(str.isalnum, source.path.name.partition(".")[0]))


def _files_of(source: RowSource) -> list[RowSource]:
    """Return the files that a name or pattern means, whatever they hold, the newest first."""
    if source.path is None:
        return [source]
    place = as_on_disk(source.path.parent)
    names = {name for spelling in accents_of(source.path.name) for name in _matching(place / spelling)}
    paths = [Path(name) for name in names if "*" not in str(source.path) or _may_hold_data(name)]
    for path in paths:
        watch(path)  # an older one that is touched is the newest
    newest_first = sorted(paths, key=lambda path: (modified_at(path), path), reverse=True)
    return [source.at(path) for path in newest_first]


def resolved(source: RowSource, schema: FileColumns) -> RowSource:
    """Return the newest file that a pattern means; the source itself if it is none, or nothing is there."""
    return (newest_file(source, schema) or source) if source.is_pattern else source


def kind_of(cells: list[str]) -> FileColumns | None:
    """Return the kind of file that a header names most of; None if it names none that a file must have.

    With a product, a quantity and whose they are it is of orders, however much it says of people.
    """
    named = [kind for kind in KINDS if kind.is_named_in(cells)]
    return max(named, key=lambda kind: (kind is ORDERS, kind.count_known(cells)), default=None)


def _may_be(source: RowSource, schema: FileColumns, *, is_narrow: bool) -> bool:
    """Tell whether a file is to be read as one of a kind: who reads it says what is wrong with it.

    What can't be recognized is, where the pattern is a ``narrow`` one, with a word of its own: an older file
    never stands in for an export that has lost its header.
    """
    cells = _header_of(source)
    if cells is None:
        return True
    kind = kind_of(cells)
    if kind is None:
        return is_narrow or schema.count_known(cells) > 0
    return kind is schema or not _is_surely(kind, cells, schema)


def _is_surely(kind: FileColumns, cells: list[str], schema: FileColumns) -> bool:
    """Tell whether a header is another kind's, and names nothing that only ``schema`` must have."""
    if kind is ORDERS:
        return True
    known = kind.count_known(cells)
    if known < _SURE or (schema.is_named_in(cells) and schema.count_known(cells) >= known):
        return False
    must_have = {field for alike in schema.required for field in alike}
    foreign = [cell for cell in cells if schema.field_of(cell) in must_have and not kind.field_of(cell)]
    return not foreign


def _header_of(source: RowSource) -> list[str] | None:
    header = header_of(source, most_known)
    return header.cells if header else None


def most_known(cells: list[str]) -> int:
    """Tell how many cells of a header name a field of whatever kind they name most of."""
    return max(kind.count_known(cells) for kind in KINDS)


def _may_hold_data(name: str) -> bool:
    """Tell whether a name that a pattern means is that of a data file, and not of a folder or a download."""
    return Path(name).suffix.casefold() in (*TABLES, ".yaml", ".yml") and not os.path.isdir(name)  # noqa: PTH112


def _matching(path: Path) -> list[str]:
    for folder in path.parents:
        for name in names_of_pattern(folder) or [str(folder)]:
            watch(Path(name))
        if "*" not in str(folder):
            break
    return names_of_pattern(path)


def names_of_pattern(path: Path) -> list[str]:
    """Return the names that fit one with ``*``, in any case, but for what an open spreadsheet leaves."""
    # Only * is special: the folders above may well have brackets in their names.
    escaped = Path(glob.escape(str(path)).replace("[*]", "*"))
    name = "".join(map(_in_any_case, escaped.name)) if "*" in path.name else escaped.name
    found = glob.glob(str(escaped.parent / name))  # noqa: PTH207 - absolute
    return [name for name in found if not is_of_an_open_one(Path(name).name)]


def _in_any_case(letter: str) -> str:
    lower, upper = letter.lower(), letter.upper()
    return f"[{lower}{upper}]" if lower != upper and len(lower) == len(upper) == 1 else letter


def is_of_an_open_one(name: str) -> bool:
    """Tell whether a file is what a spreadsheet that is open leaves beside its own."""
    return name.startswith(("~$", ".~lock."))
