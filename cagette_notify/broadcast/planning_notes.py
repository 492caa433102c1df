"""Say what whoever plans a mail should know of the moment at which it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.cron_alive import is_cron_alive
from cagette_notify.core.errors import Problem
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.core.model import Group
    from cagette_notify.ledger.run_memory import RunMemory


def planning_notes(
    group: Group, lists: Sequence[WantedList], memory: RunMemory, send_at: datetime, now: datetime
) -> tuple[Problem, ...]:
    """Return as warnings what will be over by then, what counts as it is now, and that cron seems to rest."""
    said = (*_over_by_then(group, lists, send_at), *_as_they_stand(lists), *_needs_cron(memory, now))
    return tuple(Problem(message, field="--send-at", is_warning=True) for message in said)


def _over_by_then(group: Group, lists: Sequence[WantedList], send_at: datetime) -> Iterator[str]:
    about = {one.distribution.id: one.distribution for one in lists if one.distribution}
    for one in about.values():
        if (one.ends_at or one.starts_at) <= send_at:
            yield _(
                "the distribution of {day} ({id}) will be over when this mail leaves",
                day=long_day(one.starts_at.astimezone(group.timezone).date(), spoken()),
                id=one.id,
            )


def _as_they_stand(lists: Sequence[WantedList]) -> Iterator[str]:
    for one in lists:
        if one.file:
            yield _(
                "{file} is not read again: the mail goes to whom its rows mean now, whatever it says by then",
                file=one.file.name,
            )


def _needs_cron(memory: RunMemory, now: datetime) -> Iterator[str]:
    if not is_cron_alive(memory.last_run(now), now):
        yield _(
            "a planned mail leaves only if cron runs send-due, and no run got to its end within the last "
            "hour: tell whoever looks after cagette-notify; what it knows of that: cagette-notify status"
        )
