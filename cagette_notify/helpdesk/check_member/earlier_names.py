"""Find today's members by an address or id that only the ledger still knows them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.text import fold_name
from cagette_notify.helpdesk.identities import ids_of, names_of
from cagette_notify.helpdesk.person import person_in_ledger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.ledger.known_people import KnownPeople


def known_before_as(
    who: str,
    members: Sequence[Member],
    traces: KnownPeople,
    read_broadcasts: Iterable[tuple[str, str, str, str]] = (),
) -> tuple[Member, ...]:
    """Return whose own notices named that address, or had that id and named an address of theirs.

    An id may have been given to somebody else since, and who stays at an address need not be who left: their
    name tells, where the ledger has one. And so it does of broadcasts, which name no id: ``read_broadcasts``
    are groups, addresses, first and last names.
    """
    person = person_in_ledger(who, traces)
    at = {one for address in person.addresses for one in traces.named_at(address)}
    greeted = [one for one in read_broadcasts if one[1] in person.addresses]
    found = [
        *_still_called(at, members),
        *_still_at_an_address_of(person.ids, members, traces),
        *_still_greeted_so(greeted, members, traces),
    ]
    return tuple({id(member): member for member in found}.values())


def _still_called(named: set[tuple[tuple[str, str], str]], members: Sequence[Member]) -> Iterator[Member]:
    for member in members:
        names = {fold_name(name) for called, name in named if called in ids_of(member)}
        known = names - {""}
        if names and (not known or fold_name(member.name) in known):
            yield member


def _still_at_an_address_of(
    ids: frozenset[tuple[str, str]], members: Sequence[Member], traces: KnownPeople
) -> Iterator[Member]:
    for called in sorted(ids):
        for address in sorted(traces.addresses_of(called)):
            names = {fold_name(name) for one, name in traces.named_at(address) if one == called} - {""}
            for member in members:
                is_there = called[0] in member.group_ids and any(b.key == address for b in member.mailboxes)
                if is_there and fold_name(member.name) in names:
                    yield member


def _still_greeted_so(
    greeted: Iterable[tuple[str, str, str, str]], members: Sequence[Member], traces: KnownPeople
) -> Iterator[Member]:
    for group_id, address, first_name, last_name in greeted:
        called = (group_id, fold_name(f"{first_name} {last_name}"))
        named = [one for one in members if first_name and last_name and called in names_of(one)]
        if len(named) == 1 and traces.members_at(address) <= ids_of(named[0]):
            yield named[0]
