"""Leave out the prices of orders that don't make the totals beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.order_book import OrderLine, StrangerLine, UnreadLine

if TYPE_CHECKING:
    Line = OrderLine | UnreadLine | StrangerLine

_HALF_A_CENT = Decimal("0.005")


def without_odd_prices(lines: list[Line], group_id: str, problems: list[Problem]) -> list[Line]:
    """Return the lines, those without a price of which it doesn't make the total: ``problems`` grows by one.

    It is that of a kilogram beside grams, or from before a discount, or without taxes: the total is what is
    to be paid, and beside it the price would be wrong.
    """
    odd = {at: line for at, line in enumerate(lines) if isinstance(line, OrderLine) and _is_odd(line)}
    if not odd:
        return lines
    first = next(iter(odd.values()))
    message = _(
        "{price} x {quantity} is not {total}: recaps show the total, and not the price (such rows: {count})",
        price=_as_written(first.price),
        quantity=_as_written(first.quantity),
        total=_as_written(first.total),
        count=len(odd),
    )
    origin = first.origin
    problems.append(Problem(message, origin.file, origin.line, "price", group_id=group_id, is_warning=True))
    return [replace(odd[at], price=None) if at in odd else line for at, line in enumerate(lines)]


def _as_written(number: Decimal | None) -> str:
    """Return a number as the language spoken writes it: ``5,00``, and in English ``5.00``."""
    return str(number).replace(".", "," if spoken() == "fr" else ".")


def _is_odd(line: OrderLine) -> bool:
    """Tell whether a price makes no total, with fees or without, whatever was rounded: 3 at 2,33 are 7."""
    if line.price is None or line.total is None or line.quantity == 0:
        return False
    off = abs(line.total - (line.fees_in_total or 0) - line.price * line.quantity)
    return off > _HALF_A_CENT and off > _HALF_A_CENT + _most_rounded_off(line.price, line.quantity)


def _most_rounded_off(price: Decimal, quantity: Decimal) -> Decimal:
    """Return by how much what a quantity costs may be off, the price and a weight being rounded."""
    by_price = _half_a_digit(min(_exponent(price), -2)) * quantity  # 3 is 3,00
    by_weight = _half_a_digit(_exponent(quantity)) * abs(price) if quantity % 1 else Decimal(0)
    return by_price + by_weight


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


def _half_a_digit(exponent: int) -> Decimal:
    return Decimal(5).scaleb(exponent - 1)
