"""Runs that find nothing changed and nothing due: they rest, and nobody can tell but by the time it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast.planned import plan_broadcast
from cagette_notify.broadcast.proposal import BroadcastRequest, propose
from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.core import stamps
from cagette_notify.core.cron_alive import CRON_ALIVE_WITHIN
from cagette_notify.core.lock import lock_of, run_lock
from cagette_notify.data.dataset import load_calendar
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.run_memory import WHOLE_DELIVERY, RunMemory
from cagette_notify.run import nothing_due as rest
from cagette_notify.run.context import Run, RunRequest
from cagette_notify.run.nothing_due import NothingDueNote, nothing_can_be_due
from cagette_notify.run.operator_mail.summaries import next_summary
from cagette_notify.run.send_due import send_due
from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


NOW = utc("2026-06-05T05:00")  # an hour before orders open
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OPENS_AT = utc("2026-06-05T06:00")


@pytest.fixture
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust files as soon as they are written: a test need not wait for that."""
    monkeypatch.setattr(rest, "_SETTLED", 0)


@pytest.fixture
def quiet(tmp_path: Path, _quick_disk: None) -> Coop:
    """Give a co-op whose last run, just now, had nothing to do."""
    coop = Coop(tmp_path)
    coop.run(NOW, says_once=True)
    assert nothing_can_be_due(tmp_path / "config.yaml", NOW)
    return coop


def rests_at(coop: Coop, at: datetime) -> bool:
    return nothing_can_be_due(coop.folder / "config.yaml", at)


def last_run(coop: Coop, now: datetime) -> datetime | None:
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        return RunMemory(ledger, "outbox").last_run(now)


def test_a_run_that_rests_counts_as_one(quiet: Coop) -> None:
    assert rests_at(quiet, NOW + 5 * MINUTE)

    assert last_run(quiet, NOW + 6 * MINUTE) == NOW + 5 * MINUTE
    with open_ledger(quiet.folder / "ledger.sqlite3") as ledger:
        assert RunMemory(ledger, "outbox").last_complete_runs(NOW + 6 * MINUTE).keys() == {
            WHOLE_DELIVERY,
            "lac",
        }


def test_it_rests_until_something_is_due_and_not_a_second_longer(quiet: Coop) -> None:
    assert rests_at(quiet, NOW + 30 * MINUTE)
    assert rests_at(quiet, OPENS_AT - SECOND)
    assert not rests_at(quiet, OPENS_AT)


def test_it_rests_until_a_planned_mail_leaves_and_not_a_second_longer(quiet: Coop) -> None:
    loaded = config.load(quiet.folder / "config.yaml")
    calendar = load_calendar(sources_of(loaded))
    request = BroadcastRequest(calendar.groups["lac"], "On change de salle", "Bonjour,")
    leaves = NOW + 20 * MINUTE
    plan_broadcast(loaded, propose(loaded, calendar, request, NOW), leaves, NOW)

    assert not rests_at(quiet, NOW + MINUTE)
    quiet.run(NOW + MINUTE, says_once=True)

    assert rests_at(quiet, leaves - SECOND)
    assert not rests_at(quiet, leaves)


@pytest.mark.usefixtures("_quick_disk")
def test_once_an_hour_it_looks_at_everything(tmp_path: Path) -> None:
    coop, early = Coop(tmp_path), OPENS_AT - timedelta(days=3)
    coop.run(early, says_once=True)

    assert rests_at(coop, early + 30 * MINUTE)
    assert rests_at(coop, early + CRON_ALIVE_WITHIN - SECOND)
    assert not rests_at(coop, early + CRON_ALIVE_WITHIN)


@pytest.mark.parametrize("step", [-SECOND, CRON_ALIVE_WITHIN + SECOND, timedelta(days=3650)])
def test_after_a_pause_or_a_step_of_the_clock_it_looks_at_everything(quiet: Coop, step: timedelta) -> None:
    assert not rests_at(quiet, NOW + step)


def written_again(coop: Coop, name: str) -> None:
    """Write other bytes, as many, and put the time of writing back."""
    path = coop.folder / name
    before, content = path.stat(), path.read_bytes()
    path.write_bytes(content[:-1] + b" ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def another_command_wrote_to_the_ledger(coop: Coop) -> None:
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        RunMemory(ledger, "mailjet").keep_purged(NOW)


def the_ledger_was_put_back_from_a_copy(coop: Coop) -> None:
    path = coop.folder / "ledger.sqlite3"
    shutil.copy2(path, path.with_suffix(".copy"))
    path.with_suffix(".copy").replace(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda coop: written_again(coop, "config.yaml"),
        lambda coop: written_again(coop, "groups.yaml"),
        lambda coop: written_again(coop, "distributions.yaml"),
        lambda coop: (coop.folder / "distributions.yaml").unlink(),
        lambda coop: (coop.folder / "config.yaml").unlink(),
        another_command_wrote_to_the_ledger,
        the_ledger_was_put_back_from_a_copy,
        lambda coop: (coop.folder / "ledger.sqlite3").unlink(),
        lambda coop: lock_of(coop.folder / "ledger.sqlite3").unlink(),
    ],
)
def test_whatever_changed_is_looked_at(quiet: Coop, change: Callable[[Coop], object]) -> None:
    change(quiet)

    assert not rests_at(quiet, NOW + MINUTE)


