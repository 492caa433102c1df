"""``ledger copy``: what is typed, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def coop(tmp_path: Path) -> Path:
    Coop(tmp_path)
    assert run(tmp_path, "send-due", "--at", "2026-06-11 18:05").returncode == 0
    return tmp_path


def test_it_says_where_the_ledger_is_to_be_named_and_a_run_there_goes_on(coop: Path) -> None:
    said = run(coop, "ledger", "copy", "ledger.sqlite3", "elsewhere/other.sqlite3")

    assert said.returncode == 0, said.stderr
    new = coop / "elsewhere" / "other.sqlite3"
    assert (
        said.stdout == f"Copied, with 3 notices.\nNow write in config.yaml, on each machine: ledger: {new}\n"
    )
    stopped = run(coop, "send-due")
    assert (stopped.returncode, str(new) in stopped.stderr) == (78, True)
    assert run(coop, "log").returncode == 0
    for command in ("status", "check"):
        told = run(coop, command)
        assert (str(new) in told.stderr, "All is well" in told.stdout) == (True, False)
    (coop / "config.yaml").write_text((coop / "config.yaml").read_text() + f"ledger: {new}\n")
    assert run(coop, "send-due", "--at", "2026-06-11 18:10").returncode == 0
    assert len([*coop.glob("outbox/*.eml")]) == 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nowhere.sqlite3", "new.sqlite3"), "FROM: no ledger there: nowhere.sqlite3"),
        (("ledger.sqlite3", "s3://a/b"), "TO: only a file of this machine, or postgresql://"),
        (("ledger.sqlite3", "postgresql://u:p@h/d"), "TO: no password here"),
    ],
)
def test_what_makes_no_sense_is_said_and_makes_nothing(
    coop: Path, words: tuple[str, str], complaint: str
) -> None:
    before = sorted(path.name for path in coop.iterdir())

    said = run(coop, "ledger", "copy", *words)

    assert (said.returncode, said.stderr.startswith(complaint)) == (2, True), said.stderr
    assert sorted(path.name for path in coop.iterdir()) == before


def test_it_is_not_for_others(coop: Path) -> None:
    said = run(coop, "--for-others", "--config", str(coop / "config.yaml"), "ledger", "copy", "a", "b")

    assert (said.returncode, "there is no ledger" in said.stderr) == (2, True)
