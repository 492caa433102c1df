"""The runs after a mail has left: what became of it is found out, and who gets no more mail is said."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cagette_notify.cli.session import now as real_now
from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import Fate
from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, ORDERS, Coop, counted
from tests.fixtures.departed import arrived, left
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept_then_drop,
    hang_before_reading,
    rubbish,
    status,
)
from tests.fixtures.memory import kept_fates, utc
from tests.project.test_architecture import DEAR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport
    from tests.fixtures.mailjet_account import Arrival

TEN_MINUTES, QUARTER = timedelta(minutes=10), timedelta(minutes=15)
AN_HOUR, SIX_HOURS, A_SECOND = timedelta(hours=1), timedelta(hours=6), timedelta(seconds=1)
BLOCKLIST = ("blocked", 20)


class Post(NamedTuple):
    """A co-op whose mail goes through a stand-in, and the time it is there."""

    coop: Coop
    server: MailjetServer
    times: list[datetime]

    def run(self, after: timedelta = timedelta(0), **request: object) -> RunReport:
        self.times[0] += after
        return self.coop.run(self.times[0], **request)

    @property
    def questions(self) -> int:
        """Count how often all messages were asked for."""
        return sum("/message?" in get.path and "Offset=0" in get.path for get in self.server.gets)

    @property
    def fates(self) -> dict[str, str]:
        """Name what the ledger knows, by address."""
        with open_ledger(self.coop.folder / "ledger.sqlite3", read_only=True) as ledger:
            known = kept_fates(ledger)
        return {fate.address: fate.status for fate in known.values()}

    def arrival(self, address: str) -> Arrival:
        """Find the newest message to an address."""
        return [one for one in self.server.account.arrivals if one.address == address][-1]

    def befalls(self, address: str, status: str, state: int = 0) -> None:
        """Let something become of the newest message to an address."""
        arrival = self.arrival(address)
        arrival.status, arrival.state = status, state


@pytest.fixture
def post(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    times = [A_DAY_BEFORE]
    with MailjetServer(clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n"
        coop = Coop(tmp_path, extra=extra, environ=server.environment)
        coop.run(utc("2026-06-10T18:30"))
        yield Post(coop, server, times)


def test_what_became_of_mails_is_asked_a_quarter_of_an_hour_after_they_left(post: Post) -> None:
    post.run()

    post.run(QUARTER - A_SECOND)
    assert post.questions == 0
    post.run(A_SECOND)
    assert post.questions == 1
    assert post.fates == dict.fromkeys(("zoe@example.org", "noel@example.org", "maelle@example.org"), "sent")


def test_once_all_fates_are_final_nobody_asks_again(post: Post) -> None:
    post.run()
    post.befalls("zoe@example.org", "spam")
    post.befalls("noel@example.org", "hardbounced", 1)
    post.befalls("maelle@example.org", *BLOCKLIST)
    post.run(QUARTER)

    post.run(SIX_HOURS)

    assert post.questions == 1


@pytest.mark.long
@pytest.mark.parametrize("fate", ["queued", "deferred", "sent", "opened"])
def test_a_mail_that_did_not_fail_is_asked_about_every_six_hours_for_four_days(post: Post, fate: str) -> None:
    post.run()
    post.befalls("zoe@example.org", fate)
    post.run(QUARTER)

    post.run(SIX_HOURS - A_SECOND)
    assert post.questions == 1
    post.run(A_SECOND)
    assert post.questions == 2
    post.run(timedelta(days=4) - QUARTER - SIX_HOURS)
    assert post.questions == 3
    post.run(SIX_HOURS)
    assert post.questions == 3


def test_an_address_that_mailjet_blocks_is_said_once(post: Post) -> None:
    post.run(says_once=True)
    post.befalls("zoe@example.org", *BLOCKLIST)
    post.befalls("noel@example.org", "queued")

    first = post.run(QUARTER, says_once=True)
    later = post.run(SIX_HOURS, says_once=True)

    (said,) = first.news
    assert said == (
        "zoe@example.org gets no more mail: the last one was not tried: the address is on Mailjet's "
        "blocklist; what to do: cagette-notify check-member zoe@example.org"
    )
    assert (exit_status_of(first), exit_status_of(later)) == (0, 0)
    assert (later.news, later.all_well_again) == ((), False)
    assert post.questions == 2


@pytest.mark.parametrize("fate", [("spam", 0), ("blocked", 21)])
def test_what_befalls_a_mail_once_it_was_accepted_is_said_once(post: Post, fate: tuple[str, int]) -> None:
    post.run(says_once=True)
    accepted = post.run(QUARTER, says_once=True)
    post.befalls("zoe@example.org", *fate)

    found = post.run(timedelta(days=3), says_once=True)
    later = post.run(SIX_HOURS, says_once=True)

    assert (accepted.news, later.news) == ((), ())
    assert [line.partition(":")[0] for line in found.news] == ["zoe@example.org gets no more mail"]


def test_what_report_has_found_out_is_told_while_other_mails_are_followed(post: Post) -> None:
    post.run(says_once=True)
    post.run(QUARTER, says_once=True)
    post.befalls("zoe@example.org", "spam")
    zoe = post.arrival("zoe@example.org")
    with open_ledger(post.coop.folder / "ledger.sqlite3") as ledger:
        fate = Fate(zoe.custom_id, "1", "zoe@example.org", post.times[0], "spam")
        FateBook(ledger, "mailjet").note([fate])

    assert "zoe@example.org gets no more mail" in post.run(SIX_HOURS, says_once=True).news[0]


@pytest.mark.parametrize(
    ("fate", "state"), [("softbounced", 3), ("softbounced", 12), ("sent", 0), ("unsub", 0)]
)
def test_what_may_pass_by_itself_or_stops_but_a_kind_is_not_said(post: Post, fate: str, state: int) -> None:
    post.run()
    post.befalls("zoe@example.org", fate, state)

    assert post.run(QUARTER).news == ()
    assert post.fates["zoe@example.org"] == fate


def test_another_failure_of_the_same_streak_is_no_news_and_a_relapse_is(post: Post) -> None:
    begin = post.times[0]
    mails = [f"-{day}" for day in range(4)]
    ledger = post.coop.folder / "ledger.sqlite3"

    def mail_fails(number: int, status: str, state: int) -> tuple[str, ...]:
        at = begin + number * timedelta(days=1)
        (custom_id,) = left(ledger, "zoe@example.org", at=at, day=f"old{mails[number]}")
        arrived(post.server, custom_id, "zoe@example.org", at=at, status=status, state=state)
        post.times[0] = at
        return tuple(line for line in post.run(QUARTER).news if "no more mail" in line)

    post.coop.write("orders.csv", ORDERS.partition("\n")[0] + "\n")
    said = [
        mail_fails(0, *BLOCKLIST),
        mail_fails(1, *BLOCKLIST),
        mail_fails(2, "sent", 0),
        mail_fails(3, *BLOCKLIST),
    ]

    assert [len(lines) for lines in said] == [1, 0, 0, 1]


def test_what_report_has_found_out_is_told_with_the_next_mails(post: Post) -> None:
    file, at = post.coop.folder / "ledger.sqlite3", post.times[0] - timedelta(days=20)
    (custom_id,) = left(file, "gone@example.org", at=at, day="old")
    with open_ledger(file) as ledger:
        FateBook(ledger, "mailjet").note([Fate(custom_id, "1", "gone@example.org", at, "hardbounced", 1)])
    post.run()

    assert "gone@example.org gets no more mail" in post.run(QUARTER).news[0]


@pytest.mark.parametrize(
    "request_",
    [{"dry_run": True}, {"rehearsal": True}, {"kinds": frozenset({Kind.OPENING})}],
    ids=["dry run", "rehearsal", "one kind"],
)
def test_only_runs_of_cron_follow_up(post: Post, request_: dict[str, object]) -> None:
    post.run()

    post.run(QUARTER, **request_)

    assert post.questions == 0


def test_under_the_outbox_there_is_nobody_to_ask(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(utc("2026-06-10T18:30"))
    coop.run(A_DAY_BEFORE)

    report = coop.run(A_DAY_BEFORE + QUARTER)

    assert (exit_status_of(report), report.news) == (0, ())


@pytest.mark.long
@pytest.mark.parametrize(
    "behaviour",
    [status(500), status(429), status(404), rubbish, hang_before_reading, accept_then_drop],
    ids=lambda value: getattr(value, "__qualname__", str(value)),
)
def test_mailjet_out_of_reach_is_nobodys_trouble_and_asked_again_in_an_hour(
    post: Post, behaviour: Behaviour
) -> None:
    post.run(says_once=True)
    post.server.rest_script.append(behaviour)

    failed = post.run(QUARTER, says_once=True)
    assert (failed.news, exit_status_of(failed), post.fates) == ((), 0, {})
    post.run(AN_HOUR - A_SECOND)
    assert post.questions == 1
    post.run(A_SECOND)
    assert post.questions == 2
    assert post.fates["zoe@example.org"] == "sent"


def test_refused_keys_are_a_trouble_and_asked_once_an_hour(post: Post) -> None:
    post.run(says_once=True)
    post.server.credentials = ("other", "keys")

    refused = post.run(QUARTER, says_once=True)
    soon = post.run(TEN_MINUTES, says_once=True)

    assert exit_status_of(refused) == 78
    assert "Mailjet refuses the API keys (HTTP 401)" in refused.news[0]
    assert (soon.news, soon.all_well_again) == ((), False)
    assert post.questions == 1
    post.server.credentials = ("public-key", "private-key")
    mended = post.run(AN_HOUR, says_once=True)
    assert (exit_status_of(mended), mended.all_well_again) == (0, True)


def test_a_run_that_was_told_to_stop_asks_nothing_more(post: Post) -> None:
    post.run()
    post.coop.replace("members.csv", "zoe@example.org", "zoe2@example.org")
    post.server.script.append(status(429))

    report = post.run(QUARTER)

    assert counted(report)["deferred"] == 1
    assert post.questions == 0


@pytest.mark.dear
def test_mail_leaves_before_anything_is_asked(post: Post) -> None:
    post.run()
    post.coop.replace("members.csv", "zoe@example.org", "zoe2@example.org")
    post.server.rest_script.append(hang_before_reading)

    report = post.run(QUARTER)

    assert counted(report)["sent"] == 1
    assert post.server.posts[-1].at <= post.server.gets[-1].at
    assert post.questions == 1


def test_messages_of_others_in_the_account_are_left_alone(post: Post) -> None:
    post.run()
    ours = post.arrival("zoe@example.org").custom_id
    for custom_id in ("", f"{ours}x", ours[:-1], ours.upper() + "!"):
        arrived(post.server, custom_id, "zoe@example.org", at=post.times[0], status="blocked", state=20)

    assert post.run(QUARTER).news == ()
    assert post.fates["zoe@example.org"] == "sent"


def test_a_repeat_that_its_campaign_dropped_does_not_hide_the_first(post: Post) -> None:
    post.run()
    first = post.arrival("zoe@example.org")
    first.status, first.state = BLOCKLIST
    again = post.times[0] + timedelta(minutes=5)
    arrived(post.server, first.custom_id, "zoe@example.org", at=again, status="blocked", state=15)

    assert "blocklist" in post.run(QUARTER).news[0]


def test_a_mark_of_a_clock_that_had_jumped_ahead_stops_nobody(post: Post) -> None:
    ledger = post.coop.folder / "ledger.sqlite3"
    ahead = post.times[0] + timedelta(days=400)
    left(ledger, "zoe@example.org", at=ahead, day="ahead", member="1")
    post.coop.run(ahead + QUARTER)
    asked = post.questions
    post.run()

    post.run(QUARTER)

    assert (asked, post.questions) == (1, 2)


def test_only_what_was_sent_is_asked_about(post: Post) -> None:
    ledger = post.coop.folder / "ledger.sqlite3"
    left(ledger, "a@example.org", at=post.times[0], day="d8", status=Status.FAILED)
    left(ledger, "b@example.org", at=post.times[0], day="d9", account="outbox")
    post.coop.write("orders.csv", ORDERS.partition("\n")[0] + "\n")

    post.run(QUARTER)

    assert post.questions == 0


@pytest.mark.dear
def test_a_run_with_nothing_due_and_nothing_to_follow_up_imports_nothing_dear(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra="delivery: mailjet\n")
    coop.write("distributions.yaml", "- {group: lac, starts_at: 2099-06-12 18:00}\n")
    at = real_now() - timedelta(hours=1)
    (custom_id,) = left(coop.folder / "ledger.sqlite3", "zoe@example.org", at=at)
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger, MailjetServer() as server:
        arrived(server, custom_id, "zoe@example.org", at=at)
        ledger.rows("INSERT INTO fates VALUES (?, '1', ?, 'spam', 0)", [custom_id, at.isoformat()])
    code = f"""
