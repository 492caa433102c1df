"""Tell how many mails a quota leaves to a broadcast on the day when it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.planning.outlook.quota_room import renewed_at
from cagette_notify.run.held_broadcasts import is_plan_held
from cagette_notify.run.room_for_recaps import room_today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail
    from cagette_notify.ledger.ledger import Ledger


def quota_left_on_the_day(
    config: Config, ledger: Ledger, now: datetime, at: datetime, planned: Iterable[PlannedMail]
) -> int | None:
    """Return how many may leave on the day of ``at``, besides the mails that are planned for it.

    Of today also without the recaps that are still to come; those of another day nobody knows yet. None
    without a quota.
    """
    room = room_today(config, ledger, now)
    if room is None or config.daily_quota is None:
        return None
    is_today = renewed_at(at) == room.renewed_at
    taken = sum(
        one.addresses
        for one in planned
        if not is_plan_held(one, now) and renewed_at(max(one.send_at, now)) == renewed_at(at)
    )
    return max(0, (room.free if is_today else config.daily_quota) - taken)
