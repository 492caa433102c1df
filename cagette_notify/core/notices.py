"""Define Notice, its key, the ledger's Entry, statuses, skip reasons, and Mail. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from cagette_notify.core.kinds import CORRECTION, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cagette_notify.core.kinds import Spans
    from cagette_notify.core.model import Distribution, Group, Mailbox, Member
    from cagette_notify.core.order_book import OrderLine


SKIPPED = "skipped"
FINAL = "-final"
"""How the occasion of a recap ends that follows a correction of the same revision."""
FORGOTTEN = "forgotten-"
"""How the name begins that stands for the address of somebody who was forgotten; it has no @."""


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
    __hash__ = str.__hash__


class Reason(str, Enum):
    """Why somebody got nothing, in the order in which the reasons are looked at.

    From ``no_member`` to ``moved`` they are those of mails that a run had put off, or lost, and dropped.
    """

    ALREADY_SENT = "already_sent"
    CANCELLED = "cancelled"
    GROUP_DISABLED = "group_disabled"
    FIXED_CONTRACT = "fixed_contract"
    SETTING_OFF = "setting_off"
    UNSUBSCRIBED = "unsubscribed"
    INACTIVE = "inactive"
    WAITING_FOR_ORDERS = "waiting_for_orders"
    NO_ORDER = "no_order"
    HAS_ORDER = "has_order"
    WAITING_FOR_DUTIES = "waiting_for_duties"
    NO_DUTY = "no_duty"
    NONE_VACANT = "none_vacant"
    SET_ASIDE = "set_aside"
    NO_ADDRESS = "no_address"
    PLACEHOLDER_ADDRESS = "placeholder_address"
    INVALID_ADDRESS = "invalid_address"
    DUPLICATE_ADDRESS = "duplicate_address"
    BEFORE_FIRST_RUN = "before_first_run"
    SUPERSEDED = "superseded"
    NO_MEMBER = "no_member"
    ADDRESS_GONE = "address_gone"
    NO_DISTRIBUTION = "no_distribution"
    MOVED = "moved"
    EXPIRED = "expired"

    __str__ = str.__str__
    __hash__ = str.__hash__


WAITING = frozenset((Reason.WAITING_FOR_ORDERS, Reason.WAITING_FOR_DUTIES))
"""Why a notice may still leave once somebody has mended the data."""


OF_THE_MEMBER = frozenset(
    (
        *(Reason.CANCELLED, Reason.GROUP_DISABLED, Reason.FIXED_CONTRACT, Reason.SETTING_OFF),
        *(Reason.INACTIVE, Reason.WAITING_FOR_ORDERS, Reason.NO_ORDER, Reason.HAS_ORDER, Reason.NO_ADDRESS),
        *(Reason.WAITING_FOR_DUTIES, Reason.NO_DUTY, Reason.NONE_VACANT),
    )
)
"""What a plan says once of a member, whatever addresses they have, and whether those can be used."""


class ServedBy(str, Enum):
    """Who of a couple serves at a distribution. Names may be mended, and nobody else serves for that."""

    UNKNOWN = ""
    HOLDER = "holder"
    PARTNER = "partner"
    BOTH = "both"


class Told(Struct, frozen=True):
    """What a mail said of start and place, and, of a duty, which roles it named."""

    starts_at: datetime
    place: str = ""
    roles: tuple[str, ...] = ()


class Notice(Struct, frozen=True):
    """What one address is owed: kind, occasion, member, address. Times are UTC.

    ``sharers`` names, by id, the households with whom lines are shared, as far as their names are known.
    ``roles`` are the household's own that day, ``takers`` who of a couple has which, and ``served_by`` who
    of the two comes, as far as that is known; ``helpers`` are who else serves, as role and name, ``vacant``
    the roles that have free places, each with how many. ``told`` is what the address heard last of what a
    correction sets right.
    """

    kind: Kind
    group: Group
    distribution: Distribution
    member: Member
    mailbox: Mailbox
    due_at: datetime
    too_late_at: datetime
    revision: int = 0  # of start and place, and of the member's roles, where these are corrected
    correction: bool = False
    told: Told | None = None
    is_final: bool = False  # after a correction that showed the order as it was before orders closed
    lines: tuple[OrderLine, ...] = ()
    has_unread: bool = False  # rows of the order, beside its lines
    cancels: int = 0  # mails that have taken the distribution out of calendars
    address_is_shared: bool = False  # by several members of the group
    orders_known_at: datetime | None = None  # of one that goes to those without an order, as far as is known
    sharers: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    takers: tuple[tuple[str, str], ...] = ()
    served_by: ServedBy = ServedBy.UNKNOWN
    helpers: tuple[tuple[str, str], ...] = ()
    lacks_helpers: bool = False  # rows of others who may serve could not be read
    vacant: tuple[tuple[str, int], ...] = ()

    @property
    def occasion(self) -> str:
        """The part of the key that tells two notices of a kind and distribution apart.

        An opening is told by the local day it opens: moved within the day it is the same opening. A
        recap is told by its revision, and parted from a correction that had shown the order so far.
        """
        day = day_of_occasion(self.distribution, self.group, self.kind)
        return day or f"r{self.revision}{FINAL if self.is_final else ''}"

    @property
    def sequence(self) -> int:
        """The number by which calendars tell what is newer."""
        return calendar_sequence(self.revision, self.cancels)

    @property
    def key(self) -> NoticeKey:
        """What makes this notice the same one in every run."""
        member_id = "" if self.kind.traits.told_to_group else self.member.id
        return NoticeKey(self.kind, self.distribution.id, self.occasion, member_id, self.mailbox.key)


def calendar_sequence(revision: int, cancels: int, *, is_cancelled: bool = False) -> int:
    """Return the SEQUENCE of a calendar entry after ``cancels`` mails that took it out of calendars.

    Calendars drop what has not a higher one than what they know (RFC 5546, 2.1.5). Each of those mails takes
    one number for itself and one for what comes after; both counts only rise, so that it never falls. As long
    as there is none, it is the revision: so it was in mails that have left before this was counted.
    """
    return revision + 2 * cancels + is_cancelled


def day_of_occasion(distribution: Distribution, group: Group, kind: Kind) -> str:
    """Return the local day that tells the notices of a kind apart; nothing where their revision does."""
    day_of = kind.traits.occasion_day
    at = getattr(distribution, day_of) if day_of else None
    return str(at.astimezone(group.timezone).date().isoformat()) if at else ""


class NoticeRules(Struct, frozen=True):
    """What the configuration says about notices."""

    defaults: Mapping[Kind, bool]
    spans: Spans
    inactive_after: timedelta | None = None

    def wants(self, member: Member, kind: Kind, group_id: str = "") -> bool:
        """Tell whether the member has that kind of notice on: in a group, or in any."""
        setting = member.settings.get(kind)
        return setting.value if setting else self.default_of(member, kind, group_id)

    def default_of(self, member: Member, kind: Kind, group_id: str = "") -> bool:
        """Tell whether the member has that kind on as long as they choose nothing."""
        default = self.defaults[kind]
        return member.default_of(kind, default, group_id) if member.group_defaults else default

    def of(self, group: Group) -> NoticeRules:
        """Return the rules of a group, which may have its own defaults, and its own days before."""
        if not (group.defaults or group.days_before):
            return self
        before = {kind: timedelta(days=days) for kind, days in group.days_before}
        spans = replace(self.spans, before={**self.spans.before, **before})
        return replace(self, defaults={**self.defaults, **dict(group.defaults)}, spans=spans)


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
    ``member_name`` is the member's, folded, whom it told: their id may be another one tomorrow. Of what goes
    to a whole group ``reader_id`` says whom it greeted. ``roles`` are those that a duty's announced,
    ``served_by`` who of a couple was to come. ``told_as`` is the account whose partner read it, who has one
    of their own since: start and place are theirs, too, the order is not. The ledger never holds it.
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
    member_name: str = ""
    reader_id: str = ""
    roles: tuple[str, ...] = ()
    served_by: ServedBy = ServedBy.UNKNOWN
    told_as: str = ""

    @property
    def is_of_anothers_order(self) -> bool:
        """Tell whether its order is not its reader's, who is owed a recap of their own."""
        return bool(self.told_as) and self.key.kind.traits.needs_order

    @property
    def told_id(self) -> str:
        """The id of the member who was told, of what goes to a whole group, too; empty if it is unknown."""
        return self.key.member_id or self.reader_id

    @property
    def told(self) -> Told:
        """What its mail said."""
        return Told(self.starts_at, self.place, self.roles)

    @property
    def counter(self) -> tuple[str, str]:
        """What its revision counts: the changes of a distribution, or those of one member's duty there."""
        return self.key.distribution_id, self.key.member_id if self.key.kind.traits.needs_duty else ""

    @property
    def is_correction(self) -> bool:
        """Tell whether its mail told of another start or place than an earlier one."""
        return self.campaign.partition("-")[2].startswith(f"{CORRECTION}-")

    @property
    def is_forgotten(self) -> bool:
        """Tell whether it went to somebody who was forgotten since: it names no address any more."""
        return self.key.address.startswith(FORGOTTEN) and "@" not in self.key.address

    @property
    def may_have_arrived(self) -> bool:
        """Whether the addressee counts as told: sent, or perhaps sent."""
        return self.status in {Status.SENT, Status.CLAIMED, Status.IN_DOUBT}


