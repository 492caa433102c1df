"""Foresee which mails leave in the next days, and to how many. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.model import OrderBook, OrdersState
from cagette_notify.core.notices import Reason
from cagette_notify.planning.timeline import WILL_SEND, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cagette_notify.core.kinds import Kind


class PlannedNotice(Struct, frozen=True):
    """One kind of notice of a distribution: when it leaves (UTC), and to how many addresses.

    ``waits_for_orders`` tells that it will be to more once the orders are there, ``orders`` how they are,
    ``unread_orders`` how many addresses wait for a row of their order that can't be read.
    """

    at: datetime
    kind: Kind
    group_id: str
    distribution_id: str
    addresses: int
    waits_for_orders: bool = False
    unread_orders: int = 0
    orders: OrdersState = OrdersState.READY
    is_correction: bool = False  # of what a recap had said


def planned_notices(
    events: tuple[TimelineEvent, ...], now: datetime, books: Mapping[str, OrderBook]
) -> tuple[PlannedNotice, ...]:
    """Count the addresses of each notice; one for which nobody has ordered yet is there too."""
    counts: Counter[tuple[datetime, Kind, str, str, bool]] = Counter()
    unread: Counter[tuple[datetime, Kind, str, str, bool]] = Counter()
    waiting, ahead = set(), set()
    for event in events:
        key = (event.at, event.kind, event.group_id, event.distribution_id, event.is_correction)
        if event.status == WILL_SEND:
            counts[key] += 1
        elif (
            event.reason == Reason.WAITING_FOR_ORDERS
            and _state_of(books.get(event.distribution_id)) is OrdersState.READY
        ):
            unread[key] += 1
        elif event.reason == Reason.WAITING_FOR_ORDERS:
            waiting.add(key)
        elif event.reason == Reason.NO_ORDER and event.at > now:
            ahead.add(key)
    return tuple(
        PlannedNotice(
            *key[:4],
            counts[key],
            waits_for_orders=key in waiting,
            unread_orders=unread[key],
            orders=_state_of(books.get(key[3])),
            is_correction=key[4],
        )
        for key in sorted({*counts, *unread, *waiting, *ahead})
    )


def _state_of(book: OrderBook | None) -> OrdersState:
    return book.state if book else OrdersState.WAITING
