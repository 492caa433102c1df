"""A clock that Mailjet's contradicts: it is said, and nothing is deleted by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest
import time_machine
from click.testing import CliRunner, Result

from cagette_notify.cli import main
from cagette_notify.config import load as config
from cagette_notify.delivery.choose_transport import transport_for
from cagette_notify.delivery.clock_drift import clock_error, clock_problems, offset_of
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.run_memory import WHOLE_DELIVERY, RunMemory
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, GROUPS, Coop, counted
from tests.fixtures.dns_server import DnsServer
from tests.fixtures.mailjet_server import MailjetServer, drop_before_reading, status
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

A_SECOND, A_MINUTE, AN_HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
TEN_MINUTES, A_DAY = 10 * A_MINUTE, 24 * AN_HOUR
AHEAD = (
    "this machine's clock is 3 hours ahead of Mailjet's, and notices leave that much too early; "
    "set it, for example: sudo timedatectl set-ntp true"
)


class Post(NamedTuple):
    """A co-op whose clock is ``error`` ahead of Mailjet's."""

    coop: Coop
    server: MailjetServer
    time_there: list[datetime]

    def run(self, at: datetime, error: timedelta = timedelta(0)) -> RunReport:
        self.time_there[0] = at - error
        return self.coop.run(at, says_once=True)

    def types(self, at: datetime, *arguments: str) -> Result:
        with time_machine.travel(at, tick=False):
            return CliRunner().invoke(
                main,
                ["-c", str(self.coop.folder / "config.yaml"), "--lang", "en", *arguments],
                env=dict(self.coop.environ),
            )


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    times = [A_DAY_BEFORE]
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        coop = Coop(tmp_path, extra=extra, environ=server.environment)
        coop.run(A_DAY_BEFORE - AN_HOUR)
        yield Post(coop, server, times)


@pytest.mark.parametrize(
    ("offset", "error"),
    [
        (None, 0 * A_SECOND),
        (-TEN_MINUTES, 0 * A_SECOND),
        (TEN_MINUTES, 0 * A_SECOND),
        (TEN_MINUTES + A_SECOND, TEN_MINUTES + A_SECOND),
        (-TEN_MINUTES - A_SECOND, TEN_MINUTES + A_SECOND),
    ],
)
def test_ten_minutes_are_good_enough(offset: timedelta | None, error: timedelta) -> None:
    assert clock_error(offset) == error
    assert bool(clock_problems(offset)) is bool(error)


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        (11 * A_MINUTE, "more than 10 minutes behind"),
        (15 * A_MINUTE + 30 * A_SECOND, "more than 10 minutes behind"),
        (-61 * A_MINUTE, "more than an hour ahead"),
        (-119 * A_MINUTE - 10 * A_SECOND, "more than an hour ahead"),
        (-2 * AN_HOUR - A_SECOND, "2 hours ahead"),
        (47 * AN_HOUR, "47 hours behind"),
        (-3652 * A_DAY, "3652 days ahead"),
    ],
)
def test_how_wrong_a_clock_is_is_said_so_that_a_second_more_is_no_news(offset: timedelta, said: str) -> None:
    (problem,) = clock_problems(offset) or ()

    assert f"this machine's clock is {said} Mailjet's".replace("ahead M", "ahead of M") in problem.message
    assert problem.is_warning
    assert clock_problems(offset + A_SECOND) == (problem,)


def test_who_calls_nobody_is_told_no_time(tmp_path: Path) -> None:
    loaded = config.load(Coop(tmp_path).folder / "config.yaml")

    assert offset_of(transport_for(loaded, {}, lambda: A_DAY_BEFORE)) is None


def test_a_wrong_clock_is_said_once_a_day_stops_no_mail_and_is_well_again_once_it_is_set(post: Post) -> None:
    wrong = post.run(A_DAY_BEFORE, 3 * AN_HOUR)
    post.coop.replace("members.csv", "zoe@", "zoe2@")
    again = post.run(A_DAY_BEFORE + TEN_MINUTES, 3 * AN_HOUR)
    idle = post.run(A_DAY_BEFORE + 2 * TEN_MINUTES, 3 * AN_HOUR)
    post.coop.replace("members.csv", "zoe2@", "zoe3@")
    mended = post.run(A_DAY_BEFORE + 3 * TEN_MINUTES)

    assert (wrong.news, counted(wrong)["sent"], exit_status_of(wrong)) == ((AHEAD,), 3, 0)
    assert (again.news, counted(again)["sent"]) == ((), 1)
    assert (idle.news, idle.all_well_again) == ((), False)
    assert (mended.news, mended.all_well_again) == ((), True)


