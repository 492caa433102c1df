"""Keep who has ordered while orders are open, as far as that is known: they need no reminder. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.planning.orders.orders_by_member import members_of_unknown_order, members_with_order
from cagette_notify.planning.shrunken_exports import has_shrunk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cagette_notify.planning.due_times import Window

KNOWN_FOR = timedelta(hours=2)
"""How long after a file of orders was written what it says is taken for what there is."""


class OrdersSoFar(Struct, frozen=True):
    """Who has ordered: by a file of ``known_at``, or else as a run had noted it.

    Of whom it is ``unknown`` a row that can't be read may be an order. A file that ``is_being_written`` tells
    nothing until the next run.
    """

    with_order: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    known_at: datetime | None = None
    is_being_written: bool = False


def asking_for_orders(windows: Iterable[Window], now: datetime) -> tuple[Window, ...]:
    """Return the windows, open or closed, of what leaves to those without an order."""
    return tuple(one for one in windows if one.kind.traits.without_order and one.due_at <= now)


def orders_so_far(book: OrderBook | None, written_at: datetime | None, noted: Collection[str]) -> OrdersSoFar:
    """Return what a fresh file tells; where there is none, or it can't be believed, who was ``noted``.

    One in which most of those noted have no order any more is rather half a file than what there is.
    """
    if book is not None and book.state is OrdersState.FRESH:
        return OrdersSoFar(is_being_written=True)
    if book is None or book.state is not OrdersState.READY:
        return OrdersSoFar(frozenset(noted))
    sure = replace(book, unread=tuple(line for line in book.unread if line.is_certain))
    with_order = members_with_order(sure) | members_of_unknown_order(sure)
    if has_shrunk(len(noted), len(with_order.intersection(noted))):
        return OrdersSoFar(frozenset(noted))
    unknown = (members_with_order(book) | members_of_unknown_order(book)) - with_order
    return OrdersSoFar(frozenset(with_order), frozenset(unknown), written_at)
