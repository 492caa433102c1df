"""Tell a number that its decimal comma tore in two: ``12,90`` without quotes between commas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from cagette_notify.data.rows.cells import Row

_WHOLE = re.compile(r"[-+−]?\s*[0-9\s]+")
_DECIMALS = re.compile(r"[0-9]{1,2}\s*(?:€|eur|euros?)?", re.IGNORECASE)
_AMOUNTS = (("price", "total"), ("total", "price"))
_BEFORE_QUANTITY = (("price", "quantity"), ("quantity", "total"))
_BEFORE_WORDS = tuple(
    (number, words) for number in ("quantity", "price", "total") for words in ("unit", "catalog")
)


class Torn(NamedTuple):
    """Two cells of a row that are rather one number; ``message`` says both readings, and the cure."""

    field: str
    message: str
    is_quantity_known: bool


def parted_by_comma(columns: Mapping[str, int], delimiter: str) -> frozenset[tuple[str, str]]:
    """Return each two fields whose columns only a comma parts."""
    if delimiter != ",":
        return frozenset()
    at = {position: field for field, position in columns.items()}
    return frozenset((field, at[after]) for place, field in at.items() if (after := place + 1) in at)


def number_in_words(row: Row) -> Torn | None:
    """Return a number of which the decimals stand where a unit or a catalog is named, with all after it."""
    for pair in _BEFORE_WORDS:
        if pair in row.parted_by_comma and row.cells.keys() >= set(pair):
            whole, decimals = _texts(row, pair)
            if _WHOLE.fullmatch(whole) and _DECIMALS.fullmatch(decimals):
                return _torn(row, pair, is_quantity_known=False)
    return None


def torn_number(row: Row, price: Decimal, quantity: Decimal, total: Decimal, fees: Decimal) -> Torn | None:
    """Return the number of an order that stands in two cells, most likely; None for a row that is sound.

    A total is often something else than price times quantity, with the ``fees`` or without: a discount,
    goods that are weighed. Where the two amounts read as one besides, nobody can tell which it is. A price
    torn before the quantity has moved that by a column; so has a torn quantity, of which 0 is left.
    """
    if not row.parted_by_comma:
        return None
    beside = total - price * quantity
    is_consistent = min(abs(beside), abs(beside - fees)) < 1  # all are whole, or the quantity was rounded
    for pair in _AMOUNTS:
        if pair in row.parted_by_comma and _reads_as_one(row, pair, is_consistent=is_consistent):
            return _torn(row, pair, is_quantity_known=quantity != 0)
    if row.parted_by_comma.issuperset(_BEFORE_QUANTITY):
        pair = _BEFORE_QUANTITY[0]
        if _reads_as_one(row, pair, is_consistent=is_consistent):
            return _torn(row, pair, is_quantity_known=False)
    return None


def _reads_as_one(row: Row, pair: tuple[str, str], *, is_consistent: bool) -> bool:
    whole, decimals = _texts(row, pair)
    if not _WHOLE.fullmatch(whole) or not _DECIMALS.fullmatch(decimals):
        return False
    return not is_consistent or (decimals[0] == "0" and decimals[1:2].isdigit())  # nobody writes 05 euros


def _torn(row: Row, pair: tuple[str, str], *, is_quantity_known: bool) -> Torn:
    whole, decimals = _texts(row, pair)
    message = _(
        "{whole} and {decimals}, or {whole},{decimals}? put quotes around numbers with a comma, or separate "
        "the columns by semicolons",
        whole=whole,
        decimals=decimals,
    )
    return Torn(pair[0], message, is_quantity_known)


def _texts(row: Row, pair: tuple[str, str]) -> tuple[str, str]:
    whole, decimals = (str(row.cells[field]).strip() for field in pair)
    return whole, decimals