import sys
from cagette_notify.cli import main
print(main({["--config", str(tmp_path / "config.yaml"), "send-due"]}, standalone_mode=False))
print(sorted(sys.modules.keys() & {DEAR}))
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("0\n[]\n", "")


@pytest.mark.parametrize(
    "odd",
    [
        {"StateID": "9" * 5000},
        {"StateID": 2**63},
        {"ArrivedAt": "0001-01-01T00:00:00+14:00"},
        {"ArrivedAt": "9999-12-31T23:59:59-14:00"},
        *({name: "\ud800"} for name in ("CustomID", "ID", "Status", "ContactAlt", "Subject")),
    ],
    ids=lambda odd: next(iter(odd)),
)
def test_an_odd_row_breaks_no_run_and_hides_no_other(post: Post, odd: dict[str, object]) -> None:
    post.run()
    post.befalls("zoe@example.org", *BLOCKLIST)
    fine, spoilt = (
        {
            "ID": number,
            "ArrivedAt": post.times[0].isoformat(),
            "Status": "blocked",
            "StateID": 20,
            "CustomID": post.arrival(address).custom_id,
            "ContactAlt": address,
        }
        for number, address in enumerate(("zoe@example.org", "noel@example.org"), start=1)
    )
    post.server.rest_script.append(status(200, {"Data": [spoilt | odd, fine]}))

    report = post.run(QUARTER)

    assert (exit_status_of(report), report.failure) == (0, False)
    assert any("zoe@example.org gets no more mail" in line for line in report.news)


