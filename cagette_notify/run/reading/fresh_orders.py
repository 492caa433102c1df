"""Leave orders that were written just now to the next run, or wait for them where somebody looks on."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import NotifyError
from cagette_notify.data.dataset import load_calendar
from cagette_notify.data.files.file_ages import RESTED_AFTER, NextRun
from cagette_notify.data.last_written import time_to_rest, time_until_duties_rest
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.planning.announced import announces
from cagette_notify.planning.due_times import windows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Distribution
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.planning.due_times import Window
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork

_LONGEST_BETWEEN_RUNS = timedelta(minutes=15)  # of cron's, as README has it
_LONGEST_WAIT = RESTED_AFTER + timedelta(seconds=0.5)  # the clock counts whole seconds


def next_run_of(run: Run, work: DueWork) -> NextRun:
    """Return which distributions can wait for the next run: it will not be too late for their mails.

    A correction is too late once the hour that was told is over.
    """
    soonest = {id_: one.starts_at for id_, one in run.distributions.items()}
    for entry in work.announced:
        id_ = entry.key.distribution_id
        soonest[id_] = min(entry.starts_at, soonest.get(id_, entry.starts_at))
    later = run.now + _LONGEST_BETWEEN_RUNS
    can_wait = (id_ for id_, too_late_at in soonest.items() if later < too_late_at)
    return NextRun(run.clock, frozenset(can_wait))


def can_wait(windows: Iterable[Window], now: datetime) -> frozenset[str]:
    """Return the distributions whose notice is not too late in the next run."""
    later = now + _LONGEST_BETWEEN_RUNS
    return frozenset(window.distribution.id for window in windows if later < window.too_late_at)


def wait_for_fresh_orders(config: Config, clock: Callable[[], datetime]) -> None:
    """Wait until the orders that this run needs have been left alone, for some seconds at most.

    To be called without the lock: cron's runs go on. What can't be read is the run's to say.
    """
    if config.data.camap:
        return  # nobody writes an export
    with suppress(NotifyError):
        calendar = load_calendar(sources_of(config))
        with open_ledger(config.ledger, read_only=True) as ledger:
            announced = ledger.told_ahead(config.account, clock())
        needed = frozenset(_with_mails_due(config, calendar, announced, clock()))
        asks_for_duties = _asks_for_duties(config, calendar, announced, clock())
        deadline = time.monotonic() + _LONGEST_WAIT.total_seconds()
        while (left := deadline - time.monotonic()) > 0:
            rest = time_to_rest(calendar, needed, clock())
            if asks_for_duties:
                rest = max(rest, time_until_duties_rest(calendar, clock()))
            wait = rest.total_seconds()
            if not wait:
                return
            time.sleep(min(wait, left))


def _with_mails_due(
    config: Config, calendar: Calendar, announced: Iterable[Entry], now: datetime
) -> Iterator[str]:
    told: dict[str, list[Entry]] = defaultdict(list)
    for entry in announced:
        if entry.key.kind.traits.needs_order:
            told[entry.key.distribution_id].append(entry)
    for one in calendar.distributions:
        is_moved = one.starts_at > now and not all(announces(entry, one) for entry in told[one.id])
        if is_moved or _asks_for_orders(one, config, now):
            yield one.id


def _asks_for_duties(config: Config, calendar: Calendar, announced: Iterable[Entry], now: datetime) -> bool:
    """Tell whether a mail that is due, or was told, depends on who serves."""
    if any(entry.key.kind.traits.needs_duty for entry in announced):
        return True
    windows = (window for one in calendar.distributions for window in windows_of(one, config.rules.spans))
    return any(window.kind.traits.reads_duties and window.is_open(now) for window in windows)


def _asks_for_orders(distribution: Distribution, config: Config, now: datetime) -> bool:
    windows = windows_of(distribution, config.rules.spans)
    asking = (one for one in windows if one.kind.traits.needs_order or one.kind.traits.without_order)
    return any(window.is_open(now) for window in asking)
