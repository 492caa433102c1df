"""Choose the members with, or without, an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError
from cagette_notify.core.model import OrdersState
from cagette_notify.data.dataset import load_orders
from cagette_notify.planning.orders_by_member import members_with_order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.data.dataset import Calendar

WITH_ORDER = "with-order"
WITHOUT_ORDER = "without-order"


def members_by_order(
    calendar: Calendar,
    members: Sequence[Member],
    distribution: Distribution,
    now: datetime,
    *,
    with_order: bool,
) -> tuple[list[Member], tuple[Problem, ...]]:
    """Return the members of a list, and what there is to say about the orders behind it.

    Raises ``DataError`` where the orders can't be read.
    """
    orders = load_orders(calendar, members, [distribution.id], now=now, hold_stale=False)
    book = orders.books[distribution.id]
    if book.state is not OrdersState.READY:
        raise DataError(*orders.problems)
    ordered = members_with_order(book)
    chosen = [member for member in members if (member.id in ordered) is with_order]
    return chosen, orders.problems
