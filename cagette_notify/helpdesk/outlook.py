"""Foresee what leaves in the next days, and what the data or a first run holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.cron_alive import is_cron_alive
from cagette_notify.data.dataset import load_orders
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.first_runs import FirstRuns, Floors
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from cagette_notify.planning.changed_ids.renumbered_members import as_told_to_few
from cagette_notify.planning.corrections.left_uncorrected import LeftUncorrected, left_uncorrected
from cagette_notify.planning.corrections.waiting_corrections import WaitingCorrection, waiting_corrections
from cagette_notify.planning.outlook.forecast import (
    PlannedNotice,
    planned_notices,
    with_early_ones,
    with_unread_groups,
    with_waiting_corrections,
)
from cagette_notify.planning.outlook.held_back import held_by_first_run
from cagette_notify.planning.outlook.unannounced import openings_before_first_run
from cagette_notify.planning.plan_input import PlanInput
from cagette_notify.planning.timeline import TimelineEvent, planned_events, windows_between
from cagette_notify.run.reading.activity import active_members
from cagette_notify.run.reading.duties_known import duties_known
from cagette_notify.run.reading.held_groups import guard_over, read_whole
from cagette_notify.run.reading.orders_known import orders_known

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.kinds import Kind
    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry, NoticeRules
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.roster import Roster
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.planning.due_times import Window
    from cagette_notify.run.reading.held_groups import GroupsRead, Guard


class Outlook(Struct, frozen=True):
    """What will leave, the orders it was reckoned with, and what will not: groups held, a first run's.

    ``waiting_corrections`` are what people were told otherwise, and hear of later, ``uncorrected`` what they
    never hear of; ``told`` are the recaps that may have arrived. ``unannounced`` are the openings from before
    a first run that nobody was told of, nor of anything else since; ``of_duties`` are what is wrong there.
    """

    upcoming: tuple[PlannedNotice, ...] = ()
    books: Mapping[str, OrderBook] = {}
    holds: tuple[Problem, ...] = ()
    held_back: tuple[TimelineEvent, ...] = ()
    waiting_corrections: tuple[WaitingCorrection, ...] = ()
    uncorrected: tuple[LeftUncorrected, ...] = ()
    told: tuple[Entry, ...] = ()
    unannounced: tuple[Window, ...] = ()
    of_duties: tuple[Problem, ...] = ()


def outlook(  # noqa: PLR0913 - what is known, and how far to look
    config: Config,
    roster: Roster,
    ledger: Ledger,
    announced: Sequence[Entry],
    *,
    ahead: timedelta,
    now: datetime,
) -> Outlook:
    """Return what is to come of each group until ``ahead`` from now."""
    windows = windows_between(roster.calendar.distributions, now, now + ahead, config.rules.spans)
    distributions = {window.distribution.id: window.distribution for window in windows}
    ids = {entry.key.distribution_id for entry in announced}
    distributions |= {one.id: one for one in roster.calendar.distributions if one.id in ids}
    orders = load_orders(
        roster.calendar,
        roster.members,
        distributions,
        set_aside=roster.people_set_aside,
        now=now,
        hold_stale=config.hold_stale_orders,
    )
    entries = ledger.entries(config.account, distributions)
    read = read_whole(roster, orders.books)
    guard = guard_over(ledger, config.account, read, now)
    memory = RunMemory(ledger, config.account)
    members = {id_: tuple(those) for id_, those in read.members.items() if id_ not in guard.group_ids}
    floors = FirstRuns(ledger, config.account, config.rules).floors(
        roster.calendar.groups, now, first_lookback=config.first_run_lookback
    )
    duties = duties_known(
        *(roster.calendar, ledger, config.account, roster.members),
        set_aside=roster.people_set_aside,
        unread_groups=roster.stopped_groups,
        renumbered=guard.renumbered,
        now=now,
    )
    situation = PlanInput(
        now=now,
        rules=config.rules,
        groups=roster.calendar.groups,
        distributions=distributions,
        windows=windows,
        members=members,
        books=orders.books,
        entries=tuple(as_told_to_few(entries, guard.renumbered, now)),
        floors=floors.by_group,
        kind_floors=floors.by_kind,
        active=active_members(config, ledger, read, roster.members, now),
        so_far=orders_known(
            *(config, roster.calendar, ledger, windows, roster.members),
            set_aside=roster.people_set_aside,
            now=now,
        ),
        forgotten=ledger.forgotten(config.account),
        ledger_id=ledger.ledger_id,
        duties=duties.lists,
        duties_held=duties.held,
        unsubscribed=UnsubscriptionBook(ledger, config.account).standing(),
    )
    events = planned_events(situation)
    back = held_by_first_run(events, memory.groups_seen())
    others = frozenset(events).difference(back)
    is_stopped = bool(memory.refusal()) or not is_cron_alive(memory.last_run(now), now)
    waiting = _waiting(situation, entries, read, guard, is_stopped=is_stopped)
    planned = planned_notices(tuple(one for one in events if one in others), now, orders.books)
    planned = with_waiting_corrections(planned, waiting, orders.books, now)
    planned = with_early_ones(planned, windows, entries, roster.calendar.groups, now)
    upcoming = with_unread_groups(planned, roster.stopped_groups, situation)
    silent = tuple(_unannounced(config, roster, ledger, floors, now))
    left = left_uncorrected(situation)
    told = tuple(one for one in entries if one.key.kind.traits.needs_order and one.may_have_arrived)
    of_duties = (*duties.problems, *duties.holds)
    return Outlook(upcoming, orders.books, guard.problems, back, waiting, left, told, silent, of_duties)


def _unannounced(
    config: Config, roster: Roster, ledger: Ledger, floors: Floors, now: datetime
) -> Iterator[Window]:
    """Yield them, but for those of which a run has said that it holds them back."""

    def floor_of(window: Window) -> datetime:
        return floors.of(window.distribution.group_id, window.kind, is_chosen=False)

    calendar, spans = roster.calendar, config.rules.spans
    found = [*openings_before_first_run(calendar.distributions, calendar.groups, spans, floor_of, now)]
    if not found:
        return
    seen, book = RunMemory(ledger, config.account).groups_seen(), BroadcastBook(ledger, config.account)
    told = ledger.entries(config.account, {window.distribution.id for window in found})
    known = {(entry.key.kind, entry.key.distribution_id) for entry in told}
    readers = set(_readers(config.rules, roster.members, {window.kind for window in found}))
    for window in found:
        id_, group_id = window.distribution.id, window.distribution.group_id
        if (
            not (window.is_open(now) and group_id in seen)
            and (window.kind, group_id) in readers
            and (window.kind, id_) not in known
            and not book.gone_to({"all"}, group_id, window.due_at)
        ):
            yield window


def _readers(
    rules: NoticeRules, members: Iterable[Member], kinds: Collection[Kind]
) -> Iterator[tuple[Kind, str]]:
    """Yield each of these kinds with the groups in which somebody has it on."""
    for member in members:
        yield from (
            (kind, id_) for kind in kinds for id_ in member.group_ids if rules.wants(member, kind, id_)
        )


def _waiting(
    situation: PlanInput, entries: Sequence[Entry], read: GroupsRead, guard: Guard, *, is_stopped: bool
) -> tuple[WaitingCorrection, ...]:
    """Return who hears later of what they were told otherwise, in groups that are held, too.

    Not where it may have been told of another distribution.
    """
    renumbered = {id_: found.as_accepted() for id_, found in guard.renumbered.items()}
    whole = replace(
        situation,
        members={id_: tuple(read.members[id_]) for id_ in read.members.keys() - guard.told_otherwise},
        entries=tuple(as_told_to_few(entries, renumbered, situation.now)),
    )
    return tuple(waiting_corrections(whole, guard.group_ids, is_stopped=is_stopped))
