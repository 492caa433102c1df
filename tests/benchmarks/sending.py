"""A whole send-due, from the files to the last settled mail, against a loop that only posts."""

from __future__ import annotations

from contextlib import ExitStack
from math import ceil, log
from typing import TYPE_CHECKING

from tests.benchmarks.bench import Bench, count_sent
from tests.benchmarks.coops import KEYS, SOON, households_with, write_config, write_data
from tests.benchmarks.measure import COMMAND, Usage, alternate, program, run
from tests.benchmarks.stand_in import stand_in
from tests.benchmarks.tables import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


PER_CALL = 50


def tables(bench: Bench) -> Iterator[Table]:
    """Measure runs of several sizes without latency, then one of the typical size with it."""
    bodies = captured(bench)
    rows = {}
    for recaps in bench.scale.recaps:
        data = write_data(bench.new_folder(), households_with(recaps), SOON)
        rows[recaps] = _row(bench, data, recaps, bodies)
    (fewest, first), *_others, (most, last) = rows.items()
    exponent = log(last.ours.wall / first.ours.wall) / log(most / fewest)
    growth = f"From {fewest:,} to {most:,} the time grows with exponent {exponent:.3f} (goal: <= 1.05)."
    title = f"Sending, no latency; floor: mailjet-rest posts the same bodies, {PER_CALL} a call"
    yield Table(title, tuple(rows.values()), (growth,))
    yield _by_script(bench, bodies)
    yield _with_latency(bench)


def captured(bench: Bench) -> Path:
    """Return a file of the bodies that a run of the typical size posts, a line each."""
    recaps = bench.scale.typical_recaps
    data = write_data(bench.new_folder(), households_with(recaps), SOON)
    bodies = bench.new_folder()
    with stand_in(keep=bodies) as url:
        send(bench, data, url, recaps)
    return bodies


def send(bench: Bench, data: Path, url: str, recaps: int, *, parallel: int = 4) -> Usage:
    """Send all that is due with a ledger of its own, and see that it was all."""
    config = write_config(bench.new_folder(), data, api_url=url, parallel=parallel)
    usage = run([*COMMAND, "-c", str(config), "send-due"], environ=KEYS)
    assert count_sent(config) == recaps
    return usage


def post(floor: str, url: str, bodies: Path, recaps: int) -> Usage:
    """Post as many bodies with a loop of ``bare``."""
    return run(program("bare", floor, url, str(bodies), str(ceil(recaps / PER_CALL))))


def _row(bench: Bench, data: Path, recaps: int, bodies: Path) -> Row:
    with stand_in() as url:
        floor, ours = alternate(
            bench.rounds,
            lambda: post("post", url, bodies, recaps),
            lambda: send(bench, data, url, recaps),
        )
    return Row(f"{recaps:,} recaps", ours, floor, goal=2.0)


def _by_script(bench: Bench, bodies: Path) -> Table:
    recaps = bench.scale.typical_recaps
    data = write_data(bench.new_folder(), households_with(recaps), SOON)
    with stand_in() as url:

        def script() -> Usage:
            return run(program("bare", "script", url, str(bodies), str(data), str(bench.new_folder())))

        ours, floor, posting = alternate(
            bench.rounds,
            lambda: send(bench, data, url, recaps),
            script,
            lambda: post("post", url, bodies, recaps),
        )
    rows = (
        Row("send-due; floor: the script", ours, floor),
        Row("the script; floor: its posts, as ready bytes", floor, posting),
    )
    return Table(
        "Sending, against the least script that reads, fills, records, posts and settles as much", rows
    )


def _with_latency(bench: Bench) -> Table:
    recaps, latency = bench.scale.typical_recaps, bench.scale.latency
    data = write_data(bench.new_folder(), households_with(recaps), SOON)
    with ExitStack() as stack:
        near, far = (stack.enter_context(stand_in(latency=seconds)) for seconds in (0.0, latency))
        without, *found = alternate(
            bench.rounds,
            lambda: send(bench, data, near, recaps),
            *(lambda p=p: send(bench, data, far, recaps, parallel=p) for p in bench.scale.parallel),
        )
    rows = []
    for parallel, ours in zip(bench.scale.parallel, found, strict=True):
        least = max(ceil(recaps / PER_CALL) * latency / parallel, without.wall)
        rows.append(Row(f"{recaps:,} recaps, parallel {parallel}", ours, Usage(least, 0, 0), goal=1.3))
    title = f"Sending, {latency * 1000:.0f} ms a call; floor: calls x latency / parallel, or without latency"
    return Table(title, tuple(rows))
