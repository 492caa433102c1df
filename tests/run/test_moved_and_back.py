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


def test_re_dated_once_it_is_over_it_gets_ordinary_recaps_again(held: Coop) -> None:
    moved_to(held, NEXT_WEEK)

    held.run(utc("2026-06-12T19:05"))
    at_once = subjects(held)
    held.run(utc("2026-06-18T16:05"))

    assert (at_once, subjects(held)) == ([3, 6], [6, 6])
