"""Word an order: its lines by catalog, what each comes to, what is paid and what is left to pay."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from cagette_notify.core import formatting as wording
from cagette_notify.core.text import one_line
from cagette_notify.mails.views import CatalogView, LineView, OrderView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.notices import Notice
    from cagette_notify.core.order_book import OrderLine


def order_view(notice: Notice, language: str, *, show_prices: bool) -> OrderView:
    """Word the order of a notice; where rows of it could not be read, no sum is known."""
    lines = [line for line in notice.lines if line.quantity > 0]
    by_catalog: dict[str, list[OrderLine]] = {}
    for line in lines:
        by_catalog.setdefault(one_line(line.catalog), []).append(line)
    others = {line.other_than(notice.member.id) for line in lines}
    shows_sums = show_prices and bool(lines) and not notice.has_unread
    unpaid = [line for line in lines if not line.paid]
    left = _amount(unpaid) or Decimal(0)
    total = _sum(lines, language) if shows_sums else ""
    return OrderView(
        catalogs=tuple(
            CatalogView(
                name,
                tuple(_line_view(line, notice, language, show_prices=show_prices) for line in those),
                total=_sum(those, language) if shows_sums and len(by_catalog) > 1 else "",
            )
            for name, those in by_catalog.items()
        ),
        count=len(lines),
        total=total,
        left=wording.money(left, language) if total and left > 0 and len(unpaid) < len(lines) else "",
        paid=shows_sums and not unpaid,
        shared=len(others) == 1 and others != {""},
        sharer=_name(notice, *others) if len(others) == 1 else "",
        incomplete=notice.has_unread,
    )


def _sum(lines: Sequence[OrderLine], language: str) -> str:
    amount = _amount(lines)
    return "" if amount is None else wording.money(amount, language)


def _amount(lines: Sequence[OrderLine]) -> Decimal | None:
    """Return what lines come to; None where the total of one is unknown."""
    totals = [line.total for line in lines if line.total is not None]
    return sum(totals, Decimal(0)) if len(totals) == len(lines) else None


def _name(notice: Notice, sharer: str) -> str:
    return one_line(notice.sharers.get(sharer, ""))


def _line_view(line: OrderLine, notice: Notice, language: str, *, show_prices: bool) -> LineView:
    unit, other = one_line(line.unit), line.other_than(notice.member.id)
    price, measure = "", wording.symbol(unit)
    size = f" {wording.quantity(line.size, line.size_unit, language)}" if line.size else ""
    if show_prices and line.price is not None and not _is_price_of_one(line):
        price = wording.unit_price(line.price, language) + (f"/{measure}" if measure else "")
    return LineView(
        quantity=wording.quantity(line.quantity, unit, language),
        product=f"{wording.product(one_line(line.product), unit)}{size}",
        price=price,
        total=wording.money(line.total, language) if show_prices and line.total is not None else "",
        fees=show_prices and bool(line.fees_in_total),
        paid=show_prices and line.paid,
        shared=bool(other),
        sharer=_name(notice, other),
    )


def _is_price_of_one(line: OrderLine) -> bool:
    """Tell whether the total says the price already."""
    return line.quantity == 1 and line.total == line.price
