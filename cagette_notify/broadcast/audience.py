"""Choose the recipients of a broadcast: what --to means, and who is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from cagette_notify.broadcast.told import (
    REMEMBERED,
    CalledOff,
    called_off_since,
    mailboxes_told,
    told_distribution,
)
from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.model import AddressState, Mailbox, OrdersState
from cagette_notify.core.notices import Reason
from cagette_notify.core.text import fold
from cagette_notify.data.dataset import load_members, load_orders
from cagette_notify.data.find_member import distribution_called
from cagette_notify.planning.orders_by_member import members_with_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.dataset import Calendar

_TOLD = "told"
_BY_ORDER = ("with-order", "without-order")
_IN_FRENCH = {
    "tous": "all",
    "coordination": "coordinators",
    "avec-commande": "with-order",
    "sans-commande": "without-order",
    "prevenus": "told",
}


ToldSince: TypeAlias = "Callable[[datetime], Sequence[Entry]]"


class Choice(Struct, frozen=True):
    """An audience, the name that means it again tomorrow, and what is wrong with the data behind it."""

    audience: Audience
    name: str
    problems: tuple[Problem, ...] = ()
    distribution: Distribution | None = None
    called_off: CalledOff | None = None  # of which everybody of the list was told


def is_told(wanted: str) -> bool:
    """Tell whether a list is of those whom the ledger knows to have been told: it needs no data."""
    return _kind_of(wanted.partition(":")[0]) == _TOLD


def choose_audience(
    calendar: Calendar, group: Group, wanted: str, now: datetime, told_since: ToldSince
) -> Choice:
    """Return the members of ``group`` that ``wanted`` means.

    ``all``, ``coordinators``, ``with-order:D``, ``without-order:D`` or ``told:D``, in English or in French;
    D is a distribution's id, its date, or ``next``. ``told_since`` looks up what was told of distributions
    after a moment. Raises ``UsageError`` for anything else, ``DataError`` where the members, or the orders
    it depends on, can't be read whole.
    """
    if is_told(wanted):
        return _told(calendar, group, wanted.partition(":")[2], now, told_since(now - REMEMBERED))
    loaded = load_members(calendar, [group.id])
    if group.id in loaded.stopped_groups:
        raise DataError(*loaded.problems)
    members = [member for member in loaded.members if group.id in member.group_ids]
    problems = tuple(one for one in loaded.problems if one.group_id in {group.id, ""})
    typed, colon, name = wanted.partition(":")
    kind = _kind_of(typed)
    if kind == "all" and not colon:
        return Choice(audience_of(members), kind, problems)
    if kind == "coordinators" and not colon:
        return Choice(coordinators_of(group, members), kind)
    if kind not in _BY_ORDER or not colon:
        message = _(
            "expected all, coordinators, with-order:DISTRIBUTION, without-order:DISTRIBUTION or "
            "told:DISTRIBUTION"
        )
        raise UsageError(Problem(message, field="--to"))
    mine = [one for one in calendar.distributions if one.group_id == group.id]
    distribution = distribution_called(name, mine, now, field="--to")
    chosen = _by_order(calendar, members, distribution, now, with_order=kind == "with-order")
    return Choice(audience_of(chosen), f"{kind}:{distribution.id}", problems, distribution)


def _kind_of(typed: str) -> str:
    return _IN_FRENCH.get(fold(typed), fold(typed))


def _told(calendar: Calendar, group: Group, name: str, now: datetime, told: Sequence[Entry]) -> Choice:
    distribution = told_distribution(calendar, group, told, name, now)
    mine = [entry for entry in told if entry.key.distribution_id == distribution.id]
    members: list[Member] = []
    try:
        loaded = load_members(calendar, [group.id])
        members += (member for member in loaded.members if group.id in member.group_ids)
        problems = tuple(one for one in loaded.problems if one.group_id in {group.id, ""})
    except DataError as error:  # without names, then: that it is called off can't wait for them
        problems = tuple(error.problems)
    mailboxes, households = mailboxes_told(mine, members)
    off = called_off_since(calendar, distribution, mine)
    return Choice(Audience(mailboxes, households), f"{_TOLD}:{distribution.id}", problems, distribution, off)


def _by_order(
    calendar: Calendar,
    members: Sequence[Member],
    distribution: Distribution,
    now: datetime,
    *,
    with_order: bool,
) -> list[Member]:
    orders = load_orders(calendar, members, [distribution.id], now=now, hold_stale=False)
    book = orders.books[distribution.id]
    if book.state is not OrdersState.READY:
        raise DataError(*orders.problems)
    ordered = members_with_order(book)
    return [member for member in members if (member.id in ordered) is with_order]


class LeftOut(Struct, frozen=True):
    """Somebody the mail can't reach, and why."""

    member: Member
    address: str
    reason: Reason


class Audience(Struct, frozen=True):
    """Who gets a copy: each address once, households counted by their members."""

    mailboxes: tuple[Mailbox, ...]
    households: int
    left_out: tuple[LeftOut, ...] = ()


def audience_of(members: Iterable[Member]) -> Audience:
    """Return every address of the members, whatever their settings: these mails can't be switched off."""
    mailboxes: dict[str, Mailbox] = {}
    left_out: list[LeftOut] = []
    households = 0
    for member in members:
        usable = [box for box in member.mailboxes if box.state is AddressState.USABLE]
        households += bool(usable)
        for mailbox in usable:
            mailboxes.setdefault(mailbox.key, mailbox)
        left_out += _left_out(member)
    return Audience(tuple(mailboxes.values()), households, tuple(left_out))


def coordinators_of(group: Group, members: Iterable[Member]) -> Audience:
    """Return the group's coordinators and contact, by the names under which they are members, too."""
    addresses = [*group.coordinators, *([group.contact.address] if group.contact else [])]
    known = {box.key: box for member in members for box in member.mailboxes}
    mailboxes = {address.casefold(): known.get(address.casefold(), Mailbox(address)) for address in addresses}
    return Audience(tuple(mailboxes.values()), len(mailboxes))


def _left_out(member: Member) -> list[LeftOut]:
    if not member.mailboxes:
        return [LeftOut(member, "", Reason.NO_ADDRESS)]
    reasons = {
        AddressState.PLACEHOLDER: Reason.PLACEHOLDER_ADDRESS,
        AddressState.INVALID: Reason.INVALID_ADDRESS,
    }
    return [
        LeftOut(member, box.address, reasons[box.state]) for box in member.mailboxes if box.state in reasons
    ]
