"""Define Message, Broadcast and its copies, attachments, outcomes, the longest subject. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from cagette_notify.core.notices import Mail, NoticeKey, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Contact, Mailbox


LONGEST_SUBJECT = 255
"""Characters; Mailjet refuses more."""


class Content(Struct, frozen=True):
    """What rendering makes of a mail."""

    subject: str
    text: str
    html: str


class Attachment(Struct, frozen=True):
    """A file that travels with a message. ``base64`` is encoded once for all copies.

    One with a ``content_id`` is an image that the HTML shows, where it says ``cid:`` and that. One of a
    ``reader``, by their address, casefolded, is in nobody else's copy of a broadcast.
    """

    filename: str
    content_type: str
    base64: str
    content_id: str = ""
    reader: str = ""


class Message(Struct, frozen=True):
    """A rendered mail, ready for any transport. One recipient, always."""

    custom_id: str
    campaign: str
    sender: Contact
    to: Contact
    content: Content
    reply_to: Contact | None = None
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


_UNITED = " + "


def name_of_lists(names: Iterable[str]) -> str:
    """Return what several lists are called together: the same in whatever order they were typed."""
    return _UNITED.join(sorted(names))


class Broadcast(Struct, frozen=True):
    """A coordinator's mail as it was confirmed, whole: nothing of it is looked up again.

    ``attempt`` tells it from any other, ``identity`` from a different mail: the same mail given again
    has the same one. ``content`` has places for the reader's names. A stopped one waits for the same
    command to be given again. One ``of_part`` was made of data that may lack people: given again, it goes
    on with who had no copy.
    """

    attempt: str
    identity: str
    account: str
    group_id: str
    audience: str
    sender: Contact
    content: Content
    confirmed_at: datetime
    reply_to: Contact | None = None
    attachments: tuple[Attachment, ...] = ()
    is_stopped: bool = False
    of_part: bool = False

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that were united."""
        return tuple(self.audience.split(_UNITED))


class PlannedRow(Struct, frozen=True):
    """A row of the ``file`` that a planned mail's list named: whom it named, and what it ``shown`` says.

    Where it named a member by id or name, ``names`` are that member's, and ``addresses`` those of then.
    """

    list: str
    file: str
    line: int
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    shown: str


class PlannedMail(Struct, frozen=True):
    """A broadcast that leaves by itself once it is ``send_at``, to whomever its lists mean then.

    ``lists`` are as they may be typed, any day; of the files among them the ``rows`` are kept.
    ``addresses`` is how many it would have gone to when it was planned; ``lists_off`` those about
    distributions that were off then, which is most likely what it says.
    """

    broadcast: Broadcast
    send_at: datetime
    lists: tuple[str, ...]
    addresses: int
    rows: tuple[PlannedRow, ...] = ()
    lists_off: tuple[str, ...] = ()


class Copy(Struct, frozen=True):
    """A broadcast to one address."""

    custom_id: str
    campaign: str
    broadcast: Broadcast
    mailbox: Mailbox


class OperatorMail(Struct, frozen=True):
    """A mail to somebody who runs the tool, ready to leave: an alert, or what a distribution came to.

    ``occasion`` tells it from all others of its kind and distribution. It never comes too late.
    """

    kind: Kind
    occasion: str
    due_at: datetime
    message: Message
    group_id: str = ""
    distribution_id: str = ""

    @property
    def custom_id(self) -> str:
        """What Mailjet and the ledger know it by."""
        return self.message.custom_id

    @property
    def campaign(self) -> str:
        """What it shares with the copies to others."""
        return self.message.campaign

    @property
    def key(self) -> NoticeKey:
        """What makes it the same one in every run."""
        address = self.message.to.address.casefold()
        return NoticeKey(self.kind, self.distribution_id, self.occasion, "", address)


AnyMail: TypeAlias = "Mail | Copy | OperatorMail"
"""All that leaves: claimed before, settled after."""


class StopReason(str, Enum):
    """Why no more calls may be made in this run."""

    SLOW_DOWN = "slow_down"  # 429: the next run tries again
    REFUSED = "refused"  # keys, account or sender: somebody must act first

    __str__ = str.__str__


class Outcome(Struct, frozen=True):
    """What became of one message. ``detail`` is a sentence for people; it holds no secret.

    ``about_content`` tells a refusal of the text, worth another try once the text changes, from a
    refusal of the address.
    """

    status: Status
    detail: str = ""
    message_id: str = ""
    about_content: bool = False
    stop: StopReason | None = None


class BroadcastProgress(Struct, frozen=True):
    """How far a broadcast got, in copies: of those that are ``gone`` some may not have arrived.

    ``left_at`` is when the last of those that are ``sent`` is known to have left; of the ``unfinished``, the
    ``untried`` have not had their turn.
    """

    broadcast: Broadcast
    sent: int
    gone: int
    unfinished: int
    total: int
    left_at: datetime | None = None
    untried: int = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing of it is left to send, nor anybody missing who gets it later."""
        return not self.unfinished and not self.broadcast.of_part

    @property
    def in_doubt(self) -> int:
        """How many may have left, or not."""
        return self.gone - self.sent
