"""Find the exports of Cagette's that lie beside the data and are not used."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.files import name_within
from cagette_notify.core.i18n import _
from cagette_notify.data.files.newest_file import is_of_an_open_one, names_of_pattern
from cagette_notify.data.rows.cagette_export import Export, export_with
from cagette_notify.data.rows.read_rows import TABLES, RowSource, header_of, one_process_for

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_COUNTER = re.compile(r" ?\([0-9]+\)$")  # of a browser's, for what it downloads again
_A_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}|\{date\}"


def unused_exports_in(folder: Path, used: Collection[Path]) -> Iterator[Problem]:
    """Yield a warning for each export in ``folder``, or beside a file in use, that no file in use is.

    The names in ``used`` may be patterns. An export of another day's orders belongs to its likes.
    """
    for path, export in _unused_in(folder, used):
        name, likes = name_within(path, folder), _name_of_its_likes(export, path, used)
        yield Problem(_advice(export, name, likes), name, is_warning=True)


def unused_orders_in(folder: Path, used: Collection[Path]) -> Iterator[str]:
    """Yield the names of those that are of orders."""
    for path, export in _unused_in(folder, used):
        if export is not Export.MEMBERS:
            yield name_within(path, folder)


def _unused_in(folder: Path, used: Collection[Path]) -> list[tuple[Path, Export]]:
    patterns = {re.sub(_A_DAY, "*", str(path)) for path in used}
    in_use = {*map(str, used), *(name for pattern in patterns for name in names_of_pattern(Path(pattern)))}
    places = sorted({folder, *(path.parent for path in used)})
    paths = [path for place in places for path in sorted(tables_of(place)) if str(path) not in in_use]
    with one_process_for(paths):
        return [(path, export) for path in paths if (export := _export_at(path))]


def _name_of_its_likes(export: Export, path: Path, used: Collection[Path]) -> str:
    """Return the pattern by which its likes are found, with ``{date}`` for a day; nothing if none is."""
    for pattern in sorted(one for one in used if "*" in one.name and one.suffix in ("", path.suffix)):
        found = names_of_pattern(Path(re.sub(_A_DAY, "*", str(pattern))))
        if found and _export_at(Path(found[0])) is export:
            return re.sub(_A_DAY, "{date}", pattern.name)
    return ""


def tables_of(folder: Path) -> list[Path]:
    """Return the files of a folder that have a header, but for what an open spreadsheet leaves beside it."""
    try:
        return [path for path in folder.iterdir() if _is_table(path)]
    except OSError:
        return []  # those that name a file in it have said why


def _is_table(path: Path) -> bool:
    return path.suffix.casefold() in TABLES and not is_of_an_open_one(path.name) and path.is_file()


def _export_at(path: Path) -> Export | None:
    header = header_of(RowSource("", path), lambda cells: export_with(cells) is not None)
    return export_with(header.cells) if header else None


def _advice(export: Export, name: str, likes: str) -> str:
    if likes and export is Export.MEMBERS:
        return _(
            "looks like Cagette's export of members, and is not used: only names such as {pattern} are, and "
            "the newest of them replaces the others; rename it if it is of the same group",
            pattern=likes,
        )
    if likes:
        return _(
            "looks like Cagette's export of orders, and is not used: only names such as {pattern} are, and "
            "the newest of a day replaces the others; if other orders of its day stand in one of them, add "
            "its lines there, below one header; else rename it if it is of the same group",
            pattern=likes,
        )
    if export is Export.MEMBERS:
        return _(
            "looks like Cagette's export of members, and is not used: name it as the members, "
            "in config.yaml or at its group, members: {name}",
            name=name,
        )
    return _(
        "looks like Cagette's export of orders, and is not used: name it at its distribution, orders: {name}",
        name=_name_for_each_day(name),
    )


def _name_for_each_day(name: str) -> str:
    """Return a name that fits the export of every distribution's day, if this one has its day in it."""
    path = Path(name)
    stem = re.sub(_A_DAY, "{date}", _COUNTER.sub("", path.stem))
    return str(path.with_name(f"{stem}*")) if "{date}" in stem else name
