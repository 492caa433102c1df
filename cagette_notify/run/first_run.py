"""Say what the first run of a group, or of a kind in it, holds back, and how --lookback sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _n
from cagette_notify.planning.due_times import windows_of
from cagette_notify.planning.outlook.held_back import lookback_hours, mails_held

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.notices import Skip
    from cagette_notify.planning.plan import Plan
    from cagette_notify.run.context import Run


def held_back_by_first_run(run: Run, made: Plan) -> dict[str, Problem]:
    """Say once, by a key to remember it by, what is left to the time before a first run.

    It may come to light later than that run: once orders that were waited for are there.
    """
    held = [skip for skip in made.skipped if skip.is_held_back and run.memory.is_news(_held_back_key(skip))]
    if not held:
        return {}
    hours = lookback_hours(min(_due_at(run, skip) for skip in held), run.now)
    message = _n(
        "due before this first run, and held back so that nobody is flooded: {count} mail; "
        "to send it: cagette-notify send-due --lookback {hours}h",
        "due before this first run, and held back so that nobody is flooded: {count} mails; "
        "to send them: cagette-notify send-due --lookback {hours}h",
        mails_held(held),
        hours=hours,
    )
    return dict.fromkeys((_held_back_key(skip) for skip in held), Problem(message))


def _held_back_key(skip: Skip) -> str:
    return f"held back {skip.kind} {skip.distribution_id}"


def _due_at(run: Run, skip: Skip) -> datetime:
    windows = windows_of(run.distributions[skip.distribution_id], run.config.rules.spans)
    return next(window.due_at for window in windows if window.kind is skip.kind)