class Skip(Struct, frozen=True):
    """Somebody who gets nothing for an occasion, and the first reason that holds.

    What ``is_held_back`` by a first run would leave by a look back, once what it may wait for is there, too;
    what is superseded would not, either way.
    What ``is_correction`` would have told of another start or place than the address had heard.
    ``addresses`` are how many of a household lack it, where one is named for all.
    """

    kind: Kind
    group_id: str
    distribution_id: str
    member_id: str
    address: str
    reason: Reason
    occasion: str = ""  # as the notice's
    is_held_back: bool = False
    is_correction: bool = False
    addresses: int = 1


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


def hash_of(key: NoticeKey, ledger_id: str) -> str:
    """Return what the ledger keeps in place of a key.

    Salted with the ledger's own id, so that the hashes of two co-ops tell nothing of who is in both.
    """
    import hashlib  # a run with nothing due needs none

    parts = (ledger_id, key.kind.value, key.distribution_id, key.occasion, key.member_id, key.address)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class ForgottenKeys(Struct, frozen=True):
    """The keys of what left to people who were forgotten since, as the ledger keeps them: hashed."""

    hashes: frozenset[str] = frozenset()
    ledger_id: str = ""

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.hashes)

    def __contains__(self, key: NoticeKey) -> bool:
        """Tell whether a notice of that key left, or may have."""
        return bool(self.hashes) and hash_of(key, self.ledger_id) in self.hashes
