"""Find the exports that are there, and in which nobody ordered for a distribution to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.planning.due_times import windows_of
from cagette_notify.planning.outlook.status_warnings import of_empty_exports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.data.roster import Roster
    from cagette_notify.helpdesk.outlook import Outlook


def empty_exports(config: Config, roster: Roster, seen: Outlook, now: datetime) -> Iterator[Problem]:
    """Yield those of which orders have closed, or, where nobody knows when they do, a recap is due."""
    groups, held = roster.calendar.groups, {one.group_id for one in seen.holds}
    asked = [
        window
        for one in roster.calendar.distributions
        if one.id in seen.books and not (one.cancelled or groups[one.group_id].disabled)
        for window in windows_of(one, config.rules.spans)
        if window.kind.traits.needs_order and now < window.too_late_at
    ]
    closed = [one.distribution for one in asked if (one.distribution.orders_close_at or one.due_at) <= now]
    known = {one.id: one for one in closed if one.group_id not in held}
    return of_empty_exports(known.values(), seen.books)
