"""Find who has ordered for what is still ahead, as far as the orders are known: that is activity. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.planning.orders.orders_by_member import members_of_unknown_order, members_with_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime, timedelta

    from cagette_notify.core.model import Distribution, Member


def is_unseen(member: Member, after: timedelta | None, now: datetime) -> bool:
    """Tell whether the member was not seen for so long; an order would count as having been seen."""
    return bool(after and member.last_seen and now - member.last_seen > after)


def may_hold_orders(
    members: Iterable[Member], distributions: Iterable[Distribution], now: datetime
) -> Iterator[Distribution]:
    """Yield what is ahead of these members' groups for which somebody can have ordered."""
    groups = {group_id for member in members for group_id in member.group_ids}
    for one in distributions:
        has_opened = one.orders_open_at is None or one.orders_open_at <= now
        if one.group_id in groups and one.starts_at > now and has_opened and not one.cancelled:
            yield one


def active_by_order(
    members: Iterable[Member],
    distributions: Iterable[Distribution],
    books: Mapping[str, OrderBook],
    now: datetime,
) -> frozenset[tuple[str, str]]:
    """Return, by group and id, those of the members who have ordered, or of whom nobody can know.

    Once orders have closed, a file that is missing, old or unreadable may hold anybody's: a mail too many is
    better than one that is lost by a guess. While they are open, one that isn't there yet says nothing.
    """
    people = list(members)
    found: set[tuple[str, str]] = set()
    for one in distributions:
        book = books[one.id]
        ordered = members_with_order(book) | members_of_unknown_order(book)
        is_anybodys = _may_be_anybodys(one, book, now)
        found.update(
            (one.group_id, member.id)
            for member in people
            if one.group_id in member.group_ids and (is_anybodys or member.id in ordered)
        )
    return frozenset(found)


def _may_be_anybodys(one: Distribution, book: OrderBook, now: datetime) -> bool:
    if book.state is OrdersState.READY:
        return False
    has_closed = one.orders_close_at is not None and one.orders_close_at <= now
    return has_closed or book.state is not OrdersState.WAITING
