"""Find the newest file that a name with ``*`` means, by its header whatever it is called."""

from __future__ import annotations

import glob
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.files import accents_of, as_on_disk
from cagette_notify.core.stamps import watch
from cagette_notify.data.columns import KINDS
from cagette_notify.data.file_ages import modified_at
from cagette_notify.data.read_rows import TABLES, header_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.data.column_matching import FileColumns
    from cagette_notify.data.read_rows import RowSource


def newest_file(source: RowSource, schema: FileColumns) -> RowSource | None:
    """Return the file that a name or pattern means, of several the one modified last; None if there is none.

    Of two modified at once it is the one whose name comes last. A file whose header is rather that of another
    kind than of ``schema`` is none of them.
    """
    return next(_newest_first(source, schema), None)


def is_one_of_several(source: RowSource, schema: FileColumns) -> bool:
    """Tell whether a pattern means several files of a kind, of which the newest counts."""
    return len([*islice(_newest_first(source, schema), 2)]) > 1


def _newest_first(source: RowSource, schema: FileColumns) -> Iterator[RowSource]:
    if source.path is None:
        yield source
        return
    place = as_on_disk(source.path.parent)
    names = {name for spelling in accents_of(source.path.name) for name in _matching(place / spelling)}
    paths = [Path(name) for name in names if "*" not in str(source.path) or _may_hold_data(name)]
    for path in paths:
        watch(path)  # an older one that is touched is the newest
    newest_first = sorted(paths, key=lambda path: (modified_at(path), path), reverse=True)
    found = (source.at(path) for path in newest_first)
    yield from (one for one in found if len(paths) == 1 or _may_be(one, schema))


def resolved(source: RowSource, schema: FileColumns) -> RowSource:
    """Return the newest file that a pattern means; the source itself if it is none, or nothing is there."""
    return (newest_file(source, schema) or source) if source.is_pattern else source


def kind_of(cells: list[str]) -> FileColumns | None:
    """Return the kind of file that a header names most of; None if it names none that a file must have."""
    known = {kind.title: kind.count_known(cells) for kind in KINDS if kind.is_named_in(cells)}
    best = max(known, key=lambda title: known[title], default="")
    return next((kind for kind in KINDS if kind.title == best), None)


def _may_be(source: RowSource, schema: FileColumns) -> bool:
    """Tell whether a file is of a kind. One that can't be read may be: who reads it says what is wrong."""
    header = header_of(source, schema.count_known)
    if header is None:
        return True
    kind = kind_of(header.cells)
    return kind is schema or (kind is None and schema.count_known(header.cells) > 0)


def _may_hold_data(name: str) -> bool:
    """Tell whether a name that a pattern means is that of a data file, and not of a folder or a download."""
    return Path(name).suffix.casefold() in (*TABLES, ".yaml", ".yml") and not os.path.isdir(name)  # noqa: PTH112


def _matching(path: Path) -> list[str]:
    for folder in path.parents:
        for name in _glob(folder) or [str(folder)]:
            watch(Path(name))
        if "*" not in str(folder):
            break
    return _glob(path)


def _glob(path: Path) -> list[str]:
    # Only * is special: the folders above may well have brackets in their names.
    found = glob.glob("*".join(map(glob.escape, str(path).split("*"))))  # noqa: PTH207 - absolute
    return [name for name in found if not is_of_an_open_one(Path(name).name)]


def is_of_an_open_one(name: str) -> bool:
    """Tell whether a file is what a spreadsheet that is open leaves beside its own."""
    return name.startswith(("~$", ".~lock."))
