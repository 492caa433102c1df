"""Choose a distribution, a member and an order to preview mails with."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.config.camap import CAMAP
from cagette_notify.config.paths import sources_of
from cagette_notify.core.duty_list import DutyList, DutyPlace
from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.core.model import AddressState, Distribution, Group, Mailbox, Member
from cagette_notify.core.order_book import OrderBook, OrderLine, OrdersState
from cagette_notify.core.text import fold_name
from cagette_notify.data.dataset import load_duties, load_orders
from cagette_notify.data.members.find_member import (
    describe_member,
    distribution_called,
    find_member,
    folded_name,
    reader_names,
)
from cagette_notify.data.roster import Roster, read_roster
from cagette_notify.planning.orders.orders_by_member import members_of_unknown_order, members_with_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.notices import NoticeRules

_LOOKED_AT = 8  # distributions whose orders are read in search of one with orders
_NOBODY = "somebody@example.org"


class SampleData(Struct, frozen=True):
    """Whom a mail is shown to, and about what: ``there`` are the group's distributions, the next one first.

    Where nobody ordered yet, the order is made up. ``duties`` are the distribution's.
    """

    group: Group
    distribution: Distribution
    there: tuple[Distribution, ...]
    member: Member
    mailbox: Mailbox
    members: tuple[Member, ...]
    book: OrderBook
    is_made_up: bool
    duties: DutyList = DutyList()

    @property
    def languages(self) -> frozenset[str]:
        """Return those in which mails of the group leave."""
        return frozenset(one.language or self.group.language for one in (*self.members, self.member))

    def silent_kinds(self, rules: NoticeRules) -> frozenset[Kind]:
        """Return the kinds that leave to nobody of the group as the configuration and settings are."""
        wanted = {
            kind for kind in rules.spans.kinds if any(rules.wants(member, kind) for member in self.members)
        }
        return frozenset(NOTICE_KINDS) - wanted

    def shows_duties_of(self, kind: Kind) -> bool:
        """Tell whether a mail of that kind can show real duties, not made-up ones."""
        if kind.traits.needs_vacancy:
            return bool(self.duties.vacant)
        return self.member.id in self.duties.member_ids

    def duties_for(self, kind: Kind) -> DutyList:
        """Return who serves, or an example where the member doesn't, or no place is vacant."""
        return self.duties if self.shows_duties_of(kind) else self._made_up_duties()

    def _made_up_duties(self) -> DutyList:
        welcome, scales = ("Accueil", "Pesée") if self.group.language == "fr" else ("Welcome", "Scales")
        others = [one.id for one in self.members if one.id != self.member.id and one.name]
        helper = DutyPlace(scales, others[0]) if others else DutyPlace(scales)
        return DutyList((DutyPlace(welcome, self.member.id), helper, DutyPlace(scales)), {scales: 3})

    def distribution_for(self, kind: Kind) -> Distribution:
        """Return the one that was chosen, or for what a whole group is told the next that can have it."""
        traits = kind.traits
        if traits.reads_duties:
            return self.distribution
        fitting = (
            one
            for one in self.there
            if getattr(one, traits.moment) and not (traits.call_to_order and one.fixed)
        )
        return next(fitting, self.distribution) if traits.told_to_group else self.distribution


def find_sample_data(
    config: Config, now: datetime, *, who: str | None = None, distribution: str | None = None
) -> dict[str, SampleData]:
    """Return who and what is meant, by the kind of mail; where nothing was named, a good example of each.

    Raises ``UsageError`` for names that mean nobody or several, ``DataError`` where the data has nothing
    to show.
    """
    roster = read_roster(sources_of(config, now), config.notifications)
    member = None if who is None else _member(who, roster)
    there = _distributions(roster, member, now)
    if distribution is not None:
        there = [_named(distribution, there, roster, now)]
    if not there:
        message = Problem(_("no distribution to show"), str(config.data.distributions or CAMAP))
        raise DataError(*_set_aside(roster.problems), message)
    ids = [one.id for one in there[:_LOOKED_AT]]
    books = load_orders(
        roster.calendar, roster.members, ids, set_aside=roster.people_set_aside, now=now, hold_stale=False
    ).books
    chosen = _with_an_order(roster, there[:_LOOKED_AT], books, member) or _anybody(roster, there[0], member)
    if not chosen:
        raise DataError(*_set_aside(roster.problems), Problem(_("no member to show a mail to")))
    lists = load_duties(roster.calendar, roster.members, set_aside=roster.people_set_aside).lists or {}
    best = {
        kind.value: (kind.traits.reads_duties and _with_duties(roster, there, lists, member, kind)) or chosen
        for kind in NOTICE_KINDS
    }
    return {kind: _scene(roster, there, lists, *one, who=who or "") for kind, one in best.items()}


