"""Members and addresses that change once it is over: who was told lacks nothing, and nobody is alarmed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

MINUTE = timedelta(minutes=1)
BEGUN = utc("2026-06-12T16:05")  # what takes place then is past correcting
OPENED = utc("2026-06-05T06:00")
OPENING_OVER = utc("2026-06-07T06:05")
ZOE = "1;Zoé;Martin;zoe@example.org;;"
ZOE_AND_LUC = "1;Zoé;Martin;zoe@example.org;Luc;luc@example.org"
EVA_TOO = f"{ZOE}\n4;Eva;Roux;eva@example.org;;"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give three households, of whom two have a recap of the day before."""
    made = Coop(tmp_path)
    made.run(A_DAY_BEFORE)
    return made


def late(coop: Coop, at: datetime = BEGUN) -> tuple[int | None, tuple[str, ...]]:
    report = coop.run(at, says_once=True)
    return counted(report).get("expired"), report.news


def test_an_address_that_changes_once_it_is_over_missed_nothing(coop: Coop) -> None:
    coop.replace("members.csv", "zoe@example.org", "zoe.martin@example.net")

    assert late(coop) == (None, ())


def test_a_partner_s_address_that_comes_once_a_run_found_nobody_missing_missed_nothing(coop: Coop) -> None:
    coop.run(BEGUN)
    coop.replace("members.csv", ZOE, ZOE_AND_LUC)

    assert late(coop, BEGUN + MINUTE) == (None, ())


def test_a_partner_s_address_of_whom_no_run_says_that_it_was_not_there_came_too_late(coop: Coop) -> None:
    coop.replace("members.csv", ZOE, ZOE_AND_LUC)

    assert late(coop)[0] == 1


def test_who_has_that_id_now_and_another_name_missed_their_own(coop: Coop) -> None:
    coop.replace("members.csv", ZOE, "1;Eva;Roux;eva@example.org;;")

    assert late(coop)[0] == 1


def test_who_joins_once_an_opening_is_over_missed_none(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(OPENED)
    coop.run(OPENING_OVER)
    coop.replace("members.csv", ZOE, EVA_TOO)

    assert late(coop, OPENING_OVER + MINUTE) == (None, ())


def test_who_joins_while_cron_is_down_missed_it(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(OPENED)
    coop.replace("members.csv", ZOE, EVA_TOO)

    assert late(coop, OPENING_OVER)[0] == 1


@pytest.mark.long
@pytest.mark.parametrize(("is_there", "late_ones"), [(True, 1), (False, None)])
def test_a_new_address_that_was_written_to_before_missed_what_only_the_old_one_heard_of(
    tmp_path: Path, is_there: bool, late_ones: int | None
) -> None:
    coop = Coop(tmp_path, extra="notices: {recap_4h: {default: yes}}\n")
    coop.run(A_DAY_BEFORE)
    coop.run(BEGUN - timedelta(hours=4))
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-19")
    if is_there:
        coop.replace("members.csv", "zoe@example.org", "zoe.martin@example.net")
    coop.run(BEGUN - timedelta(hours=3))  # corrects both recaps, at the old address
    coop.run(A_DAY_BEFORE + timedelta(days=7))
    if not is_there:
        coop.replace("members.csv", "zoe@example.org", "zoe.martin@example.net")

    assert late(coop, BEGUN + timedelta(days=7))[0] == late_ones


def test_what_a_former_reader_of_the_address_heard_of_the_old_day_is_no_recap_of_the_new(
    tmp_path: Path,
) -> None:
    coop = Coop(tmp_path)
    coop.replace(
        "members.csv",
        "2;Noël;Bœuf;noel@example.org;Maëlle;maelle@",
        "2;Noël;Bœuf;zoe@example.org;Maëlle;maelle@",
    )
    coop.run(A_DAY_BEFORE)
    coop.run(BEGUN)
    coop.replace("members.csv", "Bœuf;zoe@", "Bœuf;noel@")
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-19")

    assert late(coop, BEGUN + timedelta(days=7))[0] == 3  # Zoé, Noël and Maëlle


def test_nor_is_what_the_old_address_heard_of_it(coop: Coop) -> None:
    coop.run(BEGUN)
    coop.replace("members.csv", "zoe@example.org", "zoe.martin@example.net")
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-19")

    assert late(coop, BEGUN + timedelta(days=7))[0] == 3
