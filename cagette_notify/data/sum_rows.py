"""Tell the rows that sum up orders from those of a product: ``TOTAL``, ``Sous-total``, ``Total général``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cagette_notify.data.rows import Row

# Folded. No more than that: people are called Total, too.
_SUM: Final = re.compile(
    r"(?:sous[ -]?|sub[ -]?|grand )?total(?: (?:general|ttc|ht|net|a (?:payer|regler)|amount|"
    r"(?:(?:de la |des |du |of )?(?:commandes?|paniers?|orders?))))?[ :]*"
)


def sums_last(
    rows: Iterable[Row], field: str, sums_up: Callable[[Row], bool], problems: list[Problem]
) -> Iterator[Row]:
    """Yield rows of orders; those that read as sums once the others are placed, unless they ``sums_up`` some.

    A sum is said in its product, or in ``field``, where another row names its member. ``problems`` grows.
    """
    sums: list[Row] = []
    for row in rows:
        if _reads_as_a_sum(row, "product") or _reads_as_a_sum(row, field):
            sums.append(row)
        else:
            yield row
    left_out = [row for row in sums if sums_up(row)]
    if left_out:
        first = left_out[0]
        what = first.cells.get("product") or first.cells.get(field)
        message = _(
            "{word} sums up other rows: such rows are left out ({count} in this file)",
            word=quoted(str(what)),
            count=len(left_out),
        )
        problems.append(Problem(message, first.file, first.line, "product", is_warning=True))
    yield from (row for row in sums if row not in left_out)


def is_a_sum(text: str) -> bool:
    """Tell whether a text stands before a sum, rather than for a product or a person."""
    return "total" in text.lower() and bool(_SUM.fullmatch(fold(text)))


def _reads_as_a_sum(row: Row, field: str) -> bool:
    cell = row.cells.get(field)
    return isinstance(cell, str) and is_a_sum(cell)
