"""Find all that there is of the person to forget: ids, addresses, names, and where they still stand."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.core.transport_traits import TRANSPORTS
from cagette_notify.data.members.find_member import (
    Namesake,
    SeveralPeopleError,
    find_member,
    namesake,
    only_in_part,
    readers_of,
    several_people,
    whole_names,
)
from cagette_notify.data.members.nearly_named import marks_of
from cagette_notify.data.rows_about import Called, RowsAbout
from cagette_notify.helpdesk.identities import Identities, ids_of
from cagette_notify.helpdesk.person import addresses_of, as_people_write, nobody, person_in_ledger
from cagette_notify.ledger.history import Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from cagette_notify.core.errors import Origin
    from cagette_notify.core.model import Group, Member
    from cagette_notify.data.roster import PartialRoster
    from cagette_notify.ledger.known_people import KnownPeople


_TELLING = 4  # characters of an id that no other number in a line is likely to be


class PersonToForget(Struct, frozen=True):
    """Whom to forget, and what to type to mean them.

    ``person`` has the ids and addresses that are nobody else's.
    ``shared`` are addresses that other members read too: what only names one of them is not theirs.
    """

    called: Namesake
    person: Person
    shared: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()  # in notifications.csv
    marks: frozenset[str] = frozenset()  # what else tells of them there, and of nobody else
    words: frozenset[str] = frozenset()  # that tell of them in a line for people, casefolded
    longer_names: frozenset[str] = frozenset()  # of others, with one of theirs within, casefolded
    places: tuple[Origin, ...] = ()  # where they stand in the data
    in_rows: Called = Called()  # of orders and duties
    rows: RowsAbout = RowsAbout()  # those ahead that name them

    @property
    def whole_names(self) -> frozenset[str]:
        """First and last names together, casefolded, either first."""
        return frozenset(word for word in self.words if " " in word and "@" not in word)


def person_to_forget(who: str, roster: PartialRoster, traces: KnownPeople) -> PersonToForget:
    """Return the one person whom ``who`` means to the letter: in the data, or else in the ledger.

    Raises ``SeveralPeopleError`` if that is several people or only a part of a name, ``NobodyError`` if it is
    nobody, and why the data can't be read whole, if so: then nobody knows who else reads an address.
    """
    if roster.refusal:
        raise roster.refusal
    found = find_member(who, roster.members)
    if found.is_exact and len(found.members) == 1:
        return _member(found.members[0], roster, traces)
    if not found.is_exact and (person := _departed(who, roster, traces)):
        return _subject(_only_in_ledger(who, person), person, None, roster, traces)
    if not found.members:
        raise nobody(who, found, roster)
    if len(found.members) == 1:
        raise only_in_part(who, found.members[0])
    raise several_people(who, found.members)


def _member(member: Member, roster: PartialRoster, traces: KnownPeople) -> PersonToForget:
    greeted = (traces.read_broadcasts(account) for account in TRANSPORTS)
    before = Identities(traces, roster.members, read_broadcasts=chain(*greeted)).of(member).person
    person = Person(before.ids, addresses_of(member) | before.addresses)
    return _subject(namesake(member), person, member, roster, traces)


def _departed(who: str, roster: PartialRoster, traces: KnownPeople) -> Person | None:
    """Return whom only the ledger knows; at an address, that is whoever had their own notices there."""
    known = person_in_ledger(who, traces)
    called = known.ids
    here = {one for member in roster.members for one in ids_of(member)}
    at = {one for address in known.addresses for one in traces.members_at(address)} - here
    if len(called) > 1 or len({member_id for _group_id, member_id in at}) > 1:
        names = sorted(f"{group_id}/{member_id}" for group_id, member_id in called | at)
        message = _("{who!r} may be {count} people:", who=one_line(who), count=len(names))
        raise SeveralPeopleError(message, [Namesake(name, one_line(name)) for name in names])
    return Person(called | at, known.addresses) if called or known.addresses else None


def _only_in_ledger(who: str, person: Person) -> Namesake:
    names = sorted({f"{group_id}/{member_id}" for group_id, member_id in person.ids} | person.addresses)
    known = ", ".join(map(one_line, names))
    return Namesake(who, _("{names}: in no list of members any more, known from the ledger", names=known))


def _subject(
    called: Namesake,
    person: Person,
    member: Member | None,
    roster: PartialRoster,
    traces: KnownPeople,
) -> PersonToForget:
    others = [one for one in roster.members if one is not member]
    ids = person.ids - {one for other in others for one in ids_of(other)}
    addresses = person.addresses.union(*map(traces.addresses_of, ids))
    theirs = {name for other in others for name in addresses_of(other)}
    own = addresses - theirs
    return PersonToForget(
        called,
        Person(ids, own),
        addresses & theirs,
        _names(ids, member, others),
        own | _marks(member, others),
        as_people_write(own) | _words(ids, member),
        frozenset(_longer_names(member, others)) if member else frozenset(),
        tuple(_places(member, addresses, roster.groups.values())),
        Called(_names(ids, member, others), own, _names_alone(ids, own, member, others, traces)),
    )


def _names_alone(
    ids: Collection[tuple[str, str]],
    addresses: Iterable[str],
    member: Member | None,
    others: Iterable[Member],
    traces: KnownPeople,
) -> frozenset[str]:
    """Return the whole names that are nobody else's, as the data has them, or the ledger."""
    told = {name for address in addresses for id_, name in traces.named_at(address) if id_ in ids}
    names = told | (whole_names(member) if member else set())
    return frozenset(names).difference(*map(whole_names, others))


def _names(ids: Iterable[tuple[str, str]], member: Member | None, others: Iterable[Member]) -> frozenset[str]:
    """Return what they go by where settings are changed: an id alone only if it is nobody else's."""
    alone = {member_id for _group_id, member_id in ids} | ({member.id} if member else set())
    full = {f"{group_id}/{member_id}" for group_id, member_id in ids}
    return frozenset(full | (alone - {other.id for other in others}))


def _marks(member: Member | None, others: Iterable[Member]) -> frozenset[str]:
    marks = frozenset(marks_of(member)) if member else frozenset[str]()
    return marks.difference(*map(marks_of, others))


def _words(ids: Iterable[tuple[str, str]], member: Member | None) -> frozenset[str]:
    telling = {member_id.casefold() for _group_id, member_id in ids if len(member_id) >= _TELLING}
    return frozenset(telling | (_whole_names(member) if member else set()))


def _whole_names(member: Member) -> set[str]:
    people = [(member.first_name, member.last_name)]
    people += [(box.first_name, box.last_name) for box in readers_of(member)]
    both = [(first, last) for first, last in people if first and last]
    return {name.casefold() for first, last in both for name in (f"{first} {last}", f"{last} {first}")}


def _longer_names(member: Member, others: Iterable[Member]) -> Iterator[str]:
    theirs = _whole_names(member)
    for other in others:
        for name in _whole_names(other) - theirs:
            if any(one in name for one in theirs):
                yield name


def _places(member: Member | None, addresses: frozenset[str], groups: Iterable[Group]) -> Iterator[Origin]:
    if member:
        yield from (row.origin for row in member.rows)
    for group in groups:
        answering = {group.contact.address if group.contact else "", *group.coordinators, *group.placeholders}
        if addresses & {address.casefold() for address in answering}:
            yield group.origin
