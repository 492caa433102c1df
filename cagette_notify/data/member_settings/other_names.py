"""Tell whom changes mean that call nobody by their id: by an address, a name, or something like the id."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.addresses import address_key
from cagette_notify.core.text import bare_id, fold, id_with_name
from cagette_notify.data.member_settings.namesakes import names_with_group

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

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
        return "@" in name and (len(people) == 1 or all(one.has_address_in_id for one in people))

    @property
    def nobodys(self) -> tuple[str, ...]:
        """The names that mean nobody."""
        return tuple(name for name, people in self.people.items() if not people)

    @property
    def in_doubt(self) -> tuple[str, ...]:
        """The names of which nobody can tell for sure whom they mean."""
        return tuple(name for name, people in self.people.items() if people and not self.is_sure(name))


_ID = "\0"  # before an id: none is a name
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


def marks_typed(name: str) -> frozenset[str]:
    """Return, as ``marks_of`` does, what a name in the file that is nobody's id may be."""
    if "@" in name:
        return frozenset({address_key(name)})
    return frozenset({fold(name), f"{_ID}{bare_id(name)}"} - {"", _ID})


def marks_of(member: Member) -> Iterator[str]:
    """Yield by what somebody may be called beside their id: addresses, whole names, what is like the id."""
    return _marks_by(("@", " ", "/"))(member)


def _former_ids(member: Member) -> tuple[str, ...]:
    """Return what somebody whose id has their address in it is called when others have it, or have not."""
    address, _blank, _name = member.id.partition(" ")
    with_name = id_with_name(member.id, member.name) if member.has_address_as_id else address
    return (address, with_name)


def _people_called(names: Collection[str], members: Iterable[Member]) -> dict[str, list[Member]]:
    wanted: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for mark in marks_typed(name):
            wanted[mark].append(name)
    marks_of = _marks_by(names)
    people: dict[str, list[Member]] = {name: [] for name in names}
    for member in members:
        for name in {name: None for mark in marks_of(member) for name in wanted.get(mark, ())}:
            people[name].append(member)
    return people


def _marks_by(names: Collection[str]) -> Callable[[Member], Iterator[str]]:
    """Return what yields a member's addresses, whole names and bare ids, of which only the ``names`` ask.

    There may be very many members, and mostly what asks is the id of somebody who has left.
    """
    from cagette_notify.data.find_member import whole_names

    by_address, by_id = any("@" in name for name in names), any("@" not in name for name in names)
    by_name, by_group = any(" " in name for name in names), any("/" in name for name in names)

    def marks(member: Member) -> Iterator[str]:
        if by_address:
            yield from (box.key for box in member.mailboxes)
        if by_name:
            yield from whole_names(member)
        if by_id:
            ids = (member.id, *(names_with_group(member) if by_group else ()))
            yield from (f"{_ID}{bare_id(name)}" for name in ids)

    return marks