@pytest.mark.long
@pytest.mark.parametrize(("there", "refused", "is_said"), [(24, 5, True), (25, 5, False), (10, 4, False)])
def test_a_provider_that_refuses_over_a_fifth_and_five_mails_of_a_run_is_said_once(
    post: Post, there: int, refused: int, *, is_said: bool
) -> None:
    people = "".join(f"{n};A;B;a{n}@orange.fr;;\n" for n in range(10, 10 + there))
    others = "".join(f"{n};A;B;a{n}@gmail.com;;\n" for n in range(100, 130))
    post.coop.write(
        "members.csv", f"id;first_name;last_name;email;partner_first_name;partner_email\n{people}{others}"
    )
    orders = "".join(f"{n};d1;Pain;1;2\n" for n in (*range(10, 10 + there), *range(100, 130)))
    post.coop.write("orders.csv", f"member;distribution;product;quantity;price\n{orders}")
    post.run(says_once=True)
    for number in range(10, 10 + refused):
        post.befalls(f"a{number}@orange.fr", "bounce", 9)

    first = post.run(QUARTER, says_once=True)
    later = post.run(SIX_HOURS, says_once=True)

    said = [line for line in first.news if line.startswith(f"Orange refused {refused} of {there} mails")]
    assert len(said) == is_said
    assert all("; what it says: cagette-notify report -o FILE.html; " in line for line in said)
    assert not [line for line in (*first.news, *later.news) if line.startswith("Gmail")]
    assert not [line for line in later.news if line.startswith("Orange")]
