"""Compute when each kind of notice is due, and from when on it is too late. Pure."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.kinds import NOTICE_KINDS, RECAP_KINDS, Kind, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.core.model import Distribution

BEGINNING = datetime(1970, 1, 1, tzinfo=timezone.utc)
FIRST_RECAP = max(kind.traits.lead for kind in RECAP_KINDS)
"""How long before a distribution the first mail leaves that says when and where it is."""
FIRST_DUTY = max(kind.traits.lead for kind in NOTICE_KINDS if kind.traits.needs_duty)
"""How long before a distribution whoever serves is reminded of it, where nobody sets that otherwise."""
END = datetime(9999, 1, 1, tzinfo=timezone.utc)
_MOMENTS = tuple(dict.fromkeys(kind.traits.moment for kind in NOTICE_KINDS))


class Window(Struct, frozen=True):
    """The time in which one kind of notice of a distribution may leave. Times are UTC."""

    kind: Kind
    distribution: Distribution
    due_at: datetime
    too_late_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Tell whether the notice may leave now: never early, never too late."""
        return self.due_at <= now < self.too_late_at

    def has_closed(self, since: datetime, now: datetime) -> bool:
        """Tell whether the window was still open at ``since``, but is no longer at ``now``."""
        return self.due_at < self.too_late_at and since < self.too_late_at <= now


def windows_of(distribution: Distribution, spans: Spans) -> Iterator[Window]:
    """Yield a window for each kind of notice that the distribution can have."""
    starts_at = distribution.starts_at.astimezone(timezone.utc)
    for kind in NOTICE_KINDS:
        traits = kind.traits
        if kind not in spans.kinds:
            continue
        if (moment := getattr(distribution, traits.moment)) is None:
            continue
        # In UTC: a local time less 24 hours is 23 or 25 real hours when the clocks change.
        due_at = moment.astimezone(timezone.utc) - spans.lead_of(kind)
        if distribution.hours or distribution.due:
            due_at = _own_due_at(distribution, kind, spans) or due_at
        if traits.not_before and (begins := getattr(distribution, traits.not_before)):
            due_at = max(due_at, begins.astimezone(timezone.utc))
        ends = [starts_at]
        if late := spans.late.get(kind):
            ends.append(due_at + late)
        if traits.call_to_order and distribution.orders_close_at:
            ends.append(distribution.orders_close_at.astimezone(timezone.utc))
        yield Window(kind, distribution, due_at, min(ends))


def _own_due_at(distribution: Distribution, kind: Kind, spans: Spans) -> datetime | None:
    """Return when a kind is due by what a distribution alone says: its group's days, its catalogs' hours."""
    for own, at in distribution.due:
        if own is kind:
            return at.astimezone(timezone.utc)
    first = distribution.first_close_at if kind.traits.is_of_first_catalog else None
    return first and first.astimezone(timezone.utc) - spans.lead_of(kind)


def may_have_windows(distribution: Distribution, since: datetime, until: datetime) -> bool:
    """Tell whether it isn't over at ``since``, and any moment by which notices are due comes until then.

    Most of a calendar is over, or far ahead, and that is told sooner than its windows: all end with the
    start, and none begins sooner than ``spans.longest`` before its moment.
    """
    if distribution.starts_at <= since:
        return False
    for moment in _MOMENTS:
        at = getattr(distribution, moment)
        if at is not None and at <= until:
            return True
    own = (*(at for _kind, at in distribution.due), *(one.closes_at for one in distribution.hours))
    return any(at is not None and at <= until for at in own)


def windows_to_look_at(
    distributions: Iterable[Distribution],
    *,
    spans: Spans,
    now: datetime,
    since: Mapping[str, datetime],
) -> tuple[Window, ...]:
    """Return the windows that are open, or have closed since the group's last complete run.

    ``since`` holds that run's time by group id.
    """
    found = []
    due_until = now + spans.longest
    for distribution in distributions:
        last_run = since.get(distribution.group_id, BEGINNING)
        if not may_have_windows(distribution, min(last_run, now), due_until):
            continue
        found += [
            window
            for window in windows_of(distribution, spans)
            if window.is_open(now) or window.has_closed(last_run, now)
        ]
    return tuple(found)


def next_change(distributions: Iterable[Distribution], *, spans: Spans, now: datetime) -> datetime:
    """Return when next a window opens or closes; the end of time if none ever does again.

    Orders close with the window of their reminder: an older file of them is stale from then on.
    """
    found = END
    for distribution in distributions:
        windows = windows_of(distribution, spans)
        times = [at for window in windows for at in (window.due_at, window.too_late_at)]
        found = min((at for at in times if now < at < found), default=found)
    return found
