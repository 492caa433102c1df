"""A clock that is wrong for some runs, then right again: whatever it said, each mail leaves once."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.fixtures.coop import Coop, counted
from tests.fixtures.mailjet_server import Behaviour, MailjetServer, accept_then_drop, drop_before_reading
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEN_MINUTES = 10 * A_MINUTE
TEN_YEARS = 3652 * A_DAY
RIGHT = timedelta(0)
OPENED, STARTED = utc("2026-06-05T06:00"), utc("2026-06-12T16:00")
SINCE_1970 = OPENED - utc("1970-01-01T00:01")
ERRORS = (TEN_YEARS, 2 * A_DAY, 3 * AN_HOUR, -3 * AN_HOUR, -2 * A_DAY, -TEN_YEARS, -SINCE_1970)
ALL = ("lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org")
EACH_ONCE = Counter(
    {("opening", who): 1 for who in ALL}
    | {(kind, who): 1 for kind in ("recap_24h", "recap_4h") for who in ALL[1:]}
)
RUNS = tuple(
    utc(f"2026-06-{time}")
    for time in (
        *("05T05:50", "05T06:00", "05T06:10", "06T05:50", "08T12:00"),
        *("11T15:50", "11T16:00", "11T16:10", "12T11:50", "12T12:00", "12T12:10", "12T15:50", "12T16:10"),
    )
)


class Place(NamedTuple):
    """A co-op, what is around it, and the runs there, each at its true time by a clock that may be wrong."""

    coop: Coop
    server: MailjetServer
    times: list[datetime]

    def run(self, at: datetime, error: timedelta = RIGHT) -> RunReport:
        self.times[0] = at
        return self.coop.run(at + error)

    def runs(self, times: Sequence[datetime]) -> list[RunReport]:
        return [self.run(at) for at in times]

    @property
    def received(self) -> Counter[tuple[str, str]]:
        """Count the mails by kind and address, those too that Mailjet would drop as copies."""
        posted = [(one.custom_id, one.address) for one in self.server.account.arrivals]
        written = [
            (str(mail["Message-ID"]).strip("<>"), mail["To"].addresses[0].addr_spec)
            for mail in self.coop.mails()
        ]
        return Counter((custom_id.split("-")[1], address) for custom_id, address in posted + written)


@contextmanager
def a_place(folder: Path, delivery: str) -> Iterator[Place]:
    times = [OPENED]
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        extra = (
            f"delivery: {delivery}\nnotices: {{recap_4h: {{default: yes}}}}\nstale_orders: send\n"
            f"mailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        )
        yield Place(Coop(folder, extra=extra, environ=server.environment), server, times)


@pytest.fixture
def mailed(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path, "mailjet") as made:
        yield made


@pytest.mark.parametrize("shift", range(len(ERRORS)))
@pytest.mark.parametrize("delivery", ["outbox", "mailjet"])
def test_wrong_runs_among_right_ones_cost_nobody_a_mail_and_double_none(
    tmp_path: Path, delivery: str, shift: int, *, full: bool, tried_points: Callable[[int], None]
) -> None:
    if not full and (delivery, shift) not in {("outbox", 3), ("mailjet", 0)}:
        pytest.skip("--full tries them all")
    with a_place(tmp_path, delivery) as place:
        place.run(RUNS[0])
        for number, at in enumerate(RUNS[1:]):
            place.run(at - timedelta(minutes=5), ERRORS[(number + shift) % len(ERRORS)])
            place.run(at)

        assert place.received == EACH_ONCE
    tried_points(len(RUNS) - 1)


def test_a_clock_wrong_for_days_makes_nobody_forget_what_was_sent(mailed: Place) -> None:
    mailed.runs(RUNS[:3])
    for hours in (1, 26, 39):
        mailed.run(RUNS[2] + hours * AN_HOUR, TEN_YEARS)
    mailed.run(RUNS[2] + 40 * AN_HOUR)
    mailed.runs(RUNS[4:])

    assert mailed.received == EACH_ONCE


def test_a_clock_that_leaps_further_and_further_purges_nothing(mailed: Place) -> None:
    mailed.runs(RUNS[:3])
    for number in range(1, 6):
        mailed.run(RUNS[2] + number * TEN_MINUTES, number * 450 * A_DAY)
    mailed.runs(RUNS[3:])

    assert mailed.received == EACH_ONCE


def test_what_a_wrong_clock_called_too_late_is_said_again_if_it_is(mailed: Place) -> None:
    mailed.run(RUNS[0])
    wrong = mailed.run(RUNS[1] + TEN_MINUTES, 9 * A_DAY)
    mailed.run(RUNS[2] + TEN_MINUTES)

    missed = mailed.run(RUNS[-1])

    assert counted(wrong)["expired"] == 7
    assert counted(missed)["expired"] == 3
    assert "recap_4h of distribution d1: came too late" in "".join(missed.news)


@pytest.mark.parametrize("error", [2 * A_DAY, 3 * AN_HOUR, 11 * A_MINUTE])
@pytest.mark.parametrize("behaviour", [accept_then_drop, drop_before_reading])
def test_a_doubt_is_no_older_for_a_clock_that_jumped(
    mailed: Place, error: timedelta, behaviour: Behaviour
) -> None:
    mailed.server.account.index_lag = 540
    mailed.server.script.append(behaviour)
    mailed.runs(RUNS[:2])
    soon = RUNS[1] + A_MINUTE

    mailed.run(soon, error)

    assert len(mailed.server.posts) == 1
    mailed.runs([soon + TEN_MINUTES, soon + 2 * TEN_MINUTES])
    assert mailed.received == Counter({("opening", who): 1 for who in ALL})


def test_a_doubt_is_no_older_for_a_clock_that_went_back_and_is_right_again(mailed: Place) -> None:
    mailed.server.account.index_lag = 540
    mailed.server.script.append(accept_then_drop)
    mailed.runs(RUNS[:2])

    mailed.run(RUNS[1] + A_MINUTE, -3 * AN_HOUR)
    mailed.run(RUNS[1] + 2 * A_MINUTE)

    assert len(mailed.server.posts) == 1


def test_a_mail_is_found_by_a_clock_as_wrong_as_the_one_that_sent_it(mailed: Place) -> None:
    mailed.server.script.append(accept_then_drop)
    mailed.run(RUNS[0], -20 * A_DAY)
    mailed.coop.replace("distributions.yaml", "2026-06-05", "2026-05-16")

    doubtful = mailed.run(RUNS[1], -20 * A_DAY)
    settled = mailed.run(RUNS[1] + TEN_MINUTES, -20 * A_DAY)

    assert (counted(doubtful), counted(settled)) == ({"in_doubt": 4}, {"sent": 4, "skipped": 4})


def test_doubts_of_a_wrong_clock_that_stays_wrong_are_settled_in_time(mailed: Place) -> None:
    mailed.server.script.append(drop_before_reading)
    error = -20 * A_MINUTE
    mailed.run(RUNS[0] - error, error)
    mailed.run(RUNS[1] - error, error)

    again = mailed.run(RUNS[1] - error + 30 * A_MINUTE, error)

    assert counted(again)["sent"] == 4
    assert mailed.received == Counter({("opening", who): 1 for who in ALL})
