"""Hold the evidence gathered about one member. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.core.i18n import _
from cagette_notify.core.mail_providers import provider_of
from cagette_notify.core.model import (
    AddressState,
    Contact,
    Distribution,
    Group,
    Mailbox,
    Member,
    OrderBook,
    StrangerLine,
    UnreadLine,
)
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta, tzinfo

    from cagette_notify.core.errors import Origin, Problem
    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.core.model import MemberRow
    from cagette_notify.core.notices import Entry
    from cagette_notify.delivery.mailjet.rest_rows import MailjetContact
    from cagette_notify.helpdesk.check_member.unwritten import Unwritten
    from cagette_notify.planning.corrections.waiting_corrections import WaitingCorrection
    from cagette_notify.planning.shared_addresses import Covered
    from cagette_notify.planning.timeline import TimelineEvent
    from cagette_notify.run.held_broadcasts import Rest


class MailboxEvidence(Struct, frozen=True):
    """What Mailjet tells of one address of the member.

    ``contact`` and ``fates`` (newest first) are None where Mailjet could not be asked, was not, or
    answered about somebody else: ``why_unknown`` says which. ``smtp_words`` are those of the server
    that sent the newest mail back.
    """

    mailbox: Mailbox
    contact: MailjetContact | None = None
    fates: tuple[Fate, ...] | None = None
    smtp_words: str = ""
    why_unknown: str = ""

    @property
    def provider(self) -> str:
        """Who takes mail for the address."""
        return provider_of(self.mailbox.address)


class HeldBack(Struct, frozen=True):
    """A notice that was due before the first run, which held it back; it can still be sent."""

    event: TimelineEvent
    distribution: Distribution


class MissingOrder(Struct, frozen=True):
    """A distribution whose recap was due, and of which no order of the member is known; or of anybody.

    ``left`` are the recaps of it that had left all the same, the last to each address: while there was an
    order. ``rows`` are those of theirs, of a quantity of 0.
    """

    distribution: Distribution
    is_everybodys: bool
    file: str
    left: tuple[TimelineEvent, ...] = ()
    rows: tuple[Origin, ...] = ()


class OrdersElsewhere(Struct, frozen=True):
    """A distribution of which no order of theirs is known, and the files of orders that nobody reads."""

    distribution: Distribution
    files: tuple[str, ...]


class UnreadOrder(Struct, frozen=True):
    """A distribution, and the rows set aside that are, or may be, of the member's order for it.

    ``is_in_no_recap`` tells that a recap lacks a row already, ``is_awaited`` that one is still to come.
    """

    distribution: Distribution
    lines: tuple[UnreadLine, ...]
    is_in_no_recap: bool
    is_awaited: bool


class IncompleteRecap(Struct, frozen=True):
    """A distribution whose recap lacks a row, which could not be read then; another one may be to come."""

    distribution: Distribution
    is_awaited: bool


class Uncorrected(Struct, frozen=True):
    """A distribution of which the member was told another hour or place, and of which nobody says so.

    For want of an order or, unless it ``is_members``, as the ``group`` is not theirs. ``told`` is what those
    of their addresses heard last that were told otherwise, ``file`` where their order is no more, or has
    ``rows`` of a quantity of 0.
    """

    distribution: Distribution
    told: tuple[Entry, ...]
    file: str
    group: Group
    is_members: bool
    rows: tuple[Origin, ...] = ()


class Cancelled(Struct, frozen=True):
    """A distribution that is cancelled, and of which no recap had left to the member.

    ``command`` writes to all with an order, if they are one of them whom nobody has told of it; not to them
    as long as their ``row_is_unread``.
    """

    distribution: Distribution
    command: str = ""
    row_is_unread: bool = False


class TakenBack(Struct, frozen=True):
    """A distribution ahead of which the member was told, and that does not take place as ``told``.

    ``why`` goes on from its name; ``command`` writes to all who were told. Where a bad row ``perhaps`` is it,
    nobody knows, and there is neither: that is where the row stands. One that ``is_back_on`` takes place, but
    a letter had said that it doesn't. That it doesn't may have been said to all, by a mail of the subject
    ``perhaps_said_in``.
    """

    told: tuple[Entry, ...]
    why: str = ""
    command: str = ""
    perhaps: str = ""
    is_back_on: bool = False
    perhaps_said_in: str = ""
    perhaps_said_at: datetime | None = None


class Misled(Struct, frozen=True):
    """A distribution that takes place, of which a letter said the contrary to a member who was told no more.

    ``command`` writes to all who got that.
    """

    distribution: Distribution
    addresses: tuple[str, ...]
    command: str


class StrayOrder(Struct, frozen=True):
    """A row that names the member among the orders of a group that is not theirs."""

    distribution: Distribution
    group: Group
    line: StrangerLine


class MissedRecap(Struct, frozen=True):
    """A recap, or the correction of one, that waited for its orders until the distribution started.

    ``book`` is how the orders are found today.
    """

    distribution: Distribution
    address: str
    kind: Kind
    is_correction: bool
    book: OrderBook


class LateCorrection(Struct, frozen=True):
    """A distribution that has begun, and what an address was ``told`` of it last, which was not so.

    ``what`` says both in words, and why the address was not told, where a run noted that.
    """

    distribution: Distribution
    told: Entry
    what: str


class UnreadGroup(Struct, frozen=True):
    """A group whose list of members can't be read, and why; the member may be in it.

    ``is_known`` tells that the ledger knows of mail to one of their addresses as a member's of it.
    """

    name: str
    problems: tuple[Problem, ...]
    is_known: bool


class RunsEvidence(Struct, frozen=True):
    """Whether send-due is at work: when it last got to its end, and what has waited for it since.

    ``refusal`` is what somebody must mend before anything leaves again.
    """

    last_complete: datetime | None = None
    overdue: tuple[TimelineEvent, ...] = ()
    refusal: str = ""


class MemberEvidence(Struct, frozen=True):
    """All that was gathered about one member. Times are UTC; ``zone`` is for the days that are said.

    ``groups`` are the member's own. ``twins`` are other accounts of the same person, ``sharers``
    other members who read one of the addresses. ``row_problems`` are about the member's own row, for
    which ``is_set_aside`` tells that it was left out; ``holds`` stop the group as a whole,
    ``group_problems`` keep some of its notices away. ``waiting`` is what is due, but for its orders.
    ``partner`` is the partner's mailbox, if it is the partner who asks. ``unsubscribed`` are, by address,
    anybody's, the kinds that were stopped with Mailjet's link, and when.
    """

    member: Member
    now: datetime
    zone: tzinfo
    groups: tuple[Group, ...]
    sender: Contact | None  # if one was chosen
    kinds: tuple[Kind, ...]  # that can leave at all
    defaults: Mapping[Kind, bool]
    is_mailed: bool  # else nothing leaves this machine
    outbox: str = ""
    unsubscribed: Mapping[str, Mapping[Kind, datetime]] = field(default_factory=dict)
    partner: Mailbox | None = None
    twins: tuple[Member, ...] = ()
    sharers: tuple[Member, ...] = ()
    row_problems: tuple[Problem, ...] = ()
    is_set_aside: bool = False
    setting_problems: tuple[Problem, ...] = ()  # of the member's rows in notifications.csv
    holds: tuple[Problem, ...] = ()
    held: frozenset[str] = frozenset()  # groups that are, by id
    unread_groups: tuple[UnreadGroup, ...] = ()  # beside those in whose data the member is
    group_problems: tuple[Problem, ...] = ()
    waiting: tuple[tuple[TimelineEvent, OrderBook], ...] = ()
    waiting_for_duties: tuple[tuple[TimelineEvent, tuple[Problem, ...]], ...] = ()  # and why nobody knows
    held_back: tuple[HeldBack, ...] = ()
    missing_orders: tuple[MissingOrder, ...] = ()
    orders_elsewhere: tuple[OrdersElsewhere, ...] = ()
    cancelled: tuple[Cancelled, ...] = ()
    unread_orders: tuple[UnreadOrder, ...] = ()
    incomplete_recaps: tuple[IncompleteRecap, ...] = ()
    uncorrected: tuple[Uncorrected, ...] = ()
    waiting_corrections: tuple[WaitingCorrection, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    misled: tuple[Misled, ...] = ()
    stray_orders: tuple[StrayOrder, ...] = ()
    duty_problems: tuple[tuple[str, Problem], ...] = ()  # of rows that nearly name one of them, and whom
    missed_recaps: tuple[MissedRecap, ...] = ()
    unwritten: tuple[Unwritten, ...] = ()
    former: frozenset[str] = frozenset()  # addresses that were theirs as far as is known, casefolded
    late_corrections: tuple[LateCorrection, ...] = ()
    in_data: frozenset[str] = frozenset()  # the distributions that are
    inactive_after: timedelta | None = None
    last_order_at: datetime | None = None
    ordered_ahead: tuple[tuple[Distribution, bool], ...] = ()  # and whether that is known, or only may be
    mailboxes: tuple[MailboxEvidence, ...] = ()  # of usable addresses, each once
    history: tuple[TimelineEvent, ...] = ()  # newest first
    upcoming: tuple[TimelineEvent, ...] = ()  # soonest first
    letters: tuple[TimelineEvent, ...] = ()  # broadcasts that are planned, to their addresses as of today
    still_to_leave: frozenset[tuple[Kind, str]] = frozenset()  # what is due, and not too late
    at_rest: Mapping[str, Rest] = {}  # copies that don't leave by themselves, of whomever, by CustomID
    covered: tuple[Covered, ...] = ()  # off here, on for somebody else who reads the address
    closed: frozenset[str] = frozenset()  # distributions for which nobody can order any more
    without_orders: frozenset[str] = frozenset()  # distributions for which nobody named any
    to_export: Mapping[str, datetime] = {}  # when those close whose orders are exported anew after that
    runs: RunsEvidence = field(default_factory=RunsEvidence)

    def kept_fates(self, box: MailboxEvidence) -> tuple[Fate, ...]:
        """Return what Mailjet said of mails to an address when it was last asked; newest first."""
        mine = (event for event in self.history if event.address.casefold() == box.mailbox.key)
        return tuple(event.fate for event in mine if event.fate)

    @property
    def ahead(self) -> tuple[TimelineEvent, ...]:
        """All that will come, or not and why, the soonest first."""
        return tuple(sorted((*self.upcoming, *self.letters), key=lambda event: event.at))

    @property
    def has_left_something(self) -> bool:
        """Whether any mail to whoever asks left, or may have, in the last days, to a former address too."""
        others = {box.key for box in self.member.mailboxes if not self.is_askers(box)}
        others -= {box.key for box in self.member.mailboxes if self.is_askers(box)}
        sent = {one.address.casefold() for one in self.history if one.status == "sent" or one.is_in_doubt}
        has_fates = any(one.fates for one in self.mailboxes if one.mailbox.key not in others)
        return bool(sent - others) or has_fates

    @property
    def asker(self) -> Mailbox | Member:
        """Who is taken to ask: the account's holder, but for a partner who gave their own address or name."""
        return self.partner or self.member

    def is_former(self, address: str) -> bool:
        """Tell whether an address is none of the member's any more."""
        return all(box.key != address.casefold() for box in self.member.mailboxes)

    def is_askers(self, mailbox: Mailbox) -> bool:
        """Tell whether whoever asks reads that mailbox themselves."""
        return mailbox.of_partner is bool(self.partner)

    @property
    def own_addresses(self) -> frozenset[str]:
        """The addresses, casefolded, at which whoever asks can be written to themselves."""
        usable = (box for box in self.member.mailboxes if box.state is AddressState.USABLE)
        return frozenset(box.key for box in usable if self.is_askers(box))

    @property
    def place(self) -> str:
        """Where the member stands in the data, as problems say it: in each of the files."""
        return _places(self.member.rows)

    def place_of(self, address: str) -> str:
        """Return where an address of theirs stands in the data."""
        return _places(self.member.rows_with(address) or self.member.rows)

    def place_to_correct(self, address: str) -> str:
        """Return where an address of theirs is to be corrected: in an export it would be wrong again."""
        if self.member.is_exported_with(address):
            return _("Cagette, then export the members again")
        return self.place_of(address)

    @property
    def has_usable_address(self) -> bool:
        """Whether mail can be sent to the member at all."""
        return any(mailbox.state is AddressState.USABLE for mailbox in self.member.mailboxes)

    def group_called(self, group_id: str) -> str:
        """Return a group's name where the member is in several: what is said is of one of them."""
        names = {group.id: group.name for group in self.groups}
        return one_line(names.get(group_id, "")) if len(names) > 1 else ""

    def with_group(self, what: str, group_id: str) -> str:
        """Return ``what`` with that name behind it."""
        name = self.group_called(group_id)
        return f"{what} ({name})" if name else what

    def day_of(self, distribution: Distribution) -> str:
        """Return a distribution's local day, and its group's name where the member is in several."""
        name = self.group_called(distribution.group_id)
        return ", ".join(filter(None, (self.day(distribution.starts_at), name)))

    def day(self, at: datetime) -> str:
        """Return the local day of a moment."""
        return at.astimezone(self.zone).date().isoformat()


def _places(rows: Iterable[MemberRow]) -> str:
    origins = dict.fromkeys(row.origin for row in rows)
    return ", ".join(f"{one.file}:{one.line}" if one.line else one.file for one in origins)
