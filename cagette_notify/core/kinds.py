"""Name the kinds of mail, and tell what sets each apart: its row of traits. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

CORRECTION = "correction"
"""Stands where a kind does for those mails that tell of another start or place than an earlier one."""


class Kind(str, Enum):
    """What a mail is. Its value stands in the ledger; notices come in the order in which they are named."""

    OPENING = "opening"
    CLOSING = "closing"
    RECAP_24H = "recap_24h"
    RECAP_4H = "recap_4h"
    DUTY = "duty"
    DUTY_VACANT = "duty_vacant"
    BROADCAST = "broadcast"
    ALERT = "alert"
    SUMMARY = "summary"

    __str__ = str.__str__
    __hash__ = str.__hash__  # an Enum's own is written in Python, and every look-up asks for it

    @property
    def traits(self) -> KindTraits:
        """What sets it apart from the others."""
        return _TRAITS[self]


class KindTraits(Struct, frozen=True):
    """What sets a kind apart: code asks this, not for the kind's name.

    **When it leaves.** Due ``lead`` before ``moment``, a field of the distribution, in elapsed time, or as
    long before as ``before`` says where that is among its ``settings``, though not before ``not_before``; too
    late once the distribution starts, or ``late`` after it was due where that is among them. One that
    ``is_of_first_catalog`` is due before the first of them closes, where catalogs have hours of their own.
    A kind without a ``moment`` is no notice: nobody plans it, and no member can switch it off.

    **To whom.** A notice ``told_to_group`` goes once to each address of the group; any other is a member's
    own, even where several share an address. One that ``needs_order`` shows the member's order, and
    waits for it; one that ``needs_duty`` goes to who has a role that day, one that ``needs_vacancy`` leaves
    while a place is free. A ``call_to_order`` is too late once orders close, and pointless under fixed
    contracts; one ``without_order`` leaves out whose order is known, where that is known at all.
    Where both are due, the kind it is ``superseded_by`` leaves alone. Without any that ``is_basic`` a member
    hears nothing of what there is to order and to fetch. Nobody is owed what is
    ``for_operators``: it is never sent again from doubt, and counts against the quota alone.

    **As what.** Those of a group that leave together make one mail if it ``shares_mail``. ``occasion_day``
    is the field of the distribution whose local day tells two of them apart. If it ``is_corrected``, what
    was announced has a revision, and who was told otherwise is told anew: one revision for all recaps of a
    distribution, and one for each member's duty there. The lowest ``rank`` leaves first.

    **In words.** ``aliases`` may be typed for it, folded; ``columns`` are other names of its column in the
    members' file; ``settings`` those under ``notices.<kind>``: name, default, what for. The others are
    messages: how many there are, what hinders it for an inactive member (an order is activity, and so is a
    duty), and on what else it depends that it leaves.
    """

    moment: str = ""
    lead: timedelta = timedelta()
    is_of_first_catalog: bool = False
    not_before: str = ""
    told_to_group: bool = False
    needs_order: bool = False
    needs_duty: bool = False
    needs_vacancy: bool = False
    call_to_order: bool = False
    without_order: bool = False
    for_operators: bool = False
    superseded_by: Kind | None = None
    shares_mail: bool = False
    occasion_day: str = ""
    is_corrected: bool = False
    is_basic: bool = False
    has_calendar_entry: bool = False
    rank: int = 0
    aliases: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    settings: tuple[tuple[str, str, str], ...] = ()
    counted: tuple[str, str] = ("", "")
    if_inactive: str = ""
    leaves_if: str = ""

    @property
    def has_revision(self) -> bool:
        """Whether changes of what was told are counted, of a call those of its day: then it is told anew."""
        return self.is_corrected or self.needs_vacancy

    @property
    def reads_duties(self) -> bool:
        """Whether it depends on who serves at the distribution."""
        return self.needs_duty or self.needs_vacancy


_TRAITS = {
    Kind.OPENING: KindTraits(
        moment="orders_open_at",
        told_to_group=True,
        call_to_order=True,
        shares_mail=True,
        occasion_day="orders_open_at",  # moved within the day it is the same opening
        is_basic=True,
        rank=5,  # recaps can't wait
        aliases=("ouverture",),
        columns=("ouverture", "ouverture des commandes", "ouvertures"),
        settings=(
            ("default", "yes", "openings for members who chose nothing"),
            ("late", "48h", "how long after its hour an opening may still leave"),
        ),
        counted=("{count} opening", "{count} openings"),
        if_inactive="but no opening leaves, as they were last seen on {day}, unless they have ordered since",
    ),
    Kind.CLOSING: KindTraits(
        moment="orders_close_at",
        is_of_first_catalog=True,
        lead=timedelta(hours=24),
        not_before="orders_open_at",
        told_to_group=True,
        call_to_order=True,
        without_order=True,
        superseded_by=Kind.OPENING,  # which says when orders close
        shares_mail=True,
        occasion_day="orders_close_at",
        rank=4,
        aliases=("fermeture", "cloture"),
        columns=("fermeture", "clôture", "fermeture des commandes", "clôture des commandes", "fermetures"),
        settings=(
            ("default", "no", "reminders that orders close, for members who chose nothing"),
            ("before", "24h", "how long before orders close their reminder is due"),
        ),
        counted=("{count} closing", "{count} closings"),
        if_inactive=(
            "but no reminder that orders close leaves, as they were last seen on {day}, unless they have "
            "ordered since"
        ),
        leaves_if="unless an order is known by then",
    ),
    Kind.RECAP_24H: KindTraits(
        moment="starts_at",
        lead=timedelta(hours=24),
        needs_order=True,
        superseded_by=Kind.RECAP_4H,
        is_corrected=True,
        is_basic=True,
        has_calendar_entry=True,
        rank=2,
        columns=("rappel 24h", "récap 24h", "récapitulatif 24h", "24h", "recap 24", "récap 24 h"),
        settings=(("default", "yes", "recaps 24 h before for members who chose nothing"),),
        counted=("{count} recap", "{count} recaps"),
        leaves_if="if there is an order",
    ),
    Kind.RECAP_4H: KindTraits(
        moment="starts_at",
        lead=timedelta(hours=4),
        needs_order=True,
        is_corrected=True,
        is_basic=True,
        has_calendar_entry=True,
        rank=1,
        columns=("rappel 4h", "récap 4h", "récapitulatif 4h", "4h", "recap 4", "récap 4 h"),
        settings=(("default", "no", "recaps 4 h before for members who chose nothing"),),
        counted=("{count} recap", "{count} recaps"),
        leaves_if="if there is an order",
    ),
    Kind.DUTY: KindTraits(
        moment="starts_at",
        lead=timedelta(days=4),
        needs_duty=True,
        is_corrected=True,
        has_calendar_entry=True,
        rank=3,
        aliases=("permanence",),
        columns=("permanence", "permanences", "rappel de permanence", "rappel permanence"),
        settings=(
            ("default", "yes", "reminders of their duty for members who chose nothing"),
            ("before", "4d", "how long before a distribution the reminder of a duty there is due"),
        ),
        counted=("{count} duty reminder", "{count} duty reminders"),
        leaves_if="if they serve there",
    ),
    Kind.DUTY_VACANT: KindTraits(
        moment="starts_at",
        lead=timedelta(days=7),
        told_to_group=True,
        needs_vacancy=True,
        shares_mail=True,
        rank=6,
        aliases=("appel", "poste_a_pourvoir"),
        columns=(
            "appel",
            "poste à pourvoir",
            "postes à pourvoir",
            "appel à bénévoles",
            "appel aux bénévoles",
        ),
        settings=(
            ("default", "no", "calls for volunteers where places are vacant, for members who chose nothing"),
            ("before", "7d", "how long before a distribution its vacant places are made known"),
        ),
        counted=("{count} call for volunteers", "{count} calls for volunteers"),
        if_inactive=(
            "but no call for volunteers leaves, as they were last seen on {day}, unless they have ordered "
            "since"
        ),
        leaves_if="if a place is vacant then",
    ),
    Kind.BROADCAST: KindTraits(aliases=("message",)),
    Kind.ALERT: KindTraits(for_operators=True, aliases=("alerte",)),
    Kind.SUMMARY: KindTraits(for_operators=True, aliases=("bilan",)),
}

NOTICE_KINDS = tuple(kind for kind in Kind if kind.traits.moment)
"""What is planned by itself, and what a member can switch off."""

CORRECTED_KINDS = tuple(kind for kind in NOTICE_KINDS if kind.traits.is_corrected)
RECAP_KINDS = tuple(kind for kind in NOTICE_KINDS if kind.traits.needs_order)
DUTY_KINDS = tuple(kind for kind in NOTICE_KINDS if kind.traits.needs_duty)
OPERATOR_KINDS = tuple(kind for kind in Kind if kind.traits.for_operators)


class KindFloor(Struct, frozen=True):
    """The moments before which a kind was never this tool's to send in a group.

    ``chosen`` for members who have it on themselves, ``default`` for those who chose nothing: where the
    default was turned on later, it is later.
    """

    chosen: datetime
    default: datetime


class Spans(Struct, frozen=True):
    """What the configuration says of when notices leave: how ``late``, and how long ``before`` something.

    ``kinds`` are those that can leave at all: without a file of duties nobody has one.
    """

    late: Mapping[Kind, timedelta]
    before: Mapping[Kind, timedelta] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = NOTICE_KINDS

    def lead_of(self, kind: Kind) -> timedelta:
        """Return how long before its moment a kind is due, in elapsed time."""
        return self.before.get(kind, kind.traits.lead)

    @property
    def longest(self) -> timedelta:
        """The longest that any notice can be due."""
        return max((*self.late.values(), *map(self.lead_of, self.kinds)))