def test_a_clock_that_is_ahead_for_long_makes_no_doubt_wait_longer_than_another(post: Post) -> None:
    post.run(A_DAY_BEFORE, 3 * AN_HOUR)
    post.coop.replace("members.csv", "zoe@", "zoe2@")
    post.server.script.append(drop_before_reading)
    post.run(A_DAY_BEFORE + TEN_MINUTES, 3 * AN_HOUR)

    again = post.run(A_DAY_BEFORE + 2 * TEN_MINUTES, 3 * AN_HOUR)

    assert counted(again)["sent"] == 1


def test_a_jump_ahead_makes_a_doubt_wait_once_more(post: Post) -> None:
    post.server.script.append(drop_before_reading)
    post.run(A_DAY_BEFORE)

    jumped = post.run(A_DAY_BEFORE + 3 * AN_HOUR, 3 * AN_HOUR)
    early = post.run(A_DAY_BEFORE + 3 * AN_HOUR + TEN_MINUTES - A_SECOND, 3 * AN_HOUR)
    in_time = post.run(A_DAY_BEFORE + 3 * AN_HOUR + TEN_MINUTES, 3 * AN_HOUR)

    assert [counted(report).get("sent") for report in (jumped, early, in_time)] == [None, None, 3]


def test_a_run_for_another_group_hides_no_jump_from_the_doubts_that_it_left_alone(post: Post) -> None:
    post.coop.write("groups.yaml", GROUPS + GROUPS.replace("lac", "mer"))
    post.coop.replace("members.csv", "partner_email\n", "partner_email;groups\n")
    post.coop.replace("members.csv", "zoe@example.org;;", "zoe@example.org;;;lac")
    post.coop.replace("members.csv", "maelle@example.org", "maelle@example.org;mer")
    post.coop.write(
        "distributions.yaml", DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "d2").replace("lac", "mer")
    )
    post.coop.replace("orders.csv", "2;d1", "2;d2")
    post.server.script.append(drop_before_reading)
    post.run(A_DAY_BEFORE)
    post.coop.replace("members.csv", "noel@", "noel2@")
    jumped = A_DAY_BEFORE + 3 * AN_HOUR
    post.time_there[0] = A_DAY_BEFORE + A_MINUTE

    post.coop.run(jumped + A_MINUTE, says_once=True, groups=frozenset({"mer"}))
    soon = post.run(jumped + 2 * A_MINUTE, 3 * AN_HOUR)

    assert not [line for line in soon.lines if line.status == "sent" and line.group == "lac"]


def test_a_run_that_mailjet_stops_has_heard_the_time_too(post: Post) -> None:
    post.server.rest_script.append(status(401))

    report = post.run(A_DAY_BEFORE, 3 * AN_HOUR)

    assert exit_status_of(report) == 78
    assert AHEAD in report.news


def test_the_question_what_became_of_mails_tells_the_time(post: Post) -> None:
    post.run(A_DAY_BEFORE)

    asked = post.run(A_DAY_BEFORE + 20 * A_MINUTE, 3 * AN_HOUR)

    assert (asked.news, exit_status_of(asked)) == ((AHEAD,), 0)


def test_status_and_check_say_it(post: Post) -> None:
    post.run(A_DAY_BEFORE, 3 * AN_HOUR)
    post.time_there[0] = A_DAY_BEFORE - 3 * AN_HOUR

    known = post.types(A_DAY_BEFORE, "status")
    with DnsServer() as dns:
        post.coop.replace("config.yaml", "delivery: mailjet\n", f"delivery: mailjet\n{dns.setting}")
        asked = post.types(A_DAY_BEFORE, "check")

    assert f"Said by earlier runs, and not mended yet:\n  {AHEAD}\n" in known.stdout
    assert (asked.exit_code, asked.stderr) == (1, f"{AHEAD}\n")


def test_a_broadcast_says_it(post: Post) -> None:
    post.coop.write("body.md", "Bonjour")
    post.time_there[0] = A_DAY_BEFORE - 3 * AN_HOUR
    body = str(post.coop.folder / "body.md")

    sent = post.types(A_DAY_BEFORE, "broadcast", "lac", "-s", "Pain", "--body", body, "--yes")

    assert (sent.exit_code, AHEAD in sent.stderr) == (0, True)


