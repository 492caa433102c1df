"""Foresee which mails leave in the next days, and to how many. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.kinds import CORRECTION, NOTICE_KINDS
from cagette_notify.core.notices import WAITING, Reason, day_of_occasion
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.planning.announced import announces
from cagette_notify.planning.corrections.final_recaps import shows_order_so_far
from cagette_notify.planning.corrections.waiting_corrections import WaitsFor
from cagette_notify.planning.envelopes import envelope_ahead
from cagette_notify.planning.timeline import WILL_SEND, TimelineEvent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Group
    from cagette_notify.core.notices import Entry
    from cagette_notify.planning.corrections.waiting_corrections import WaitingCorrection
    from cagette_notify.planning.due_times import Window
    from cagette_notify.planning.plan_input import PlanInput

    _Line = tuple[datetime, str, str, str]  # when, what, of which group and distribution


class PlannedNotice(Struct, frozen=True):
    """One kind of notice of a distribution: when it leaves (UTC), and to how many addresses.

    ``mails`` are those that no other one counts: openings of a group share theirs. A correction has the
    first ``kind`` of the recaps that it stands for. ``waits_for_orders`` tells that it will be to more once
    the orders are there, ``orders`` how they are, ``unread_orders`` how many addresses wait for a row of
    their order that can't be read, ``unread_of`` those members; ``waits_for_duties``, that nobody can tell
    who serves.
    """

    at: datetime
    kind: Kind
    group_id: str
    distribution_id: str
    addresses: int
    mails: int = 0
    waits_for_orders: bool = False
    unread_orders: int = 0
    unread_of: tuple[str, ...] = ()
    waits_for_duties: bool = False
    orders: OrdersState = OrdersState.READY
    is_correction: bool = False  # of what a recap had said
    already: int = 0  # addresses that have it though it is due later, as from a trial at a later hour
    over_quota: bool = False  # today's quota keeps it until then
    believed_start: datetime | None = None  # of a correction that waits: it leaves before that, or not at all
    unread_members: bool = False  # nobody knows to whom: the group's list can't be read
    export: str = ""  # the file of orders that somebody has yet to export, or it can't leave


def planned_notices(
    events: tuple[TimelineEvent, ...], now: datetime, books: Mapping[str, OrderBook]
) -> tuple[PlannedNotice, ...]:
    """Count the addresses of each notice; one for which nobody has ordered yet is there too."""
    those: dict[_Line, list[TimelineEvent]] = defaultdict(list)
    due = {
        _notice_of(event, event.kind)
        for event in events
        if event.reason == Reason.WAITING_FOR_ORDERS and event.at <= now
    }
    for event in events:
        if event.reason == Reason.WAITING_FOR_ORDERS and event.at <= now and _is_superseded(event, due):
            continue
        is_open = event.reason in WAITING or (event.reason == Reason.NO_ORDER and event.at > now)
        if event.status == WILL_SEND or is_open:
            those[_line_of(event)].append(event)
    mails = _mails_by_line(those)
    return tuple(
        _planned(line, those[line], mails[line], _state_of(books.get(line[3]))) for line in sorted(those)
    )


def with_waiting_corrections(
    upcoming: Iterable[PlannedNotice],
    waiting: Iterable[WaitingCorrection],
    books: Mapping[str, OrderBook],
    now: datetime,
) -> tuple[PlannedNotice, ...]:
    """Return what is planned with the corrections that leave as soon as their orders are there."""
    of_orders = [one for one in waiting if one.is_correction and one.waits_for is WaitsFor.ORDERS]
    known = [one for one in upcoming if not (one.is_correction and one.waits_for_orders)]
    for id_ in dict.fromkeys(one.distribution.id for one in of_orders):
        those = [one for one in of_orders if one.distribution.id == id_]
        known.append(
            PlannedNotice(
                now,
                min((one.told.key.kind for one in those), key=NOTICE_KINDS.index),
                those[0].group.id,
                id_,
                addresses=0,
                waits_for_orders=True,
                orders=_state_of(books.get(id_)),
                is_correction=True,
                believed_start=min(one.told.starts_at for one in those),
            )
        )
    return tuple(sorted(known, key=in_order))


def with_unread_groups(
    upcoming: Sequence[PlannedNotice], group_ids: Collection[str], situation: PlanInput
) -> tuple[PlannedNotice, ...]:
    """Return what is planned with what these groups, whose lists can't be read, would get by default."""
    known = {(one.kind, one.distribution_id) for one in upcoming}
    known |= {(one.key.kind, one.key.distribution_id) for one in situation.entries if one.may_have_arrived}
    unread = [
        PlannedNotice(
            max(window.due_at, situation.now),
            window.kind,
            window.distribution.group_id,
            window.distribution.id,
            addresses=0,
            orders=_state_of(situation.books.get(window.distribution.id)),
            unread_members=True,
        )
        for window in situation.windows
        if window.distribution.group_id in group_ids
        and (window.kind, window.distribution.id) not in known
        and _is_for_anybody(window, situation)
    ]
    return tuple(sorted((*upcoming, *unread), key=in_order))


