"""Openings from before a first run, of orders that can still be placed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cagette_notify.core.i18n import speak
from cagette_notify.planning.outlook.unannounced import of_unannounced, openings_before_first_run
from tests.fixtures.builders import a_distribution, a_group, paris
from tests.fixtures.memory import SPANS

OPENED, CLOSE = paris("2026-06-05T08:00"), paris("2026-06-10T20:00")
SECOND = timedelta(seconds=1)


def openings(now: datetime, floor: datetime | None = None, *, disabled: bool = False, **changes: Any) -> int:
    """Return how many are found; the floor, unless given, is that of a first run an hour from now."""
    groups = {"lac": a_group(disabled=disabled)}
    found = openings_before_first_run(
        [a_distribution(**changes)], groups, SPANS, lambda _window: floor or now - timedelta(hours=1), now
    )
    return len([*found])


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (OPENED + timedelta(hours=1), 0),
        (OPENED + timedelta(hours=1) + SECOND, 1),
        (CLOSE - SECOND, 1),
        (CLOSE, 0),
    ],
)
def test_it_is_said_from_what_a_first_run_leaves_aside_until_orders_close(now: datetime, found: int) -> None:
    assert openings(now) == found


@pytest.mark.parametrize(("floor", "found"), [(OPENED, 0), (OPENED + SECOND, 1)])
def test_what_a_run_was_to_send_is_none(floor: datetime, found: int) -> None:
    assert openings(CLOSE - SECOND, floor) == found


@pytest.mark.parametrize(
    "changes",
    [
        {"cancelled": True},
        {"fixed": True},
        {"disabled": True},
        {"orders_open_at": None},
        {"starts_at": CLOSE - 2 * SECOND},
    ],
)
def test_where_nothing_is_to_be_ordered_there_is_none(changes: dict[str, Any]) -> None:
    assert openings(CLOSE - SECOND, **changes) == 0


def test_without_a_close_orders_are_open_until_the_start() -> None:
    start = paris("2026-06-12T18:00")

    assert openings(start - SECOND, orders_close_at=None) == 1
    assert openings(start, orders_close_at=None) == 0


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (
            OPENED + timedelta(hours=48) - SECOND,
            "by itself; to send it: cagette-notify send-due --lookback 48h",
        ),
        (
            OPENED + timedelta(hours=48),
            "any more; to write to everybody by hand: cagette-notify broadcast lac",
        ),
    ],
)
def test_as_long_as_it_may_leave_the_command_sends_it(now: datetime, says: str) -> None:
    speak("en")
    groups = {"lac": a_group()}
    found = openings_before_first_run([a_distribution()], groups, SPANS, lambda _window: now, now)

    (problem,) = of_unannounced(found, groups, now, lambda at: f"{at:%A %H:%M}")

    assert str(problem).startswith("2026-06-12: orders opened on Friday 08:00, before the")
    assert says in str(problem)