def test_a_clock_known_to_be_wrong_deletes_nothing(post: Post) -> None:
    post.coop.replace(
        "config.yaml", "delivery: mailjet\n", "delivery: mailjet\nkeep: 5d\nstale_orders: send\n"
    )
    post.run(A_DAY_BEFORE)
    for hours in (40, 80, 120):
        post.run(A_DAY_BEFORE + hours * AN_HOUR)
    post.coop.replace("distributions.yaml", "2026-06-12", "2026-06-18")
    a_day_before = utc("2026-06-17T16:06")

    wrong = post.run(a_day_before, 3 * AN_HOUR)
    kept = len(post.coop.entries(account="mailjet"))
    post.run(a_day_before + TEN_MINUTES)

    assert AHEAD in wrong.news
    assert (kept, len(post.coop.entries(account="mailjet"))) == (6, 3)


def test_after_a_jump_back_status_tells_of_the_run_before_the_jump(post: Post) -> None:
    post.run(A_DAY_BEFORE)
    post.coop.run(utc("2036-06-11T16:05"))

    soon, later = (post.types(A_DAY_BEFORE + after, "status") for after in (TEN_MINUTES, 2 * AN_HOUR))

    assert (soon.exit_code, soon.stdout.splitlines()[0]) == (
        0,
        "All is well. The last run was 10 min ago.",
    )
    assert later.exit_code == 1
    at = "Thursday 11 June 2026 at 6:05\u00a0pm"
    assert f"on {at}: is cron at work?" in later.stdout


def test_where_only_a_wrong_clock_knows_when_it_ran_status_says_so(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(utc("2036-06-11T16:05"))

    with time_machine.travel(A_DAY_BEFORE, tick=False):
        said = CliRunner().invoke(main, ["-c", str(tmp_path / "config.yaml"), "--lang", "en", "status"])

    assert said.exit_code == 1
    at = "Wednesday 11 June 2036 at 6:05\u00a0pm"
    assert f"on {at}, by a clock ahead of now: is cron at work?" in said.stdout


@pytest.mark.parametrize("wrong", [["1970-01-01T00:10"], ["1970-01-01T00:10", "1970-01-01T02:30"]])
def test_a_machine_that_woke_up_in_1970_knows_when_it_ran_before(tmp_path: Path, wrong: list[str]) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        memory = RunMemory(ledger, "outbox")
        for at in (A_DAY_BEFORE - A_DAY, A_DAY_BEFORE, *map(utc, wrong)):
            memory.keep_complete([WHOLE_DELIVERY, "lac"], at)

        found = memory.last_complete_runs(A_DAY_BEFORE + AN_HOUR)

    assert found == {WHOLE_DELIVERY: A_DAY_BEFORE, "lac": A_DAY_BEFORE}


def test_a_run_killed_by_a_clock_that_was_ahead_keeps_nobody_from_deleting_what_is_old(
    tmp_path: Path,
) -> None:
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        memory = RunMemory(ledger, "outbox")
        memory.keep_complete(["lac"], A_DAY_BEFORE)
        memory.note_leap(["lac"], A_DAY_BEFORE + 4000 * A_DAY, 400 * A_DAY)
        for days in (1, 7, 8):
            memory.note_leap(["lac"], A_DAY_BEFORE + days * A_DAY, 400 * A_DAY)
            memory.keep_complete(["lac"], A_DAY_BEFORE + days * A_DAY)

        sure = [memory.is_time_to_purge(A_DAY_BEFORE + days * A_DAY, 2 * A_DAY) for days in (1, 7, 8)]

    assert sure == [False, False, True]


def test_a_clock_that_woke_up_in_1970_calls_nothing_of_the_past_missed(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    old = "- {id: old, group: lac, starts_at: 2026-05-01 18:00, orders_open_at: 2026-04-20 08:00}\n"
    coop.write("distributions.yaml", (tmp_path / "distributions.yaml").read_text() + old)
    for at in ("2026-06-10T18:30", "1970-01-01T00:10", "1970-01-01T02:30"):
        coop.run(utc(at))

    right = coop.run(utc("2026-06-10T18:40"))

    assert (counted(right), right.news) == ({}, ())


def test_mails_that_a_wrong_clock_dated_ahead_do_not_use_up_every_day_until_then(post: Post) -> None:
    post.coop.replace("config.yaml", "timeout: 1s", "timeout: 1s, daily_quota: 4")
    post.coop.write("body.md", "Bonjour")
    body = str(post.coop.folder / "body.md")
    post.types(A_DAY_BEFORE + 30 * A_DAY, "broadcast", "lac", "-s", "Pain", "--body", body, "--yes")

    report = post.run(A_DAY_BEFORE)

    assert len(post.server.delivered) == 4 + 3
    assert counted(report)["sent"] == 3
