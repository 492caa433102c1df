"""Changes of settings typed by hand, under an address or a name: in a run, and to whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from pathlib import Path

SAID = (
    "notifications.csv:3: member: 'Noël Bœuf' is nobody's id: recap_24h is held back for lac/2, until it "
    "says whose it is; write lac/2;recap_24h;no"
)


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.write(
        "notifications.csv",
        "member;kind;value;date\nZOE@example.org;recap_24h;no;2026-06-01\nNoël Bœuf;recap_24h;no;\n",
    )
    return made


def names_written(coop: Coop) -> list[str]:
    text = (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig")
    return [line.partition(";")[0] for line in text.splitlines()[1:]]


def test_what_was_turned_off_by_hand_is_not_mailed_and_what_is_no_id_is_said(coop: Coop) -> None:
    report = coop.run(A_DAY_BEFORE)

    assert coop.mailed() == []
    assert report.news == (SAID,)


def test_whoever_may_be_meant_reads_it_from_each_command(coop: Coop) -> None:
    shown = run(coop.folder, "notifications", "zoe@example.org")
    asked = run(coop.folder, "check-member", "2")

    assert "recap_24h no notifications.csv:2, Monday 1 June 2026" in " ".join(shown.stdout.split())
    assert SAID in " ".join(asked.stdout.split())
    assert SAID in shown.stderr
    assert SAID in run(coop.folder, "status").stderr


def test_a_row_under_a_name_that_cannot_be_read_is_said_of_whom_it_names(coop: Coop) -> None:
    coop.write("notifications.csv", "member;kind;value\nZOE@example.org;recap_24h;perhaps\n")

    asked = run(coop.folder, "check-member", "1")

    assert "a change of settings can't be read: notifications.csv:2" in " ".join(asked.stdout.split())


@pytest.mark.parametrize(("option", "left"), [(("--on", "recap_24h"), ["1"]), (("--reset",), [])])
def test_a_change_takes_the_place_of_the_row_under_an_address(
    coop: Coop, option: tuple[str, ...], left: list[str]
) -> None:
    said = run(coop.folder, "notifications", "1", *option)

    assert said.returncode == 0, said.stderr
    assert names_written(coop) == ["Noël Bœuf", *left]
    assert " recap_24h yes " in " ".join(said.stdout.split())


@pytest.mark.parametrize(
    ("who", "left"), [("1", ["Noël Bœuf"]), ("2", ["ZOE@example.org"]), ("lea@example.org", None)]
)
def test_whoever_is_forgotten_leaves_no_row_that_names_them(
    coop: Coop, who: str, left: list[str] | None
) -> None:
    assert run(coop.folder, "forget", who, "--yes").returncode == 0

    assert names_written(coop) == (["ZOE@example.org", "Noël Bœuf"] if left is None else left)


def test_a_name_that_another_has_too_is_not_forgotten_with_one_of_them(coop: Coop) -> None:
    with (coop.folder / "members.csv").open("a", encoding="utf-8") as members:
        members.write("4;Noël;Bœuf;noel@example.net;;\n5;Al;Roux;zoe@example.org;;\n")

    for who in ("1", "2"):
        assert run(coop.folder, "forget", who, "--yes").returncode == 0

    assert names_written(coop) == ["ZOE@example.org", "Noël Bœuf"]
