"""Gather the evidence about what a member was told of, and will not take place as told, or did not lately."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import Cancelled, Misled, TakenBack
from cagette_notify.helpdesk.identities import usable_mailboxes
from cagette_notify.planning.announced import latest
from cagette_notify.planning.corrections.called_off import (
    back_on_key,
    called_off_key,
    command_to_those_told,
    command_to_those_with_order,
    is_of_another_group,
    perhaps_off_key,
    where_perhaps,
    why_off,
)
from cagette_notify.planning.orders.orders_by_member import members_counting_on_it, members_with_order
from cagette_notify.run.as_told.back_on import back_on
from cagette_notify.run.as_told.not_as_told import announced_ahead, called_off_written_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.as_told.letters_to_told import Letter


_ASKED_AFTER = timedelta(days=7)


class CalledOffEvidence:
    """What is called off and nobody was told of so far.

    A class because it is read once for all who are asked about.
    """

    def __init__(
        self, roster: Roster, ledger: Ledger, account: str, occasions: DistributionEvidence, now: datetime
    ) -> None:
        """Read what was told of it; of what is over, only a cancellation is no sign of a newer export."""
        self._groups, self._aside = roster.calendar.groups, roster.calendar.aside
        self._distributions = {one.id: one for one in roster.calendar.distributions}
        cancelled = [id_ for id_, one in self._distributions.items() if one.cancelled]
        heard = _heard_last(ledger.entries(account, cancelled))
        corrected = (one for one in heard if one.key.kind.traits.is_corrected)
        lately = [one for one in corrected if now - _ASKED_AFTER < one.starts_at <= now]
        ahead = announced_ahead(roster.calendar, ledger, account, now)
        announced = [*ahead, *lately]
        self._occasions = occasions
        self._written_of = called_off_written_of(roster.calendar, ledger, account, announced)
        self._back_on = back_on(roster.calendar, ledger, account, announced)
        self._off: dict[str, list[Entry]] = defaultdict(list)
        for entry in announced:
            if self._keys(entry):
                self._off[entry.key.distribution_id].append(entry)
        self._told: dict[tuple[str, str], list[Entry]] = {}  # by group and id of whom
        opened = {one.key.distribution_id for one in ahead if not one.key.kind.traits.is_corrected}
        for entry in _heard_last(ledger.entries(account, self._off)) if self._off else ():
            traits = entry.key.kind.traits
            is_told = traits.is_corrected or (traits.told_to_group and entry.key.distribution_id in opened)
            if is_told:
                whose = entry.key.address if traits.told_to_group else entry.key.member_id
                self._told.setdefault((entry.group_id, whose), []).append(entry)

    def of(
        self, member: Member, known_as: Collection[tuple[str, str]], former: Collection[str]
    ) -> Iterator[TakenBack]:
        """Yield what the member was told of, ``known_as`` them by group and id; each distribution once.

        ``former`` are the addresses that were theirs.
        """
        told = [
            entry
            for entry in self._told_to(member, known_as, former)
            if self._is_untold(entry, _heard_at(member, entry))
        ]
        for id_ in dict.fromkeys(entry.key.distribution_id for entry in told):
            mine = tuple(entry for entry in told if entry.key.distribution_id == id_)
            last = latest(mine)
            if self._takes_place_for(member, last):
                continue
            if back_on_key(last) in self._back_on:
                yield TakenBack(mine, command=self._back_on[back_on_key(last)].command, is_back_on=True)
                continue
            if perhaps := where_perhaps(last, self._distributions, self._groups, self._aside):
                yield TakenBack(mine, perhaps=perhaps)
                continue
            mail = self._perhaps_said_by(mine)
            yield TakenBack(
                mine,
                why_off(last, self._distributions, self._groups, self._aside),
                command_to_those_told(last, self._distributions, self._groups),
                perhaps_said_in=mail.subject if mail else "",
                perhaps_said_at=mail.confirmed_at if mail else None,
            )

    def misled(
        self, member: Member, known_as: Collection[tuple[str, str]], former: Collection[str]
    ) -> Iterator[Misled]:
        """Yield what is on again of which nobody but a letter told the member: that it is off."""
        told = {entry.key.distribution_id for entry in self._told_to(member, known_as, former)}
        for one in self._back_on.values():
            addresses = tuple(box.address for box in usable_mailboxes(member) if box.key in one.misled)
            if addresses and one.distribution.id not in told:
                yield Misled(one.distribution, addresses, one.command)

    def cancelled(
        self,
        member: Member,
        known_as: Collection[tuple[str, str]],
        former: Collection[str],
        cancelled: Iterable[Distribution],
    ) -> Iterator[Cancelled]:
        """Yield what is ``cancelled``, and how to tell a member who has ordered without being told of it.

        Not of what nobody was told of: no run has said that, and so no letter is known to have.
        """
        told = {entry.key.distribution_id for entry in self._told_to(member, known_as, former)}
        for one in cancelled:
            book = self._occasions.books_for(member, [one.id])[one.id]
            if (
                one.id in told
                or member.id not in members_counting_on_it(book)
                or not self._misses(member, one)
            ):
                yield Cancelled(one)
                continue
            is_unread = member.id not in members_with_order(book)
            yield Cancelled(one, command_to_those_with_order(one), row_is_unread=is_unread)

    def _misses(self, member: Member, one: Distribution) -> bool:
        """Tell whether an address of the member has had no letter about what others were told of."""
        return any(
            box.key not in self._written_of[key].reached
            for entry in self._off.get(one.id, ())
            for key in self._keys(entry)
            if key in self._written_of
            for box in usable_mailboxes(member)
        )

    def _told_to(
        self, member: Member, known_as: Collection[tuple[str, str]], former: Collection[str]
    ) -> list[Entry]:
        """Return what the member was told; of what a whole group was, what addresses of theirs were."""
        group_ids = {group_id for group_id, _id in known_as}
        addresses = {box.key for box in member.mailboxes}.union(former)
        readers = {(group_id, address) for group_id in group_ids for address in addresses}
        return [entry for one in sorted(readers | set(known_as)) for entry in self._told.get(one, ())]

    def _takes_place_for(self, member: Member, entry: Entry) -> bool:
        """Tell whether it is another group's now, of which they are, too."""
        one = self._distributions.get(entry.key.distribution_id)
        is_elsewhere = is_of_another_group(entry, self._distributions, self._groups)
        return is_elsewhere and one is not None and one.group_id in member.group_ids

    def _keys(self, entry: Entry) -> list[str]:
        """Return by what is known that an announcement may not hold, or may be thought not to."""
        known = [
            key_of(entry, self._distributions, self._groups) for key_of in (called_off_key, perhaps_off_key)
        ]
        return [
            key for key in (*known, back_on_key(entry)) if key in self._written_of or key in self._back_on
        ]

    def _is_untold(self, entry: Entry, heard_at: Collection[str]) -> bool:
        """Tell whether nothing of what is so has been heard where it can be."""
        return any(
            not self._back_on[key].misled.isdisjoint(heard_at)
            if key in self._back_on
            else self._written_of[key].reached.isdisjoint(heard_at)
            for key in self._keys(entry)
        )

    def _perhaps_said_by(self, told: Iterable[Entry]) -> Letter | None:
        """Return the newest mail to everybody that has reached one of those told since: it may say so."""
        mails = (
            (entry.key.address, self._written_of[key].to_all)
            for entry in told
            for key in self._keys(entry)
            if key in self._written_of
        )
        return next((mail for address, mail in mails if mail and address in mail.reached), None)


def _heard_last(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Yield what holds for each reader: what a correction has taken the place of, nobody believes."""
    by_reader: dict[tuple[tuple[str, str], str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.may_have_arrived:
            by_reader[entry.counter, entry.key.member_id, entry.key.address].append(entry)
    for told in by_reader.values():
        last = latest(told)
        yield from (entry for entry in told if entry.starts_at == last.starts_at)


def _heard_at(member: Member, entry: Entry) -> frozenset[str]:
    """Return where who was told there hears what is so: at an address given up since, or at today's."""
    own = {box.key for box in member.mailboxes}
    return frozenset([entry.key.address] if entry.key.address in own else [entry.key.address, *own])
