"""Gather the evidence about orders of a group that name somebody who is no member of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cagette_notify.core.addresses import address_key
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.text import fold_name
from cagette_notify.data.members.find_member import whole_names
from cagette_notify.data.members.member_lookup import MemberLookup
from cagette_notify.data.members.nearly_named import people_in
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import StrayOrder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.order_book import StrangerLine
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.check_member.evidence.distribution_evidence import DistributionEvidence

_LEAD = max(kind.traits.lead for kind in NOTICE_KINDS if kind.traits.needs_order)
_ORDERED_BEFORE = timedelta(days=30)
_ASKED_AFTER = timedelta(days=7)  # and then the next one is due, mostly


class StrayEvidence:
    """The orders that name no member of their group, by what they name.

    A class because they are looked through once for all who are asked about.
    """

    def __init__(self, roster: Roster, occasions: DistributionEvidence, now: datetime) -> None:
        """Look at nothing yet."""
        self._roster = roster
        self._occasions = occasions
        self._now = now

    def of(self, member: Member) -> Iterator[StrayOrder]:
        """Yield the first row that names the member, for each distribution of a group that is not theirs."""
        addresses = (box.key for box in member.mailboxes)
        names = {address_key(member.id), *addresses, *whole_names(member)}
        lookup, said = MemberLookup([member]), set(member.group_ids)
        for one, line in (found for name in filter(None, names) for found in self._by_name.get(name, ())):
            if one.group_id in said or one.id in said:
                continue
            if self._means(member, lookup, one, line.reference):
                said.add(one.id)
                yield StrayOrder(one, self._roster.calendar.groups[one.group_id], line)

    def called(self, who: str, group_id: str | None) -> Iterator[StrayOrder]:
        """Yield the first row that names somebody who is no member, for each distribution that is looked at.

        By what tells whose it is, or by the name beside it: some words of it will do. Several may have them.
        """
        asked = {
            one.id: one
            for one in self._roster.calendar.distributions
            if group_id in {None, one.group_id} and self._is_asked_about(one, ahead=_ORDERED_BEFORE)
        }
        said: set[tuple[str, str]] = set()
        for id_, line in self._occasions.strangers(asked):
            if (id_, line.reference) not in said and _is_called(line, who):
                said.add((id_, line.reference))
                yield StrayOrder(asked[id_], self._roster.calendar.groups[asked[id_].group_id], line)

    def _means(self, member: Member, lookup: MemberLookup, one: Distribution, reference: str) -> bool:
        """Tell whether a row names the member; an id only where one list numbers both.

        A group's own list counts from 1, as the next one's does.
        """
        groups = self._roster.calendar.inputs.groups
        own = groups.members if groups else {}
        is_id = reference == member.id and not member.has_address_as_id
        if is_id:
            return one.group_id not in own and not own.keys() >= set(member.group_ids)
        return bool(lookup.referred_to(reference) or lookup.called(reference))

    @cached_property
    def _by_name(self) -> Mapping[str, list[tuple[Distribution, StrangerLine]]]:
        due = {one.id: one for one in self._roster.calendar.distributions if self._is_asked_about(one)}
        found: dict[str, list[tuple[Distribution, StrangerLine]]] = defaultdict(list)
        for id_, line in self._occasions.strangers(due):
            holder, _slash, _partner = line.reference.partition("/")
            for name in {address_key(line.reference), fold_name(holder)}:
                found[name].append((due[id_], line))
        return found

    def _is_asked_about(self, one: Distribution, *, ahead: timedelta = _LEAD) -> bool:
        """Tell whether a recap was due lately, or is so far ahead, to members who are known."""
        is_on = one.is_on(self._roster.calendar.groups)
        is_known = all(problem.group_id != one.group_id for problem in self._roster.unread)
        return is_on and is_known and -_ASKED_AFTER < one.starts_at - self._now <= ahead


def _is_called(line: StrangerLine, who: str) -> bool:
    words = set(fold_name(who).split())
    is_named = bool(words) and any(words <= set(fold_name(one).split()) for one in people_in(line.name))
    is_whole = fold_name(line.reference) == fold_name(who)
    return is_named or is_whole or address_key(line.reference) == address_key(who)
