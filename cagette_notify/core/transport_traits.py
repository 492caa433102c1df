"""Define what each transport is: its account, whether it has a quota or can be asked. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class TransportTraits(Struct, frozen=True, kw_only=True):
    """What others than its own module need to know of a transport: they ask a row, never its name.

    ``account`` is the name: what ``delivery`` says, and whose books the ledger keeps. It stands on disk.
    """

    account: str
    leaves_the_machine: bool
    can_be_asked: bool  # what became of a mail, what it knows of an address, whether it accepts the sender
    has_quota: bool  # whoever carries the mails may allow only so many a day
    looks_up_late: bool  # for some minutes a look-up that finds nothing proves nothing


OUTBOX = TransportTraits(
    account="outbox", leaves_the_machine=False, can_be_asked=False, has_quota=False, looks_up_late=False
)
MAILJET = TransportTraits(
    account="mailjet", leaves_the_machine=True, can_be_asked=True, has_quota=True, looks_up_late=True
)

TRANSPORTS: Mapping[str, TransportTraits] = {row.account: row for row in (OUTBOX, MAILJET)}
"""Every transport by its account. Each has its module in delivery/ and its entry in choose_transport."""
