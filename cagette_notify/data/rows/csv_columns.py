"""Find which column of a CSV each field is in, and join a day with hours that stand apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import is_only_hours
from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.readers.records import Record, content
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_OF_A_STREET = ("rue", "voie", "avenue", "adresse", "typedevoie", "nomdelarue", "nomdelavoie", "street")
_OF_A_TOWN = ("ville", "commune", "localite", "city")
_IDS = ("id", "member")
_MIDNIGHT = r"[T\s]+00:00(?::00)?"  # what a spreadsheet adds to a day


def columns_of(header: Record, schema: FileColumns) -> dict[str, int]:
    """Return the position of each field that the header names; raise Unreadable if two name one."""
    columns: dict[str, int] = {}
    for position, cell in enumerate(header.cells):
        found = schema.names.get(plain(cell), "")
        field = schema.alone.get(found, found)
        if not field or field in schema.nested or _is_of_a_street(header.cells, position, schema):
            continue
        known = columns.get(field)
        columns[field] = position if known is None else _stronger(header, known, position, field, schema)
    return columns


def day_columns_of(header: Record, schema: FileColumns, columns: Mapping[str, int]) -> dict[str, int]:
    """Return, for each field whose hours stand in its column, the position of its day."""
    return {
        field: position
        for position, cell in enumerate(header.cells)
        if plain(cell) in schema.days
        and (field := schema.names.get(plain(cell), "")) in columns
        and columns[field] != position
    }


def joined(day: str, hours: str) -> str:
    """Make a moment of a day and hours; hours with a day of their own, or none, stay what they are."""
    if not hours:
        return day
    return f"{re.sub(f'{_MIDNIGHT}$', '', day)} {hours}" if day and is_only_hours(hours) else hours


def is_unique(records: Iterable[Record], position: int) -> bool:
    """Tell whether no value stands twice in a column."""
    cells = (content(record.cells[position]) for record in records if position < len(record.cells))
    values = [cell for cell in cells if cell]
    return len(values) == len(set(values))


def _is_of_a_street(header: list[str], position: int, schema: FileColumns) -> bool:
    """Tell whether a doubtful name is that of a house's number, beside its street, or of a town's code."""
    name = plain(header[position])
    if name not in schema.doubtful:
        return False
    beside = (*header[max(position - 1, 0) : position], *header[position + 1 : position + 2])
    words = (*_OF_A_STREET, *_OF_A_TOWN) if name == "code" else _OF_A_STREET
    return any(cell not in schema.names and cell.startswith(words) for cell in map(plain, beside))


def _stronger(header: Record, one: int, other: int, field: str, schema: FileColumns) -> int:
    """Return which of two columns is the field's: no doubtful one, an id under its own name, the hours.

    Nor a price that may be of all, or a name that came to be known later. Of two that are both doubtful, or
    both came later, and may be ids it is the first one.
    """
    names = {one: plain(header.cells[one]), other: plain(header.cells[other])}
    if field in _IDS and any(kind.issuperset(names.values()) for kind in (schema.doubtful, schema.later)):
        return one
    weak = [at for at, name in names.items() if name in schema.doubtful]
    if field == "id" and field in names.values():
        weak = [at for at, name in names.items() if name != field]
    weak = weak or [at for at, name in names.items() if name in schema.days]
    for kind in (schema.vague, schema.latest, schema.later):
        weak = weak if len(weak) == 1 else [at for at, name in names.items() if name in kind]
    if len(weak) != 1:
        raise Unreadable(
            _(
                "two columns for {field}: {first!r} and {second!r}",
                field=field,
                first=header.cells[one],
                second=header.cells[other],
            ),
            header.line,
        )
    return one if weak == [other] else other
