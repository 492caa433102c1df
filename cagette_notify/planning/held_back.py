"""Find the notices that a group's first run held back and --lookback would still send. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.notices import Reason
from cagette_notify.planning.timeline import WILL_SEND

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cagette_notify.planning.timeline import TimelineEvent


def held_by_first_run(
    events: Iterable[TimelineEvent],
    told: Iterable[tuple[str, str]],
    groups_seen: Collection[str],
    now: datetime,
) -> tuple[TimelineEvent, ...]:
    """Return those of ``events`` that were due before their group's first run, and are not too late.

    Of a group that no run has seen, nothing is held back yet. Whoever has been ``told``, by distribution and
    address casefolded, or now gets, the other recap misses nothing.
    """
    due = [event for event in events if event.at <= now]
    spared = set(told) | {
        _whose(event) for event in due if event.status == WILL_SEND and event.kind.traits.needs_order
    }
    return tuple(
        event
        for event in due
        if event.reason == Reason.BEFORE_FIRST_RUN and not event.is_guess
        if event.group_id in groups_seen and _whose(event) not in spared
    )


def lookback_hours(due_at: datetime, now: datetime) -> int:
    """Return how many hours back a run must look for what was due then, also if typed some minutes later."""
    return (now - due_at) // timedelta(hours=1) + 1


def _whose(event: TimelineEvent) -> tuple[str, str]:
    return event.distribution_id, event.address.casefold()
