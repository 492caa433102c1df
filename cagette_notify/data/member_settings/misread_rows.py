"""Tell whom rows of notifications.csv seem to mean that can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.parsing import yes_no
from cagette_notify.data.rows import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.data.rows import Cell


def guess_of(row: Row) -> Row:
    """Return a row that can't be read as it was probably meant: ``1007 opening no`` is three cells."""
    return Row(row.file, row.line, _parted(row.misplaced or row.cells))


def _parted(cells: Mapping[str, Cell]) -> Mapping[str, Cell]:
    alone = cells.get("member", "") if len(cells) == 1 else ""
    words = alone.split() if isinstance(alone, str) else []
    for at in range(2, min(len(words), 5)):  # a date may follow, and names have blanks, too
        try:
            yes_no(words[at])
        except ValueError:
            continue
        return {"member": " ".join(words[: at - 1]), "kind": words[at - 1], "value": words[at]}
    return cells
