"""Ledgers of every released schema, kept in schemas/, and what becomes of them today."""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import signal
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.schema import COLUMNS_SINCE, MIGRATIONS
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import utc
from tests.fixtures.office import Office
from tests.fixtures.raw_ledger import (
    SCHEMAS,
    a_kept_ledger,
    change,
    contents_of,
    rows,
    schema_of,
    tables_of,
    version_of,
)
from tests.ledger.kept import AT_LAST, NAMES, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RELEASED = {
    1: "c2820e28d05fb04e33472960ce99f84dc83595aa4248bef0f5f18a1f4cf0ed17",
    2: "c5bef5d210ae0cddec44b9927899d75eab523c7f73f0d569a823b465a37a7245",
    3: "3ca25f7942592da2f8235d603243f806ebcfd5866af086e6165e1f5d0f4eeb83",
    4: "7340d24985c470c7f43f42d32c8bfba012f523e3fa32a8df4a5f232144c5a948",
    5: "9a0b24e68d039bfd7abd9ed13d73b4031c5935e53d75f60870dca09f49dbb1d4",
    6: "1ca0cd7af1c9e68f30157c00307e2cd0e5c687dac84f21fa4e6bd41290f263f9",
    7: "ea4192c30cfdf392373d1cc8c0ca54ec8393194cd0f14828df5475def3b6d9b8",
    8: "d7aef6b1a2cb18c71d0e501ee74d9ff84d7ed01d76a146732fb663397584437d",
    9: "4bd8306c46ffcbc1df8a7b48ba55263311f66062b37fcb020e4df5cd7d04b7fb",
    10: "719d042dcd9bab8d2d1c583523f0a19499291e3978031ec88745705310a6e6af",
    11: "05da93c20994e125884f70db3396b0d893a7808c16eaf5fa9129f2535813766f",
    12: "e6ffd2a2ce29cc2a43aac05b7998098f07837d68386d29a79b152b535c0ca79f",
}
"""The digests of the scripts that people's ledgers were made by: they never change, new ones are added."""

VERSIONS = sorted(RELEASED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


def test_a_ledger_of_each_version_is_kept() -> None:
    kept = sorted(version_of(file) for file in SCHEMAS.glob("v*.sqlite3"))

    assert kept == list(range(1, len(MIGRATIONS) + 1)), "python -m tests.ledger.kept"
    assert kept == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_a_released_script_never_changes(version: int) -> None:
    assert hashlib.sha256(MIGRATIONS[version - 1].encode()).hexdigest() == RELEASED[version]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kept_ledger_has_every_status(version: int) -> None:
    found = rows(SCHEMAS / f"v{version}.sqlite3", "SELECT DISTINCT status FROM notices")

    assert {status for (status,) in found} == {
        *("claimed", "sent", "failed", "deferred", "in_doubt", "expired", "dropped")
    }


@pytest.mark.parametrize(
    ("version", "read_only"),
    [*((version, False) for version in VERSIONS), *((version, True) for version in range(1, COLUMNS_SINCE))],
)
def test_opening_it_makes_it_todays_and_keeps_every_row(path: Path, version: int, read_only: bool) -> None:
    a_kept_ledger(version, path)
    tables = tables_of(path)
    before, name = contents_of(path, tables), rows(path, "SELECT * FROM identity")
    with open_ledger(path.with_name("fresh.sqlite3")):
        pass

    with open_ledger(path, read_only=read_only) as ledger:
        assert [(ledger.ledger_id,)] == name

    assert version_of(path) == len(MIGRATIONS)
    assert schema_of(path) == schema_of(path.with_name("fresh.sqlite3"))
    assert contents_of(path, tables) == before
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("version", range(COLUMNS_SINCE, len(MIGRATIONS) + 1))
def test_whoever_reads_needs_neither_room_nor_the_right_to_write(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_kept_ledger(version, path)
    before = path.read_bytes()
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=0))

    with open_ledger(path, read_only=True) as ledger:
        assert ledger.unfinished("mailjet")

    assert path.read_bytes() == before


@pytest.mark.parametrize("version", range(COLUMNS_SINCE, len(MIGRATIONS) + 1))
def test_whoever_reads_finds_todays_columns(path: Path, version: int) -> None:
    a_kept_ledger(version, path)
    with open_ledger(path.with_name("fresh.sqlite3")):
        pass

    with open_ledger(path, read_only=True):
        pass

    assert tables_of(path) == tables_of(path.with_name("fresh.sqlite3"))


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with MailjetServer(tls=False, clock=AT_LAST.timestamp) as server:
        yield Scene(tmp_path, server)


