"""Warn of columns that are not read: misspelt ones, and those by which an order may be another one."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted
from cagette_notify.data.cagette_export import UNNEEDED_COLUMNS
from cagette_notify.data.column_matching import FileColumns, plain
from cagette_notify.data.price_columns import is_amount, is_price_of_one, is_same_but_for_taxes, words_of
from cagette_notify.data.read_rows import RowSource, header_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence


_ALIKE = 0.75  # of what two names share, from 0 to 1
_CHANGES = re.compile(
    r"\b(?:annul|cancel|supprim|statut|status|etats?\b|remise|remises|rabais|reduction|ristourne|discount|avoirs?\b"
    r"|refus|rupture|indisponib|substitu|remplac|rembours|refund)"
)
_UNNEEDED = frozenset(map(plain, UNNEEDED_COLUMNS))


def misspelt_columns_of(source: RowSource, schema: FileColumns) -> Iterator[Problem]:
    """Yield a warning for each column that was probably meant for a field that no column is for.

    And for each of orders that seems to hold prices, or whether a row counts. Nothing for a file that can't
    be read, of which others have more to say, or that has no header.
    """
    header = header_of(source, schema.count_known)
    if header is None:
        return
    sure = schema.names.keys() - schema.doubtful  # a short one is near to many words
    names = [name for name in schema.names if name in sure and schema.names[name] not in schema.nested]
    taken = {schema.names.get(plain(cell)) for cell in header.cells}
    for cell in header.cells:
        near = difflib.get_close_matches(plain(cell), names, n=1, cutoff=_ALIKE)
        field = schema.names[near[0]] if near else ""
        if plain(cell) in schema.names or plain(cell) in _UNNEEDED:
            continue
        message = ""
        if field and field not in taken:
            message = _(
                "a column that is not read: {name}; did you mean {field}?", name=quoted(cell), field=field
            )
        elif schema.vague:
            message = _of_orders(cell, header.cells, taken)
        if message:
            yield Problem(message, source.name, header.line, is_warning=True)


def _of_orders(name: str, header: Sequence[str], taken: Container[str | None]) -> str:
    """Say what recaps may lack as a column of orders is not read; nothing of most columns."""
    if _CHANGES.search(" ".join(words_of(name))):
        return _(
            "a column that is not read: {name}; if it changes what is ordered or paid, take out those "
            "rows, or correct their quantities and totals",
            name=quoted(name),
        )
    lacks = "total" if is_amount(name) and not is_price_of_one(name) else "price"
    is_same = any(is_same_but_for_taxes(name, other) for other in header if other != name)
    if not is_amount(name) or lacks in taken or is_same:
        return ""
    return _(
        "a column that is not read: {name}; if recaps are to show it, call it 'unit price', or 'total' "
        "if it is that of the whole row",
        name=quoted(name),
    )
