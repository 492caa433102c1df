"""A ledger of an older version, which several commands may open at once."""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.schema import APPLICATION_ID, MIGRATIONS
from tests.fixtures.command import ROOT
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

OPEN = """
import sys
from pathlib import Path
from cagette_notify.ledger.connection import open_ledger
print("ready", flush=True)
sys.stdin.readline()
with open_ledger(Path(sys.argv[1]), read_only=sys.argv[2] == "reader") as ledger:
    print(ledger.ledger_id)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a ledger as the first version left it."""
    file = tmp_path / "ledger.sqlite3"
    file.touch(mode=0o600)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(
            f"{MIGRATIONS[0]} PRAGMA user_version = 1; PRAGMA application_id = {APPLICATION_ID};"
            " INSERT INTO identity VALUES ('theold1');"
        )
    return file


def begin(path: Path, role: str) -> subprocess.Popen[str]:
    """Start a process that opens the ledger once it is given a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN, str(path), role],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


@pytest.mark.parametrize("read_only", [False, True])
def test_an_older_ledger_is_brought_up_to_date_and_keeps_its_name(path: Path, read_only: bool) -> None:
    with open_ledger(path, read_only=read_only) as ledger:
        assert ledger.ledger_id == "theold1"
        assert ledger.rows("SELECT * FROM fates", []) == []

    assert version(path) == len(MIGRATIONS)


@pytest.mark.dear
def test_several_at_once_bring_it_up_to_date_once(path: Path) -> None:
    processes = [begin(path, role) for role in ("writer", "reader", "writer", "reader")]
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        time.sleep(0.5)  # all have looked at the version by now, and wait
        other.execute("COMMIT")

    said = [process.communicate(timeout=30) for process in processes]

    assert said == [("theold1\n", "")] * 4
    assert version(path) == len(MIGRATIONS)


def test_halves_of_ledgers_are_swept_away_once_nobody_can_be_at_work_on_them(tmp_path: Path) -> None:
    old, young = utc("2026-06-10T18:00"), utc("2026-06-10T18:02")
    ages = {"ledger.sqlite3.0123abcd.new": old, "ledger.sqlite3.0123abcd.new-journal": old}
    kept = {"ledger.sqlite3": young, "ledger.sqlite3.new": old, "ledger.sqlite3.89abcdef.new": young}

    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        for name, at in (ages | kept).items():
            (tmp_path / name).touch()
            os.utime(tmp_path / name, (at.timestamp(), at.timestamp()))
        (tmp_path / "ledger.sqlite3.4567abcd.new").hardlink_to(tmp_path / "ledger.sqlite3")
        ledger.sweep_half_made(utc("2026-06-10T18:01"))

    assert {path.name for path in tmp_path.iterdir()} == set(kept)


def test_of_two_commands_that_make_it_at_once_the_second_joins_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite3"
    token_hex = secrets.token_hex

    def meanwhile(size: int) -> str:
        # The other command is quicker: between the look for a ledger and the making of one.
        monkeypatch.setattr(secrets, "token_hex", token_hex)
        with open_ledger(path) as first:
            first.set_marks("outbox", "first_run", {"lac": "then"})
        return token_hex(size)

    monkeypatch.setattr(secrets, "token_hex", meanwhile)
    with open_ledger(path) as second:
        assert second.marks("outbox", "first_run") == {"lac": "then"}
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_ledger_is_made_with_the_private_folders_it_lies_in(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "var" / "cagette" / "ledger.sqlite3"):
        pass

    assert stat.S_IMODE((tmp_path / "var" / "cagette").stat().st_mode) == 0o700
