"""Tell who serves at a distribution, what each was told of that, and what holds no more. Pure."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.duty_list import DutyList
from cagette_notify.core.notices import ServedBy
from cagette_notify.core.text import fold
from cagette_notify.planning.announced import announces, as_heard_since, latest, next_revision, still_ahead
from cagette_notify.planning.due_times import FIRST_DUTY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

    from cagette_notify.core.duty_list import DutyPlace
    from cagette_notify.core.model import Distribution, Mailbox, Member
    from cagette_notify.core.notices import Entry, ForgottenKeys

    _Whose = tuple[str, str]  # of which distribution and member


_SERVED_BY = {
    frozenset(): ServedBy.UNKNOWN,
    frozenset((True,)): ServedBy.HOLDER,
    frozenset((False,)): ServedBy.PARTNER,
    frozenset((True, False)): ServedBy.BOTH,
}


class DutyIndex:
    """The duties of a plan. What nobody can read, or a guard holds, is unknown: what was told stands."""

    def __init__(  # noqa: PLR0913 - what a plan knows of duties
        self,
        lists: Mapping[str, DutyList] | None,
        held: Collection[str],
        *,
        entries: Iterable[Entry],
        lost: Collection[str],
        distributions: Mapping[str, Distribution],
        members: Mapping[tuple[str, str], Member],
        forgotten: ForgottenKeys,
        now: datetime,
    ) -> None:
        """Keep where to look; what is asked for is indexed once. ``members`` are by group and id."""
        self._are_read, self._lists, self._held = lists is not None, lists or {}, held
        self._all, self._lost, self._now = entries, lost, now
        self._distributions, self._members, self._forgotten = distributions, members, forgotten

    def are_known(self, group_id: str) -> bool:
        """Tell whether it is known who serves at the distributions of a group."""
        return self._are_read and group_id not in self._held

    def vacant(self, distribution: Distribution) -> tuple[tuple[str, int], ...]:
        """Return the roles that have free places, and how many each has."""
        return self._lists.get(distribution.id, DutyList()).vacant

    def may_lack(self, distribution: Distribution) -> bool:
        """Tell whether rows are lacking that may be about a distribution, also if it was put off."""
        known = self._lists.get(distribution.id, DutyList())
        return known.lacks_rows or self._was_told_for(known.other_days, distribution)

    def may_lack_people(self, distribution: Distribution) -> bool:
        """Tell whether somebody may serve at a distribution whom nobody can tell."""
        known = self._lists.get(distribution.id, DutyList())
        return known.may_lack_people or self.may_lack(distribution)

    def _was_told_for(self, days: Collection[date], distribution: Distribution) -> bool:
        """Tell whether a mail said one of some local days, of a start that is still ahead."""
        zone = distribution.starts_at.tzinfo
        told = self._told_ahead.get(distribution.id, ())
        return any(entry.starts_at.astimezone(zone).date() in days for entry in told)

    def roles(self, distribution_id: str, member_id: str) -> tuple[str, ...]:
        """Return the roles of a member, and those they were told that may be theirs still."""
        whose = distribution_id, member_id
        told, distribution = self._last_roles.get(whose, ()), self._distributions[distribution_id]
        if not self.are_known(distribution.group_id):
            return told
        known = self._lists.get(distribution_id, DutyList())
        own = {fold(place.role): place.role for place in known.places if place.member_id == member_id}
        days = days_told(self._entries.get(whose, ()), distribution) if told else frozenset()
        left = [role for role in told if fold(role) not in own and known.may_have(role, days)]
        return (*own.values(), *left)

    def helpers(self, distribution: Distribution, member: Member) -> tuple[tuple[str, str], ...]:
        """Return who else serves there, as role and name; those without a name are not said."""
        places = self._lists.get(distribution.id, DutyList()).places
        others = (place for place in places if place.member_id not in {"", member.id})
        named = ((place.role, self._name(distribution, place)) for place in others)
        return tuple(dict.fromkeys((role, name) for role, name in named if name))

    def takers(self, distribution: Distribution, member: Member) -> tuple[tuple[str, str], ...]:
        """Return who of a couple has which role, where it is known of any."""
        places = self._lists.get(distribution.id, DutyList()).places
        own = [place for place in places if place.member_id == member.id]
        if not any(place.name for place in own):
            return ()
        return tuple(dict.fromkeys((place.role, self._name(distribution, place)) for place in own))

    def served_by(self, distribution: Distribution, member: Member) -> ServedBy:
        """Return who of a couple serves, where each of their roles stands in rows that tell."""
        places = self._lists.get(distribution.id, DutyList()).places
        own = [place for place in places if place.member_id == member.id]
        is_known = {fold(place.role) for place in own} == {*map(fold, self.roles(distribution.id, member.id))}
        if not is_known or not all(place.name for place in own):
            return ServedBy.UNKNOWN
        return _SERVED_BY[frozenset(place.name == member.name for place in own)]

    def _name(self, distribution: Distribution, place: DutyPlace) -> str:
        member = self._members.get((distribution.group_id, place.member_id))
        return place.name or (member.name if member else "")

    def revision(self, distribution: Distribution, member_id: str) -> int:
        """Count how often start, place or the member's roles changed between claims."""
        entries = self._entries.get((distribution.id, member_id), ())
        counted = next_revision(entries, lambda entry: self.holds(entry, distribution))
        return max(counted, self._revision_forgotten(distribution, member_id))

    def _revision_forgotten(self, distribution: Distribution, member_id: str) -> int:
        """Return the one that a member was told who was forgotten since, or the next if that holds no more.

        Which roles it told nobody knows any more; start and place stand in the rows that name nobody.
        """
        erased = self._erased.get(distribution.id, ())
        member = self._members.get((distribution.group_id, member_id)) if erased else None
        for one in erased:
            keys = (replace(one.key, member_id=member_id, address=box.key) for box in _boxes(member))
            if any(key in self._forgotten for key in keys):
                alike = (each for each in erased if each.revision == one.revision)
                holds = any(announces(each, distribution) for each in alike)
                return one.revision if holds else one.revision + 1
        return 0

    def holds(self, entry: Entry, distribution: Distribution) -> bool:
        """Tell whether what a mail said of start, place and roles is still so.

        Of what has begun, whoever was told otherwise may have read it in another mail since. Until then a
        correction is owed: an entry in a calendar is the duty's own.
        """
        if distribution.starts_at <= self._now:
            entry = self.as_heard(entry)
        roles = self.roles(distribution.id, entry.key.member_id)
        are_theirs = set(map(fold, entry.roles)) == set(map(fold, roles))
        return are_theirs and self._come_as_told(entry, distribution) and announces(entry, distribution)

    def _come_as_told(self, entry: Entry, distribution: Distribution) -> bool:
        """Tell whether those of a couple serve who were said to, as far as both are known.

        Which of their roles each has is between the two.
        """
        member = self._members.get((distribution.group_id, entry.key.member_id))
        now = self.served_by(distribution, member) if member else ServedBy.UNKNOWN
        return ServedBy.UNKNOWN in {now, entry.served_by} or now is entry.served_by

    def as_heard(self, told: Entry) -> Entry:
        """Return what was told as its address believes it, where another mail said since when or where."""
        return as_heard_since(told, self._heard_there.get((told.key.distribution_id, told.key.address), ()))

    @cached_property
    def _heard_there(self) -> dict[tuple[str, str], list[Entry]]:
        """What each address may have heard of a distribution, in whatever mail."""
        found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in (one for one in _arrived(self._all) if one.custom_id not in self._lost):
            found[entry.key.distribution_id, entry.key.address].append(entry)
        return found

    @cached_property
    def told(self) -> dict[tuple[str, str, str], list[Entry]]:
        """What each address was told of a start ahead, by distribution and member."""
        told: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        for (id_, member_id), entries in self._entries.items():
            counted = [entry for entry in entries if self._counts_as_told(entry)]
            for entry in still_ahead(counted, self._now):
                told[id_, member_id, entry.key.address].append(entry)
        return told

    @cached_property
    def heard_of_begun(self) -> dict[tuple[str, str, str], list[Entry]]:
        """What addresses may have heard of their duty at what has begun, by distribution and member."""
        heard: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        for (id_, member_id), entries in self._entries.items():
            if self._distributions[id_].starts_at <= self._now:
                for entry in (one for one in _arrived(entries) if one.custom_id not in self._lost):
                    heard[id_, member_id, entry.key.address].append(entry)
        return heard

    def _counts_as_told(self, entry: Entry) -> bool:
        """Tell whether the address has to be told if the entry says otherwise, as of recaps."""
        if entry.custom_id not in self._lost:
            return entry.may_have_arrived
        distribution = self._distributions[entry.key.distribution_id]
        is_ahead = entry.starts_at > self._now
        return is_ahead and not self.holds(entry, distribution)

    @cached_property
    def _entries(self) -> dict[_Whose, list[Entry]]:
        """What was ever tried, of the distributions at hand."""
        found: dict[_Whose, list[Entry]] = defaultdict(list)
        for entry in self._all:
            is_known = entry.key.distribution_id in self._distributions
            if entry.key.kind.traits.needs_duty and is_known:
                found[entry.counter].append(entry)
        return found

    @cached_property
    def _told_ahead(self) -> dict[str, list[Entry]]:
        """What any mail told of a start that is ahead, or of the one that has begun, by distribution."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in _arrived(self._all):
            if entry.starts_at > self._over_by(entry.key.distribution_id):
                found[entry.key.distribution_id].append(entry)
        return found

    def _over_by(self, distribution_id: str) -> datetime:
        """Return until when a start that was told is over: what has begun is that which was told last."""
        distribution = self._distributions.get(distribution_id)
        has_begun = distribution is not None and distribution.starts_at <= self._now
        return distribution.starts_at - FIRST_DUTY if distribution and has_begun else self._now

    @cached_property
    def _erased(self) -> dict[str, list[Entry]]:
        """The rows of people who were forgotten, by distribution, the last revision first."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in sorted(self._all, key=lambda entry: -entry.revision):
            if entry.is_forgotten and entry.key.kind.traits.needs_duty:
                found[entry.key.distribution_id].append(entry)
        return found

    @cached_property
    def _last_roles(self) -> dict[_Whose, tuple[str, ...]]:
        last = {
            whose: still_ahead(_arrived(those), self._over_by(whose[0]))
            for whose, those in self._entries.items()
        }
        return {whose: latest(told).roles for whose, told in last.items() if told}


def days_told(entries: Iterable[Entry], distribution: Distribution) -> frozenset[date]:
    """Return the local days on which a member was told a duty there, as long as these were ahead.

    Of what took place, and was dated anew, the old day is another one's.
    """
    arrived = _arrived(entries)
    last_word = max((entry.claimed_at for entry in arrived if entry.claimed_at), default=None)
    zone = distribution.starts_at.tzinfo
    return frozenset(
        entry.starts_at.astimezone(zone).date()
        for entry in arrived
        if entry.roles and last_word and entry.starts_at > last_word
    )


def _boxes(member: Member | None) -> tuple[Mailbox, ...]:
    return member.mailboxes if member else ()


def _arrived(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.may_have_arrived]
