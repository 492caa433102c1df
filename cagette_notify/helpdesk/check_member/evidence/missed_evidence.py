"""Gather the evidence about recaps and corrections that waited for their orders until it was too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.model import AddressState
from cagette_notify.core.notices import Reason, Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import MissedRecap
from cagette_notify.planning.announced import announces, latest
from cagette_notify.planning.orders.orders_by_member import has_surely_none

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
    from cagette_notify.planning.timeline import TimelineEvent

_MAY_HAVE_ARRIVED = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


def waited_in_vain(  # noqa: PLR0913, PLR0917 - where evidence comes from
    roster: Roster,
    occasions: DistributionEvidence,
    now: datetime,
    member: Member,
    history: Sequence[TimelineEvent],
    was_owed: Callable[[Distribution, Kind], bool],
) -> Iterator[MissedRecap]:
    """Yield what a run noted as waiting, of distributions that have started, for each address once.

    A guess by today's data tells nothing: an export of last week may be gone, and was there.
    """
    started = {
        one.id: one
        for one in roster.calendar.distributions
        if one.starts_at <= now and not one.cancelled and one.group_id in member.group_ids
    }
    said: set[tuple[str, str]] = set()
    for event in history:
        is_missed = event.reason == Reason.WAITING_FOR_ORDERS and not event.is_guess
        if not is_missed or not (one := started.get(event.distribution_id)):
            continue
        book = occasions.books_for(member, [one.id])[one.id]
        for address in _usable(member):
            told = [other for other in history if _is_same(event, other, address)]
            if (one.id, address.casefold()) in said or any(other.at >= event.at for other in told):
                continue
            has_none = _has_no_order(occasions, member, one, book)
            if told and _still_holds(occasions, member, one, address):
                continue
            if not told and (has_none or not was_owed(one, event.kind)):
                continue
            said.add((one.id, address.casefold()))
            yield MissedRecap(one, address, event.kind, bool(told), book)


def _usable(member: Member) -> Iterable[str]:
    return {box.key: box.address for box in member.mailboxes if box.state is AddressState.USABLE}.values()


def _is_same(event: TimelineEvent, other: TimelineEvent, address: str) -> bool:
    """Tell whether the other one is that notice to that address, or the one for it, and told, or too late."""
    is_settled = other.status in _MAY_HAVE_ARRIVED or other.status == Status.EXPIRED.value
    stands_for_it = other.kind in {event.kind, event.kind.traits.superseded_by}
    is_it = stands_for_it and other.distribution_id == event.distribution_id
    return is_settled and is_it and other.address.casefold() == address.casefold()


def _still_holds(occasions: DistributionEvidence, member: Member, one: Distribution, address: str) -> bool:
    """Tell whether an address heard last what is so: then it was owed no correction."""
    heard = [
        entry
        for entry in occasions.entries_for(member, [address.casefold()], [one.id])
        if entry.key.address == address.casefold() and entry.key.kind.traits.needs_order
        if entry.key.member_id and entry.may_have_arrived  # perhaps under an id that they had before
    ]
    return bool(heard) and announces(latest(heard), one)


def _has_no_order(
    occasions: DistributionEvidence, member: Member, one: Distribution, book: OrderBook
) -> bool:
    """Tell whether the orders came after all, with none of theirs; an empty file tells nothing."""
    came = book.state is OrdersState.READY and bool(occasions.orders_read().get(one.id))
    return came and has_surely_none(book, member.id)
