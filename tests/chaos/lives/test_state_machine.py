"""Months of a co-op's life at random, every run of which has to keep the contract."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from cagette_notify.run import nothing_due
from tests.chaos.lives.faults import FAULTS, FINE, HANGS, JUMP, KILLS, Fault
from tests.chaos.lives.premises import Premises
from tests.chaos.lives.referee import ANSWERS, FAILS, IGNORES_FILTERS, Referee
from tests.chaos.lives.world import HOUR, KINDS, MINUTE, NOWHERE
from tests.fixtures.mailjet_server import MailjetServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    import pytest

    from tests.chaos.conftest import Share

    Chapters: TypeAlias = Iterator[tuple[list[Any], list[timedelta]]]


DAY = 24 * HOUR
MEMBERS = st.sampled_from(["m1", "m2", "m3", "m4", "m5"])
DAYS = st.sampled_from(["d1", "d2", "d3"])
ADDRESSES = st.sampled_from(["a@example.org", "B@example.org", "b@example.org", "c@example.org", *NOWHERE])
AHEADS = st.sampled_from(
    [
        -HOUR,
        5 * MINUTE,
        HOUR,
        4 * HOUR,
        4 * HOUR + MINUTE,
        5 * HOUR,
        24 * HOUR,
        24 * HOUR + MINUTE,
        30 * HOUR,
        3 * DAY,
    ]
)
STEPS = st.sampled_from([-DAY, -HOUR, -30 * MINUTE, 30 * MINUTE, HOUR, DAY])
OPENINGS = st.sampled_from([-50 * HOUR, -DAY, -MINUTE, MINUTE, 10 * MINUTE, HOUR])
CHOICES = st.sampled_from([True, False, None])
LASTING = st.sampled_from([None, 30 * MINUTE, 10 * HOUR, DAY + 10 * MINUTE, 3 * DAY])
PAUSES = st.sampled_from([MINUTE, 5 * MINUTE, *[10 * MINUTE] * 5, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, DAY])
AGES = st.sampled_from([0 * HOUR, 0 * HOUR, HOUR, 3 * HOUR, -HOUR - MINUTE / 2])  # of an export
SETTINGS = st.sampled_from([*KINDS, "closing"])  # which is off unless somebody turns it on
ROLES = st.sampled_from(["Table", "Camion"])
SERVING = st.sampled_from(["m1", "m2", "m3", "m4", "m5", "", "Zz", None])  # or nobody, a stranger, no row
DUTY_FILES = st.sampled_from([*["whole"] * 6, "nameless", "nameless", "torn", "unreadable", "missing"])
LAGS = st.sampled_from([0 * MINUTE, 0 * MINUTE, 5 * MINUTE, 2 * HOUR])
EDITS = st.one_of(
    st.tuples(st.just("moves_by"), DAYS, STEPS),
    st.tuples(st.just("moves"), DAYS, AHEADS),
    st.tuples(st.just("moves_to"), DAYS, st.sampled_from("AB")),
    st.tuples(st.just("opens"), DAYS, OPENINGS, LASTING),
    st.tuples(st.just("toggles"), DAYS, st.sampled_from(["cancelled", "is_there", "fixed"])),
    st.tuples(st.just("orders_are"), MEMBERS, DAYS, st.integers(0, 2), MEMBERS),
    st.tuples(st.just("writes_to"), MEMBERS, ADDRESSES, ADDRESSES),
    st.tuples(st.just("sets"), MEMBERS, SETTINGS, CHOICES),
    st.tuples(st.just("wishes"), MEMBERS, SETTINGS, CHOICES),
    st.tuples(st.just("comes_or_leaves"), MEMBERS),
    st.tuples(st.just("group_toggles"), st.sampled_from(["lac", "mer"])),
    st.tuples(st.just("exports"), AGES),
    st.tuples(st.just("loses_orders")),
    *[st.tuples(st.just("serves"), DAYS, ROLES, st.integers(0, 1), SERVING)] * 2,
    st.tuples(st.just("needs"), DAYS, ROLES, st.integers(0, 3)),
    st.tuples(st.just("duties_are"), DUTY_FILES),
)
INCIDENTS = st.sampled_from([FINE] * (len(FAULTS) - 3) + [*FAULTS, *KILLS, JUMP])
ASKED = st.sampled_from([ANSWERS, ANSWERS, IGNORES_FILTERS, FAILS])
PUT_OFF_BY = st.sampled_from([30 * HOUR, 2 * DAY, 3 * DAY])
CLOSES_BEFORE = st.sampled_from([4 * HOUR, DAY, DAY + 10 * MINUTE])
NIGHTS = st.lists(st.sampled_from([MINUTE, 10 * MINUTE, 10 * HOUR, DAY]), min_size=1, max_size=4)
FEW_EDITS = st.lists(EDITS, max_size=2)
STORIES = st.one_of(
    st.tuples(st.just("is_put_off"), DAYS, PUT_OFF_BY, CLOSES_BEFORE),
    st.tuples(st.just("takes_place_and_is_dated_anew"), DAYS, PUT_OFF_BY),
    st.tuples(st.just("moves_away_and_back"), DAYS, STEPS),
    st.tuples(st.just("hands_an_address_on"), MEMBERS, MEMBERS, st.sampled_from(["email", "partner"])),
    st.tuples(st.just("rests_for_a_while"), st.sampled_from(["lac", "mer"])),
    st.tuples(st.just("orders_come_after_the_start"), DAYS, AGES),
)
SOME_EDITS = st.lists(EDITS, min_size=1, max_size=3)


class Life(RuleBasedStateMachine):
    """A co-op that people edit, and cron's runs."""

    tally: Callable[[int], None]
    rests: Callable[[int], None]
    environ: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._server = MailjetServer(tls=False, clock=self._time)
        self._server.__enter__()
        premises = Premises(Path(self._folder.name), self.environ)
        premises.furnish(self._server.url)
        self.referee = Referee(premises, self._server)
        self._server.account.remember("somebody-elses")  # for look-ups whose filters are ignored
        self.points = 0

    def _time(self) -> float:
        return self.referee.now.timestamp()

    @rule(edits=SOME_EDITS, pause=PAUSES, incident=INCIDENTS, lag=LAGS, asked=ASKED)
    def cron_runs(
        self, edits: list[Any], pause: timedelta, incident: Fault, lag: timedelta, asked: str
    ) -> None:
        """Let people edit, time pass, and send-due run, into trouble or not."""
        for edit in edits:
            self.referee.world.edit(self.referee.now, *edit)
        self.referee.now += pause
        self.points += incident is not FINE
        self.referee.run(incident, lag=lag, asked=asked)
        if incident is FINE:
            self.referee.now += 5 * MINUTE  # nobody edits: this one may rest
            self.referee.run(FINE, lag=lag, asked=asked)

    @rule(story=STORIES, edits=FEW_EDITS, pauses=NIGHTS, incident=INCIDENTS)
    def goes_through(
        self, story: tuple[Any, ...], edits: list[Any], pauses: list[timedelta], incident: Fault
    ) -> None:
        """Go through what takes several edits, and time between them; its first run into trouble or not."""
        verb, *arguments = story
        for edit, waits in getattr(self, f"_{verb}")(pauses, *arguments):
            edits = [*edit, *edits]
            for pause in waits:
                self.cron_runs(edits=edits, pause=pause, incident=incident, lag=timedelta(0), asked=ANSWERS)
                edits, incident = [], FINE

    def _is_put_off(
        self, pauses: list[timedelta], day: str, ahead: timedelta, closes_before: timedelta
    ) -> Chapters:
        """Put a distribution off with its orders, before it began or after."""
        yield [("is_put_off", day, ahead, closes_before)], pauses

    def _takes_place_and_is_dated_anew(self, pauses: list[timedelta], day: str, ahead: timedelta) -> Chapters:
        """Give a distribution that has begun another day, as some do for the next one."""
        yield [], [self._until_it_begins(day)]
        yield [("moves", day, ahead)], pauses

    def _moves_away_and_back(self, pauses: list[timedelta], day: str, step: timedelta) -> Chapters:
        yield [("moves_by", day, step)], pauses
        yield [("moves_by", day, -step)], [MINUTE]

    def _hands_an_address_on(self, pauses: list[timedelta], of: str, to: str, whose: str) -> Chapters:
        """Give another household the address of one who leaves, or that of a household's partner."""
        people = self.referee.world.people
        email, partner = people[of].email, people[of].partner
        gone = ("comes_or_leaves", of) if whose == "email" else ("writes_to", of, email, "")
        handed_on = email if whose == "email" else partner
        yield [gone, ("writes_to", to, people[to].email, handed_on)], pauses

    def _rests_for_a_while(self, pauses: list[timedelta], group: str) -> Chapters:
        yield [("group_toggles", group)], pauses
        yield [("group_toggles", group)], [MINUTE]

    def _orders_come_after_the_start(self, pauses: list[timedelta], day: str, age: timedelta) -> Chapters:
        yield [("loses_orders",)], [MINUTE, self._until_it_begins(day)]
        yield [("exports", age)], pauses

    def _until_it_begins(self, day: str) -> timedelta:
        return max(self.referee.world.days[day].starts - self.referee.now, timedelta(0)) + MINUTE

    def teardown(self) -> None:
        try:
            for _run in range(3):
                self.referee.now += 11 * MINUTE
                self.referee.run(FINE, lag=timedelta(0))
        finally:
            self.tally(self.points)
            self.rests(self.referee.rested)
            self._server.__exit__(None, None, None)
            self._folder.cleanup()


