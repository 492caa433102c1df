"""Gather the evidence about a member's recaps: which wait, lack a row or a correction, or have no order."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.notices import Reason, Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import (
    IncompleteRecap,
    MissingOrder,
    Uncorrected,
    UnreadOrder,
)
from cagette_notify.planning.announced import announces, as_told, latest, sets_right, still_ahead
from cagette_notify.planning.orders.orders_by_member import (
    has_surely_none,
    members_counting_on_it,
    where_rows_stand,
)
from cagette_notify.planning.timeline import WILL_SEND

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
    from cagette_notify.planning.timeline import TimelineEvent

_WITHOUT_RECAP = frozenset(  # whether or not there is an order, which they tell nothing of
    reason.value
    for reason in (
        *(Reason.NO_ORDER, Reason.SETTING_OFF, Reason.UNSUBSCRIBED, Reason.INACTIVE),
        *(Reason.CANCELLED, Reason.GROUP_DISABLED),
    )
)
_WITHOUT_RECAP_IN_THE_END = _WITHOUT_RECAP | {Reason.WAITING_FOR_ORDERS.value}
_MAY_HAVE_ARRIVED = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


class RecapEvidence(Struct, frozen=True):
    """What is known of one member's recaps; ``history`` is newest first.

    ``others`` left to an address of theirs in the name of who had it then.
    ``judge`` tells what becomes, by today's data, of all that is due of one distribution: of ``due`` that is
    known already.
    """

    roster: Roster
    occasions: DistributionEvidence
    now: datetime
    member: Member
    due: Sequence[TimelineEvent]
    history: Sequence[TimelineEvent]
    others: Sequence[TimelineEvent]
    judge: Callable[[Distribution], Sequence[TimelineEvent]]

    def waiting(self) -> Iterator[tuple[TimelineEvent, OrderBook]]:
        """Yield what is due and waits for its orders, with the book that is not there."""
        for event in self.due:
            if self._waits(event):
                yield event, self.occasions.book(event.distribution_id)

    def missing_orders(self) -> Iterator[MissingOrder]:
        """Yield the newest distribution of each group whose recap was due, if no order of theirs is known."""
        for one in self._newest():
            if not self._is_explained_by_no_order(one):
                continue
            book = self.occasions.books_for(self.member, [one.id])[one.id]
            count = self.occasions.orders_read().get(one.id)
            if count is None and not self._is_noted_without_order(one):
                continue
            if has_surely_none(book, self.member.id):  # they may have come since it was noted
                is_everybodys = count == 0 and not book.of_now
                nobodys = tuple(line.origin for _id, line in self.occasions.strangers([one.id]))
                rows = where_rows_stand(book)
                yield MissingOrder(one, is_everybodys, book.file, self._left(one), rows, nobodys)

    def cancelled(self) -> Iterator[Distribution]:
        """Yield what is cancelled, and concerns the member: a mail was kept back, and no recap left.

        Or it is ahead, and they have ordered, or were told of the opening.
        """
        off = {event.distribution_id for event in self.history if event.reason == Reason.CANCELLED}
        for one in self._of_interest():
            if one.cancelled and (one.id in off or self._counted_on(one)) and not self._left(one):
                yield one

    def _counted_on(self, one: Distribution) -> bool:
        """Tell whether it is ahead, and the member had heard of its opening, or ordered."""
        if one.starts_at <= self.now:
            return False
        opened = any(
            event.distribution_id == one.id
            and event.kind.traits.call_to_order
            and event.status in _MAY_HAVE_ARRIVED
            for event in self.history
        )
        book = self.occasions.books_for(self.member, [one.id])[one.id]
        return opened or self.member.id in members_counting_on_it(book)

    def _left(self, one: Distribution) -> tuple[TimelineEvent, ...]:
        """Return the recaps that left all the same, the last to each address."""
        left = (
            event
            for event in (*self._past(), *self.others)
            if event.distribution_id == one.id
            and event.kind.traits.needs_order
            and event.status in _MAY_HAVE_ARRIVED
        )
        newest = {event.address.casefold(): event for event in sorted(left, key=lambda event: event.at)}
        return tuple(newest.values())

    def _is_explained_by_no_order(self, one: Distribution) -> bool:
        recaps = [event for event in self._past() if event.distribution_id == one.id]
        reasons = _reasons_since_no_order(recaps)
        if reasons:
            return reasons <= _WITHOUT_RECAP
        if recaps and all(map(_is_correction_that_left, recaps)):
            return True  # of what was told to another, whose partner they were
        # Orders that came after the start may tell that there was nothing to recall.
        waited = frozenset(event.reason for event in recaps)
        has_waited = Reason.WAITING_FOR_ORDERS in waited and waited <= _WITHOUT_RECAP_IN_THE_END
        return one.starts_at <= self.now and has_waited and bool(self._count(one))

    def _is_noted_without_order(self, one: Distribution) -> bool:
        """Tell whether a run saw that there was no order, whatever has become of the file since."""
        recaps = [event for event in self._past() if event.distribution_id == one.id]
        return any(event.reason == Reason.NO_ORDER and not event.is_guess for event in recaps)

    def _count(self, one: Distribution) -> int | None:
        self.occasions.books_for(self.member, [one.id])
        return self.occasions.orders_read().get(one.id)

    def unread_orders(self) -> Iterator[UnreadOrder]:
        """Yield what may be missing in the member's orders of what is ahead, and of the newest recaps due."""
        read, incomplete = self.occasions.orders_read(), self._incomplete()
        for one in self._of_interest():
            if one.id not in read:
                continue
            unread = self.occasions.books_for(self.member, [one.id])[one.id].unread
            lines = tuple(line for line in unread if line.quantity is None or line.quantity > 0)
            if lines:
                yield UnreadOrder(one, lines, one.id in incomplete, self._is_awaited(one))

    def incomplete_recaps(self) -> Iterator[IncompleteRecap]:
        """Yield those whose newest recap lacks a row that could not be read when it left."""
        incomplete = self._incomplete()
        for one in self._of_interest():
            if one.id in incomplete:
                yield IncompleteRecap(one, self._is_awaited(one))

    def uncorrected(
        self, told_of: Callable[[Distribution], Iterable[Entry]], known_as: Collection[tuple[str, str]]
    ) -> Iterator[Uncorrected]:
        """Yield what is ahead and was told otherwise, where the correction is not for the member.

        They are ``known_as`` members, by group and id, that they were before, too: who has left a group was
        told what it corrects to its members alone.
        """
        for one in self._perhaps_told():
            entries = [*told_of(one)]
            last = _last_told(known_as, entries, self.now)
            told = tuple(entry for entry in last if not _knows_better(entry, entries, one))
            if not told:
                continue
            group = self.roster.calendar.groups[one.group_id]
            book = self.occasions.books_for(self.member, [one.id])[one.id]
            is_member = group.id in self.member.group_ids
            has_none = book.state is OrdersState.READY and has_surely_none(book, self.member.id)
            if not is_member or has_none:
                yield Uncorrected(
                    as_told(one, latest(told)), told, book.file, group, is_member, where_rows_stand(book)
                )

    def _perhaps_told(self) -> Iterator[Distribution]:
        """Yield what is ahead of the member's groups, and of others whose recaps are known of.

        Not of a group whose list can't be read: the member may still be in it.
        """
        noted = {event.distribution_id for event in self._past()}
        unread = {problem.group_id for problem in self.roster.unread}
        for one in self.roster.calendar.distributions:
            if one.starts_at <= self.now or not one.is_on(self.roster.calendar.groups):
                continue
            is_others = one.id in noted and one.group_id not in unread
            if one.group_id in self.member.group_ids or is_others:
                yield one

    def _of_interest(self) -> list[Distribution]:
        newest, groups = self._newest(), self.member.group_ids
        return [
            one
            for one in self.roster.calendar.distributions
            if one in newest or (one.starts_at > self.now and one.group_id in groups)
        ]

    def _newest(self) -> list[Distribution]:
        """Return the newest distribution of each group of which a recap was due."""
        due = {event.distribution_id for event in self._past()}
        theirs = [one for one in self.roster.calendar.distributions if one.group_id in self.member.group_ids]
        newest = {one.group_id: one for one in theirs if one.id in due}
        return list(newest.values())

    def _past(self) -> list[TimelineEvent]:
        return [one for one in self.history if one.kind.traits.needs_order and one.at <= self.now]

    def _incomplete(self) -> set[str]:
        """Return the distributions of which the newest recap to an address lacks a row."""
        newest = {
            (event.distribution_id, event.address.casefold()): event
            for event in reversed(self.history)
            if event.kind.traits.needs_order and event.status in _MAY_HAVE_ARRIVED
        }
        return {distribution_id for (distribution_id, _), event in newest.items() if event.is_incomplete}

    def _is_awaited(self, distribution: Distribution) -> bool:
        """Tell whether a recap is still to come."""
        return any(
            event.status == WILL_SEND or self._waits(event)
            for event in self.judge(distribution)
            if event.kind.traits.needs_order and event.distribution_id == distribution.id
        )

    def _waits(self, event: TimelineEvent) -> bool:
        ahead = {one.id for one in self.roster.calendar.distributions if one.starts_at > self.now}
        return event.reason == Reason.WAITING_FOR_ORDERS and event.distribution_id in ahead


