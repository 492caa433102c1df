"""Whose records are asked for: a member's of the data, or somebody's whom only the ledger still knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, NotifyError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line
from cagette_notify.data.addresses import address
from cagette_notify.data.find_member import described, find
from cagette_notify.ledger.history import Person

if TYPE_CHECKING:
    from cagette_notify.core.model import Member
    from cagette_notify.data.census import Census
    from cagette_notify.data.find_member import Found
    from cagette_notify.ledger.known_people import TraceBook


class NobodyError(NotifyError):
    """Nobody is called that, neither in the data nor in the ledger."""


def people_called(who: str, census: Census, traces: TraceBook) -> Person:
    """Return whom ``who`` means, all of them if they are several; raise ``NobodyError`` if it is nobody.

    An address or id that only the ledger knows comes before a name that is only partly that.
    """
    found = find(who, census.members)
    known = Person() if found.is_exact else traced(who, traces)
    if known != Person():
        return known
    if not found.members:
        raise nobody(who, found, census)
    return Person(
        frozenset(one for member in found.members for one in ids_of(member)),
        frozenset(box.key for member in found.members for box in member.mailboxes),
    )


def traced(who: str, traces: TraceBook) -> Person:
    """Return what the ledger knows by that address or id."""
    return Person(
        traces.members_called(who.strip()),
        frozenset(text for text in spellings(who) if traces.names(text)),
    )


def ids_of(member: Member) -> frozenset[tuple[str, str]]:
    """Return what a member is called in the ledger: an id only means somebody within a group."""
    return frozenset((group_id, member.id) for group_id in member.group_ids)


def spellings(who: str) -> frozenset[str]:
    """Return the ways in which the ledger may write what was typed, if it is an address."""
    typed = who.strip()
    if not typed:
        return frozenset()
    try:
        return frozenset((typed.casefold(), address(typed).casefold()))
    except ValueError:
        return frozenset((typed.casefold(),))


def nobody(who: str, found: Found, census: Census) -> NotifyError:
    """Return what to raise: who it may have been, or why nobody can tell."""
    if census.problems:
        return DataError(*census.problems)
    message = _("nobody is called {who!r}, neither in the data nor in the ledger", who=one_line(who))
    near = [Problem(_("did you mean {member}?", member=one_line(described(one)))) for one in found.near]
    return NobodyError(Problem(message), *near)
