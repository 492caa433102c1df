"""Read the product and the numbers of a row of orders."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from cagette_notify.core import parsing as values
from cagette_notify.core.i18n import _
from cagette_notify.data.rows.broken_values import why_no_product
from cagette_notify.data.rows.cells import Row
from cagette_notify.data.rows.torn_numbers import number_in_words, torn_number

_NO_FEES = frozenset("-–—−")

# A column holds few different values.
number_of = lru_cache(maxsize=4096)(values.number)


def product_of(row: Row) -> str:
    """Return a line's product; one that can be none spoils the row."""
    product = row.required("product")
    if why := why_no_product(product) if product else "":
        row.complain("product", why)
    return product


def numbers_of(row: Row) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return a line's quantity, price and total; none of those that are rather one number, torn in two."""
    price, quantity = row.read("price", number_of), row.read("quantity", quantity_of)
    if "quantity" not in row.cells:
        row.complain("quantity", _("missing"))
    total = row.read("total", number_of)
    if row.parted_by_comma and (torn := number_in_words(row)):
        row.complain(torn.field, torn.message)
        return None, None, None
    if price is None or quantity is None:
        return quantity, price, total
    if total is None:
        return quantity, price, price * quantity + (row.read("fees", _fees) or 0)
    if not (torn := torn_number(row, price, quantity, total, fees_of(row))):
        return quantity, price, total
    (row.remark if torn.is_quantity_known else row.complain)(torn.field, torn.message)
    return quantity if torn.is_quantity_known else None, None, None


def fees_of(row: Row) -> Decimal:
    """Return what a line costs beside its price; 0 where that can't be read, as its total stands there."""
    if "fees" not in row.cells:
        return Decimal(0)
    return Row(row.file, row.line, row.cells).read("fees", _fees) or Decimal(0)


def _fees(text: str) -> Decimal:
    return Decimal(0) if text in _NO_FEES else number_of(text)


@lru_cache(maxsize=4096)
def quantity_of(text: str) -> Decimal:
    """Return a quantity of 0 or more; ValueError for another number, or a price."""
    quantity = values.number(text)
    if values.has_currency(text):
        raise ValueError(_("a price, where a quantity was expected: {value!r}", value=text))
    if quantity < 0:
        raise ValueError(_("expected a quantity of 0 or more, not {value!r}", value=text))
    return quantity
