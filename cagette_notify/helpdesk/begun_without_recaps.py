"""Find the distributions under way of which recaps waited for their orders in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.model import OrdersState
from cagette_notify.data.dataset import load_orders
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning.missed_recaps import missed_problem, takes_place_now
from cagette_notify.planning.orders_by_member import members_with_order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.data.roster import Roster
    from cagette_notify.ledger.ledger import Ledger


def begun_without_recaps(config: Config, roster: Roster, ledger: Ledger, now: datetime) -> Iterator[Problem]:
    """Yield a warning for each: a run says it once, and there are people yet to be told."""
    calendar = roster.calendar
    under_way = {
        one.id: one
        for one in calendar.distributions
        if takes_place_now(one, now) and not (one.cancelled or calendar.groups[one.group_id].disabled)
    }
    lacking = SkipBook(ledger, config.account).waited_in_vain(under_way)
    if not lacking:
        return
    books = load_orders(
        *(calendar, roster.members, lacking),
        set_aside=roster.people_set_aside,
        now=now,
        hold_stale=config.hold_stale_orders,
    ).books
    told = {
        entry.key.distribution_id
        for entry in ledger.entries(config.account, lacking)
        if entry.key.kind.traits.needs_order and entry.may_have_arrived
    }
    for id_, member_ids in lacking.items():
        book = books[id_]
        if book.state is not OrdersState.READY or member_ids & members_with_order(book):
            yield missed_problem(under_way[id_], book, was_told=id_ in told, is_warning=True)
