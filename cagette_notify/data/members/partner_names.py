"""Read the name of a partner, who may stand whole in one column: ``Françoise CHAPUIS``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.text import fold
from cagette_notify.data.rows.broken_values import answers_none

if TYPE_CHECKING:
    from cagette_notify.data.rows.cells import Row


def partner_name(row: Row, last_name: str) -> tuple[str, str]:
    """Return the first name and the family name of the partner of somebody with that family name."""
    first, last = _name(row, "partner_first_name"), _name(row, "partner_last_name")
    return (first, last) if first or last else _parted(_name(row, "partner_name"), last_name)


def _name(row: Row, field: str) -> str:
    """Return a name; empty where somebody answered that there is no partner."""
    cell = row.cells.get(field)
    return "" if isinstance(cell, str) and answers_none(cell) else row.name(field)


def _parted(name: str, last_name: str) -> tuple[str, str]:
    """Part a name into the first and the family's: in capitals, or the one that the couple shares.

    Where neither tells, all of it stays the first name: they are greeted by the whole, and found by it.
    """
    words, shared = name.split(), fold(last_name).split()
    in_capitals = [word for word in words if word.isupper() and len(word) > 1]
    if 0 < len(in_capitals) < len(words):
        return " ".join(word for word in words if word not in in_capitals), " ".join(in_capitals)
    count = len(shared)
    if 0 < count < len(words):
        for family, first in ((words[:count], words[count:]), (words[-count:], words[:-count])):
            if fold(" ".join(family)).split() == shared:
                return " ".join(first), " ".join(family)
    return name, ""
