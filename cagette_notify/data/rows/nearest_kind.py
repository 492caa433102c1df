"""Guess of which kind a table was meant to be that is read as none, and which columns it lacks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.text import fold
from cagette_notify.data.rows.columns import KINDS, MEMBERS, ORDERS
from cagette_notify.data.rows.whole_names import where_it_goes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.data.rows.column_matching import FileColumns

_FEW = 2  # columns: one of a known name stands in any table


def nearest_kind(cells: Sequence[str], name: str) -> FileColumns | None:
    """Return the kind that a file's name says, else that of which its header names most columns."""
    return _kind_in(name) or max(
        (kind for kind in KINDS if _count(kind, cells) >= _FEW),
        key=lambda kind: (kind.count_known(cells), len(kind.required) - len(lacking(kind, cells))),
        default=None,
    )


def says_orders(name: str) -> bool:
    """Tell whether a file's name says that it holds orders, whatever addresses stand in it."""
    return _kind_in(name) is ORDERS


def lacking(kind: FileColumns, cells: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the fields of a kind of which no column of a header is one, where rows must have one."""
    fields = {kind.field_of(cell) for cell in cells}
    return tuple(alike for alike in kind.required if fields.isdisjoint(alike))


def _kind_in(name: str) -> FileColumns | None:
    """Return the kind that is called so; a list of members may say of what else it is."""
    words = set(re.findall(r"[a-z]+", fold(Path(name).name)))
    named = [kind for kind in KINDS if words & kind.titles]
    return MEMBERS if MEMBERS in named else next(iter(named), None)


def _count(kind: FileColumns, cells: Sequence[str]) -> int:
    fields = {field for cell in cells if (field := kind.field_of(cell))}
    return len({where_it_goes(field, fields) for field in fields})
