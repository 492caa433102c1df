"""Define the checks of a diagnosis, their health, and findings. Pure."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.mailjet_fates import Cause
    from cagette_notify.planning.timeline import TimelineEvent


class CheckResult(Struct, frozen=True):
    """One check as people read it: all that was found there, the gravest first.

    ``is_said`` though all else may be right, as the verdict names it then. ``heading`` is for the screen.
    """

    check: Check
    health: Health
    summary: str
    advices: tuple[str, ...]
    heading: str = ""
    is_said: bool = False

    @property
    def advice(self) -> str:
        """All of what to do about it in one line."""
        return _("; ").join(self.advices)


class Check(str, Enum):
    """What is looked at, the gravest first: what keeps all mail away comes before what keeps some."""

    MEMBERSHIP = "membership"
    ADDRESS = "address"
    MAILJET_BLOCK = "mailjet_block"
    NOTIFICATIONS = "notifications"
    ACTIVITY = "activity"
    LAST_MESSAGES = "last_messages"
    INBOX = "inbox"

    __str__ = str.__str__


class Health(str, Enum):
    """How it stands, the worst first."""

    PROBLEM = "problem"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"

    __str__ = str.__str__


class Matter(str, Enum):
    """What a finding is about, where it isn't the fate of a mail: what the reply has a sentence for."""

    SET_ASIDE = "set_aside"
    IN_NO_GROUP = "in_no_group"
    GROUP_DISABLED = "group_disabled"
    GROUP_HELD = "group_held"  # and a mail to them with it
    GROUP_PAUSED = "group_paused"  # held, and nothing was due to them meanwhile
    GROUP_PROBLEM = "group_problem"
    GROUP_UNREAD = "group_unread"  # the list of a group that they are known to be in
    PERHAPS_UNREAD = "perhaps_unread"  # that of a group that they may be in
    NO_ORDERS_YET = "no_orders_yet"
    NO_DUTIES_YET = "no_duties_yet"  # of which something is due to whoever serves
    UNREAD_ORDER = "unread_order"  # of which a recap is still to come
    UNTOLD_ORDER = "untold_order"  # that can't be read, and of which none is
    INCOMPLETE_RECAP = "incomplete_recap"
    TWICE = "twice"
    NO_ADDRESS = "no_address"
    PLACEHOLDER = "placeholder"
    NO_OWN_ADDRESS = "no_own_address"
    INVALID_ADDRESS = "invalid_address"
    DOMAIN_TYPO = "domain_typo"
    SAME_ADDRESS = "same_address"
    ALL_OFF = "all_off"
    SOME_OFF = "some_off"
    SETTING_UNREAD = "setting_unread"  # what it may turn off is held back
    INACTIVE = "inactive"
    ADDRESS_REFUSED = "address_refused"
    TEXT_REFUSED = "text_refused"
    REFUSED_BEFORE = "refused_before"  # at a former address
    PUT_OFF = "put_off"
    AT_REST = "at_rest"  # a broadcast that was stopped, or is held
    HELD_BACK = "held_back"  # by the first run
    IN_DOUBT = "in_doubt"
    TOO_LATE = "too_late"
    MISSED_RECAP = "missed_recap"  # whose orders did not come in time
    MISSED_ANOTHER = "missed_another"  # recap, when one had left already
    MISSED_CORRECTION = "missed_correction"
    NO_RUNS = "no_runs"
    STOPPED = "stopped"  # until somebody mends what Mailjet, or the configuration, refuses
    IDLE = "idle"  # nothing leaves either, and nothing of the member's was due
    NO_TRACE = "no_trace"
    FATE_UNKNOWN = "fate_unknown"  # of the newest mail, and known of one before it
    JUST_LEFT = "just_left"  # too lately for its fate to be known
    NO_ORDER = "no_order"
    ORDERS_ELSEWHERE = "orders_elsewhere"  # perhaps, in a file that is not read
    CANCELLED = "cancelled"  # and nothing of it had left
    NOT_WRITTEN = "not_written"  # to an address, though another one had something
    NOT_CORRECTED = "not_corrected"
    NOT_OF_GROUP = "not_of_group"  # that told them, and corrects it to its members alone
    CORRECTION_WAITS = "correction_waits"  # for the orders
    RECAP_WAITS = "recap_waits"  # for the orders, and leaves if they have ordered
    CORRECTION_HELD = "correction_held"  # with the group
    CORRECTION_STOPPED = "correction_stopped"  # with all that leaves
    CALLED_OFF = "called_off"  # since a recap had left
    OFF_ONCE_OPEN = "off_once_open"  # since its opening had left, and no recap
    BACK_ON = "back_on"  # since a mail had said that it is off
    STRAY_ORDER = "stray_order"  # among those of a group that is not theirs
    UNREAD_DUTY = "unread_duty"  # whose row is set aside
    LOOK_IN_SPAM = "look_in_spam"
    OPENED = "opened"

    __str__ = str.__str__


