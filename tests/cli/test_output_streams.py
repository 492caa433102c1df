"""What a command does when nobody can be told: it does what was asked for all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import ROOT
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from pathlib import Path

SEND = "send-due --at '2026-06-11 18:05'"
ASKING = [
    SEND,
    f"{SEND} --json",
    "status",
    "check-member zoe --offline",
    "notifications zoe --off recap_4h",
    "log",
    "report --offline",
    "check --offline",
    "preview --text",
    "--help",
    "send-due --help",
    "--version",
]


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    return Coop(tmp_path)


def shell(coop: Coop, command: str, redirection: str) -> subprocess.CompletedProcess[str]:
    """Run a command by a shell, its output buffered as it is under cron."""
    program = f"{sys.executable} -c 'from cagette_notify.cli import main; main(prog_name=\"cagette-notify\")'"
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        ["/bin/sh", "-c", f"exec {program} {command} {redirection}"],
        cwd=coop.folder,
        env={**environ, "PYTHONPATH": str(ROOT), "LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.dear
@pytest.mark.parametrize("redirection", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_mails_leave_though_the_output_is_closed(coop: Coop, redirection: str) -> None:
    result = shell(coop, SEND, redirection)

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert len(coop.mails()) == 3


@pytest.mark.dear
@pytest.mark.parametrize("command", ASKING)
def test_a_closed_output_is_like_one_that_nobody_reads(coop: Coop, command: str) -> None:
    unread = shell(coop, command, ">/dev/null")
    closed = shell(coop, command, ">&-")

    assert (closed.returncode, closed.stderr) == (unread.returncode, unread.stderr)


@pytest.mark.dear
@pytest.mark.parametrize("command", [command for command in ASKING if command != SEND])
def test_a_full_disk_behind_the_output_is_one_line(coop: Coop, command: str) -> None:
    result = shell(coop, f"--lang en {command}", ">/dev/full")

    lines = result.stderr.splitlines()
    assert result.returncode == 1
    assert lines[-1] == "the disk is full: not everything could be printed"
    assert not [line for line in lines if "Traceback" in line or "Exception ignored" in line]


@pytest.mark.dear
def test_mails_leave_though_their_table_finds_no_room(coop: Coop) -> None:
    result = shell(coop, f"--lang en -v {SEND}", ">/dev/full")

    assert (result.returncode, result.stderr) == (1, "the disk is full: not everything could be printed\n")
    assert len(coop.mails()) == 3


def test_a_worse_status_outlasts_the_full_disk(coop: Coop) -> None:
    coop.replace("config.yaml", "sender:", "sendr:")

    assert shell(coop, "send-due --json", ">/dev/full").returncode == 78


@pytest.mark.dear
def test_an_output_that_only_reads_is_one_line(coop: Coop) -> None:
    result = shell(coop, "--lang en status", "1</dev/null")

    assert result.returncode == 1
    assert result.stderr == "not everything could be printed: Bad file descriptor\n"


def test_a_reader_that_leaves_early_is_no_trouble(coop: Coop) -> None:
    assert shell(coop, "log --help", "| true").stderr == ""
