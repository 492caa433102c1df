from __future__ import annotations

from datetime import timedelta

import pytest

from cagette_notify.ledger.run_memory import LastSaid
from cagette_notify.run.said_once import problems_to_say
from tests.fixtures.memory import utc

NOW = utc("2026-06-11T16:30")
LINE = "members.csv:14: email: not an address: 'ana@'"


def test_a_trouble_is_said_the_first_time() -> None:
    assert problems_to_say({LINE: "data"}, {}, NOW, looked_at=["data"]) == (
        [LINE],
        {LINE: LastSaid(NOW, "data")},
    )


@pytest.mark.parametrize(
    ("ago", "said"),
    [(timedelta(days=1, seconds=-1), False), (timedelta(days=1), True), (timedelta(seconds=-1), True)],
)
def test_it_is_said_again_after_a_day_or_when_the_clock_went_back(ago: timedelta, *, said: bool) -> None:
    lines, _remembered = problems_to_say(
        {LINE: "data"}, {LINE: LastSaid(NOW - ago, "data")}, NOW, looked_at=["data"]
    )

    assert (lines == [LINE]) is said


def test_a_mended_trouble_is_forgotten_if_somebody_looked() -> None:
    said = {LINE: LastSaid(NOW, "data")}

    assert problems_to_say({}, said, NOW, looked_at=["run"]) == ([], said)
    assert problems_to_say({}, said, NOW, looked_at=["run", "data"]) == ([], {})


def test_a_changed_trouble_is_said() -> None:
    said = {LINE: LastSaid(NOW, "data")}

    lines, remembered = problems_to_say({"members.csv:15: ...": "data"}, said, NOW, looked_at=["data"])

    assert lines == ["members.csv:15: ..."]
    assert list(remembered) == lines
