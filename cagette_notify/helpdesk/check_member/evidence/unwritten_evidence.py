"""Gather the evidence about addresses to which nothing has left, though others of the household had mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.notices import Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.helpdesk.check_member.evidence.unwritten import Unwritten, WhyUnwritten
from cagette_notify.planning.orders.orders_by_member import has_surely_none, where_rows_stand
from cagette_notify.planning.timeline import WILL_SEND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import MailboxEvidence, MissingOrder
    from cagette_notify.planning.timeline import TimelineEvent

_MAY_HAVE_ARRIVED = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


def unwritten_addresses_of(  # noqa: PLR0913 - where evidence comes from
    member: Member,
    mailboxes: Sequence[MailboxEvidence],
    *,
    tried: frozenset[str],
    history: Sequence[TimelineEvent],
    upcoming: Sequence[TimelineEvent],
    missing_orders: Sequence[MissingOrder],
    distributions: Mapping[str, Distribution],
    occasions: DistributionEvidence,
    shared: frozenset[str],
    former: frozenset[str],
) -> Iterator[Unwritten]:
    """Yield each address that nothing was sent to, in whoever's name, where another one had something.

    ``tried`` are those that something was sent to, or would have been, casefolded, ``shared`` those
    that other members of their groups read, ``former`` those that were theirs; ``history`` is newest first.
    """
    written = tried | {one.mailbox.key for one in mailboxes if one.fates}
    left = _newest_theirs(member, history, shared, former)
    distribution = distributions.get(left.distribution_id) if left else None
    others = [one.mailbox.address for one in mailboxes if one.mailbox.key in written]
    for box in (one.mailbox for one in mailboxes if one.mailbox.key not in written):
        if left and distribution:
            book = occasions.books_for(member, [distribution.id])[distribution.id]
            why = _why(member, box.key, left, upcoming, book)
            yield Unwritten(box, why, left, distribution, book.file, rows=where_rows_stand(book))
        elif left:
            yield Unwritten(box, WhyUnwritten.LATER, left)
        elif others and missing_orders:
            missed = max(missing_orders, key=lambda missing: missing.distribution.starts_at)
            why = WhyUnwritten.NO_ORDER
            yield Unwritten(box, why, None, missed.distribution, missed.file, others[0], missed.rows)
        elif others:
            yield Unwritten(box, WhyUnwritten.OTHERS, instead=others[0])


def _newest_theirs(
    member: Member, history: Sequence[TimelineEvent], shared: frozenset[str], former: frozenset[str]
) -> TimelineEvent | None:
    """Return the notice that left last to the household, or the broadcast to an address that was theirs.

    What the whole group was told may have been another's who reads the address, or of another group.
    """
    return next(
        (
            event
            for event in history
            if event.status in _MAY_HAVE_ARRIVED
            and (event.kind in NOTICE_KINDS or event.address.casefold() in former)
            and (
                event.kind.traits.needs_order
                or (event.group_id in member.group_ids and event.address.casefold() not in shared)
            )
        ),
        None,
    )


def _why(
    member: Member,
    key: str,
    left: TimelineEvent,
    upcoming: Sequence[TimelineEvent],
    book: OrderBook,
) -> WhyUnwritten:
    if any(
        event.status == WILL_SEND
        and event.address.casefold() == key
        and event.distribution_id == left.distribution_id
        for event in upcoming
    ):
        return WhyUnwritten.TO_COME
    is_known = book.state is OrdersState.READY and has_surely_none(book, member.id)
    return WhyUnwritten.NO_ORDER if left.kind.traits.needs_order and is_known else WhyUnwritten.LATER
