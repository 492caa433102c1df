"""Find the distributions under way of which recaps waited for their orders in vain, or came too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.notices import Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.data.dataset import load_orders
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning.missed_recaps import missed_problem, takes_place_now, want_of_orders
from cagette_notify.planning.orders.orders_by_member import members_named_by_unread, members_with_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.notices import Entry
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
    recaps = [one for one in ledger.entries(config.account, under_way) if one.key.kind.traits.needs_order]
    told = {one.key.distribution_id for one in recaps if one.may_have_arrived}
    why = _too_late(recaps) | dict(_without_orders(config, roster, ledger, under_way, now))
    for id_, one in under_way.items():
        if id_ in why:
            yield missed_problem(one, why[id_], was_told=id_ in told, is_warning=True)


def _too_late(recaps: Iterable[Entry]) -> dict[str, str]:
    """Say why those of each distribution were too late; corrections are another matter."""
    late = (one for one in recaps if one.status is Status.EXPIRED and not one.is_correction)
    return {one.key.distribution_id: one.detail or _("no run sent them in time") for one in late}


def _without_orders(
    config: Config, roster: Roster, ledger: Ledger, distribution_ids: Collection[str], now: datetime
) -> Iterator[tuple[str, str]]:
    """Yield the distributions of which recaps waited in vain, and how it stands with their orders."""
    lacking = SkipBook(ledger, config.account).waited_in_vain(distribution_ids)
    if not lacking:
        return
    books = load_orders(
        *(roster.calendar, roster.members, lacking),
        set_aside=roster.people_set_aside,
        now=now,
        hold_stale=config.hold_stale_orders,
    ).books
    for id_, member_ids in lacking.items():
        book = books[id_]
        ordered = members_with_order(book) - members_named_by_unread(book)  # of whom the row is named
        if book.state is not OrdersState.READY or member_ids & ordered:
            yield id_, want_of_orders(book)
