"""Tell from the last run whether cron is at work. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

CRON_ALIVE_WITHIN = timedelta(hours=1)
"""A run older than this means that cron does not call any more: it does every few minutes.

Nor do runs rest for longer, or nobody could tell the one from the other.
"""


def is_cron_alive(last_run: datetime | None, now: datetime) -> bool:
    """Tell whether a run got to its end lately; after one by a clock ahead of now, nobody knows."""
    return last_run is not None and timedelta(0) <= now - last_run <= CRON_ALIVE_WITHIN
