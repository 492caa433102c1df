"""A ledger that machines share against one in a file: the same run, and the tick that finds nothing to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.benchmarks.coops import FAR, KEYS, SOON, households_with, write_config, write_data
from tests.benchmarks.idle import idle_floor, tick, warm_up
from tests.benchmarks.measure import COMMAND, Usage, alternate, run
from tests.benchmarks.sending import captured, post
from tests.benchmarks.stand_in import stand_in
from tests.benchmarks.tables import Row, Table
from tests.fixtures.postgresql import PostgresqlServer, database_of, why_no_postgresql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.core.ledger_place import SharedLedger
    from tests.benchmarks.bench import Bench


def tables(bench: Bench) -> Iterator[Table]:
    """Measure both, if a server can be started here; it syncs to the disk, as SQLite does."""
    if reason := why_no_postgresql():
        yield Table(f"A shared ledger: left out, as {reason}")
        return
    server = PostgresqlServer("fsync=on")
    try:
        yield _resting(bench, server)
        yield _sending(bench, server)
    finally:
        server.remove()


def _resting(bench: Bench, server: PostgresqlServer) -> Table:
    count = bench.scale.idle_members[0]
    data = write_data(bench.new_folder(), count, FAR)
    with stand_in() as url:
        file = write_config(bench.new_folder(), data)
        shared = write_config(bench.new_folder(), data, api_url=url)
        ledger = _share(shared, server)
        for config in (file, shared):
            warm_up(config, bench.scale.pause)
        floor, of_file, floor_there, of_server = alternate(
            bench.scale.short * bench.rounds,
            idle_floor,
            lambda: tick(file),
            lambda: _floor(ledger),
            lambda: tick(shared),
        )
    return Table(
        f"At rest, {count:,} members; floors: import click, yaml, sqlite3; and psycopg, with one connection",
        (Row("SQLite", of_file, floor, goal=1.5), Row("PostgreSQL", of_server, floor_there, goal=1.5)),
    )


def _sending(bench: Bench, server: PostgresqlServer) -> Table:
    recaps = bench.scale.typical_recaps
    bodies, data = captured(bench), write_data(bench.new_folder(), households_with(recaps), SOON)
    with stand_in() as url:
        floor, of_file, of_server = alternate(
            bench.rounds,
            lambda: post("post", url, bodies, recaps),
            lambda: _send(write_config(bench.new_folder(), data, api_url=url)),
            lambda: _send_shared(write_config(bench.new_folder(), data, api_url=url), server, recaps),
        )
    return Table(
        f"Sending {recaps:,} recaps, no latency; floor: mailjet-rest posts the same bodies",
        (Row("SQLite", of_file, floor), Row("PostgreSQL", of_server, floor)),
    )


def _send(config: Path) -> Usage:
    return run([*COMMAND, "-c", str(config), "send-due"], environ=KEYS)


def _send_shared(config: Path, server: PostgresqlServer, recaps: int) -> Usage:
    ledger = _share(config, server)
    usage = _send(config)
    query = "SELECT count(*) FROM notices WHERE status = 'sent'"
    assert server.do(query, database=database_of(ledger)) == [(recaps,)]
    return usage


def _share(config: Path, server: PostgresqlServer) -> SharedLedger:
    ledger = server.ledger(config.parent)
    with config.open("a", encoding="utf-8") as file:
        file.write(f"\nledger: '{ledger.url}'\n")
    return ledger


def _floor(ledger: SharedLedger) -> Usage:
    code = f"import click, yaml, sqlite3, psycopg; psycopg.connect({ledger.url!r}).close()"
    return run((sys.executable, "-c", code))
