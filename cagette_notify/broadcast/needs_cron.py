"""Warn where a mail is planned and no run seems to come that would let it leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.cron_alive import is_cron_alive
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.ledger.run_memory import RunMemory


def needs_cron(memory: RunMemory, send_at: datetime | None, now: datetime) -> Iterator[Problem]:
    """Yield that a mail with a time of its own leaves only once send-due runs, where it seems not to."""
    if send_at and not is_cron_alive(memory.last_run(now), now):
        message = _(
            "a planned mail leaves only if cron runs send-due, and no run got to its end within the last "
            "hour: tell whoever looks after cagette-notify; what it knows of that: cagette-notify status"
        )
        yield Problem(message, field="--send-at", is_warning=True)
