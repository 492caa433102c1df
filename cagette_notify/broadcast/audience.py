"""Hold who gets a copy of a broadcast, each address once, and who is left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.broadcast.named_readers import reader_of
from cagette_notify.core.model import AddressState, Group, Mailbox, Member
from cagette_notify.core.notices import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from cagette_notify.core.errors import Origin

_UNTIL_MENDED = frozenset((Reason.SET_ASIDE, Reason.WAITING_FOR_ORDERS, Reason.INVALID_ADDRESS))


class LeftOut(Struct, frozen=True):
    """Somebody the mail can't reach, and why; at which ``place`` in the data, where a row is to be mended."""

    member: Member
    address: str
    reason: Reason
    place: str = ""


class Audience(Struct, frozen=True):
    """Who gets a copy: each address once, households counted by their members."""

    mailboxes: tuple[Mailbox, ...]
    household_ids: frozenset[str]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def households(self) -> int:
        """How many households are reached."""
        return len(self.household_ids)

    @property
    def lacks_people(self) -> bool:
        """Whether some are left out until a row or an address is mended.

        Who has no address at all is not: of a mail to a large group there is always somebody.
        """
        return any(one.reason in _UNTIL_MENDED for one in self.left_out)


def audience_of(members: Iterable[Member]) -> Audience:
    """Return every address of the members, whatever their settings: these mails can't be switched off."""
    mailboxes: dict[str, Mailbox] = {}
    left_out: list[LeftOut] = []
    reached: set[str] = set()
    for member in members:
        usable = [box for box in member.mailboxes if box.state is AddressState.USABLE]
        reached |= {member.id} if usable else set()
        for mailbox in usable:
            mailboxes.setdefault(mailbox.key, mailbox)
        left_out += _left_out(member)
    return Audience(tuple(mailboxes.values()), frozenset(reached), tuple(left_out))


def together(audiences: Sequence[Audience]) -> Audience:
    """Return the audiences as one; who is in several gets one copy."""
    mailboxes = {box.key: box for one in reversed(audiences) for box in reversed(one.mailboxes)}
    left_out = {(out.member.id, out.address, out.place): out for one in audiences for out in one.left_out}
    reached = frozenset(id_ for one in audiences for id_ in one.household_ids)
    return Audience(tuple(reversed(mailboxes.values())), reached, tuple(left_out.values()))


def coordinators_of(group: Group, members: Iterable[Member]) -> Audience:
    """Return the group's coordinators and contact, by the names under which they are members, too.

    Else the contact is called by the name that its group's row has.
    """
    contact = [reader_of(group.contact)] if group.contact else []
    known = {box.key: (member.id, box) for member in members for box in member.mailboxes}
    found = {
        box.key: known.get(box.key, (box.key, box))
        for box in (*(Mailbox(address) for address in group.coordinators), *contact)
    }
    mailboxes = tuple(box for _id, box in found.values())
    left_out = (LeftOut(Member("", ()), one, Reason.PLACEHOLDER_ADDRESS) for one in group.placeholders)
    return Audience(mailboxes, frozenset(id_ for id_, _box in found.values()), tuple(left_out))


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


def set_aside(those: Iterable[Member]) -> Iterator[LeftOut]:
    """Yield everybody whose own row is to be mended."""
    for member in those:
        yield from at_each_address(member, Reason.SET_ASIDE, member.origin)


def at_each_address(member: Member, reason: Reason, origin: Origin) -> Iterator[LeftOut]:
    """Leave out a member once for each address that the mail would have gone to."""
    usable = [box.address for box in member.mailboxes if box.state is AddressState.USABLE]
    for address in usable or [""]:
        yield LeftOut(member, address, reason, place_of(origin))


def also_left_out(audience: Audience, others: Iterable[LeftOut]) -> Audience:
    """Return the audience with others who are left out of it."""
    return replace(audience, left_out=(*audience.left_out, *others))


def without_reached(audience: Audience) -> Audience:
    """Leave out nobody's address to whom somebody else's row, or another list, sends the mail after all."""
    reached = {box.key for box in audience.mailboxes}
    left_out = tuple(one for one in audience.left_out if one.address.casefold() not in reached)
    return replace(audience, left_out=left_out)


def without_unsubscribed(
    audience: Audience, addresses: Collection[str], members: Iterable[Member]
) -> Audience:
    """Leave out the addresses, casefolded, that stopped broadcasts; another of the household stays in it."""
    stopped = [box for box in audience.mailboxes if box.key in addresses]
    if not stopped:
        return audience
    readers = {box.key: member for member in reversed([*members]) for box in member.mailboxes}
    reached = tuple(box for box in audience.mailboxes if box.key not in addresses)
    keys = {box.key for box in reached}
    silent = {
        member.id for member in readers.values() if not any(box.key in keys for box in member.mailboxes)
    }
    nobody = Member("", ())
    out = (LeftOut(readers.get(box.key, nobody), box.address, Reason.UNSUBSCRIBED) for box in stopped)
    return Audience(reached, audience.household_ids - silent, (*audience.left_out, *out))


def place_of(origin: Origin) -> str:
    """Return where a row is to be mended, as problems say it."""
    return f"{origin.file}:{origin.line}"
