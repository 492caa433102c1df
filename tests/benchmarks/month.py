"""A month of cron: how often a run rests, what the month costs, and whether a mail comes late by it."""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, json

from cagette_notify.config import load as config
from cagette_notify.run import nothing_due
from cagette_notify.run.context import RunRequest
from cagette_notify.run.nothing_due import nothing_can_be_due
from cagette_notify.run.send_due import send_due
from tests.benchmarks.federation import write_federation
from tests.benchmarks.measure import Usage, program, run
from tests.benchmarks.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.benchmarks.bench import Bench

BEGIN = datetime(2027, 3, 8, tzinfo=timezone.utc)  # the clocks change within the month
TICK = timedelta(minutes=5)
_TICKS_A_DAY = 288
_RESULT = "month.json"


class Month(Struct, frozen=True):
    """How many ticks there were and how many of them rested, and how many mails left at which."""

    ticks: int
    rested: int
    left: dict[str, int]


def tables(bench: Bench) -> Iterator[Table]:
    """Measure months, or some days, with and without rest; what leaves at which tick must be the same."""
    rows, remarks = [], []
    for groups, days in bench.scale.months:
        rests, never = (_measured(bench, groups, days, may_rest=may_rest) for may_rest in (True, False))
        (usage, found), (floor, every) = rests, never
        assert found.left == every.left, "a mail comes late by resting"
        what = f"{groups} groups, {days} days"
        rows.append(Row(what, usage, floor))
        share = found.rested / found.ticks
        remarks.append(
            f"{what}: {share:.1%} of {found.ticks:,} ticks rested; {sum(found.left.values())} mails"
        )
    yield Table("A month of cron; floor: the same with no run that rests", tuple(rows), tuple(remarks))


def _measured(bench: Bench, groups: int, days: int, *, may_rest: bool) -> tuple[Usage, Month]:
    folder = bench.new_folder()
    usage = run(program("month", str(folder), str(groups), str(days), *["--rest"] * may_rest))
    return usage, json.decode((folder / _RESULT).read_bytes(), type=Month)


def month(folder: Path, groups: int, days: int, *, may_rest: bool) -> Month:
    """Run cron's ticks over a federation made for it in ``folder``."""
    nothing_due._SETTLED = 0  # nobody writes files here
    path = write_federation(folder, groups, begin=BEGIN, ordered_ahead=timedelta(days=days + 3))
    late = (BEGIN + timedelta(days=days)).timestamp()
    os.utime(path.with_name("orders.csv"), (late, late))  # exported since orders closed, at every moment
    loaded, request = config.load(path), RunRequest(says_once=True)
    rested, left = 0, Counter[str]()
    moments = [BEGIN + TICK * number for number in range(1, days * _TICKS_A_DAY + 1)]
    for at in moments:
        if may_rest and nothing_can_be_due(path, at):
            rested += 1
            continue
        report = send_due(loaded, request, clock=partial(_the_same, at), environ={}, progress=lambda *_: None)
        left[f"{at:%d %H:%M}"] += report.counts["sent"]
    return Month(len(moments), rested, {at: count for at, count in left.items() if count})


def _the_same(moment: datetime) -> datetime:
    return moment


if __name__ == "__main__":
    where = Path(sys.argv[1])
    found = month(where, int(sys.argv[2]), int(sys.argv[3]), may_rest="--rest" in sys.argv)
    (where / _RESULT).write_bytes(json.encode(found))