def _is_for_anybody(window: Window, situation: PlanInput) -> bool:
    """Tell whether members who chose nothing get what is due then, or is by now; who serves, nobody knows."""
    traits, one = window.kind.traits, window.distribution
    is_owed = traits.needs_order or (traits.call_to_order and not one.fixed)
    is_ahead = situation.now < window.too_late_at and one.is_on(situation.groups)
    return is_owed and is_ahead and situation.rules.defaults[window.kind]


def with_early_ones(
    upcoming: Iterable[PlannedNotice],
    windows: Iterable[Window],
    entries: Iterable[Entry],
    groups: Mapping[str, Group],
    now: datetime,
) -> tuple[PlannedNotice, ...]:
    """Return what is planned with how many have each notice already, those that nobody else will get, too."""
    ahead = {
        (window.kind, window.distribution.id): window
        for window in windows
        if now < window.due_at and window.distribution.is_on(groups)
    }
    have = _who_has(ahead, [entry for entry in entries if entry.may_have_arrived], groups)
    found = []
    for one in upcoming:
        those = () if one.is_correction else have.pop((one.kind, one.distribution_id), ())
        found.append(replace(one, already=len(those)) if those else one)
    for (kind, id_), those in have.items():
        window = ahead[kind, id_]
        group_id = window.distribution.group_id
        found.append(PlannedNotice(window.due_at, kind, group_id, id_, 0, already=len(those)))
    return tuple(sorted(found, key=in_order))


def in_order(one: PlannedNotice) -> _Line:
    """Return by what notices that are planned are sorted."""
    return one.at, CORRECTION if one.is_correction else one.kind.value, one.group_id, one.distribution_id


def _who_has(
    ahead: Mapping[tuple[Kind, str], Window], told: Sequence[Entry], groups: Mapping[str, Group]
) -> dict[tuple[Kind, str], set[tuple[str, str]]]:
    """Return who, and where, has each notice as it is to be: what was told otherwise is another one."""
    corrected = [entry for entry in told if entry.key.kind.traits.is_corrected]
    last = {_of_whom(entry): entry for entry in sorted(corrected, key=lambda entry: entry.revision)}
    have: dict[tuple[Kind, str], set[tuple[str, str]]] = defaultdict(set)
    for entry in told:
        key = entry.key.kind, entry.key.distribution_id
        window = ahead.get(key)
        if window is None or shows_order_so_far(entry, window.distribution, window.due_at):
            continue
        one, traits = window.distribution, entry.key.kind.traits
        occasion = day_of_occasion(one, groups[one.group_id], entry.key.kind)
        heard = (entry, last[_of_whom(entry)]) if traits.is_corrected else ()
        is_so = all(announces(told, one) for told in heard)
        if is_so and occasion in {"", entry.key.occasion}:
            have[key].add((entry.key.member_id, entry.key.address))
    return have


def _of_whom(entry: Entry) -> tuple[bool, str, str, str]:
    """Return of whose revisions an entry's is one."""
    key = entry.key
    return key.kind.traits.needs_duty, key.distribution_id, key.member_id, key.address


def _notice_of(event: TimelineEvent, kind: Kind) -> tuple[Kind, str, str]:
    return kind, event.distribution_id, event.member_id


def _is_superseded(event: TimelineEvent, due: Collection[tuple[Kind, str, str]]) -> bool:
    """Tell whether another notice that is due, and waits, too, will leave in place of this one."""
    other = event.kind.traits.superseded_by
    return other is not None and _notice_of(event, other) in due


def _line_of(event: TimelineEvent) -> _Line:
    """Return what those have in common that are counted together: a correction stands for all its recaps.

    Who has no order hears nothing of a change, and by the next one gets the recap like anybody else.
    """
    is_correction = event.is_correction and event.reason != Reason.NO_ORDER
    what = CORRECTION if is_correction else event.kind.value
    return event.at, what, event.group_id, event.distribution_id


def _mails_by_line(events: Mapping[_Line, Sequence[TimelineEvent]]) -> Counter[_Line]:
    """Return how many mails each has; one that several share is the first one's."""
    first = {
        (line[0], envelope_ahead(event, is_correction=event.is_correction)): line
        for line in sorted(events, reverse=True)
        for event in events[line]
        if event.status == WILL_SEND
    }
    return Counter(first.values())


def _planned(line: _Line, events: Sequence[TimelineEvent], mails: int, orders: OrdersState) -> PlannedNotice:
    at, what, group_id, distribution_id = line
    leaving = {(one.member_id, one.address.casefold()) for one in events if one.status == WILL_SEND}
    waiting = [one for one in events if one.reason == Reason.WAITING_FOR_ORDERS]
    are_there = orders is OrdersState.READY
    return PlannedNotice(
        at,
        min((one.kind for one in events), key=NOTICE_KINDS.index),
        group_id,
        distribution_id,
        len(leaving),
        mails,
        waits_for_orders=bool(waiting) and not are_there,
        unread_orders=sum(one.addresses for one in waiting) if are_there else 0,
        unread_of=tuple(one.member_id for one in waiting) if are_there else (),
        waits_for_duties=any(one.reason == Reason.WAITING_FOR_DUTIES for one in events),
        orders=orders,
        is_correction=what == CORRECTION,
    )


def _state_of(book: OrderBook | None) -> OrdersState:
    return book.state if book else OrdersState.WAITING
