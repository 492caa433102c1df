"""Tell whom changes mean that call nobody by their id: by an address, a name, or something like the id."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.addresses import address_key
from cagette_notify.core.text import id_with_name
from cagette_notify.data.members.nearly_named import marks_by, marks_typed, names_with_group, names_within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cagette_notify.core.model import Member


class OtherNames(Struct, frozen=True):
    """The names in a file that are nobody's id, with the ``people`` whom each may mean: nobody, perhaps.

    ``of`` are the names that may mean somebody, by handle.
    """

    people: Mapping[str, tuple[Member, ...]]
    of: Mapping[str, tuple[str, ...]]

    def surely_of(self, member: Member) -> tuple[str, ...]:
        """Return the addresses that only they have, or that is the only id of all who have it."""
        return tuple(name for name in self.of.get(member.handle, ()) if self.is_sure(name))

    def perhaps_of(self, member: Member) -> tuple[str, ...]:
        """Return what may be somebody else's, or was not meant so."""
        return tuple(name for name in self.of.get(member.handle, ()) if not self.is_sure(name))

    def is_sure(self, name: str) -> bool:
        """Tell whether a name is an address that says whose a change is."""
        people = self.people[name]
        if "@" not in name or any(address_key(name) not in _addresses(one) for one in people):
            return False
        return len(people) == 1 or all(one.has_address_in_id for one in people)

    @property
    def nobodys(self) -> tuple[str, ...]:
        """The names that mean nobody."""
        return tuple(name for name, people in self.people.items() if not people)

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """The names of which nobody can tell for sure whom they mean."""
        return tuple(name for name, people in self.people.items() if people and not self.is_sure(name))


NO_OTHER_NAMES = OtherNames({}, {})


def other_names_among(
    names: Collection[str], members: Iterable[Member], set_aside: Iterable[Member] = ()
) -> OtherNames:
    """Return whom those of the ``names`` may mean that are nobody's id, of people set aside too."""
    everybody, aside = tuple(members), tuple(set_aside)
    strangers = set(names) - {one.id for one in (*everybody, *aside)} if names else set()
    for one in (*everybody, *aside) if strangers else ():
        strangers.difference_update(names_with_group(one), _former_ids(one))
    if not strangers:
        return NO_OTHER_NAMES
    people = _people_called(strangers, everybody)
    for name, those in _people_called(strangers, aside).items():
        known = {one.id for one in people[name]}
        people[name] += [one for one in those if one.id not in known]
    of: dict[str, list[str]] = defaultdict(list)
    in_order = {name: tuple(people[name]) for name in names if name in strangers}
    for name, one in ((name, one) for name, those in in_order.items() for one in those):
        of[one.handle].append(name)
    return OtherNames(in_order, {handle: tuple(those) for handle, those in of.items()})


def _addresses(member: Member) -> set[str]:
    return {box.key for box in member.mailboxes}


def _former_ids(member: Member) -> tuple[str, ...]:
    """Return what somebody whose id has their address in it is called when others have it, or have not."""
    address, _blank, _name = member.id.partition(" ")
    with_name = id_with_name(member.id, member.name) if member.has_address_as_id else address
    return (address, with_name)


def _people_called(names: Collection[str], members: Iterable[Member]) -> dict[str, list[Member]]:
    """Return whom each of the names means; those whom names within it mean, where it means nobody."""
    people = _people_by({name: [name] for name in names}, members)
    within = {name: names_within(name) for name, those in people.items() if not those}
    for way in range(max(map(len, within.values()), default=0)):
        parts = {name: ways[way] for name, ways in within.items() if ways[way:] and not people[name]}
        people |= _people_by(parts, members) if parts else {}
    return people


def _people_by(parts: Mapping[str, Collection[str]], members: Iterable[Member]) -> dict[str, list[Member]]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for name, those in parts.items():
        for mark in {mark for part in those for mark in marks_typed(part)}:
            wanted[mark].append(name)
    marks_of = marks_by([part for those in parts.values() for part in those])
    people: dict[str, list[Member]] = {name: [] for name in parts}
    for member in members:
        for name in {name: None for mark in marks_of(member) for name in wanted.get(mark, ())}:
            people[name].append(member)
    return people
