"""Tell an orders file that is older than the end of orders, or was written just now."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cagette_notify.core.model import Distribution
    from cagette_notify.data.rows.read_rows import RowSource

RESTED_AFTER = timedelta(seconds=5)
"""How long a file must have been left alone to count as written to its end."""

_ROUNDING = timedelta(seconds=0.5)  # the clock counts whole seconds, and so it is half a second late


class NextRun(Struct, frozen=True):
    """The distributions that can wait for the next run, and the clock to tell fresh files by."""

    clock: Callable[[], datetime]
    distributions: frozenset[str]


class FileAges(Struct, frozen=True):
    """Which files are believed: without a moment and a next run, any.

    One last modified before orders closed is stale, if they had closed ``closed_before`` or at that
    moment. A rehearsal reads it all the same, and says that the real run would wait. One that somebody may
    still be writing is left to the ``next_run``, by whoever can wait for it.
    """

    closed_before: datetime | None = None
    next_run: NextRun | None = None
    is_rehearsal: bool = False

    def is_stale(self, source: RowSource, distribution: Distribution) -> bool:
        """Tell whether a file lacks what was ordered last."""
        closed_at = distribution.orders_close_at
        if source.path is None or closed_at is None or self.closed_before is None:
            return False
        return self.closed_before >= closed_at and moment_of(source.path) < closed_at

    def is_fresh(self, source: RowSource, distribution: Distribution) -> bool:
        """Tell whether a file may be without its end, and the distribution can wait for it."""
        later = self.next_run
        if source.path is None or later is None or distribution.id not in later.distributions:
            return False
        return time_until_rested(source.path, later.clock()) > timedelta(0)


def time_until_rested(path: Path, now: datetime) -> timedelta:
    """Return how long until a file has rested; none for one from the future, which no wait makes older."""
    age = now - moment_of(path) + _ROUNDING
    return timedelta(0) if age < -_ROUNDING else max(timedelta(0), RESTED_AFTER - age)


def modified_at(path: Path) -> float:
    """Return when a file was last modified, in seconds; of one that is gone, long ago."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def moment_of(path: Path) -> datetime:
    """Return when a file was last modified, in UTC."""
    return datetime.fromtimestamp(modified_at(path), timezone.utc)
