"""Put together a name of which the first name stands in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.text import fold
from cagette_notify.data.rows.broken_values import why_broken

if TYPE_CHECKING:
    from collections.abc import Collection

    from cagette_notify.data.rows.cells import Cell


def put_names_together(cells: dict[str, str] | dict[str, Cell], columns: Collection[str]) -> None:
    """Move a first name behind the name beside it; nothing where none of the ``columns`` is for names.

    A whole name that has it already stays as it is. Of what is broken only that part stays: it is said.
    """
    first, name = cells.get("first_name"), cells.get("member_name", "")
    if where_it_goes("first_name", columns) == "first_name" or not isinstance(first, str):
        return
    if not isinstance(name, str):
        return
    del cells["first_name"]
    broken = next(filter(why_broken, (name, first)), "")
    is_whole = {*fold(first).split()} < {*fold(name).split()}
    cells["member_name"] = broken or (name if is_whole else f"{name} {first}".strip())


def where_it_goes(field: str, columns: Collection[str]) -> str:
    """Return the field that a cell is read as: a first name goes with the name beside it."""
    return "member_name" if field == "first_name" and "member_name" in columns else field
