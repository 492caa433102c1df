"""Calls for volunteers at a distribution that is put off: made once for each day, a week before."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import LONG_AGO, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

CALLED = utc("2026-06-05T16:00")  # seven days before the distribution
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
FRIDAY, NEXT_FRIDAY = "2026-06-12", "2026-06-19"
NOTICES = "notices: {opening: {default: no}, recap_24h: {default: no}, duty_vacant: {default: yes}}\n"


@pytest.fixture
def called(tmp_path: Path) -> Coop:
    """Give a co-op in which everybody was asked to serve on Friday."""
    coop = Coop(tmp_path, extra=NOTICES)
    coop.replace("config.yaml", "  orders: orders.csv\n", "  duties: duties.csv\n")
    coop.write("duties.csv", "distribution;role\nd1;Pain\n")
    coop.run(LONG_AGO)
    coop.run(CALLED)
    assert asked(coop) == {FRIDAY: 4}
    return coop


def put_off(coop: Coop, old: str, new: str) -> None:
    coop.replace("distributions.yaml", f"starts_at: {old}", f"starts_at: {new}")
    coop.replace("distributions.yaml", f"ends_at: {old[:10]}", f"ends_at: {new[:10]}")


def asked(coop: Coop) -> dict[str, int]:
    """Count the addresses that were asked to serve, by day."""
    days = [f"{entry.starts_at:%Y-%m-%d}" for entry in coop.entries() if entry.status.value == "sent"]
    assert len(coop.mails()) == len(days)
    return {day: days.count(day) for day in sorted(days)}


def asked_by(coop: Coop, *moments: datetime) -> dict[str, int]:
    for moment in moments:
        coop.run(moment)
    return asked(coop)


def test_what_is_put_off_to_another_day_is_called_for_once_more_a_week_before(called: Coop) -> None:
    put_off(called, FRIDAY, NEXT_FRIDAY)

    early = asked_by(called, CALLED + HOUR, CALLED + WEEK - HOUR)

    assert early == {FRIDAY: 4}
    assert asked_by(called, CALLED + WEEK, CALLED + WEEK + HOUR) == {FRIDAY: 4, NEXT_FRIDAY: 4}
    assert len({entry.campaign for entry in called.entries()}) == 2


def test_so_is_what_is_put_off_again_and_what_is_moved_back_once_that_was_told(called: Coop) -> None:
    put_off(called, FRIDAY, "2026-06-13")
    called.run(CALLED + 24 * HOUR)
    put_off(called, "2026-06-13", FRIDAY)

    assert asked_by(called, CALLED + 25 * HOUR, CALLED + 26 * HOUR) == {FRIDAY: 8, "2026-06-13": 4}


def test_what_is_put_off_within_the_day_or_moved_back_before_the_call_was_called_for(called: Coop) -> None:
    put_off(called, f"{FRIDAY} 18", f"{FRIDAY} 17")
    called.run(CALLED + HOUR)
    put_off(called, FRIDAY, NEXT_FRIDAY)
    called.run(CALLED + 2 * HOUR)
    put_off(called, NEXT_FRIDAY, FRIDAY)

    assert asked_by(called, CALLED + 3 * HOUR) == {FRIDAY: 4}


def test_calls_that_left_before_days_were_counted_stand(called: Coop) -> None:
    """Their key, distribution and address, is kept for good."""
    assert {entry.key.occasion for entry in called.entries()} == {"r0"}
