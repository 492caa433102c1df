"""The run that finds nothing to do, 288 times a day."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from tests.benchmarks.coops import FAR, KEYS, write_config, write_data
from tests.benchmarks.federation import WEEKS, write_federation
from tests.benchmarks.measure import COMMAND, Usage, alternate, run
from tests.benchmarks.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench import Bench

_ENDED = frozenset({0, 1})  # a first run says what it holds back
_FLOOR = (sys.executable, "-c", "import click, yaml, sqlite3")


def tables(bench: Bench) -> Iterator[Table]:
    """Measure runs that rest as nothing changed, and runs that look at configuration and calendar."""
    rows: list[Row] = []
    for count in bench.scale.idle_members:
        for form in ("csv", "yaml"):
            rows += _rows(bench, count, form)
    rows += [_of_windows_that_are_served(bench, count) for count in bench.scale.groups]
    yield Table("Idle: send-due with nothing due; floor: import click, yaml, sqlite3", tuple(rows))


def _rows(bench: Bench, count: int, form: str) -> tuple[Row, Row]:
    data = write_data(bench.new_folder(), count, FAR, form=form)
    resting, touched = (write_config(bench.new_folder(), data, form=form) for _ in range(2))
    warm_up(resting, bench.scale.pause)
    floor, rested, in_full = alternate(
        bench.scale.short * bench.rounds,
        idle_floor,
        lambda: tick(resting),
        lambda: tick_after_a_change(touched),
    )
    what = f"{count:,} members, {form}"
    return Row(what, rested, floor, goal=1.5), Row(f"{what}, after a change", in_full, floor)


def _of_windows_that_are_served(bench: Bench, groups: int) -> Row:
    """Measure runs while windows are open all the time, and all that may leave has left."""
    config = write_federation(bench.new_folder(), groups)
    warm_up(config, bench.scale.pause)
    floor, rested = alternate(bench.scale.short * bench.rounds, idle_floor, lambda: tick(config))
    what = f"{groups} groups, {groups * WEEKS:,} distributions, windows open and served"
    return Row(what, rested, floor, goal=1.5)


def idle_floor() -> Usage:
    """Start Python with what any such program imports."""
    return run(_FLOOR)


def tick(config: Path) -> Usage:
    """Run send-due as cron does."""
    return run([*COMMAND, "-c", str(config), "send-due"], environ=KEYS, expected=_ENDED)


def warm_up(config: Path, pause: float) -> None:
    """Let the files grow old enough to be trusted, and one run note that there is nothing to do."""
    time.sleep(pause)
    for _ in range(2):
        tick(config)


def tick_after_a_change(config: Path) -> Usage:
    """Run it when it has to look at configuration and calendar, as it does once an hour."""
    config.touch()
    return tick(config)
