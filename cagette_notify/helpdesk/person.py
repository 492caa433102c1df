"""Find the person meant by what was typed, in the data or only in the ledger."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.addresses import address_key, readable_address
from cagette_notify.core.errors import DataError, NotifyError, Origin, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.core.transport_traits import TRANSPORTS
from cagette_notify.data.members.find_member import (
    MemberMatch,
    Namesake,
    SeveralPeopleError,
    describe_member,
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
from cagette_notify.ledger.history import Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from cagette_notify.core.model import Group, Member
    from cagette_notify.data.roster import PartialRoster
    from cagette_notify.ledger.known_people import KnownPeople


_TELLING = 4  # characters of an id that no other number in a line is likely to be


class NobodyError(NotifyError):
    """Nobody is called that, neither in the data nor in the ledger."""


def find_people(who: str, census: PartialRoster, traces: KnownPeople, account: str) -> Person:
    """Return whom ``who`` means, all of them if they are several; raise ``NobodyError`` if it is nobody.

    An address or id that only the ledger knows comes before a name that is only partly that. Whoever is in
    the data is known by addresses of before, too, as ``check-member`` knows them.
    """
    found = find_member(who, census.members)
    known = Person() if found.is_exact else person_in_ledger(who, traces)
    if known != Person():
        return known
    if not found.members:
        raise nobody(who, found, census)
    known_as = Identities(traces, census.members, read_broadcasts=traces.read_broadcasts(account))
    before = [known_as.of(member).person for member in found.members]
    return Person(
        frozenset(one for person in before for one in person.ids),
        frozenset(name for member in found.members for name in _addresses(member)).union(
            *(person.addresses for person in before)
        ),
    )


def person_in_ledger(who: str, traces: KnownPeople) -> Person:
    """Return what the ledger knows by that address or id."""
    addresses = spellings(who)
    called = {who.strip(), *(addresses if "@" in who else ())}  # an address may be an id
    return Person(
        frozenset(one for name in called for one in traces.members_called(name)),
        frozenset(text for text in addresses if traces.names(text)),
    )


def spellings(who: str) -> frozenset[str]:
    """Return the ways in which the ledger may write what was typed, if it is an address."""
    return frozenset({address_key(who)} - {""})


def as_people_write(addresses: Collection[str]) -> frozenset[str]:
    """Return addresses, casefolded, as mail is sent to them, and with the accents of their domains."""
    return frozenset((*addresses, *(readable_address(address).casefold() for address in addresses)))


def nobody(who: str, found: MemberMatch, census: PartialRoster) -> NotifyError:
    """Return what to raise: who it may have been, or why nobody can tell."""
    if census.problems:
        return DataError(*census.problems)
    message = _("nobody is called {who!r}, neither in the data nor in the ledger", who=one_line(who))
    near = [Problem(_("did you mean {member}?", member=one_line(describe_member(one)))) for one in found.near]
    return NobodyError(Problem(message), *near)


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


def person_to_forget(who: str, census: PartialRoster, traces: KnownPeople) -> PersonToForget:
    """Return the one person whom ``who`` means to the letter: in the data, or else in the ledger.

    Raises ``SeveralPeopleError`` if that is several people or only a part of a name, ``NobodyError`` if it is
    nobody, ``DataError`` if the data can't be read whole: then nobody knows who else reads an address.
    """
    if census.problems:
        raise DataError(*census.problems)
    found = find_member(who, census.members)
    if found.is_exact and len(found.members) == 1:
        return _member(found.members[0], census, traces)
    if not found.is_exact and (person := _departed(who, census, traces)):
        return _subject(_only_in_ledger(who, person), person, None, census, traces)
    if not found.members:
        raise nobody(who, found, census)
    if len(found.members) == 1:
        raise only_in_part(who, found.members[0])
    raise several_people(who, found.members)


def _member(member: Member, census: PartialRoster, traces: KnownPeople) -> PersonToForget:
    greeted = (traces.read_broadcasts(account) for account in TRANSPORTS)
    before = Identities(traces, census.members, read_broadcasts=chain(*greeted)).of(member).person
    person = Person(before.ids, _addresses(member) | before.addresses)
    return _subject(namesake(member), person, member, census, traces)


def _departed(who: str, census: PartialRoster, traces: KnownPeople) -> Person | None:
    """Return whom only the ledger knows; at an address, that is whoever had their own notices there."""
    known = person_in_ledger(who, traces)
    called = known.ids
    here = {one for member in census.members for one in ids_of(member)}
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
    census: PartialRoster,
    traces: KnownPeople,
) -> PersonToForget:
    others = [one for one in census.members if one is not member]
    ids = person.ids - {one for other in others for one in ids_of(other)}
    addresses = person.addresses.union(*map(traces.addresses_of, ids))
    theirs = {name for other in others for name in _addresses(other)}
    own = addresses - theirs
    return PersonToForget(
        called,
        Person(ids, own),
        addresses & theirs,
        _names(ids, member, others),
        own | _marks(member, others),
        as_people_write(own) | _words(ids, member),
        frozenset(_longer_names(member, others)) if member else frozenset(),
        tuple(_places(member, addresses, census.groups.values())),
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


def _addresses(member: Member) -> frozenset[str]:
    return frozenset(name for box in member.mailboxes for name in box.names) - {""}


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
