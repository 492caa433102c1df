"""The vocabulary: groups, members, distributions, orders, and the notices they are owed."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from decimal import Decimal


class Kind(str, Enum):
    """What a mail is. Automatic notices can be switched off by a member; a broadcast cannot."""

    OPENING = "opening"
    RECAP_24H = "recap_24h"
    RECAP_4H = "recap_4h"
    BROADCAST = "broadcast"

    __str__ = str.__str__


RECAP_LEAD = {Kind.RECAP_24H: timedelta(hours=24), Kind.RECAP_4H: timedelta(hours=4)}
"""How long before the start of a distribution each recap is due, in elapsed time."""

RECAPS = tuple(RECAP_LEAD)
CORRECTION = "correction"
"""Stands where a kind does for those recaps that tell of another start or place than an earlier one."""
NOTICE_KINDS = (Kind.OPENING, *RECAPS)


class Status(str, Enum):
    """The fate of one notice to one address, as the ledger keeps it."""

    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    DEFERRED = "deferred"
    IN_DOUBT = "in_doubt"
    EXPIRED = "expired"
    DROPPED = "dropped"

    __str__ = str.__str__


class Reason(str, Enum):
    """Why somebody got nothing, in the order in which the reasons are looked at."""

    ALREADY_SENT = "already_sent"
    CANCELLED = "cancelled"
    GROUP_DISABLED = "group_disabled"
    FIXED_CONTRACT = "fixed_contract"
    SETTING_OFF = "setting_off"
    INACTIVE = "inactive"
    WAITING_FOR_ORDERS = "waiting_for_orders"
    NO_ORDER = "no_order"
    NO_ADDRESS = "no_address"
    PLACEHOLDER_ADDRESS = "placeholder_address"
    INVALID_ADDRESS = "invalid_address"
    DUPLICATE_ADDRESS = "duplicate_address"
    BEFORE_FIRST_RUN = "before_first_run"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"

    __str__ = str.__str__


class OrdersState(str, Enum):
    """Whether the orders of a distribution can be trusted for a recap."""

    READY = "ready"
    WAITING = "waiting"  # no file yet: normal before the export was made
    STALE = "stale"  # last modified before orders closed
    UNREADABLE = "unreadable"

    __str__ = str.__str__


class Origin(Struct, frozen=True):
    """Where a row was read: the file as people call it, and its line counted from 1."""

    file: str = ""
    line: int = 0


class Problem(Struct, frozen=True):
    """One thing to mend, printed as ``members.csv:14: email: not an address: 'ana@'``.

    A warning is said but sets nothing aside, so it leaves the exit status alone.
    """

    message: str
    file: str = ""
    line: int = 0
    field: str = ""
    group_id: str = ""
    is_warning: bool = False

    def __str__(self) -> str:
        """Make the line people read; parts that are unknown are left out."""
        where = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return ": ".join(part for part in (where, self.field, self.message) if part)


class Contact(Struct, frozen=True):
    """A person mail can be sent to or answered by."""

    address: str
    name: str = ""


class Group(Struct, frozen=True):
    """A co-op, or one delivery point of it, with the people who answer for it."""

    id: str
    name: str
    timezone: tzinfo
    language: str
    contact: Contact | None = None
    coordinators: tuple[str, ...] = ()
    url: str = ""
    colour: str = ""
    logo: str = ""
    disabled: bool = False
    origin: Origin = Origin()


class AddressState(str, Enum):
    """What an address in the data is good for."""

    USABLE = "usable"
    PLACEHOLDER = "placeholder"  # Cagette's x@no.mail: a member without an address
    INVALID = "invalid"

    __str__ = str.__str__


class Mailbox(Struct, frozen=True):
    """One of a household's addresses, with the name of the person who reads it.

    ``address`` is what is sent to (ASCII form); for unusable ones it is the text as typed.
    """

    address: str
    first_name: str = ""
    last_name: str = ""
    state: AddressState = AddressState.USABLE

    @property
    def key(self) -> str:
        """How addresses compare: the same mailbox whatever the case."""
        return self.address.casefold()

    @property
    def name(self) -> str:
        """First and last name, as one greets in a header."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Setting(Struct, frozen=True):
    """A member's choice for one kind of notice, and where it was made."""

    value: bool
    origin: Origin = Origin()
    changed_on: str = ""  # ISO date; only for changes kept in notifications.csv


