"""Reckon how many of a day's mails recaps and duties need that are still to leave: they keep that room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import NotifyError
from cagette_notify.core.notices import Reason
from cagette_notify.data.dataset import load_calendar
from cagette_notify.planning.envelopes import envelope_ahead
from cagette_notify.planning.outlook.quota_room import QuotaRoom, renewed_at
from cagette_notify.planning.timeline import WILL_SEND, planned_events, windows_between
from cagette_notify.run.context import Run, RunRequest, run_over
from cagette_notify.run.due_now import DueWork, moved_ahead, serving_ahead
from cagette_notify.run.quota import quota_left
from cagette_notify.run.reading.read_data import read_run_data
from cagette_notify.run.situation import situation_of

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.kinds import Kind
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.planning.timeline import TimelineEvent


def room_for_recaps(run: Run) -> int:
    """Return how many mails may still leave until midnight, UTC, to those who have ordered, or serve.

    Where orders aren't there yet, that is everybody who wants a recap: who has none is not known before.
    What the run itself sends now is not among them; what it was not asked for waits for the next one, and
    is. Where the data can't be read nobody gets one, and none needs room.
    """
    tomorrow = renewed_at(run.now)
    windows = windows_between(run.calendar.distributions, run.now, tomorrow, run.config.rules.spans)
    recaps = tuple(one for one in windows if one.kind.traits.is_corrected and one.due_at < tomorrow)
    whole = replace(run, request=RunRequest(reads_at_once=run.request.reads_at_once))
    told = run.ledger.told_ahead(run.account, run.now)
    moved, serving = moved_ahead(whole, told), serving_ahead(whole, told)
    if not (recaps or moved or serving):
        return 0
    work = DueWork(
        *(recaps, moved), untold=(), begun=frozenset(), unfinished=(), announced=(), serving=serving
    )
    try:
        data = read_run_data(whole, work)
    except NotifyError:
        return 0
    events = planned_events(situation_of(whole, work, data, frozenset()))
    known = {
        envelope_ahead(one, is_correction=one.is_correction)
        for one in events
        if one.status == WILL_SEND and not _leaves_now(run, one)
    }
    return len(known) + sum(one.addresses for one in events if one.reason == Reason.WAITING_FOR_ORDERS)


def _leaves_now(run: Run, event: TimelineEvent) -> bool:
    is_asked_for = event.kind in run.request.kinds and run.is_asked(event.group_id)
    return is_asked_for and event.at <= run.now


def room_for_recaps_of(
    config: Config, ledger: Ledger, now: datetime, kinds: frozenset[Kind] = frozenset()
) -> int:
    """Return the same for a command that is no run, or for the next run, of these kinds."""
    try:
        calendar = load_calendar(sources_of(config, now))
    except NotifyError:
        return 0
    request = RunRequest(reads_at_once=True, kinds=kinds)
    return room_for_recaps(
        run_over(
            *(config, request, calendar, ledger, now),
            clock=lambda: now,
            environ={},
            progress=lambda *_: None,
        )
    )


def room_today(
    config: Config, ledger: Ledger, now: datetime, kinds: frozenset[Kind] = frozenset()
) -> QuotaRoom | None:
    """Return what room today's quota leaves to a command, or the next run; None without a quota."""
    if config.daily_quota is None:
        return None
    left = quota_left(config, ledger, config.daily_quota, now)
    return QuotaRoom(left, room_for_recaps_of(config, ledger, now, kinds), renewed_at(now))