ARRIVED = frozenset((Matter.LOOK_IN_SPAM, Matter.OPENED, Matter.JUST_LEFT))
"""Findings of an address whose last mails were taken, as far as anybody can know."""

EXPLAINING = frozenset((Matter.NO_ORDER, Matter.CANCELLED))
"""Findings of nothing wrong that tell why a mail did not leave, and so are always said."""

OF_A_MAIL = frozenset(
    (
        *(Matter.CALLED_OFF, Matter.OFF_ONCE_OPEN, Matter.BACK_ON),
        *(Matter.NOT_CORRECTED, Matter.NOT_OF_GROUP),
        *(Matter.CORRECTION_WAITS, Matter.RECAP_WAITS, Matter.CORRECTION_HELD, Matter.CORRECTION_STOPPED),
        *(Matter.MISSED_RECAP, Matter.MISSED_ANOTHER, Matter.MISSED_CORRECTION, Matter.TOO_LATE),
        *(Matter.PUT_OFF, Matter.AT_REST, Matter.IN_DOUBT, Matter.REFUSED_BEFORE),
        *(Matter.INCOMPLETE_RECAP, Matter.HELD_BACK),
    )
)
"""Findings of a mail that reached somebody, or should have: none of those that are only written does."""

OURS = frozenset(
    (
        *(Matter.SET_ASIDE, Matter.GROUP_HELD, Matter.NO_ORDERS_YET, Matter.NO_DUTIES_YET),
        *(Matter.TEXT_REFUSED, Matter.NO_RUNS, Matter.STOPPED, Matter.NO_TRACE),
    )
)
"""Findings of which a member hears only that something went wrong on our side, and so once."""

HELD_BY_US = frozenset(
    (Matter.GROUP_PAUSED, Matter.GROUP_UNREAD, Matter.PERHAPS_UNREAD, Matter.SETTING_UNREAD)
)
"""Findings that say in words of their own what is held back until we mend it."""

MENDED_WITHOUT_THEM = (OURS | HELD_BY_US | {Matter.IDLE, Matter.GROUP_PROBLEM}) - {Matter.SETTING_UNREAD}
"""Findings whose cure waits for no word of the member's; of a setting, they may say what they want."""


class Finding(Struct, frozen=True):
    """One thing that was found: where, how bad, and what to do about it, or what comes ``by_itself``.

    ``look_at`` is where the cause may lie, one by one: several findings may have some of them.

    ``about`` is the address it is about, ``meant`` what it should perhaps be, ``instead`` which other one of
    the household is reached. ``kinds`` are the notices that are off, where there are any, and ``days`` when
    each was switched off, where that is known; or the day of the distribution that it is about,
    ``starts_at`` and ``place`` when and where it is, ``told_at`` and ``told_place`` what they heard;
    ``group_id`` whose it is; ``left`` is what had left all the same, ``why`` the reason where a matter has
    several. ``is_others``: it keeps nothing from whoever asks, but from somebody else of the household.
    """

    check: Check
    health: Health
    summary: str
    advice: str = ""
    cause: Cause | Matter | None = None
    about: str = ""
    meant: str = ""
    instead: str = ""
    kinds: tuple[Kind, ...] = ()
    days: tuple[date | None, ...] = ()
    group_id: str = ""
    starts_at: datetime | None = None  # by the group's clock
    place: str = ""
    told_at: datetime | None = None  # by the same clock
    told_place: str = ""
    left: tuple[TimelineEvent, ...] = ()
    why: str = ""
    is_others: bool = False
    by_itself: str = ""
    look_at: tuple[str, ...] = ()


def next_run() -> str:
    """Say what comes by itself once that is mended which kept mails away."""
    return _("the next run sends what is not too late")


def worst(healths: Iterable[Health]) -> Health:
    """Return the worst of them; fine if there is none."""
    order = list(Health)
    return min(healths, key=order.index, default=Health.OK)


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by how bad each is, then by what it keeps away: a namesake mostly keeps nothing."""
    healths, checks = list(Health), list(Check)
    return sorted(
        findings,
        key=lambda one: (healths.index(one.health), one.cause is Matter.TWICE, checks.index(one.check)),
    )
