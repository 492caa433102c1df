"""A letter planned, given, stopped, tried and given again at random, through whatever befalls its mails."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast.deliver import deliver_broadcast, record_broadcast, record_test, stop_broadcast
from cagette_notify.broadcast.planned import call_off, plan_broadcast
from cagette_notify.broadcast.proposal import BroadcastRequest, propose
from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.data.dataset import load_calendar
from tests.fixtures.coop import OPENED, Coop
from tests.fixtures.mailjet_server import MailjetServer, accept, accept_then_drop, drop_before_reading, status
from tests.fixtures.office import MAILJET

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.config.load import Config
    from tests.chaos.conftest import Share

SUBJECT = "On change de salle"
TESTER = "m3@example.org"  # who is a member, too
MEMBERS, MEMBERS_OF_A_CUT = range(12), range(5)
TROUBLES = (accept, accept, status(429), status(500), drop_before_reading, accept_then_drop)
SETTLED = timedelta(minutes=11)


@dataclass
class Desk:
    """Somebody who writes to a group, and what the ledger holds of it."""

    coop: Coop
    server: MailjetServer
    random: Random
    now: datetime = OPENED
    diary: list[str] = field(default_factory=list)
    tried: int = 0

    def is_set(self) -> None:
        """Found a group of twelve who were told that orders are open, so that fewer would be missed."""
        self._export(MEMBERS)
        self.coop.run(self.now, lookback=timedelta(days=1), reads_at_once=True)

    def goes_on(self, steps: int) -> None:
        """Do something, so many times, in a world where calls may fail."""
        for _step in range(steps):
            deed = self.random.choice(
                (
                    *(self.gives, self.gives, self.tries, self.tries, self.stops, self.cron_runs),
                    *(self.exports, self.plans, self.plans, self.calls_off),
                )
            )
            self.server.script[:] = [self.random.choice(TROUBLES)]
            self.diary.append(f"{self.now:%H:%M} {deed.__name__}")
            deed()
            self.server.script.clear()
            self.now += self.random.choice((timedelta(seconds=5), SETTLED))
            self.nobody_has_it_twice()

    def ends_well(self) -> None:
        """Give it once more, with all the members there, and see that everybody has it."""
        self._export(MEMBERS)
        for _run in range(3):
            self.now += SETTLED
            self.gives()
        everybody = [f"m{number}@example.org" for number in MEMBERS]
        assert self.letters() == Counter(everybody), self.diary

    def gives(self) -> None:
        loaded, proposal = self._proposed()
        if not proposal.is_over:
            self._deliver(loaded, record_broadcast(loaded, proposal, self.now))

    def tries(self) -> None:
        """Have a test copy sent, which leaves all else as it was."""
        loaded, proposal = self._proposed()
        before, had = self._rows(), self.letters()
        attempt = record_test(loaded, proposal, TESTER, self.now)
        self._deliver(loaded, attempt)
        stop_broadcast(loaded, attempt)  # whatever did not leave is said to come no more

        after = self._rows()
        assert before <= after, (self.diary, "a test copy changed", before - after)
        assert {row[0] for row in after - before} == {attempt}, (self.diary, after - before)
        assert self.letters() == had, (self.diary, "a test copy sent the mail")
        self.tried += 1

    def plans(self) -> None:
        """Plan it, unless some of it is under way; by now, or by then, it may be planned already."""
        loaded, proposal = self._proposed()
        if not proposal.same_mail:
            plan_broadcast(loaded, proposal, self.now + self.random.choice((SETTLED, 2 * SETTLED)), self.now)

    def calls_off(self) -> None:
        loaded, proposal = self._proposed()
        if proposal.planned:
            call_off(loaded, proposal.planned)

    def stops(self) -> None:
        loaded, proposal = self._proposed()
        if proposal.same_mail:
            stop_broadcast(loaded, proposal.same_mail.broadcast.attempt)

    def cron_runs(self) -> None:
        self.coop.run(self.now)

    def exports(self) -> None:
        self._export(self.random.choice((MEMBERS, MEMBERS_OF_A_CUT)))

    def letters(self) -> Counter[str]:
        """Count who got the letter; no test copy is one."""
        return Counter(one.address for one in self.server.delivered if one.subject == SUBJECT)

    def nobody_has_it_twice(self) -> None:
        assert set(self.letters().values()) <= {1}, self.diary
        tests = [one for one in self.server.delivered if one.subject == f"[essai] {SUBJECT}"]
        assert {one.address for one in tests} <= {TESTER}, self.diary
        campaigns = [one.message["CustomCampaign"] for one in tests]
        assert len(campaigns) == len(set(campaigns)), self.diary

    def _export(self, numbers: range) -> None:
        rows = "".join(f"{number};m{number}@example.org\n" for number in numbers)
        self.coop.write("members.csv", f"id;email\n{rows}")

    def _proposed(self) -> tuple[Config, Proposal]:
        loaded = config.load(self.coop.folder / "config.yaml")
        calendar = load_calendar(sources_of(loaded))
        request = BroadcastRequest(calendar.groups["lac"], SUBJECT, "Bonjour,\n\non change de salle.")
        return loaded, propose(loaded, calendar, request, self.now)

    def _deliver(self, loaded: Config, attempt: str) -> None:
        deliver_broadcast(
            loaded,
            attempt,
            clock=lambda: self.now,
            environ=self.coop.environ,
            progress=lambda *_: None,
        )

    def _rows(self) -> set[tuple[object, ...]]:
        """Return the rows of all broadcasts, their attempt first, and of their copies and marks."""
        queries = (
            "SELECT * FROM broadcasts",
            "SELECT attempt, custom_id, first_name, last_name FROM copies",
            "SELECT occasion, custom_id, status, detail, settled_at FROM notices WHERE kind = 'broadcast'",
            "SELECT group_id, name FROM marks WHERE name = 'of_part'",
            "SELECT * FROM planned",
        )
        with closing(sqlite3.connect(self.coop.folder / "ledger.sqlite3")) as ledger:
            return {row for query in queries for row in ledger.execute(query)}


@pytest.mark.dear
def test_a_letter_reaches_everybody_once_and_a_test_copy_changes_nothing_of_it(
    tmp_path: Path, full: bool, share: Share, tried_points: Callable[[int], None]
) -> None:
    tried = 0
    for seed in share(range(1200), range(64)):
        desk = live(tmp_path / str(seed), seed, steps=14 if full else 10)
        tried += desk.tried
    tried_points(tried)


def live(folder: Path, seed: int, *, steps: int) -> Desk:
    """Live the life of a letter that a seed stands for."""
    folder.mkdir()
    made: list[Desk] = []
    with MailjetServer(tls=False, clock=lambda: made[0].now.timestamp()) as server:  # noqa: PLW0108 - not made yet
        coop = Coop(folder, extra=MAILJET.format(url=server.url), environ=server.environment)
        made.append(Desk(coop, server, Random(seed)))
        made[0].is_set()
        made[0].goes_on(steps)
        made[0].ends_well()
    return made[0]
