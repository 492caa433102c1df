"""Go on from files to a database, or back: nobody is told twice, nothing is corrected or called off by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _n
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.ledger.take_over import TakeOver

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.context import RunRequest


def without_left_behind(calendar: Calendar, ledger: Ledger, account: str, now: datetime) -> Calendar:
    """Return a calendar in which what another source told of, and this one has not, counts as unknown.

    Also before the first run from another source, which alone remembers what was left behind.
    """
    memory = RunMemory(ledger, account)
    if memory.source() == calendar.source:
        left: Collection[str] = memory.left_behind()
    else:
        left = _ids_of(ledger.last_told_ahead(account, now))
    ids = frozenset(left).difference(one.id for one in calendar.distributions) if left else frozenset[str]()
    return calendar.with_unknown(ids) if ids else calendar


def go_on_from_another_source(
    ledger: Ledger, account: str, calendar: Calendar, now: datetime, request: RunRequest
) -> tuple[Calendar, tuple[Problem, ...]]:
    """Return the calendar to go on with, and what is to be said once where the data come from elsewhere.

    What was told of the same start under the same id, or one that took over, holds, wherever the other source
    says that the place is: it writes the same place otherwise. Until a run for all groups and kinds has gone
    on from there, the next one does so anew.
    """
    memory = RunMemory(ledger, account)
    if memory.source() == calendar.source or request.dry_run:
        return without_left_behind(calendar, ledger, account, now), ()
    told = ledger.last_told_ahead(account, now)
    known = {one.id: one for one in calendar.distributions}
    left = _ids_of(told) - known.keys()
    TakeOver(ledger, account, now).places(
        {entry.key.distribution_id: known[entry.key.distribution_id].place for entry in _same(told, calendar)}
    )
    if request.moves_marks and not request.groups:
        memory.keep_left_behind(left)
        memory.keep_source(calendar.source)
    known_calendar = without_left_behind(calendar, ledger, account, now)
    return known_calendar, (_left_in_words(len(left)),) if left else ()


def _ids_of(told: Iterable[Entry]) -> set[str]:
    return {entry.key.distribution_id for entry in told}


def _same(told: Iterable[Entry], calendar: Calendar) -> Iterable[Entry]:
    """Return what was told of distributions that still begin then."""
    starts = {(one.id, one.starts_at) for one in calendar.distributions}
    return [entry for entry in told if (entry.key.distribution_id, entry.starts_at) in starts]


def _left_in_words(count: int) -> Problem:
    message = _n(
        "the data come from elsewhere now, and {count} distribution ahead that members were told of has "
        "another id or hour there: it is neither corrected nor called off, and what was told of it stands",
        "the data come from elsewhere now, and {count} distributions ahead that members were told of have "
        "other ids or hours there: they are neither corrected nor called off; what was told of them stands",
        count,
    )
    return Problem(message, is_warning=True)