def test_what_another_command_records_while_a_run_rests_is_looked_at_by_the_next(
    quiet: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broadcast is recorded without the lock, at any moment of a run; here, once all has been looked at."""
    holds = rest._holds

    def looked_at(note: NothingDueNote, ledger: Path, state: tuple[int, bytes], now: datetime) -> bool:
        still_so = holds(note, ledger, state, now)
        another_command_wrote_to_the_ledger(quiet)
        return still_so

    monkeypatch.setattr(rest, "_holds", looked_at)

    assert rests_at(quiet, NOW + MINUTE)
    monkeypatch.undo()
    assert not rests_at(quiet, NOW + 2 * MINUTE)


def test_what_another_command_records_while_a_run_looks_at_everything_is_looked_at_by_the_next(
    quiet: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here, once the run has found nothing to do."""

    def quiet_so_far(run: Run) -> datetime:
        another_command_wrote_to_the_ledger(quiet)
        return next_summary(run)

    monkeypatch.setattr("cagette_notify.run.send_due.next_summary", quiet_so_far)

    quiet.run(NOW, says_once=True)

    assert not rests_at(quiet, NOW + MINUTE)


def test_a_configuration_that_is_edited_while_a_run_begins_is_looked_at(quiet: Coop) -> None:
    loaded = config.load(quiet.folder / "config.yaml")
    written_again(quiet, "config.yaml")

    send_due(loaded, RunRequest(says_once=True), clock=lambda: NOW, environ={}, progress=lambda *_: None)

    assert not rests_at(quiet, NOW + MINUTE)


def test_a_file_that_was_missing_for_a_moment_is_looked_at(
    quiet: Coop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an editor has it that removes a file before it writes the new one."""
    path = quiet.folder / "distributions.yaml"

    stamp_of = stamps.stamp_of

    def stamped(one: Path, own: str = "") -> stamps.Stamp | None:
        content = path.read_bytes()
        path.unlink()
        found = stamp_of(one, own)
        path.write_bytes(content)
        return found

    monkeypatch.setattr(stamps, "stamp_of", stamped)
    quiet.run(NOW, says_once=True)
    monkeypatch.undo()

    assert not rests_at(quiet, NOW + MINUTE)


@pytest.mark.parametrize("name", ["members.csv", "orders.csv"])
def test_what_nobody_needs_yet_may_change(quiet: Coop, name: str) -> None:
    written_again(quiet, name)

    assert rests_at(quiet, NOW + MINUTE)


def test_another_configuration_with_the_same_ledger_has_its_own_look(quiet: Coop) -> None:
    shutil.copy(quiet.folder / "config.yaml", quiet.folder / "other.yaml")

    assert not nothing_can_be_due(quiet.folder / "other.yaml", NOW + MINUTE)


def test_an_upgraded_program_looks_at_everything(quiet: Coop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "__version__", "9.9")

    assert not rests_at(quiet, NOW + MINUTE)


def test_a_note_that_was_cut_anywhere_is_none(quiet: Coop) -> None:
    lock = lock_of(quiet.folder / "ledger.sqlite3")
    note = lock.read_bytes()

    for end in range(len(note)):
        lock.write_bytes(note[:end])
        assert not rests_at(quiet, NOW + MINUTE)


def test_while_another_run_is_at_work_it_is_left_to_a_run_in_full_to_say_so(quiet: Coop) -> None:
    with run_lock(quiet.folder / "ledger.sqlite3", NOW):
        assert not rests_at(quiet, NOW + MINUTE)


def test_another_command_under_the_lock_takes_the_note_away(quiet: Coop) -> None:
    with run_lock(quiet.folder / "ledger.sqlite3", NOW):
        pass

    assert not rests_at(quiet, NOW + MINUTE)


@pytest.mark.parametrize(
    "request_",
    [
        {},  # somebody is looking
        {"says_once": True, "groups": frozenset({"lac"})},
        {"says_once": True, "lookback": MINUTE},
        {"says_once": True, "accept_data": frozenset({"lac"})},
        {"says_once": True, "rehearsal": True},
        {"says_once": True, "dry_run": True},
    ],
)
def test_only_a_run_of_cron_s_that_looked_at_everything_lets_the_next_rest(
    quiet: Coop, request_: dict[str, object]
) -> None:
    with run_lock(quiet.folder / "ledger.sqlite3", NOW):
        pass

    quiet.run(NOW, **request_)

    assert not rests_at(quiet, NOW + MINUTE)


def test_a_trouble_that_stands_keeps_everybody_awake(quiet: Coop) -> None:
    quiet.replace("groups.yaml", "name:", "colur: red\n  name:")
    for minutes in (1, 2):
        assert quiet.run(NOW + minutes * MINUTE, says_once=True).problems

    assert not rests_at(quiet, NOW + 3 * MINUTE)


def test_a_file_that_has_just_been_written_may_be_written_again_unseen(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(NOW, says_once=True)
    soon = rests_at(coop, NOW)
    time.sleep(0.6)
    coop.run(NOW, says_once=True)

    assert (soon, rests_at(coop, NOW)) == (False, True)


def test_cron_s_idle_run_reads_no_configuration(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("distributions.yaml", "2026-06-", "2099-06-")
    time.sleep(0.6)
    assert run(tmp_path, "send-due").returncode == 0

    idle = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "from cagette_notify.cli import main; main()", "send-due"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert idle.stdout == ""
    imported = {line.rpartition("|")[2].strip() for line in idle.stderr.splitlines()}
    assert "cagette_notify.run.nothing_due" in imported
    assert not imported & {
        "yaml",
        "jinja2",
        "requests",
        "cagette_notify.config.load",
        "cagette_notify.run.send_due",
    }


@pytest.mark.long
@pytest.mark.parametrize("option", ["--json", "-v", "--dry-run"])
def test_who_asks_for_words_gets_them(tmp_path: Path, option: str) -> None:
    coop = Coop(tmp_path)
    coop.replace("distributions.yaml", "2026-06-", "2099-06-")
    time.sleep(0.6)
    run(tmp_path, "send-due")

    assert run(tmp_path, "send-due", option).stdout
