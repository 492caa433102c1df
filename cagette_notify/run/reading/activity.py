"""Find who counts as active though not seen for long: whoever had a recap lately, or has ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.data.dataset import load_orders
from cagette_notify.planning.orders.orders_ahead import active_by_order, is_unseen, may_hold_orders
from cagette_notify.run.reading.held_groups import books_as_believed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Member
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.reading.held_groups import GroupsRead


def active_members(
    config: Config, ledger: Ledger, read: GroupsRead, everybody: Sequence[Member], now: datetime
) -> frozenset[tuple[str, str]]:
    """Return the active, by group and id.

    Of the orders no more is read than what those of ``read`` may stand in who would be left out otherwise.
    """
    after = config.rules.inactive_after
    if not after:
        return frozenset()
    active = ledger.members_with_recaps(config.account, now - after)
    unseen = {
        id(member): member
        for members in read.members.values()
        for member in members
        if is_unseen(member, after, now) and active.isdisjoint((id_, member.id) for id_ in member.group_ids)
    }
    ahead = list(may_hold_orders(unseen.values(), read.calendar.distributions, now))
    if not ahead:
        return active
    orders = load_orders(
        read.calendar,
        everybody,
        {one.id for one in ahead} - read.books.keys(),
        set_aside=read.set_aside,
        now=now,
        hold_stale=config.hold_stale_orders,
    )
    books = {**orders.books, **read.books}
    books |= books_as_believed(ledger, config.account, [(one, books[one.id]) for one in ahead], now)
    return active | active_by_order(unseen.values(), ahead, books, now)
