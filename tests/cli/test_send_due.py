"""The command as cron calls it: a process, its status, what it prints and where."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.cli.setup.demo import write_coop
from cagette_notify.core.lock import run_lock
from tests.fixtures.command import ROOT, run, start
from tests.fixtures.coop import let_rest
from tests.fixtures.mailjet_server import Call, MailjetServer, accept, kill_client

if TYPE_CHECKING:
    from pathlib import Path


NOW = datetime.now(timezone.utc).replace(microsecond=0)
COUNTS = ["sent", "failed", "deferred", "in_doubt", "skipped", "expired", "would_send"]


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    write_coop(tmp_path / "coop", NOW)
    let_rest(tmp_path / "coop" / "orders.csv")
    return tmp_path / "coop"


def document(text: str) -> Any:
    return json.loads(text)


def test_cron_hears_nothing_when_all_is_well(coop: Path) -> None:
    first, second = run(coop, "send-due"), run(coop, "send-due")

    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert len(list((coop / "outbox").iterdir())) == 8


def test_json_is_one_document_with_every_key(coop: Path) -> None:
    result = run(coop, "send-due", "--json")

    report = document(result.stdout)
    assert list(report) == ["at", "dry_run", "counts", "notices", "problems"]
    assert list(report["counts"]) == COUNTS
    assert report["counts"]["sent"] == 8
    sent = [notice for notice in report["notices"] if notice["status"] == "sent"]
    assert all(notice["custom_id"] and notice["message_id"] for notice in sent)
    assert set(sent[0]) == {
        *("kind", "group", "distribution", "member", "address", "status", "reason", "custom_id", "message_id")
    }


@pytest.mark.long
@pytest.mark.parametrize("place", ["before", "after"])
def test_the_configuration_may_be_named_before_or_after_the_command(coop: Path, place: str) -> None:
    option = ["-c", str(coop / "config.yaml")]
    line = [*option, "send-due"] if place == "before" else ["send-due", *option]

    assert run(coop.parent, *line).returncode == 0
    assert (coop / "outbox").is_dir()


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["--kind", "reminder"], 2, "--kind: expected one of opening, closing, recap_24h, recap_4h"),
        (["--at", "tomorrow"], 2, "--at: "),
        (["--lookback", "soon"], 2, "--lookback: expected a duration"),
        (["--group", "lack"], 2, "did you mean 'lac'"),
        (["-c", "nowhere.yaml"], 78, "nowhere.yaml: no such file"),
        (["--bogus"], 2, "No such option"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_a_status(
    coop: Path, arguments: list[str], status: int, line: str
) -> None:
    result = run(coop, "send-due", *arguments)

    assert result.returncode == status
    assert line in result.stderr
    assert "Traceback" not in result.stderr


def test_json_stays_json_where_nothing_can_be_done(coop: Path) -> None:
    (coop / "config.yaml").write_text("langauge: fr\n")

    result = run(coop, "send-due", "--json")

    report = document(result.stdout)
    assert result.returncode == 78
    assert list(report["counts"]) == COUNTS
    assert report["problems"][0]["file"] == "config.yaml"
    assert report["problems"][0]["line"] == 1
    assert "language" in report["problems"][0]["message"]
    assert result.stderr.count("\n") == len(report["problems"])


def test_another_time_goes_with_the_outbox_or_a_dry_run_only(coop: Path) -> None:
    config = coop / "config.yaml"
    config.write_text(config.read_text().replace("delivery: outbox", "delivery: mailjet"))

    assert run(coop, "send-due", "--at", "2026-06-11T18:00").returncode == 2
    assert run(coop, "send-due", "--at", "2026-06-11T18:00", "--dry-run").returncode == 0


def test_a_dry_run_shows_what_would_leave(coop: Path) -> None:
    result = run(coop, "send-due", "--dry-run")

    assert (result.returncode, result.stderr) == (0, "")
    assert "would_send" in result.stdout
    assert not (coop / "outbox").exists()


def test_a_second_run_leaves_at_once_and_silently_with_75(coop: Path) -> None:
    with run_lock(coop / "ledger.sqlite3", NOW):
        result = run(coop, "send-due")

    assert (result.returncode, result.stdout, result.stderr) == (75, "", "")


def test_settle_says_that_a_run_at_work_left_it_nothing_to_change(coop: Path) -> None:
    with run_lock(coop / "ledger.sqlite3", NOW):
        result = run(coop, "settle", "some-id", "sent")

    assert (result.returncode, result.stdout) == (75, "")
    assert result.stderr == "another run is at work: nothing was changed; try again in a minute\n"


@pytest.mark.dear
def test_two_processes_at_once_send_one_copy_each(coop: Path) -> None:
    processes = [start(coop, "send-due") for _ in range(4)]
    for process in processes:
        process.communicate(timeout=60)

    assert {process.returncode for process in processes} <= {0, 75}
    assert len(list((coop / "outbox").iterdir())) == 8


def test_a_trouble_is_said_once(coop: Path) -> None:
    members = coop / "members.csv"
    members.write_text(members.read_text().replace("zoe.martin@example.org", "zoe@"))

    first, second = run(coop, "send-due"), run(coop, "send-due")

    assert (first.returncode, second.returncode) == (1, 1)
    assert first.stderr == "members.csv:2: email: not an address: 'zoe@'\n"
    assert (second.stderr, second.stdout) == ("", "")


@pytest.mark.dear
def test_a_killed_run_is_finished_by_the_next_with_one_copy_each(coop: Path) -> None:
    _many_members(coop, 400)
    with MailjetServer() as server:
        _send_through(server, coop)
        processes: list[Any] = []
        server.script += [accept] * 3
        server.script.append(kill_client(lambda: processes[0].pid))
        processes.append(start(coop, "send-due", environ=server.environment))
        processes[0].communicate(timeout=60)
        after_kill = len(server.delivered)
        again = run(coop, "send-due", environ=server.environment)

    copies = Counter(copy.address for copy in server.delivered)
    assert processes[0].returncode == -9
    assert 0 < after_kill < 400
    assert again.returncode == 0, again.stderr
    assert len(copies) == 400
    assert set(copies.values()) == {1}


@pytest.mark.dear
def test_an_interrupted_run_settles_what_is_under_way_and_the_next_sends_the_rest(coop: Path) -> None:
    _many_members(coop, 400)
    with MailjetServer() as server:
        _send_through(server, coop)
        processes: list[Any] = []

        def interrupt(call: Call) -> None:
            answer = call.answer()
            processes[0].send_signal(signal.SIGINT)
            time.sleep(0.3)
            call.reply(*answer)

        server.script.append(interrupt)
        processes.append(start(coop, "send-due", environ=server.environment))
        _out, err = processes[0].communicate(timeout=60)
        sent = len(server.delivered)
        again = run(coop, "send-due", environ=server.environment)

    copies = Counter(copy.address for copy in server.delivered)
    assert "Traceback" not in err
    assert 0 < sent < 400
    assert again.returncode == 0, again.stderr
    assert (len(copies), set(copies.values())) == (400, {1})


def _many_members(coop: Path, count: int) -> None:
    rows = "".join(f"{n};m{n}@example.org\n" for n in range(count))
    (coop / "members.csv").write_text("id;email\n" + rows)
    (coop / "orders.csv").write_text("member;distribution;product;quantity\n")


def _send_through(server: MailjetServer, coop: Path) -> None:
    config = coop / "config.yaml"
    text = config.read_text().replace("delivery: outbox ", "delivery: mailjet ")
    config.write_text(
        f"{text}mailjet: {{api_url: '{server.url}', timeout: 2s, settle_after: 0s, parallel: 2}}\n"
    )
    shutil.rmtree(coop / "outbox", ignore_errors=True)


def test_times_are_utc(coop: Path) -> None:
    at = datetime.fromisoformat(document(run(coop, "send-due", "--json").stdout)["at"])

    assert at.utcoffset() == timedelta(0)


def test_a_dry_run_needs_no_keys(coop: Path) -> None:
    config = coop / "config.yaml"
    config.write_text(config.read_text().replace("delivery: outbox", "delivery: mailjet"))

    result = run(coop, "send-due", "--dry-run", "--json")

    assert result.returncode == 0, result.stderr
    assert document(result.stdout)["counts"]["would_send"] == 8


@pytest.mark.dear
def test_a_full_disk_behind_stdout_is_a_line_not_a_traceback(coop: Path) -> None:
    program = f"{sys.executable} -c 'from cagette_notify.cli import main; main()'"
    line = f"exec {program} --lang en send-due --json > /dev/full"

    result = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=coop,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Traceback" not in result.stderr
    assert "the disk is full" in result.stderr
    assert len(list((coop / "outbox").iterdir())) == 8
