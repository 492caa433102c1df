from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError, LaterError
from cagette_notify.core.lock import LockHeldError, edit_lock, run_lock
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

NOW = utc("2026-06-11T16:30")
HOLDER = """
import sys, time
from datetime import datetime
from pathlib import Path
from cagette_notify.core.lock import run_lock
with run_lock(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


def a_holder(ledger: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, ledger, NOW.isoformat()], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def test_a_second_run_leaves_without_a_word(ledger: Path) -> None:
    with run_lock(ledger, NOW), pytest.raises(LockHeldError) as caught, run_lock(ledger, NOW):
        pass

    assert caught.value.exit_status == 75
    assert caught.value.problems == ()


@pytest.mark.parametrize(("minutes", "lines"), [(30, 0), (31, 1), (-30, 0), (-31, 1)])
def test_a_lock_over_half_an_hour_old_is_spoken_of(ledger: Path, minutes: int, lines: int) -> None:
    later = NOW + timedelta(minutes=minutes)

    with run_lock(ledger, NOW), pytest.raises(LockHeldError) as caught, run_lock(ledger, later):
        pass

    assert len(caught.value.problems) == lines


def test_no_lock_is_made_beside_somebody_elses_ledger(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.touch()
    monkeypatch.setattr(os, "geteuid", lambda: ledger.stat().st_uid + 1)

    with pytest.raises(DataError, match="belongs to"), run_lock(ledger, NOW):
        pass

    assert [path.name for path in ledger.parent.iterdir()] == [ledger.name]


def test_a_link_is_no_lock(ledger: Path) -> None:
    ledger.with_name("ledger.sqlite3.lock").symlink_to("elsewhere")

    with pytest.raises(DataError, match="lock: it must be a plain file"), run_lock(ledger, NOW):
        pass

    assert not ledger.with_name("elsewhere").exists()


def test_a_killed_run_leaves_no_lock(ledger: Path) -> None:
    holder = a_holder(ledger)
    with pytest.raises(LockHeldError), run_lock(ledger, NOW):
        pass

    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()

    with run_lock(ledger, NOW):
        pass


def test_patience_outlasts_a_short_run(ledger: Path) -> None:
    holder = a_holder(ledger)
    subprocess.Popen(
        [sys.executable, "-c", f"import time, os; time.sleep(.3); os.kill({holder.pid}, 9)"]
    ).wait()

    with run_lock(ledger, NOW, patience=timedelta(seconds=10)):
        pass
    holder.communicate()


def test_the_lock_file_stays_and_is_private(ledger: Path) -> None:
    with run_lock(ledger, NOW):
        pass

    lock = ledger.with_name("ledger.sqlite3.lock")
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


@pytest.mark.parametrize("note", ["", "2026-01-01", "gibberish", "2026-01-01T00:00:00"])
def test_a_note_that_makes_no_sense_is_no_matter(ledger: Path, note: str) -> None:
    with run_lock(ledger, NOW):
        ledger.with_name("ledger.sqlite3.lock").write_text(note)
        with pytest.raises(LockHeldError) as caught, run_lock(ledger, NOW):
            pass

    assert caught.value.problems == ()


def test_no_note_is_left_for_the_next_run_to_misread(ledger: Path) -> None:
    with run_lock(ledger, NOW):
        pass

    assert ledger.with_name("ledger.sqlite3.lock").read_text() == ""


def test_a_second_change_of_a_file_gives_up_in_a_line(tmp_path: Path) -> None:
    edited, at_once = tmp_path / "notifications.csv", timedelta(0)

    with edit_lock(edited), pytest.raises(LaterError) as caught, edit_lock(edited, patience=at_once):
        pass

    assert [str(problem) for problem in caught.value.problems] == [
        f"{edited}: another command is changing it; try again"
    ]
    with edit_lock(edited, patience=at_once):
        assert not edited.exists()
