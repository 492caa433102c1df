"""Hold the evidence gathered about one member. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.core.i18n import _
from cagette_notify.core.model import AddressState, Contact, Distribution, Group, Mailbox, Member
from cagette_notify.core.text import one_line
from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import RunsEvidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime, timedelta, tzinfo

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.core.model import MemberRow, Setting
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import (
        Cancelled,
        HeldBack,
        IncompleteRecap,
        LateCorrection,
        LetterToOthers,
        MailboxEvidence,
        Misled,
        MissedRecap,
        MissingOrder,
        OrdersElsewhere,
        StrayOrder,
        TakenBack,
        Uncorrected,
        UnreadGroup,
        UnreadOrder,
    )
    from cagette_notify.helpdesk.check_member.evidence.unwritten import Unwritten
    from cagette_notify.planning.corrections.waiting_corrections import WaitingCorrection
    from cagette_notify.planning.shared_addresses import Covered
    from cagette_notify.planning.timeline import TimelineEvent
    from cagette_notify.run.held_broadcasts import Rest


class MemberEvidence(Struct, frozen=True):
    """All that was gathered about one member. Times are UTC; ``zone`` is for the days that are said.

    ``groups`` are the member's own. ``twins`` are other accounts of the same person, ``sharers``
    other members who read one of the addresses. ``row_problems`` are about the member's own row, for
    which ``is_set_aside`` tells that it was left out; ``holds`` stop the group as a whole,
    ``group_problems`` keep some of its notices away. ``waiting`` is what is due, but for its orders.
    ``partner`` is the partner's mailbox, if it is the partner who asks. ``unsubscribed`` are, by address,
    anybody's, the kinds that were stopped with Mailjet's link, and when; ``heeded`` the mails, by CustomID,
    whose links are known to have been used, also where that was taken back since.
    """

    member: Member
    now: datetime
    zone: tzinfo
    day_in_words: Callable[[date], str]
    instant_in_words: Callable[[datetime], str]
    groups: tuple[Group, ...]
    sender: Contact | None  # if one was chosen
    kinds: tuple[Kind, ...]  # that can leave at all
    defaults: Mapping[Kind, bool]
    is_mailed: bool  # else nothing leaves this machine
    outbox: str = ""
    unsubscribed: Mapping[str, Mapping[Kind, datetime]] = field(default_factory=dict)
    heeded: frozenset[str] = frozenset()
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
    starts: Mapping[str, datetime] = {}  # of the distributions that are in the data
    inactive_after: timedelta | None = None
    last_order_at: datetime | None = None
    ordered_ahead: tuple[tuple[Distribution, bool], ...] = ()  # and whether that is known, or only may be
    mailboxes: tuple[MailboxEvidence, ...] = ()  # of usable addresses, each once
    history: tuple[TimelineEvent, ...] = ()  # newest first
    upcoming: tuple[TimelineEvent, ...] = ()  # soonest first
    letters: tuple[TimelineEvent, ...] = ()  # broadcasts that are planned, to their addresses as of today
    letters_to_others: tuple[LetterToOthers, ...] = ()  # newest first
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

    def is_on(self, kind: Kind) -> bool:
        """Tell whether the member has that kind of notice on today."""
        setting = self.member.settings.get(kind)
        return setting.value if setting else self.defaults[kind]

    def is_off_for_them(self, kind: Kind) -> bool:
        """Tell whether they don't have a notice they asked for, or that is on for who chooses nothing."""
        setting = self.member.settings.get(kind)
        is_owed = self.defaults[kind] or bool(setting and setting.holds_back_yes)
        return is_owed and not self.is_on(kind)

    def held_by(self, kind: Kind) -> Setting | None:
        """Return the row that can't be read and holds back a notice that would be on without it."""
        setting = self.member.settings.get(kind)
        return setting if setting and setting.is_unread and self.is_off_for_them(kind) else None

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
        return ", ".join(filter(None, (self.long_day(distribution.starts_at), name)))

    def day(self, at: datetime) -> str:
        """Return the local day of a moment."""
        return at.astimezone(self.zone).date().isoformat()

    def long_day(self, at: datetime) -> str:
        """Return the same as people write it."""
        return self.day_in_words(at.astimezone(self.zone).date())

    def instant(self, at: datetime) -> str:
        """Return a moment, by the local clock, as people write it."""
        return self.instant_in_words(at.astimezone(self.zone))


def _places(rows: Iterable[MemberRow]) -> str:
    origins = dict.fromkeys(row.origin for row in rows)
    return ", ".join(f"{one.file}:{one.line}" if one.line else one.file for one in origins)