class LongLife(Life):
    """The same, with time to wait for an answer that never comes."""

    @rule(edits=SOME_EDITS, pause=PAUSES, lag=LAGS)
    def cron_waits_in_vain(self, edits: list[Any], pause: timedelta, lag: timedelta) -> None:
        """Let Mailjet take the mails and never say so."""
        self.cron_runs(edits=edits, pause=pause, incident=HANGS, lag=lag, asked=ANSWERS)


def test_the_contract_is_kept_whatever_happens(
    full: bool, share: Share, tried_points: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailjetServer(tls=False) as server:
        environ = dict(server.environment)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SSL_CERT_FILE", environ["REQUESTS_CA_BUNDLE"])
        monkeypatch.setattr(nothing_due, "_SETTLED", 0)
        points: list[int] = []
        rested: list[int] = []
        Life.environ, Life.tally, Life.rests = (
            environ,
            staticmethod(points.append),
            staticmethod(rested.append),
        )
        run_state_machine_as_test(
            LongLife if full else Life,
            settings=settings(
                max_examples=len(share(range(600), range(24))),
                stateful_step_count=50 if full else 25,
                derandomize=not full,
                deadline=None,
                database=None,
                phases=[Phase.generate, Phase.shrink] if full else [Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    assert sum(rested), "no run ever rested"
    tried_points(sum(points))
