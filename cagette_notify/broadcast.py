"""A coordinator's mail: who gets it, who is left out and why, and what makes it the same mail. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.messages import Copy
from cagette_notify.core.model import AddressState, Mailbox
from cagette_notify.core.notices import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cagette_notify.core.messages import Attachment, Broadcast
    from cagette_notify.core.model import Group, Member


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


def identity_of(  # noqa: PLR0913 - one argument for each thing that makes it another mail
    *, group_id: str, audience: str, reply_to: str, subject: str, body: str, attachments: Sequence[Attachment]
) -> str:
    """Return what two givings of the same mail have in common; line ends don't count."""
    files = [(one.filename, hashlib.sha256(one.base64.encode()).hexdigest()) for one in attachments]
    text = "\n".join(line.rstrip() for line in body.strip().splitlines())
    parts = [group_id, audience, reply_to.casefold(), subject, text, files]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def copies_of(
    broadcast: Broadcast, mailboxes: Iterable[Mailbox], *, ledger_id: str, token: Callable[[], str]
) -> list[Copy]:
    """Return a copy for each address, in a campaign that no other attempt shares."""
    campaign = f"{ledger_id}-broadcast-{broadcast.attempt}"
    return [Copy(f"{ledger_id}-broadcast-{token()}", campaign, broadcast, mailbox) for mailbox in mailboxes]


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