def _set_aside(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what may be why something isn't there to be shown."""
    return (one for one in problems if not one.is_warning)


def _named(name: str, there: Sequence[Distribution], roster: Roster, now: datetime) -> Distribution:
    try:
        return distribution_called(name, there, now, field="--distribution")
    except UsageError as error:
        raise UsageError(*error.problems, *_set_aside(roster.calendar.problems)) from None


def _member(who: str, roster: Roster) -> Member:
    found = find_member(who, roster.members)
    if len(found.members) == 1:
        return found.members[0]
    near = found.members or found.near
    message = _("{who!r} may be several people", who=who) if found.members else _("nobody: {who!r}", who=who)
    hints = [Problem(_("did you mean {member}?", member=describe_member(one))) for one in islice(near, 5)]
    aside = find_member(who, roster.people_set_aside).members
    why = [one for each in roster.set_aside if each.member in aside for one in each.problems]
    raise UsageError(*roster.unread, Problem(message, field="--member"), *why, *hints)


def _distributions(roster: Roster, member: Member | None, now: datetime) -> list[Distribution]:
    """Return those there are, the next ones first, then what is over, the latest first."""
    groups = roster.calendar.groups
    mine = [
        one
        for one in roster.calendar.distributions
        if not groups[one.group_id].disabled and (member is None or one.group_id in member.group_ids)
    ]
    ahead = [one for one in mine if one.starts_at > now]
    return [*ahead, *(one for one in reversed(mine) if one.starts_at <= now)]


def _with_an_order(
    roster: Roster, there: Iterable[Distribution], books: Mapping[str, OrderBook], member: Member | None
) -> tuple[Distribution, Member, OrderBook] | None:
    """Return the first distribution for which the member, or anybody, has an order."""
    for one in there:
        book = books[one.id]
        is_ready = book.state is OrdersState.READY
        ordered = members_with_order(book) - members_of_unknown_order(book) if is_ready else set()
        for each in [member] if member else _of_group(roster, one.group_id):
            if each.id in ordered:
                return one, each, book
    return None


def _with_duties(
    roster: Roster,
    there: Iterable[Distribution],
    lists: Mapping[str, DutyList],
    member: Member | None,
    kind: Kind,
) -> tuple[Distribution, Member, None] | None:
    """Return the first distribution with a vacant place, or at which the member, or anybody, serves."""
    for one in there:
        known = lists.get(one.id, DutyList())
        for each in [member] if member else _of_group(roster, one.group_id):
            if known.vacant if kind.traits.needs_vacancy else each.id in known.member_ids:
                return one, each, None
    return None


def _anybody(
    roster: Roster, distribution: Distribution, member: Member | None
) -> tuple[Distribution, Member, None] | None:
    found = member or next(iter(_of_group(roster, distribution.group_id)), None)
    return (distribution, found, None) if found else None


def _of_group(roster: Roster, group_id: str) -> Iterable[Member]:
    """Return the group's members, those with an address first."""
    members = [one for one in roster.members if group_id in one.group_ids]
    return sorted(members, key=lambda one: not any(_is_usable(box) for box in one.mailboxes))


def _scene(  # noqa: PLR0913, PLR0917 - what was chosen, and from what
    roster: Roster,
    there: Sequence[Distribution],
    lists: Mapping[str, DutyList],
    distribution: Distribution,
    member: Member,
    book: OrderBook | None,
    *,
    who: str,
) -> SampleData:
    group = roster.calendar.groups[distribution.group_id]
    usable = [box for box in member.mailboxes if _is_usable(box)]
    named = [box for box in usable if folded_name(who) in reader_names(box) | {fold_name(box.first_name)}]
    return SampleData(
        group,
        distribution,
        there=tuple(one for one in there if one.group_id == group.id),
        duties=lists.get(distribution.id, DutyList()),
        member=member,
        mailbox=next(iter(named or usable), Mailbox(_NOBODY, member.first_name, member.last_name)),
        members=tuple(one for one in roster.members if group.id in one.group_ids),
        book=book or OrderBook(OrdersState.READY, made_up_order(member.id)),
        is_made_up=book is None,
    )


def _is_usable(mailbox: Mailbox) -> bool:
    return mailbox.state is AddressState.USABLE


def made_up_order(member_id: str) -> tuple[OrderLine, ...]:
    """Return the lines of an order that is nobody's."""
    rows = (
        ("Tomates", "1.5", "kg", "3.20", "4.80", "Légumes"),
        ("Radis", "2", "botte", "1.60", "3.20", "Légumes"),
        ("Œufs plein air", "6", "pièces", "0.35", "2.10", "Œufs"),
    )
    return tuple(
        OrderLine(member_id, product, Decimal(count), unit, Decimal(price), Decimal(total), catalog=catalog)
        for product, count, unit, price, total, catalog in rows
    )
