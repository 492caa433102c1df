"""Find the work that is due: windows, moved distributions, doubts, broadcasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Entry, Status
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.planning.announced import announces
from cagette_notify.planning.corrections.moved_to_the_past import begun_untold
from cagette_notify.planning.due_times import Window, windows_of, windows_to_look_at
from cagette_notify.run.held_broadcasts import part_held

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.messages import Broadcast
    from cagette_notify.core.model import Distribution
    from cagette_notify.run.context import Run


class DueWork(Struct, frozen=True):
    """What there is to look at; if it is empty, neither members nor orders are read."""

    windows: tuple[Window, ...]
    moved: frozenset[str]  # distributions announced otherwise, and perhaps never corrected in time
    untold: tuple[Entry, ...]  # what was told of an hour ahead, of what has begun by now
    begun: frozenset[str]  # distributions among these of which no run saw the windows open
    unfinished: tuple[Entry, ...]
    announced: tuple[Entry, ...]
    serving: frozenset[str] = frozenset()  # distributions ahead of which somebody was told a duty
    broadcasts: tuple[Broadcast, ...] = ()  # confirmed, with copies left to send
    held: tuple[Problem, ...] = ()  # broadcasts that wait for somebody

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.windows or self.moved or self.serving or self.unfinished)

    @property
    def asks_for_duties(self) -> frozenset[str]:
        """The distributions of which some mail depends on who serves."""
        of_windows = {one.distribution.id for one in self.windows if one.kind.traits.reads_duties}
        return self.serving | of_windows

    def groups_with_orders(self, distributions: Mapping[str, Distribution]) -> frozenset[str]:
        """Return the groups of which some mail needs orders, or did: of those no run has looked at since."""
        of_windows = {one.distribution.group_id for one in self.windows if one.kind.traits.needs_order}
        return frozenset(of_windows | {distributions[id_].group_id for id_ in self.moved})


def find_due_work(run: Run) -> DueWork:
    """Find the windows, moves, doubts and broadcasts that this run has to see to."""
    since = {**run.floors.by_group, **run.memory.last_complete_runs(run.now)}
    windows = windows_to_look_at(
        (d for d in run.calendar.distributions if run.is_asked(d.group_id)),
        spans=run.config.rules.spans,
        now=run.now,
        since=since,
    )
    announced = tuple(run.ledger.told_ahead(run.account, run.now))
    untold = _begun_untold(run, announced)
    seen = {window.distribution.id for window in windows if window.kind.traits.needs_order}
    begun = frozenset(entry.key.distribution_id for entry in untold) - seen
    unfinished = [
        entry
        for entry in run.ledger.unfinished(run.account)
        if run.is_asked(entry.group_id) and entry.key.kind in run.request.kinds
    ]
    broadcasts, held = _broadcasts_left(run, unfinished)
    going_on = {broadcast.attempt for broadcast in broadcasts}
    return DueWork(
        windows=(*windows, *_recaps_of(run, begun)),
        untold=untold,
        begun=begun,
        moved=moved_ahead(run, announced) | _uncorrected(run),
        unfinished=tuple(entry for entry in unfinished if not _waits_for_somebody(entry, going_on)),
        announced=tuple(entry for entry in announced if run.is_asked(entry.group_id)),
        serving=serving_ahead(run, announced),
        broadcasts=broadcasts,
        held=held,
    )


def _broadcasts_left(run: Run, unfinished: list[Entry]) -> tuple[tuple[Broadcast, ...], tuple[Problem, ...]]:
    if not any(entry.key.kind is Kind.BROADCAST for entry in unfinished):
        return (), ()
    mine = [
        progress
        for progress in BroadcastBook(run.ledger, run.account).unfinished()
        if run.is_asked(progress.broadcast.group_id)
    ]
    return part_held(mine, run.now, run.calendar.groups, run.config.daily_quota)


def _waits_for_somebody(entry: Entry, going_on: set[str]) -> bool:
    """Tell whether it is a broadcast's copy that may not leave: stopped, or held for a day."""
    is_copy = entry.key.kind is Kind.BROADCAST and entry.key.occasion not in going_on
    return is_copy and entry.status is Status.DEFERRED


def moved_ahead(run: Run, announced: Iterable[Entry]) -> frozenset[str]:
    """Return the distributions of which what recaps ``announced`` of a start ahead holds no more."""
    recaps = (entry for entry in announced if entry.key.kind.traits.needs_order)
    return frozenset(entry.key.distribution_id for entry in recaps if _is_ahead_and_otherwise(run, entry))


def serving_ahead(run: Run, announced: Iterable[Entry]) -> frozenset[str]:
    """Return the distributions ahead of which a duty was told that may be another one's by now."""
    told = {entry.key.distribution_id for entry in announced if entry.key.kind.traits.needs_duty}
    known = (run.distributions[id_] for id_ in told & run.distributions.keys())
    return frozenset(one.id for one in known if one.starts_at > run.now and run.is_asked(one.group_id))


def _uncorrected(run: Run) -> frozenset[str]:
    """Return those of which a start has passed that was told, and that a run had known to be another."""
    moved_since = run.memory.moved_since()
    entries = run.ledger.entries(run.account, moved_since) if moved_since else ()
    return frozenset(
        entry.key.distribution_id
        for entry in entries
        if entry.key.kind.traits.needs_order
        and moved_since[entry.key.distribution_id] < entry.starts_at <= run.now
        and _is_ahead_and_otherwise(run, entry)
    )


def _is_ahead_and_otherwise(run: Run, entry: Entry) -> bool:
    distribution = run.distributions.get(entry.key.distribution_id)
    if distribution is None or distribution.starts_at <= run.now:
        return False
    return run.is_asked(distribution.group_id) and not announces(entry, distribution)


def _begun_untold(run: Run, announced: tuple[Entry, ...]) -> tuple[Entry, ...]:
    told = (*announced, *run.ledger.last_told_ahead(run.account, run.now))
    untold = begun_untold(told, run.distributions, run.calendar.groups, run.now)
    return tuple(
        entry for entry in untold if run.is_asked(run.distributions[entry.key.distribution_id].group_id)
    )


def _recaps_of(run: Run, distribution_ids: frozenset[str]) -> tuple[Window, ...]:
    spans = run.config.rules.spans
    windows = (one for id_ in sorted(distribution_ids) for one in windows_of(run.distributions[id_], spans))
    return tuple(window for window in windows if window.kind.traits.is_corrected)
