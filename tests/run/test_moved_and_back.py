"""Distributions put off, moved back and held: whatever was told for a while, what comes after is another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

PUT_OFF, MOVED_BACK = utc("2026-06-11T17:05"), utc("2026-06-11T18:05")
HELD = utc("2026-06-12T18:05")
NEXT_WEEK = "2026-06-19"


def moved_to(coop: Coop, day: str) -> None:
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("2026-06-12", day))


@pytest.fixture(params=[NEXT_WEEK, "2026-06-13"])
def held(tmp_path: Path, request: pytest.FixtureRequest) -> Coop:
    """Give a co-op that put its distribution off, and held it on the first day all the same."""
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    moved_to(coop, request.param)
    coop.run(PUT_OFF)
    moved_to(coop, "2026-06-12")
    coop.run(MOVED_BACK)
    assert subjects(coop) == [3, 6]
    coop.run(HELD)
    return coop


def subjects(coop: Coop) -> list[int]:
    """Count the recaps, and the mails that say that something changed."""
    changes = [str(mail["Subject"]).startswith("Changement") for mail in coop.mails()]
    return [changes.count(False), changes.count(True)]


@pytest.mark.dear
def test_re_dated_once_it_is_over_it_gets_ordinary_recaps_again(held: Coop) -> None:
    moved_to(held, NEXT_WEEK)

    held.run(utc("2026-06-12T19:05"))
    at_once = subjects(held)
    held.run(utc("2026-06-18T16:05"))

    assert (at_once, subjects(held)) == ([3, 6], [6, 6])


@pytest.mark.long
@pytest.mark.parametrize("data", ["[]\n", DISTRIBUTIONS + "  cancelled: yes\n"])
def test_taken_out_of_the_data_once_it_is_over_it_is_not_called_off(held: Coop, data: str) -> None:
    held.write("distributions.yaml", data)

    report = held.run(utc("2026-06-12T19:05"))

    assert report.news == ()


def test_moved_back_and_not_held_yet_it_is_called_off(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    moved_to(coop, NEXT_WEEK)
    coop.run(PUT_OFF)
    coop.write("distributions.yaml", "[]\n")

    [news] = coop.run(HELD).news

    assert "d1 is no longer in the data" in news


@pytest.mark.long
def test_the_distribution_of_the_day_it_was_put_off_to_is_another_one(held: Coop) -> None:
    other = DISTRIBUTIONS.replace("2026-06-12", NEXT_WEEK).replace("id: d1", "id: d2")
    held.write("distributions.yaml", other)
    held.replace("orders.csv", ";d1;", ";d2;")

    held.run(utc("2026-06-12T19:05"))
    held.run(utc("2026-06-18T16:05"))

    assert subjects(held) == [6, 6]
    assert {entry.key.distribution_id for entry in held.entries("d2")} == {"d2"}