def _reasons_since_no_order(recaps: Sequence[TimelineEvent]) -> frozenset[str]:
    """Return why recaps, newest first, were not sent since the last one for which no order was known.

    One that left before does not tell why the next one didn't; nor does a guess by orders that may have been
    there then, and are gone, or a correction, which leaves to who was told as another's partner, too.
    """
    without = [event.at for event in recaps if event.reason == Reason.NO_ORDER]
    known = [
        one
        for one in recaps
        if not (one.is_guess and one.reason == Reason.WAITING_FOR_ORDERS)
        and not _is_correction_that_left(one)
    ]
    return frozenset(event.reason for event in known if without and event.at >= without[0])


def _is_correction_that_left(event: TimelineEvent) -> bool:
    return event.is_correction and event.status in _MAY_HAVE_ARRIVED


def _knows_better(told: Entry, entries: Iterable[Entry], distribution: Distribution) -> bool:
    """Tell whether what an address was told of a recap holds, or it has heard since what does."""
    of_address = (entry for entry in entries if entry.key.address == told.key.address)
    return announces(told, distribution) or any(sets_right(one, told, distribution) for one in of_address)


def _last_told(
    known_as: Collection[tuple[str, str]], entries: Iterable[Entry], now: datetime
) -> tuple[Entry, ...]:
    """Return what each address heard last of a start that is ahead, in the name of one member.

    Whoever heard it as another's partner is corrected, with an order or without.
    """
    entries = list(entries)
    as_partner = {entry.key.address for entry in entries if entry.told_as}
    theirs = [
        entry
        for entry in entries
        if (entry.group_id, entry.key.member_id) in known_as
        and entry.key.address not in as_partner
        and entry.may_have_arrived
        and entry.key.kind.traits.needs_order
    ]
    by_address: dict[str, list[Entry]] = defaultdict(list)
    for entry in still_ahead(theirs, now):
        by_address[entry.key.address].append(entry)
    return tuple(latest(heard) for heard in by_address.values())
