"""Runs over a database: at rest, looking at all that is to come, with ten distributions due."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tests.benchmarks.idle import tick, tick_after_a_change, warm_up
from tests.benchmarks.measure import COMMAND, Usage, alternate, run
from tests.benchmarks.tables import Row, Table
from tests.fixtures.database import Server, why_no_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.benchmarks.bench import Bench
    from tests.fixtures.database import Database

_AT_ONCE = 10  # distributions that are due together
_LINES = 2_000  # of orders for each of them
_AHEAD = timedelta(days=60)  # nothing is due before
_SLOT = timedelta(hours=6)  # groups distribute in turn
_ENDED = frozenset({0, 1})


def tables(bench: Bench) -> Iterator[Table]:
    """Measure runs over a federation's database, if a server can be started here."""
    if reason := why_no_server():
        yield Table(f"CAMAP: left out, as {reason}")
        return
    server = Server()
    try:
        yield _table(bench, server)
    finally:
        server.remove()


def _table(bench: Bench, server: Server) -> Table:
    groups, members, distributions = bench.scale.camap
    database = server.database(is_empty=True)
    first = (datetime.now(timezone.utc) + _AHEAD).replace(hour=18, minute=0, second=0, microsecond=0)
    _fill(database, groups, members, distributions, first)
    resting, touched, due = (_configured(bench.new_folder(), database) for _ in range(3))
    warm_up(resting, bench.scale.pause)
    floor, rested, in_full = alternate(
        bench.scale.short * bench.rounds,
        lambda: _floor(database),
        lambda: tick(resting),
        lambda: tick_after_a_change(touched),
    )
    at = first.astimezone() - timedelta(hours=24) + timedelta(minutes=5)
    sent = run([*COMMAND, "-c", str(due), "send-due", "--at", f"{at:%Y-%m-%d %H:%M}"], expected=_ENDED)
    return Table(
        f"CAMAP, {groups:,} groups, {members:,} members, {distributions:,} distributions; floor: "
        "import click, yaml, sqlite3, pymysql, and one connection",
        (
            Row("at rest", rested, floor, goal=1.5),
            Row("after a change", in_full, floor),
            Row(f"{min(_AT_ONCE, groups)} distributions due, as many opening", sent, floor),
        ),
    )


def _configured(folder: Path, database: Database) -> Path:
    folder.mkdir()
    path = folder / "config.yaml"
    path.write_text(
        f"timezone: UTC\ndata: {{camap: {{url: '{database.url()}', groups: all}}}}\n"
        "sender: {email: noreply@example.org}\n",
        encoding="utf-8",
    )
    return path


def _floor(database: Database) -> Usage:
    connect = f"pymysql.connect(unix_socket={str(database.server.socket)!r}, user='root', ssl_disabled=True)"
    return run((sys.executable, "-c", f"import click, yaml, sqlite3, pymysql; {connect}.close()"))


def _fill(database: Database, groups: int, members: int, distributions: int, first: datetime) -> None:
    """Write groups that distribute every week, in turn, and orders for those that are the first to."""
    start = f"TIMESTAMP '{first:%Y-%m-%d %H:%M:%S}' + INTERVAL (s.seq DIV {groups}) WEEK"
    start += f" + INTERVAL ((s.seq MOD {groups}) DIV {_AT_ONCE}) * {_SLOT // timedelta(hours=1)} HOUR"
    lines = min(_AT_ONCE, groups) * _LINES
    database.do(
        "INSERT INTO `Group` (id, name, userId, volunteersMailContent, alertMailContent)"
        f" SELECT seq, CONCAT('Groupe ', seq), seq, '', '' FROM seq_1_to_{groups}",
        "INSERT INTO User (id, firstName, lastName, email, flags)"
        f" SELECT seq, 'Zoé', CONCAT('Martin ', seq), CONCAT('zoe', seq, '@example.org'), 6"
        f" FROM seq_1_to_{members}",
        f"INSERT INTO UserGroup (groupId, userId) SELECT 1 + seq MOD {groups}, seq FROM seq_1_to_{members}",
        "INSERT INTO Place (id, name, zipCode, city, groupId)"
        f" SELECT seq, 'Salle', '44000', 'Nantes', seq FROM seq_1_to_{groups}",
        "INSERT INTO Vendor (id, name) VALUES (1, 'Ferme')",
        "INSERT INTO Catalog (id, name, type, startDate, groupId, vendorId)"
        f" SELECT seq, CONCAT('Légumes ', seq MOD 3), 1, '2026-01-01', 1 + seq MOD {groups}, 1"
        f" FROM seq_1_to_{3 * groups}",
        "INSERT INTO Product (id, name, price, qt, unitType, bulk, catalogId)"
        " SELECT seq, CONCAT('Tomates ', seq), 2.5, 1, 1, 1, 1 FROM seq_1_to_100",
        "INSERT INTO MultiDistrib (id, groupId, placeId, distribStartDate, distribEndDate, orderStartDate,"
        f" orderEndDate) SELECT s.seq + 1, 1 + s.seq MOD {groups}, 1 + s.seq MOD {groups}, {start},"
        f" {start} + INTERVAL 1 HOUR, {start} - INTERVAL 5 DAY, {start} - INTERVAL 2 DAY"
        f" FROM seq_0_to_{distributions - 1} s",
        "INSERT INTO Distribution (catalogId, multiDistribId, placeId, date, orderStartDate, orderEndDate)"
        " SELECT c.id, md.id, md.placeId, md.distribStartDate, md.orderStartDate, md.orderEndDate"
        " FROM MultiDistrib md JOIN Catalog c ON c.groupId = md.groupId",
        "INSERT INTO UserOrder (quantity, productPrice, distributionId, productId, userId) SELECT 1, 2.5,"
        f" (SELECT MIN(d.id) FROM Distribution d WHERE d.multiDistribId = 1 + s.seq DIV {_LINES}),"
        f" 1 + s.seq MOD 100, s.seq DIV {_LINES} + {groups} * (1 + s.seq MOD {members // groups - 1})"
        f" FROM seq_0_to_{lines - 1} s",
    )
