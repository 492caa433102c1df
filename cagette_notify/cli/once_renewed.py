"""Say from which hour on those mails leave that a day's quota has no room for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.formatting import clock, day_of_month
from cagette_notify.core.i18n import _, spoken

if TYPE_CHECKING:
    from datetime import datetime


def once_renewed(renewed_at: datetime, count: int = 0, quota: int | None = None) -> str:
    """Say it of a moment in the time of those who read it; it is never more than a day ahead.

    ``count`` mails that are more than a day's quota leave on several days.
    """
    language, hour = spoken(), clock(renewed_at, spoken())
    if not quota or count <= quota:
        return _("from {hour} on, when the day's quota is renewed", hour=hour)
    last = renewed_at + timedelta(days=(count - 1) // quota)
    return _(
        "from {hour} on, when the day's quota is renewed, {quota} a day: the last on {day} at the earliest",
        hour=hour,
        quota=quota,
        day=day_of_month(last.date(), language),
    )
