"""Find the person meant by what was typed, in the data or only in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.addresses import address_key, readable_address
from cagette_notify.core.errors import DataError, NotifyError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.data.members.find_member import MemberMatch, describe_member, find_member
from cagette_notify.helpdesk.identities import Identities
from cagette_notify.ledger.history import Person

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cagette_notify.core.model import Member
    from cagette_notify.data.roster import PartialRoster
    from cagette_notify.ledger.known_people import KnownPeople


class NobodyError(NotifyError):
    """Nobody is called that, neither in the data nor in the ledger."""


def find_people(who: str, roster: PartialRoster, traces: KnownPeople, account: str) -> Person:
    """Return whom ``who`` means, all of them if they are several; raise ``NobodyError`` if it is nobody.

    An address or id that only the ledger knows comes before a name that is only partly that. Whoever is in
    the data is known by addresses of before, too, as ``check-member`` knows them.
    """
    found = find_member(who, roster.members)
    known = Person() if found.is_exact else departed(who, roster.members, traces)
    if known != Person():
        return known
    if not found.members:
        raise nobody(who, found, roster)
    known_as = Identities(traces, roster.members, read_broadcasts=traces.read_broadcasts(account))
    before = [known_as.of(member).person for member in found.members]
    return Person(
        frozenset(one for person in before for one in person.ids),
        frozenset(name for member in found.members for name in addresses_of(member)).union(
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


def departed(who: str, everybody: Iterable[Member], traces: KnownPeople) -> Person:
    """Return the same with the addresses at which an id had notices and that are nobody's today.

    Openings and broadcasts name no id.
    """
    known = person_in_ledger(who, traces)
    before = {address for one in known.ids for address in traces.addresses_of(one)}
    today = {name for member in everybody for name in addresses_of(member)} if before else set()
    return Person(known.ids, known.addresses | (before - today))


def spellings(who: str) -> frozenset[str]:
    """Return the ways in which the ledger may write what was typed, if it is an address."""
    return frozenset({address_key(who)} - {""})


def as_people_write(addresses: Collection[str]) -> frozenset[str]:
    """Return addresses, casefolded, as mail is sent to them, and with the accents of their domains."""
    return frozenset((*addresses, *(readable_address(address).casefold() for address in addresses)))


def nobody(who: str, found: MemberMatch, roster: PartialRoster) -> NotifyError:
    """Return what to raise: who it may have been, or why nobody can tell."""
    if roster.problems:
        return DataError(*roster.problems)
    message = _("nobody is called {who!r}, neither in the data nor in the ledger", who=one_line(who))
    near = [Problem(_("did you mean {member}?", member=one_line(describe_member(one)))) for one in found.near]
    return NobodyError(Problem(message), *near)


def addresses_of(member: Member) -> frozenset[str]:
    """Return a member's addresses, in all the ways in which they are written."""
    return frozenset(name for box in member.mailboxes for name in box.names) - {""}
