"""What came too late, was given a later hour, and comes too late again: nothing is missed in silence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, OPENED, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

MINUTE = timedelta(minutes=1)
BEGUN = utc("2026-06-12T16:05")
BEGUN_ANEW = utc("2026-06-26T16:05")
RECAPS = {"expired": 3}  # of Zoé, and of Noël and Maëlle


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """A co-op of which a run knows the distribution, and none comes until it has begun."""
    made = Coop(tmp_path)
    made.run(OPENED)
    return made


def late(coop: Coop, at: datetime) -> tuple[dict[str, int], RunReport]:
    report = coop.run(at, says_once=True)
    return {status: n for status, n in counted(report).items() if status == "expired"}, report


def put_off(coop: Coop, day: str = "2026-06-26") -> None:
    coop.replace("distributions.yaml", "2026-06-12", day)


def test_recaps_that_are_missed_on_the_old_day_and_on_the_new_are_said_both_times(coop: Coop) -> None:
    first, _report = late(coop, BEGUN)
    put_off(coop)

    again, report = late(coop, BEGUN_ANEW)

    assert (first, again) == (RECAPS, RECAPS)
    assert any("recap" in line and "d1" in line for line in report.news)
    assert late(coop, BEGUN_ANEW + MINUTE)[0] == {}


def test_a_recap_that_was_missed_leaves_once_it_has_another_day(coop: Coop) -> None:
    late(coop, BEGUN)
    put_off(coop)

    assert counted(coop.run(BEGUN_ANEW - timedelta(hours=3)))["sent"] == 3
    assert late(coop, BEGUN_ANEW)[0] == {}


def test_what_was_missed_is_not_missed_again_by_an_hour_that_was_past_already(coop: Coop) -> None:
    late(coop, BEGUN)
    coop.replace("distributions.yaml", "18:00", "18:03")

    assert late(coop, BEGUN + MINUTE)[0] == {}


def test_an_opening_that_is_missed_twice_on_one_day_is_said_both_times(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(OPENED - timedelta(hours=1))
    first, _report = late(coop, utc("2026-06-07T06:05"))
    coop.replace("distributions.yaml", "orders_open_at: 2026-06-05 08:00", "orders_open_at: 2026-06-05 20:00")

    again, _report = late(coop, utc("2026-06-07T18:05"))

    assert first == again == {"expired": 4}
    assert late(coop, utc("2026-06-07T18:06"))[0] == {}


def test_after_a_correction_that_was_missed_recaps_of_the_new_day_are_missed_as_such(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "18:00", "18:30")
    corrected, _report = late(coop, BEGUN + timedelta(hours=1))
    put_off(coop)

    again, report = late(coop, BEGUN_ANEW + timedelta(hours=1))

    assert (corrected, again) == (RECAPS, RECAPS)
    assert not any("correction" in line for line in report.news)
