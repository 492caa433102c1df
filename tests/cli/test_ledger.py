"""``ledger copy``: what is typed, and what is said."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.terminal import Keyboard

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
    assert said.stdout.splitlines()[:2] == [
        "Copied, with 3 notices.",
        f"Now write in config.yaml, on each machine: ledger: {new}",
    ]
    assert f"{coop}/ledger.sqlite3 still holds what it held" in said.stdout
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
        (("ledger.sqlite3", "./ledger.sqlite3"), "TO: FROM and TO are the same ledger"),
        (("ledger.sqlite3", "s3://a/b"), "TO: only a file of this machine, or postgresql://"),
        (("ledger.sqlite3", "postgresql://u:p@h/d"), "TO: no password here"),
        (("ledger.sqlite3", "host=h password=p"), "TO: expected postgresql://user@host/database"),
    ],
)
def test_what_makes_no_sense_is_said_and_makes_nothing(
    coop: Path, words: tuple[str, str], complaint: str
) -> None:
    before = sorted(path.name for path in coop.iterdir())

    said = run(coop, "ledger", "copy", *words)

    assert (said.returncode, said.stderr.startswith(complaint)) == (2, True), said.stderr
    assert sorted(path.name for path in coop.iterdir()) == before


def test_what_makes_no_sense_is_called_as_the_help_calls_it(coop: Path) -> None:
    said = run(coop, "--lang", "fr", "ledger", "copy", "nowhere.sqlite3", "new.sqlite3")

    assert said.stderr.startswith("SOURCE: aucun registre là")
    assert "SOURCE CIBLE" in run(coop, "--lang", "fr", "ledger", "--help").stdout


@pytest.mark.parametrize(
    "words",
    [
        ("check-member", "1"),
        ("check-member", "--all"),
        ("check-member", "nobody@example.org"),
        ("send-due", "--dry-run"),
        ("status",),
        ("report", "--offline"),
        ("notifications", "1"),
        ("broadcast", "lac", "-s", "Pain", "--body", "text.md", "--dry-run"),
    ],
)
def test_nothing_is_foretold_from_what_was_copied_elsewhere(coop: Path, words: tuple[str, ...]) -> None:
    (coop / "text.md").write_text("Bonjour")
    run(coop, "ledger", "copy", "ledger.sqlite3", "other.sqlite3")

    said = run(coop, *words)

    complaint = f"{coop}/ledger.sqlite3: copied to {coop}/other.sqlite3, and closed: write"
    assert (said.returncode, said.stdout, said.stderr.startswith(complaint)) == (78, "", True), said


def test_documents_say_that_it_was_copied_elsewhere(coop: Path) -> None:
    run(coop, "ledger", "copy", "ledger.sqlite3", "other.sqlite3")

    status = json.loads(run(coop, "status", "--json").stdout)
    member = json.loads(run(coop, "check-member", "1", "--json").stdout)

    assert (status["runs"], status["upcoming"]) == (False, None)
    assert "copied to" in status["problems"][0]["message"]
    assert (member["verdict"], member["members"]) == ("unknown", [])


def test_the_log_of_what_was_copied_says_that_it_ends_there(coop: Path) -> None:
    before = run(coop, "log").stdout
    run(coop, "ledger", "copy", "ledger.sqlite3", "other.sqlite3")

    said, document = run(coop, "log"), run(coop, "log", "--json")

    assert (said.returncode, said.stdout, "copied to" in said.stderr) == (0, before, True)
    found = json.loads(document.stdout)
    assert (len(found["notices"]), "copied to" in found["problems"][0]["message"]) == (4, True)


def test_a_place_that_the_configuration_names_is_not_to_be_written_there(coop: Path) -> None:
    assert run(coop, "ledger", "copy", "ledger.sqlite3", "other.sqlite3").returncode == 0

    said = run(coop, "ledger", "copy", "other.sqlite3", "ledger.sqlite3")

    assert said.stdout.splitlines()[1] == "config.yaml names it already."
    assert run(coop, "send-due").returncode == 0


def test_texts_that_were_left_go_along_and_are_offered_still(coop: Path) -> None:
    (coop / "here").mkdir()
    (coop / "ledger.sqlite3").rename(coop / "here" / "ledger.sqlite3")
    config = (coop / "config.yaml").read_text()
    (coop / "config.yaml").write_text(config + "ledger: here/ledger.sqlite3\n")
    drafts = coop / "here" / "drafts"
    (drafts / "sent").mkdir(parents=True)
    for name in ("2026-06-01-1200-lac", "sent/2026-05-01-1200-lac"):
        (drafts / f"{name}.md").write_text("Bonjour Zoé Martin\n")
        (drafts / f"{name}.json").write_text('{"group_id": "lac", "subject": "Du pain"}')
        os.utime(drafts / f"{name}.md", (10**9, 10**9))
    there = coop / "there" / "drafts"
    there.mkdir(parents=True)
    (there / "2026-06-01-1200-lac.md").write_text("Un autre\n")

    said = run(coop, "ledger", "copy", "here/ledger.sqlite3", "there/ledger.sqlite3")

    assert (said.returncode, "2 texts of broadcasts are in there/drafts now." in said.stdout) == (0, True)
    (coop / "config.yaml").write_text(config + "ledger: there/ledger.sqlite3\n")
    assert (there / "2026-06-01-1200-lac.md").read_text() == "Un autre\n"
    assert (there / "2026-06-01-1200-lac-2.md").stat().st_mtime == 10**9
    assert {file.stem for file in there.glob("sent/*")} == {"2026-05-01-1200-lac"}
    with Keyboard(coop, "--lang", "en", "broadcast", "lac") as keyboard:
        keyboard.sees("Go on with a text that was left?")
        keyboard.sees("Du pain")
    assert "2026-06-01-1200-lac-2.md" in run(coop, "forget", "--yes", "1").stdout


def test_texts_that_cannot_be_moved_are_named(coop: Path) -> None:
    (coop / "drafts").mkdir()
    (coop / "drafts" / "2026-06-01-1200-lac.md").write_text("Bonjour\n")
    (coop / "there").mkdir()
    (coop / "there" / "drafts").write_text("no folder")

    said = run(coop, "ledger", "copy", "ledger.sqlite3", "there/ledger.sqlite3")

    assert (said.returncode, "texts of broadcasts are still there" in said.stderr) == (0, True)
    assert (coop / "drafts" / "2026-06-01-1200-lac.md").exists()


def test_it_is_not_for_others(coop: Path) -> None:
    said = run(coop, "--for-others", "--config", str(coop / "config.yaml"), "ledger", "copy", "a", "b")

    assert (said.returncode, "there is no ledger" in said.stderr) == (2, True)
