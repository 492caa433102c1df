"""Find the recaps that waited for their orders: of which these came too late, or turned out to be none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.cron_alive import CRON_ALIVE_WITHIN
from cagette_notify.core.notices import Reason
from cagette_notify.core.order_book import OrdersState
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning.orders.orders_by_member import (
    members_named_by_unread,
    members_perhaps_with_order,
    members_with_order,
)
from cagette_notify.run.reading.held_groups import books_as_believed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cagette_notify.core.model import Distribution
    from cagette_notify.core.notices import Notice
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.dataset import Members
    from cagette_notify.planning.plan import Owed
    from cagette_notify.run.context import Run
    from cagette_notify.run.reading.read_data import RunData


_AN_INSTANT = timedelta(seconds=1)


def waited_for_orders(run: Run, expired: Iterable[Owed]) -> list[Notice]:
    """Return the recaps of which an earlier run could say nothing for want of their order.

    What a correction stood for is another matter.
    """
    recaps = [one.notice for one in expired if one.notice.kind.traits.needs_order and not one.told]
    ids = {notice.distribution.id for notice in recaps}
    noted = SkipBook(run.ledger, run.account).noted_as(Reason.WAITING_FOR_ORDERS.value, ids)
    return [notice for notice in recaps if (notice.distribution.id, notice.member.id) in noted]


def late_orders(run: Run, data: RunData, expired: Iterable[Owed]) -> dict[str, OrderBook]:
    """Return the orders that were there only once it was too late for recaps, by distribution.

    Had no run come for long before, they may have been there in time: the machine is to blame.
    """
    complete = {} if run.request.rehearsal else run.memory.last_complete_runs(run.now)
    found = {}
    for notice in waited_for_orders(run, expired):
        served = complete.get(notice.group.id, notice.too_late_at - _AN_INSTANT)
        runs_came = timedelta(0) < notice.too_late_at - served <= CRON_ALIVE_WITHIN
        book = data.books.get(notice.distribution.id)
        if runs_came and book and _is_read(book, notice) and notice.group.id not in data.held_groups:
            found[notice.distribution.id] = book
    return found


def _is_read(book: OrderBook, notice: Notice) -> bool:
    return book.state is OrdersState.READY and notice.member.id not in members_named_by_unread(book)


def without_order(run: Run, distribution: Distribution, people: Members) -> set[str]:
    """Return the ids of the group's members who have none by now, once the orders have come.

    An empty file tells nothing.
    """
    from cagette_notify.data.dataset import load_orders

    books = load_orders(
        *(run.calendar, people.members, [distribution.id]),
        set_aside=people.people_set_aside,
        now=run.now,
        hold_stale=run.config.hold_stale_orders,
        is_rehearsal=run.request.rehearsal,
        unread_groups=people.stopped_groups,
    ).books
    read = [(distribution, books[distribution.id])]
    book = books_as_believed(run.ledger, run.account, read, run.now)[distribution.id]
    if book.state is not OrdersState.READY or not book.lines:
        return set()
    may_have_one = members_with_order(book) | members_perhaps_with_order(book).keys()
    return {one.id for one in people.members} - may_have_one
