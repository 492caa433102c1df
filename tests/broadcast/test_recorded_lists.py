"""Whom a list means that was read when its mail was planned: who was meant then, whatever became of ids."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config import load as config
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.run.exit_status import exit_status_of
from tests.broadcast.test_departures import NOW, TIME, letters, planned
from tests.fixtures.coop import MEMBERS, Coop

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

NOEL, MAELLE, ZOE, LEA = (f"{name}@example.org" for name in ("noel", "maelle", "zoe", "lea"))


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.run(NOW - timedelta(hours=1))
    return made


def left_with(coop: Coop, text: str, members: str) -> tuple[list[str], RunReport]:
    """Plan a mail to whom a file names; return whom it has reached among these members, and what was said."""
    planned(coop, lists=(f"file:{coop.write('liste.txt', text)}",))
    coop.write("members.csv", members)
    report = coop.run(TIME)
    return [mail["To"].addresses[0].addr_spec for mail in coop.mails() if "salle" in mail["Subject"]], report


def left_out(report: RunReport) -> str:
    said = [problem.message.replace("\u00a0", " ") for problem in report.events]
    return "\n".join(said)


@pytest.mark.parametrize("row", ["3", "Léa Roux", "ROUX Léa"])
@pytest.mark.parametrize(
    ("was", "is_now"),
    [
        ("3;Léa;Roux", "30;Léa;Roux"),  # an id given anew
        ("3;Léa;Roux;lea@", "3;Léa;Roux;roux@"),  # an address corrected
        ("3;Léa;Roux", "3;Léa;Petit"),  # another name
        ("3;Léa;Roux", "8;Léa;Roux;autre@example.org;;\n3;Léa;Roux"),  # another of that name
    ],
)
def test_it_reaches_whom_a_row_meant_when_it_was_planned(coop: Coop, row: str, was: str, is_now: str) -> None:
    reached, report = left_with(coop, f"{row}\n{ZOE}\n", MEMBERS.replace(was, is_now))

    assert sorted(reached) == sorted([ZOE, "roux@example.org" if "roux@" in is_now else LEA])
    assert left_out(report) == ""


def test_a_household_gets_it_at_all_its_addresses_of_the_day(coop: Coop) -> None:
    joined = MEMBERS.replace(
        "3;Léa;Roux;lea@example.org;;", "3;Léa;Roux;lea@example.org;Paul;paul@example.org"
    )

    reached, _report = left_with(coop, "Léa Roux\n", joined)

    assert sorted(reached) == [LEA, "paul@example.org"]


@pytest.mark.parametrize("row", ["2", "Noël Bœuf"])
@pytest.mark.parametrize(
    "are_now",
    [
        "2;Noël;Bœuf;noel@example.org;;\n9;Maëlle;Bœuf;maelle@example.org;;",
        "2;Maëlle;Bœuf;maelle@example.org;;\n9;Noël;Bœuf;noel@example.org;;",
        "8;Noël;Bœuf;noel@example.org;;\n9;Maëlle;Bœuf;maelle@example.org;;",
    ],
)
def test_a_household_that_is_two_members_by_then_gets_it_whole(coop: Coop, row: str, are_now: str) -> None:
    parted = MEMBERS.replace("2;Noël;Bœuf;noel@example.org;Maëlle;maelle@example.org", are_now)

    reached, report = left_with(coop, f"{row}\n{ZOE}\n", parted)

    assert (sorted(reached), left_out(report)) == ([MAELLE, NOEL, ZOE], "")


@pytest.mark.parametrize("row", ["3", "Léa Roux"])
def test_another_who_has_the_id_by_then_gets_nothing_and_that_is_said(coop: Coop, row: str) -> None:
    others = MEMBERS.replace("3;Léa;Roux;lea@", "3;Jo;Py;jo@")

    reached, report = left_with(coop, f"{row}\n{ZOE}\n", others)

    assert reached == [ZOE]
    assert "left out: not a member of the group: Léa Roux (" in left_out(report)
    assert exit_status_of(report) == 1


def test_a_name_that_was_nobody_s_and_is_two_members_leaves_out_itself_alone(coop: Coop) -> None:
    two = f"{MEMBERS}7;Ana;Roy;a@example.org;;\n8;Ana;Roy;b@example.org;;\n"

    reached, report = left_with(coop, f"Ana Roy\n{ZOE}\n", two)

    assert reached == [ZOE]
    assert "liste.txt:1: --to: names several members of the group: 'Ana Roy'" in left_out(report)
    assert exit_status_of(report) == 1


def test_a_list_that_was_recorded_as_it_was_typed_means_the_same_as_ever(coop: Coop) -> None:
    planned(coop, lists=(f"file:{coop.write('liste.txt', '3')}",))
    with (
        open_ledger(config.load(coop.folder / "config.yaml").ledger) as ledger,
        ledger.transaction() as known,
    ):
        known.execute("UPDATE planned_rows SET addresses = '[]', names = '[\"3\"]'")

    assert letters(coop.run(TIME)) == {"sent": 1}
