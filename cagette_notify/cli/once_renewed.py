"""Say from which hour on those mails leave that a day's quota has no room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.formatting import clock
from cagette_notify.core.i18n import _, spoken

if TYPE_CHECKING:
    from datetime import datetime


def once_renewed(renewed_at: datetime) -> str:
    """Say it of a moment in the time of those who read it; it is never more than a day ahead."""
    return _("from {hour} on, when the day's quota is renewed", hour=clock(renewed_at, spoken()))