def let_mailjet_remember(scene: Scene) -> None:
    """Tell the stand-in what the one of that time had taken."""
    arrived = "status = 'sent' OR member_id IN ('found', 'claimed')"
    query = f"SELECT DISTINCT custom_id, recipient FROM notices WHERE {arrived}"
    for custom_id, address in rows(scene.folder / "ledger.sqlite3", query):
        scene.server.account.remember(custom_id, address)


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
def test_the_next_run_sends_what_is_owed_and_nothing_twice(scene: Scene, version: int) -> None:
    path = a_kept_ledger(version, scene.folder / "ledger.sqlite3")
    let_mailjet_remember(scene)

    reports = [scene.coop.run(AT_LAST), scene.coop.run(AT_LAST)]

    strawberries = {f"{name}@example.org" for name in NAMES if name != "bad"}
    recaps = [f"{name}@example.org" for name in ("lost", "lostclaim", "deferred")]
    arrived = Counter((copy.subject, copy.address) for copy in scene.server.delivered)
    assert Counter(arrived.values()) == {1: len(strawberries) + len(recaps)}
    assert {to for subject, to in arrived if subject == "Il reste des fraises"} == strawberries
    assert sorted(to for subject, to in arrived if subject != "Il reste des fraises") == sorted(recaps)
    assert [exit_status_of(report) for report in reports] == [1, 0]
    statuses = rows(path, "SELECT status, count(*) FROM notices GROUP BY status")
    assert dict(statuses) == {"dropped": 1, "expired": 1, "failed": 4, "sent": 34}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "command",
    [["status"], ["log"], ["check-member", "zoe"], ["send-due", "--dry-run"], ["report", "--offline"]],
    ids=lambda command: command[0],
)
def test_looking_at_it_works_and_harms_nothing(scene: Scene, version: int, command: list[str]) -> None:
    path = a_kept_ledger(version, scene.folder / "ledger.sqlite3")
    tables = tables_of(path)
    before = contents_of(path, tables)

    result = Office(scene.coop, scene.server, AT_LAST).invoke(*command, "--json")

    assert not result.exception or isinstance(result.exception, SystemExit)
    assert result.exit_code in {0, 1}
    assert json.loads(result.stdout)
    assert contents_of(path, tables) == before
    assert scene.server.posts == []


@pytest.mark.parametrize("version", range(1, 3))
def test_where_the_disk_has_no_room_for_a_rebuild_that_is_said_and_nothing_is_touched(
    path: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_kept_ledger(version, path)
    needed = 2 * path.stat().st_size
    before, disk = path.read_bytes(), SimpleNamespace(free=needed - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: disk)

    with pytest.raises(DataError) as caught, open_ledger(path):
        pass

    (problem,) = caught.value.problems
    assert (caught.value.exit_status, problem.file) == (65, str(path))
    assert "takes 1 MB of free disk, and there are 0 MB" in problem.message
    assert path.read_bytes() == before
    disk.free = needed
    with open_ledger(path):
        assert version_of(path) == len(MIGRATIONS)


def test_todays_ledger_asks_for_no_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_kept_ledger(len(MIGRATIONS), path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=0))

    with open_ledger(path) as ledger:
        assert ledger.ledger_id


@pytest.mark.parametrize("version", range(1, 3))
def test_a_rebuild_that_fills_the_disk_leaves_the_old_ledger(path: Path, version: int) -> None:
    a_kept_ledger(version, path)
    before = contents_of(path, tables_of(path)), schema_of(path)
    limit, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 8192, most))
    try:
        with pytest.raises(DataError, match="the ledger can't be used") as caught, open_ledger(path):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
        signal.signal(signal.SIGXFSZ, heard)

    assert caught.value.exit_status == 65
    assert (contents_of(path, tables_of(path)), schema_of(path)) == before
    assert version_of(path) == version
    with open_ledger(path):
        assert version_of(path) == len(MIGRATIONS)


@pytest.mark.parametrize("version", range(1, 3))
def test_a_view_that_somebody_made_hinders_no_rebuild(path: Path, version: int) -> None:
    a_kept_ledger(version, path)
    change(path, "CREATE VIEW counted AS SELECT kind, count(*) FROM notices GROUP BY kind")
    before = rows(path, "SELECT * FROM counted")

    with open_ledger(path):
        pass

    assert (version_of(path), rows(path, "SELECT * FROM counted")) == (len(MIGRATIONS), before)


@pytest.mark.parametrize("table", ["notices", "broadcasts"])
def test_no_table_names_the_kinds_or_the_accounts_that_there_are(path: Path, table: str) -> None:
    a_kept_ledger(2, path)
    with open_ledger(path):
        pass

    ((sql,),) = rows(path, f"SELECT sql FROM sqlite_master WHERE name = '{table}'")

    assert "mailjet" not in sql
    assert "recap" not in sql


def test_a_ledger_of_tomorrow_is_refused_and_left_as_it_is(path: Path) -> None:
    a_kept_ledger(len(MIGRATIONS), path)
    change(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()

    for read_only in (False, True):
        opened = open_ledger(path, read_only=read_only)
        with pytest.raises(DataError, match="newer cagette-notify") as caught, opened:
            pass
        assert caught.value.exit_status == 65

    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.long
@pytest.mark.parametrize("version", VERSIONS)
def test_duties_named_in_mid_season_are_told_from_then_on_and_nothing_of_before(
    scene: Scene, version: int
) -> None:
    a_kept_ledger(version, scene.folder / "ledger.sqlite3")
    let_mailjet_remember(scene)
    scene.coop.run(AT_LAST)
    delivered = len(scene.server.delivered)
    scene.coop.write("duties.csv", "distribution;role;member\nrecaps;Accueil;zoe\nopening;Accueil;found\n")
    orders = "  orders: orders.csv\n"
    scene.coop.replace("config.yaml", orders, f"{orders}  duties: duties.csv\n")

    first = scene.coop.run(AT_LAST + timedelta(minutes=10), reads_at_once=True)
    on_time = scene.coop.run(utc("2026-06-15T16:00"), reads_at_once=True)

    assert first.counts["sent"] == 0
    assert [copy.address for copy in scene.server.delivered[delivered:]] == ["found@example.org"]
    assert [(line.kind, line.distribution) for line in on_time.lines if line.status == "sent"] == [
        ("duty", "opening")
    ]
