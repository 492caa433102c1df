"""Index the facts that a plan is made from, and answer questions of them. Pure."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.notices import Entry, ForgottenKeys, Notice, NoticeKey, ServedBy, Status
from cagette_notify.core.order_book import OrderLine, OrdersState
from cagette_notify.planning.announced import announces, places_told, revision_of, still_ahead
from cagette_notify.planning.changed_ids.forgotten_readers import told_and_forgotten
from cagette_notify.planning.due_times import BEGINNING, FIRST_RECAP, Window, windows_of
from cagette_notify.planning.duties import DutyIndex
from cagette_notify.planning.orders.orders_ahead import is_unseen
from cagette_notify.planning.orders.orders_by_member import (
    lines_by_member,
    members_named_by_unread,
    members_of_unknown_order,
    members_with_order,
    members_with_unread,
)
from cagette_notify.planning.shared_addresses import addresses_of_several

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Distribution, Mailbox, Member
    from cagette_notify.planning.plan_input import PlanInput


class PlanIndex:
    """Answers what a plan asks about members, orders and earlier mails, each in constant time."""

    def __init__(self, plan_input: PlanInput) -> None:
        """Build the indexes once; ``situation`` must not change afterwards."""
        self._forgotten = ForgottenKeys(plan_input.forgotten, plan_input.ledger_id)
        again = told_and_forgotten(
            plan_input.entries, plan_input.distributions, plan_input.members, self._forgotten
        )
        plan_input = replace(plan_input, entries=(*plan_input.entries, *again))
        self.situation = plan_input
        self.entries = {one.key: one for one in plan_input.entries if not one.is_of_anothers_order}
        self.told = self._told()
        self.windows = self._windows_begun()
        self.members = {
            (group_id, member.id): member
            for group_id, members in plan_input.members.items()
            for member in members
        }
        self._lines = {id_: lines_by_member(book) for id_, book in plan_input.books.items()}
        self._with_order = {id_: members_with_order(book) for id_, book in plan_input.books.items()}
        self._unread = {id_: members_with_unread(book) for id_, book in plan_input.books.items()}
        self._unknown = {id_: members_of_unknown_order(book) for id_, book in plan_input.books.items()}
        self._unreadable = {id_: members_named_by_unread(book) for id_, book in plan_input.books.items()}
        self._shared = {id_: addresses_of_several(members) for id_, members in plan_input.members.items()}
        by_distribution = self._entries_by_distribution()
        self._revisions = {
            id_: revision_of(distribution, by_distribution[id_])
            for id_, distribution in plan_input.distributions.items()
        }
        self._places_told = {
            id_: places_told(distribution, by_distribution[id_], plan_input.now)
            for id_, distribution in plan_input.distributions.items()
            if distribution.place_is_unknown
        }
        self._readers = self._readers_before()
        self.duties = DutyIndex(
            plan_input.duties,
            plan_input.duties_held,
            entries=plan_input.entries,
            lost=plan_input.lost,
            distributions=plan_input.distributions,
            members=self.members,
            forgotten=self._forgotten,
            now=plan_input.now,
        )

    def notice(self, window: Window, member: Member, mailbox: Mailbox) -> Notice:
        """Return the notice of that window which the mailbox would get."""
        distribution = window.distribution
        traits = window.kind.traits
        lines = self._lines.get(distribution.id, {}).get(member.id, ()) if traits.needs_order else ()
        return Notice(
            kind=window.kind,
            group=self.situation.groups[distribution.group_id],
            distribution=self._as_told(distribution, member, mailbox),
            member=member,
            mailbox=mailbox,
            due_at=window.due_at,
            too_late_at=window.too_late_at,
            revision=self._revision(window.kind, distribution, member),
            cancels=self.situation.cancels.get(distribution.id, 0) if traits.has_calendar_entry else 0,
            lines=lines,
            orders_known_at=self._orders_known_at(window, member),
            has_unread=traits.needs_order and member.id in self._unread.get(distribution.id, ()),
            address_is_shared=self._is_shared(distribution, member, mailbox),
            sharers=self._sharers(distribution.group_id, member, lines),
            roles=self.duties.roles(distribution.id, member.id) if traits.needs_duty else (),
            takers=self.duties.takers(distribution, member) if traits.needs_duty else (),
            served_by=self.duties.served_by(distribution, member) if traits.needs_duty else ServedBy.UNKNOWN,
            helpers=self.duties.helpers(distribution, member) if traits.needs_duty else (),
            lacks_helpers=traits.needs_duty and self.duties.may_lack_people(distribution),
            vacant=self.duties.vacant(distribution) if traits.needs_vacancy else (),
        )

    def _revision(self, kind: Kind, distribution: Distribution, member: Member) -> int:
        if kind.traits.needs_duty:
            return self.duties.revision(distribution, member.id)
        return self._revisions[distribution.id] if kind.traits.is_corrected else 0

    def _as_told(self, distribution: Distribution, member: Member, mailbox: Mailbox) -> Distribution:
        """Return the distribution as an address knows it: a place unknown today stands as it was told."""
        places = self._places_told.get(distribution.id)
        if not places:
            return distribution
        of_opening = places.get(("", mailbox.key), "")
        return replace(distribution, place=places.get((member.id, mailbox.key), of_opening))

    def _orders_known_at(self, window: Window, member: Member) -> datetime | None:
        so_far = self.situation.so_far.get(window.distribution.id)
        is_known = so_far and window.kind.traits.without_order and member.id not in so_far.unknown
        return so_far.known_at if so_far and is_known else None

    def wants(self, member: Member, kind: Kind, group_id: str) -> bool:
        """Tell whether the member has that kind of notice on in a group."""
        return self.situation.rules.wants(member, kind, group_id)

    def is_unsubscribed(self, notice: Notice) -> bool:
        """Tell whether the address stopped that kind of notice with Mailjet's link."""
        return notice.kind in self.situation.unsubscribed.get(notice.mailbox.key, ())

    def orders_are_ready(self, distribution_id: str) -> bool:
        """Tell whether the orders were read, and can be trusted."""
        book = self.situation.books.get(distribution_id)
        return book is not None and book.state is OrdersState.READY

    def has_order(self, distribution_id: str, member_id: str) -> bool:
        """Tell whether the member has an order, shared ones included, of total quantity above 0."""
        return member_id in self._with_order.get(distribution_id, ())

    def may_have_order(self, distribution_id: str, member_id: str) -> bool:
        """Tell whether there is an order, or what was told of one stands, as its rows can't be read."""
        if not self.orders_are_ready(distribution_id):
            return self.order_was_known(distribution_id, member_id)
        known = self.has_order(distribution_id, member_id)
        return known or self.order_is_unknown(distribution_id, member_id)

    def order_was_known(self, distribution_id: str, member_id: str) -> bool:
        """Tell whether the member had an order before most of the file was lost, or has one that is left."""
        book = self.situation.books.get(distribution_id)
        if book is None or book.state is not OrdersState.SHRUNKEN:
            return False
        was_told = (distribution_id, member_id) in self._told_of_an_order
        return was_told or self.has_order(distribution_id, member_id)

    @cached_property
    def _told_of_an_order(self) -> set[tuple[str, str]]:
        """Whoever was sent a recap for about the hour at which it takes place, not of an earlier time."""
        starts = {id_: one.starts_at for id_, one in self.situation.distributions.items()}
        return {
            (entry.key.distribution_id, entry.key.member_id)
            for entry in self.situation.entries
            if entry.key.kind.traits.needs_order
            and not entry.told_as
            and self.may_have_arrived(entry)
            and entry.key.distribution_id in starts
            and entry.starts_at > starts[entry.key.distribution_id] - FIRST_RECAP
        }

    def order_is_unknown(self, distribution_id: str, member_id: str) -> bool:
        """Tell whether so much of the member's order can't be read that no line of it is left to show."""
        return member_id in self._unknown.get(distribution_id, ())

    def order_is_unreadable(self, distribution_id: str, member_id: str) -> bool:
        """Tell whether such rows name the member, if perhaps others, too: their recap came too late."""
        return member_id in self._unreadable.get(distribution_id, ())

    def is_inactive(self, member: Member, distribution_id: str) -> bool:
        """Tell whether the member has not been seen for too long; an order counts as having been seen."""
        if not is_unseen(member, self.situation.rules.inactive_after, self.situation.now):
            return False
        has_ordered_lately = any((id_, member.id) in self.situation.active for id_ in member.group_ids)
        return not (has_ordered_lately or self.has_order(distribution_id, member.id))

    def floor(self, notice: Notice) -> datetime:
        """Return the moment before which such a notice was never this tool's to send."""
        of_kind = self.situation.kind_floors.get((notice.group.id, notice.kind))
        if of_kind is None:
            return self.situation.floors.get(notice.group.id, BEGINNING)
        return of_kind.chosen if notice.kind in notice.member.settings else of_kind.default

    def is_before_first_run(self, notice: Notice) -> bool:
        """Tell whether such a notice was due before it was this tool's to send.

        Of what was moved since it was served, when that was due counts, not when it would have been.
        """
        floor = self.floor(notice)
        served = self._served_due.get((notice.kind, notice.distribution.id), BEGINNING)
        return notice.due_at < floor and served < floor

    @cached_property
    def _served_due(self) -> Mapping[tuple[Kind, str], datetime]:
        """When those recaps of each kind and distribution were due that told of a start still ahead."""
        recaps = (
            one
            for those in (*self.told.values(), *self.duties.told.values())
            for one in those
            if one.may_have_arrived and not one.is_correction
        )
        in_order = sorted(recaps, key=lambda entry: entry.due_at)
        return {(entry.key.kind, entry.key.distribution_id): entry.due_at for entry in in_order}

    def may_have_arrived(self, entry: Entry) -> bool:
        """Tell whether the addressee counts as told; a doubt that was looked up in vain does not."""
        return entry.may_have_arrived and entry.custom_id not in self.situation.lost

    def is_lost_correction(self, key: NoticeKey) -> bool:
        """Tell whether this very notice left in a correction, and was looked up in vain."""
        entry = self.entries.get(key)
        return entry is not None and entry.is_correction and entry.custom_id in self.situation.lost

    def is_forgotten(self, key: NoticeKey) -> bool:
        """Tell whether this notice left, or may have, to somebody of whom no more is remembered than that."""
        return key in self._forgotten

    def left_at(self, key: NoticeKey) -> datetime | None:
        """Return when a notice left; to who was forgotten since, when it did so last to any of those."""
        what = key.kind, key.distribution_id, key.occasion
        entry = self.entries.get(key)
        return entry.claimed_at if entry else self._erased_at.get(what)

    @cached_property
    def _erased_at(self) -> dict[tuple[Kind, str, str], datetime]:
        erased = [(one.claimed_at, one.key) for one in self.situation.entries if one.is_forgotten]
        claims = sorted((at, (key.kind, key.distribution_id, key.occasion)) for at, key in erased if at)
        return {what: at for at, what in claims}

    def is_open_to_send(self, entry: Entry | None) -> bool:
        """Tell whether the ledger leaves a notice to be sent: never tried, or surely not arrived."""
        if entry is None:
            return True
        if entry.by_hand or self.may_have_arrived(entry):
            return False
        return entry.status is not Status.FAILED or entry.about_content

    @cached_property
    def readers(self) -> Mapping[tuple[str, str], Sequence[Member]]:
        """Who reads each address today, by group and address."""
        found: dict[tuple[str, str], list[Member]] = defaultdict(list)
        for (group_id, _id), member in self.members.items():
            for address in {box.key for box in member.mailboxes}:
                found[group_id, address].append(member)
        return found

    @cached_property
    def heard_of_begun(self) -> dict[tuple[str, str, str], list[Entry]]:
        """What addresses may have heard of start and place of what has begun, by distribution and member.

        And of what was moved since: the start that was told may have been.
        """
        heard: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        for entry in self.situation.entries:
            distribution = self.situation.distributions.get(entry.key.distribution_id)
            if distribution is None:
                continue
            has_begun = distribution.starts_at <= self.situation.now
            may_have = has_begun or distribution.id in self.situation.moved_since
            if may_have and entry.key.kind.traits.needs_order and self.may_have_arrived(entry):
                heard[entry.key.distribution_id, entry.key.member_id, entry.key.address].append(entry)
        return heard

    def told_to(self, key: NoticeKey) -> list[Entry]:
        """Return the notices of its matter which told this address a start still ahead."""
        told = self.duties.told if key.kind.traits.needs_duty else self.told
        return told.get((key.distribution_id, key.member_id, key.address), [])

    def still_holds(self, entry: Entry, distribution: Distribution) -> bool:
        """Tell whether what a mail announced is still so."""
        if entry.key.kind.traits.needs_duty:
            return self.duties.holds(entry, distribution)
        return announces(entry, distribution)

    def _sharers(self, group_id: str, member: Member, lines: Iterable[OrderLine]) -> dict[str, str]:
        others = {line.other_than(member.id) for line in lines if line.shared_with}
        known = {id_: self.members.get((group_id, id_)) for id_ in others - {""}}
        return {id_: other.name for id_, other in known.items() if other and other.name}

    def _is_shared(self, distribution: Distribution, member: Member, mailbox: Mailbox) -> bool:
        """Tell whether another member reads that address, or was written to there about this distribution."""
        readers = self._readers.get((distribution.id, mailbox.key), set())
        return mailbox.key in self._shared[distribution.group_id] or bool(readers - {member.id})

    def _readers_before(self) -> dict[tuple[str, str], set[str]]:
        readers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for entry in self.situation.entries:
            if entry.key.member_id:
                those = readers[(entry.key.distribution_id, entry.key.address)]
                those.update({entry.key.member_id, entry.told_as} - {""})
        return readers

    def _windows_begun(self) -> dict[tuple[Kind, str], Window]:
        """Return what was due by now of the distributions looked at: closed, it may have left, and stands."""
        looked_at = {window.distribution.id: window.distribution for window in self.situation.windows}
        return {
            (window.kind, id_): window
            for id_, distribution in looked_at.items()
            for window in windows_of(distribution, self.situation.rules.spans)
            if window.due_at <= self.situation.now
        }

    def _told(self) -> dict[tuple[str, str, str], list[Entry]]:
        told: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        counted = (
            entry
            for entry in self.situation.entries
            if entry.key.kind.traits.needs_order and self._counts_as_told(entry)
        )
        for entry in still_ahead(counted, self.situation.now):
            told[(entry.key.distribution_id, entry.key.member_id, entry.key.address)].append(entry)
        return told

    def _counts_as_told(self, entry: Entry) -> bool:
        """Tell whether the address has to be told if the entry says otherwise than what holds now.

        An index may lag for longer than doubts wait: whoever was perhaps told another hour had better
        hear of the new one than turn up at the old one.
        """
        if entry.custom_id not in self.situation.lost:
            return entry.may_have_arrived
        distribution = self.situation.distributions.get(entry.key.distribution_id)
        is_ahead = entry.starts_at > self.situation.now
        return is_ahead and distribution is not None and not announces(entry, distribution)

    def _entries_by_distribution(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.situation.entries:
            found[entry.key.distribution_id].append(entry)
        return found
