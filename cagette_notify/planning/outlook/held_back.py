"""Find the notices that a group's first run held back and --lookback would still send. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.planning.envelopes import envelope_ahead

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cagette_notify.core.notices import Skip
    from cagette_notify.planning.timeline import TimelineEvent


def held_by_first_run(
    events: Iterable[TimelineEvent], groups_seen: Collection[str]
) -> tuple[TimelineEvent, ...]:
    """Return those of ``events`` that the plan found to be held back.

    Of a group that no run has seen, nothing is yet.
    """
    return tuple(event for event in events if event.is_held_back and event.group_id in groups_seen)


def mails_held(held: Iterable[Skip | TimelineEvent]) -> int:
    """Return how many mails a look back would send of these: openings of a group share theirs."""
    return len({envelope_ahead(one) for one in held})


def lookback_hours(due_at: datetime, now: datetime) -> int:
    """Return how many hours back a run must look for what was due then, also if typed some minutes later."""
    return (now - due_at) // timedelta(hours=1) + 1
