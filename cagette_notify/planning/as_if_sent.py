"""Foretell the entry of a notice that is about to leave. Pure."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING

from cagette_notify.core.kinds import CORRECTION
from cagette_notify.core.notices import Entry, Status

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.notices import Notice


def as_if_sent(notice: Notice, now: datetime) -> Entry:
    """Return what the ledger will remember of a notice, but for its envelope, of which nobody asks more."""
    return Entry(
        account="",
        key=notice.key,
        group_id=notice.group.id,
        recipient=notice.mailbox.address,
        status=Status.SENT,
        custom_id="",
        campaign=f"-{CORRECTION}-" if notice.correction else "",
        revision=notice.revision,
        starts_at=notice.distribution.starts_at.astimezone(timezone.utc),
        place=notice.distribution.place,
        due_at=notice.due_at,
        too_late_at=notice.too_late_at,
        claimed_at=now,
    )
