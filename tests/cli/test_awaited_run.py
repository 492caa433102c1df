"""``status`` before the first run: right after ``init`` nothing is amiss."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.builders import paris
from tests.fixtures.crontab import CrontabProgram, a_crontab_program

if TYPE_CHECKING:
    import pathlib

    from tests.fixtures.office import Office

BEGUN = paris("2026-06-10T08:00")
COMES = "The first run comes within 10 minutes."
IF_CALLED = "No run yet: the first one comes within 10 minutes, once the crontab line is there."
CALLED_IN_VAIN = "No run of send-due has got to its end yet, though the crontab calls it: is cron at work?"
NOT_CALLED = "No run of send-due has got to its end yet: is the crontab line there?"


@pytest.fixture
def crontab(tmp_path: pathlib.Path, office: Office, monkeypatch: pytest.MonkeyPatch) -> CrontabProgram:
    config = office.coop.folder / "config.yaml"
    os.utime(config, (BEGUN.timestamp(), BEGUN.timestamp()))
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    line = f"*/10 * * * * /opt/cagette-notify --config {config} send-due\n"
    return a_crontab_program(tmp_path / "bin", line.encode())


@pytest.mark.parametrize(
    ("after", "has_line", "said"),
    [
        (timedelta(seconds=-1), True, COMES),
        (timedelta(minutes=1), True, COMES),
        (timedelta(minutes=1), False, IF_CALLED),
        (timedelta(minutes=30), True, CALLED_IN_VAIN),
        (timedelta(minutes=30), False, NOT_CALLED),
        (timedelta(minutes=-30), True, CALLED_IN_VAIN),
    ],
)
def test_the_first_run_is_awaited_for_some_minutes_and_then_asked_for(
    office: Office, crontab: CrontabProgram, after: timedelta, has_line: bool, said: str
) -> None:
    if not has_line:
        crontab.file.unlink()
    office.at = BEGUN + after

    result = office.invoke("status")

    assert result.stdout.startswith(said)
    assert result.exit_code == 1


def test_once_it_came_the_crontab_is_nobody_s_business(office: Office, crontab: CrontabProgram) -> None:
    office.sends(BEGUN + timedelta(minutes=2))
    crontab.command.write_text('#!/bin/sh\ntouch "$0.looked-at"\n', encoding="utf-8")
    office.at = BEGUN + timedelta(minutes=5)

    assert "All is well" in office.invoke("status").stdout
    assert not crontab.command.with_name("crontab.looked-at").exists()


def test_a_crontab_that_may_not_be_seen_is_taken_for_one_without_the_line(
    office: Office, crontab: CrontabProgram
) -> None:
    a_crontab_program(crontab.command.parent, refuses="claire is not allowed to use this program")
    office.at = BEGUN + timedelta(minutes=30)

    assert office.invoke("status").stdout.startswith(NOT_CALLED)