class Member(Struct, frozen=True):
    """An account of Cagette: a household with up to two addresses, its own first.

    ``mailboxes`` holds every address the data names, unusable ones included, so that the reason can
    be said. ``settings`` holds only what somebody chose; the defaults are the configuration's.
    """

    id: str
    group_ids: tuple[str, ...]
    first_name: str = ""
    last_name: str = ""
    mailboxes: tuple[Mailbox, ...] = ()
    language: str = ""
    last_seen: datetime | None = None
    settings: Mapping[Kind, Setting] = field(default_factory=dict)
    origin: Origin = Origin()

    @property
    def handle(self) -> str:
        """What to type to mean this member and nobody else: groups may give one id to two people."""
        return f"{self.group_ids[0]}/{self.id}" if self.group_ids else self.id

    @property
    def name(self) -> str:
        """First and last name of the account's holder."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Distribution(Struct, frozen=True):
    """One day on which a group hands out what was ordered. All times are aware."""

    id: str
    group_id: str
    starts_at: datetime
    ends_at: datetime | None = None
    orders_open_at: datetime | None = None
    orders_close_at: datetime | None = None
    name: str = ""
    place: str = ""
    url: str = ""
    catalogs: tuple[str, ...] = ()
    fixed: bool = False
    cancelled: bool = False
    origin: Origin = Origin()


class OrderLine(Struct, frozen=True):
    """A product that one household ordered. ``total`` is in euros, rounded half up to the cent."""

    member_id: str
    product: str
    quantity: Decimal
    unit: str = ""
    price: Decimal | None = None
    total: Decimal | None = None
    paid: bool = False
    catalog: str = ""
    shared_with: str = ""  # a member's id, or nothing
    origin: Origin = Origin()

    def other_than(self, member_id: str) -> str:
        """Return the id of the other household that shares it; nothing where it is one's own alone."""
        if self.shared_with in {"", self.member_id}:
            return ""
        return self.shared_with if self.member_id == member_id else self.member_id


class OrderBook(Struct, frozen=True):
    """The orders of one distribution. ``file`` says which export to fetch when they are missing."""

    state: OrdersState
    lines: tuple[OrderLine, ...] = ()
    file: str = ""


class Notice(Struct, frozen=True):
    """What one address is owed: kind, occasion, member, address. Times are UTC.

    ``sharers`` names, by id, the households with whom lines are shared, as far as their names are known.
    """

    kind: Kind
    group: Group
    distribution: Distribution
    member: Member
    mailbox: Mailbox
    due_at: datetime
    too_late_at: datetime
    revision: int = 0  # of the distribution's start and place; recaps only
    correction: bool = False
    lines: tuple[OrderLine, ...] = ()
    address_is_shared: bool = False  # by several members of the group
    sharers: Mapping[str, str] = field(default_factory=dict)

    @property
    def occasion(self) -> str:
        """The part of the key that tells two notices of a kind and distribution apart.

        An opening is told by the local day it opens: moved within the day it is the same opening. A
        recap is told by its revision.
        """
        if self.kind is Kind.OPENING and self.distribution.orders_open_at:
            return self.distribution.orders_open_at.astimezone(self.group.timezone).date().isoformat()
        return f"r{self.revision}"

    @property
    def key(self) -> NoticeKey:
        """What makes this notice the same one in every run."""
        member_id = "" if self.kind is Kind.OPENING else self.member.id
        return NoticeKey(self.kind, self.distribution.id, self.occasion, member_id, self.mailbox.key)


class NoticeKey(Struct, frozen=True):
    """The identity of a notice in the ledger. ``address`` is casefolded."""

    kind: Kind
    distribution_id: str
    occasion: str
    member_id: str
    address: str


class Entry(Struct, frozen=True):
    """What the ledger remembers of one notice. Times are UTC.

    ``starts_at`` and ``place`` are what the mail announced; ``fingerprint`` is the hash of its text.
    ``claimed_at`` is missing where nothing was ever tried. An entry ended ``by_hand`` stays ended.
    """

    account: str
    key: NoticeKey
    group_id: str
    recipient: str  # the address as it was written to
    status: Status
    custom_id: str
    campaign: str
    revision: int
    starts_at: datetime
    place: str
    due_at: datetime
    too_late_at: datetime
    claimed_at: datetime | None = None
    settled_at: datetime | None = None
    detail: str = ""
    message_id: str = ""
    fingerprint: str = ""
    about_content: bool = False
    by_hand: bool = False

    @property
    def is_correction(self) -> bool:
        """Tell whether its mail told of another start or place than an earlier one."""
        return self.campaign.partition("-")[2].startswith(f"{CORRECTION}-")

    @property
    def may_have_arrived(self) -> bool:
        """Whether the addressee counts as told: sent, or perhaps sent."""
        return self.status in {Status.SENT, Status.CLAIMED, Status.IN_DOUBT}


class Skip(Struct, frozen=True):
    """Somebody who gets nothing for an occasion, and the first reason that holds."""

    kind: Kind
    group_id: str
    distribution_id: str
    member_id: str
    address: str
    reason: Reason


class Mail(Struct, frozen=True):
    """One envelope: the notices that share a CustomID, all to one address.

    Several openings of a group make one mail, as do the recaps that one correction stands for.
    """

    custom_id: str
    campaign: str
    notices: tuple[Notice, ...]

    @property
    def first(self) -> Notice:
        """The notice that gives the envelope its group, member and address."""
        return self.notices[0]


class Content(Struct, frozen=True):
    """What rendering makes of a mail."""

    subject: str
    text: str
    html: str


class Attachment(Struct, frozen=True):
    """A file that travels with a message. ``base64`` is encoded once for all copies."""

    filename: str
    content_type: str
    base64: str


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


class Broadcast(Struct, frozen=True):
    """A coordinator's mail as it was confirmed, whole: nothing of it is looked up again.

    ``attempt`` tells it from any other, ``identity`` from a different mail: the same mail given again
    has the same one. ``content`` has places for the reader's names. A stopped one waits for the same
    command to be given again.
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


class Copy(Struct, frozen=True):
    """A broadcast to one address."""

    custom_id: str
    campaign: str
    broadcast: Broadcast
    mailbox: Mailbox


class Stop(str, Enum):
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
    stop: Stop | None = None
