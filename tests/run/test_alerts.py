"""Whom cron's lines are told to, besides a stderr that may go nowhere."""

from __future__ import annotations

import json
import os
import syslog
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cagette_notify.ledger.connection import open_ledger
from cagette_notify.run import nothing_due as rest
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.nothing_due import nothing_can_be_due
from tests.fixtures.coop import A_DAY_BEFORE, MEMBERS, ORDERS, Coop, counted
from tests.fixtures.mailjet_server import (
    Behaviour,
    MailjetServer,
    accept_then_drop,
    drop_before_reading,
    status,
)
from tests.fixtures.office import Office as Desk
from tests.fixtures.raw_ledger import change, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

    from cagette_notify.run.run_report import RunReport
    from tests.fixtures.mailjet_account import Delivered

TOLD = ["admin@example.org", "claire@example.org"]
ALERTS = "alert_to: [admin@example.org, claire@example.org]\n"


class Office(NamedTuple):
    """A co-op with a bad address, people to be told of it, and the stand-in they are mailed through."""

    coop: Coop
    server: MailjetServer
    time_there: list[datetime]

    def run(self, minutes: int, *, says_once: bool = True) -> RunReport:
        self.time_there[0] = A_DAY_BEFORE + timedelta(minutes=minutes)
        return self.coop.run(self.time_there[0], says_once=says_once)

    @property
    def alerts(self) -> list[Delivered]:
        return [copy for copy in self.server.delivered if "-alert-" in copy.custom_id]

    def dies_after_its_claim(self, minutes: int, behaviour: Behaviour) -> RunReport:
        """Run once there is another trouble, and leave what a run does that is killed at the POST."""
        report = self.breaks(minutes, behaviour)
        lines = json.dumps(report.news).replace("'", "''")
        change(
            self.coop.folder / "ledger.sqlite3",
            "UPDATE notices SET status = 'claimed', settled_at = NULL WHERE status = 'in_doubt';"
            f" INSERT INTO marks VALUES ('mailjet', '', 'alerts', '{lines}')",
        )
        return report

    def breaks(self, minutes: int, *script: Behaviour) -> RunReport:
        """Run once there is another trouble, the stand-in playing so."""
        self.coop.replace("members.csv", "lea@;", f"lea@lea{minutes}@;")
        self.server.script += script
        return self.run(minutes)

    @property
    def statuses(self) -> list[str]:
        """What became of the alerts, by the ledger, oldest first."""
        found = rows(
            self.coop.folder / "ledger.sqlite3", "SELECT status FROM notices WHERE kind = 'alert' ORDER BY id"
        )
        return [status for (status,) in found]

    @property
    def told(self) -> list[str]:
        return sorted(copy.address for copy in self.alerts)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    times = [A_DAY_BEFORE]
    with MailjetServer(tls=False, clock=lambda: times[0].timestamp()) as server:  # noqa: PLW0108 - the time moves on
        extra = f"delivery: mailjet\nmailjet: {{api_url: '{server.url}', timeout: 1s}}\n{ALERTS}"
        coop = Coop(tmp_path, extra=extra, environ=server.environment)
        opened = Office(coop, server, times)
        opened.run(-60)
        assert opened.told == []
        coop.replace("members.csv", "lea@example.org", "lea@")
        yield opened


def test_a_trouble_is_mailed_once_to_each_and_so_is_its_end(office: Office) -> None:
    first, again = office.run(0), office.run(10)
    office.coop.replace("members.csv", "lea@;", "lea@example.org;")
    mended = office.run(20)

    assert (len(first.news), len(again.news), mended.all_well_again) == (1, 0, True)
    subjects = [f"cagette-notify: {first.news[0]}"[:120], "cagette-notify: all well again"]
    assert [(copy.address, copy.message["Subject"]) for copy in office.alerts] == [
        (address, subject) for subject in subjects for address in TOLD
    ]


def test_an_alert_says_what_stderr_says_and_where_to_look(office: Office) -> None:
    report = office.run(0)

    message = office.alerts[0].message
    assert message["TextPart"].startswith(f"- {report.news[0]}\n")
    assert str(office.coop.folder / "config.yaml") in message["TextPart"]
    assert "cagette-notify status" in message["TextPart"]
    assert message["Headers"] == {"Auto-Submitted": "auto-generated"}


def test_the_same_words_reach_people_again_when_they_are_said_again(office: Office) -> None:
    for minutes, address in ((0, "lea@;"), (20, "lea@example.org;"), (30, "lea@;"), (40, "lea@example.org;")):
        (office.coop.folder / "members.csv").write_text(
            MEMBERS.replace("lea@example.org;", address), encoding="utf-8"
        )
        office.coop.write("orders.csv", ORDERS.replace("Tomates;2", f"Tomates;{minutes + 2}"))
        office.run(minutes)

    assert [address for address in office.told if address == TOLD[0]] == [TOLD[0]] * 4


def test_a_folder_whose_name_is_no_text_keeps_nobody_from_being_told(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/coop\xe9"))
    folder.mkdir()
    coop = Coop(folder, extra=ALERTS)
    coop.run(A_DAY_BEFORE - timedelta(hours=1), says_once=True)
    coop.replace("members.csv", "lea@example.org", "lea@")

    coop.run(A_DAY_BEFORE, says_once=True)

    assert set(TOLD) <= set(coop.mailed())


@pytest.mark.parametrize(
    ("behaviour", "calls"), [(status(429), 2), (status(503), 1), (drop_before_reading, 1)]
)
def test_what_surely_did_not_leave_is_told_by_the_next_run_and_a_doubt_is_left_alone(
    office: Office, behaviour: Behaviour, calls: int
) -> None:
    office.run(0)
    office.coop.replace("members.csv", "lea@;", "lea@lea@;")
    posts = len(office.server.posts)
    office.server.script.append(behaviour)

    for minutes in (10, 20, 30):
        office.run(minutes)

    assert len(office.server.posts) - posts == calls


def test_after_keys_were_refused_no_call_is_made_and_the_alert_waits_for_them(office: Office) -> None:
    right, office.server.credentials = office.server.credentials, ("other", "keys")
    refused = office.run(0)
    office.server.credentials = right
    told_before = office.told

    again = office.run(10)

    assert (exit_status_of(refused), told_before, counted(again)["sent"]) == (78, [], 3)
    assert office.told == TOLD


@pytest.mark.parametrize("recaps", [2, 0])
def test_while_mailjet_does_not_know_the_sender_an_alert_waits_unclaimed(office: Office, recaps: int) -> None:
    if not recaps:
        office.coop.replace("distributions.yaml", "2026-06-", "2026-09-")
        office.coop.replace("groups.yaml", "name:", "colur: red\n  name:")
    known, office.server.account.senders = office.server.account.senders, {}
    office.run(0)
    told_before, posts = office.statuses, len(office.server.posts)
    office.server.account.senders = known

    office.run(10)

    assert (told_before, posts) == ([], 0)
    assert (office.told, office.statuses) == (TOLD, ["sent"] * 2)


def test_nobody_is_told_of_what_somebody_at_a_terminal_reads(office: Office) -> None:
    assert office.run(0, says_once=False).news

    assert office.told == []


def test_no_run_rests_while_somebody_is_still_to_be_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "_SETTLED", 0)
    office.coop.replace("distributions.yaml", "2026-06-", "2026-09-")
    office.coop.replace("groups.yaml", "name:", "colur: red\n  name:")
    office.server.script += [status(429)] * 2
    office.run(0)
    office.coop.replace("groups.yaml", "colur: red\n  name:", "name:")

    office.run(10)

    config = office.coop.folder / "config.yaml"
    assert (office.told, nothing_can_be_due(config, office.time_there[0])) == ([], False)
    office.run(20)
    assert (office.told, nothing_can_be_due(config, office.time_there[0])) == (TOLD, True)


def test_whoever_stands_there_twice_gets_one_alert(office: Office) -> None:
    office.coop.replace("config.yaml", "claire@example.org", "Admin@Example.org")

    office.run(0)

    assert len(office.server.posts[-1].document["Messages"]) == 1


def test_the_outbox_gets_its_alerts_as_files(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=ALERTS)
    coop.run(A_DAY_BEFORE - timedelta(hours=1), says_once=True)
    coop.replace("members.csv", "lea@example.org", "lea@")

    coop.run(A_DAY_BEFORE, says_once=True)

    told = [mail for mail in coop.mails() if mail["Subject"].startswith("cagette-notify: ")]
    assert sorted(mail["To"] for mail in told) == TOLD
    assert all(isinstance(mail, EmailMessage) and mail["Auto-Submitted"] for mail in told)


def test_the_systems_log_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log of the machine's can't be read back by everybody, so the call to it is seen instead."""
    logged: list[str] = []
    monkeypatch.setattr(syslog, "syslog", lambda _priority, line: logged.append(line))
    coop = Coop(tmp_path, extra="alert_to: syslog\n")
    coop.run(A_DAY_BEFORE - timedelta(hours=1), says_once=True)
    coop.replace("members.csv", "lea@example.org", "lea@")

    report = coop.run(A_DAY_BEFORE, says_once=True)

    assert tuple(logged) == report.news
    assert not [mail for mail in coop.mails() if "cagette-notify" in mail["Subject"]]


def test_an_alert_is_claimed_and_settled_like_all_mail(office: Office) -> None:
    office.run(0)

    (first, _second) = rows(
        office.coop.folder / "ledger.sqlite3",
        "SELECT status, custom_id, recipient, message_id <> '' FROM notices WHERE kind = 'alert' ORDER BY id",
    )
    assert first == ("sent", office.alerts[0].custom_id, TOLD[0], 1)


def test_an_alert_in_doubt_is_looked_up_and_found(office: Office) -> None:
    office.run(0)
    office.breaks(10, accept_then_drop)
    in_doubt, told = office.statuses[2:], office.told

    office.run(25)

    assert (in_doubt, office.statuses[2:]) == (["in_doubt"] * 2, ["sent"] * 2)
    assert office.told == told == sorted(TOLD * 2)


def test_an_alert_that_is_not_found_is_dropped_and_never_sent_again(office: Office) -> None:
    office.run(0)
    office.breaks(10, drop_before_reading)
    posts = len(office.server.posts)

    found = []
    for minutes in (15, 25, 35):
        office.run(minutes)
        found.append(office.statuses[2:])

    assert found == [["in_doubt"] * 2, ["dropped"] * 2, ["dropped"] * 2]
    assert (len(office.server.posts), office.told) == (posts, TOLD)


def test_while_mailjet_can_not_be_asked_an_alert_stays_in_doubt_and_nobody_is_told_of_that(
    office: Office,
) -> None:
    office.run(0)
    office.breaks(10, drop_before_reading)
    office.server.rest_script += [status(500)] * 50

    report = office.run(25)

    assert (report.news, report.problems[1:], office.statuses[2:]) == ((), (), ["in_doubt"] * 2)


def test_a_doubt_that_nobody_could_be_asked_about_for_days_is_given_up(office: Office) -> None:
    office.run(0)
    office.breaks(10, drop_before_reading)
    office.server.rest_script += [status(500)] * 200
    days = 24 * 60

    office.run(10 + 4 * days - 1)
    before = office.statuses[2:4]
    office.run(10 + 4 * days)

    assert (before, office.statuses[2:4]) == (["in_doubt"] * 2, ["dropped"] * 2)
    assert office.server.rest_script


def test_a_doubt_that_was_found_after_days_is_not_given_up(office: Office) -> None:
    office.run(0)
    office.breaks(10, accept_then_drop)

    office.run(5 * 24 * 60)

    assert office.statuses[2:4] == ["sent"] * 2


def test_a_clock_that_stays_ahead_does_not_keep_a_doubt_for_ever(office: Office) -> None:
    office.run(0)
    office.breaks(10, drop_before_reading)

    for hours in (5, 53, 101):
        office.time_there[0] = A_DAY_BEFORE + timedelta(hours=hours - 3)
        office.coop.run(A_DAY_BEFORE + timedelta(hours=hours), says_once=True)

    assert office.statuses[2:4] == ["dropped"] * 2


@pytest.mark.parametrize("then", [(11, 25, 35), (25, 35)])
@pytest.mark.parametrize(
    ("behaviour", "copies", "end"), [(accept_then_drop, 4, "sent"), (drop_before_reading, 2, "dropped")]
)
def test_a_run_that_died_after_its_claim_leaves_a_doubt_and_no_second_alert(
    office: Office, behaviour: Behaviour, copies: int, end: str, then: tuple[int, ...]
) -> None:
    office.run(0)
    office.dies_after_its_claim(10, behaviour)

    for minutes in then:
        office.run(minutes)

    assert (len(office.told), office.statuses) == (copies, ["sent", "sent", end, end])


def test_a_run_that_died_after_its_claim_does_not_have_its_lines_told_again_with_new_ones(
    office: Office,
) -> None:
    office.run(0)
    office.dies_after_its_claim(10, drop_before_reading)
    office.coop.replace("members.csv", "lea@lea10@", "lea@lea20@")

    later = office.run(20)

    assert len(later.news) == 1
    assert [copy.message["TextPart"].splitlines()[:2] for copy in office.alerts[2:]] == [
        [f"- {later.news[0]}", ""]
    ] * 2
    assert office.statuses[2:] == ["dropped", "dropped", "sent", "sent"]


def test_what_did_not_leave_is_told_with_what_is_to_be_said_by_then(office: Office) -> None:
    office.run(0)
    first = office.breaks(10, status(429))
    office.coop.replace("members.csv", "lea@lea10@", "lea@lea20@")

    second = office.run(20)

    assert office.statuses[2:] == ["dropped", "dropped", "sent", "sent"]
    assert office.alerts[2].message["TextPart"].splitlines()[:2] == [
        f"- {line}" for line in (*first.news, *second.news)
    ]


def test_no_alert_waits_for_somebody_who_is_not_to_be_told_any_more(office: Office) -> None:
    office.run(0)
    office.breaks(10, status(429))
    office.coop.replace("config.yaml", ALERTS, "alert_to: [admin@example.org]\n")

    office.run(20)

    assert office.statuses[2:] == ["sent", "dropped"]


@pytest.mark.usefixtures("_no_other_kinds")
def test_a_run_counts_no_alert_and_its_status_is_that_of_its_notices(office: Office) -> None:
    office.run(0)
    office.coop.replace("members.csv", "lea@;", "lea@example.org;")
    office.server.script.append(status(429))

    report = office.run(10)

    assert office.statuses[2:] == ["deferred"] * 2
    assert (counted(report), exit_status_of(report), report.news) == ({"skipped": 4}, 0, ())
    assert {line.kind for line in report.lines} == {"recap_24h"}


def test_alerts_use_up_the_quota_and_wait_in_silence_where_it_is_used_up(office: Office) -> None:
    office.run(0)
    office.coop.replace("config.yaml", "timeout: 1s", "timeout: 1s, daily_quota: 6")

    report = office.breaks(10)

    assert sorted(office.statuses) == ["deferred", "sent", "sent", "sent"]
    assert (counted(report).get("deferred"), len(report.news)) == (None, 1)
    office.run(24 * 60)
    assert office.told == sorted(TOLD * 2)


def asked_of(office: Office, *words: str) -> Result:
    return Desk(office.coop, office.server, office.time_there[0]).invoke(*words)


@pytest.mark.usefixtures("_no_other_kinds")
def test_only_log_with_its_kind_shows_alerts(office: Office) -> None:
    office.run(0)
    office.breaks(10, drop_before_reading)

    shown = {
        kind: json.loads(asked_of(office, "log", "--json", *kind).stdout)["notices"]
        for kind in [(), ("--kind", "alert"), ("--kind", "alerte"), ("--kind", "summary")]
    }

    assert {one["kind"] for one in shown[()]} == {"recap_24h"}
    assert [(one["address"], one["status"]) for one in shown["--kind", "alert"]] == [
        *((address, "in_doubt") for address in reversed(TOLD)),
        *((address, "sent") for address in reversed(TOLD)),
    ]
    assert shown["--kind", "alerte"] == shown["--kind", "alert"]
    assert shown["--kind", "summary"] == []


def test_neither_status_nor_report_nor_check_member_speak_of_alerts(office: Office) -> None:
    office.coop.replace("config.yaml", "claire@example.org", "zoe@example.org")
    office.run(0)
    office.breaks(10, drop_before_reading)

    told = json.loads(asked_of(office, "status", "--json").stdout)
    report = json.loads(asked_of(office, "report", "--offline", "--json").stdout)
    (zoe,) = json.loads(asked_of(office, "check-member", "zoe@example.org", "--json").stdout)["members"]

    assert (told["in_doubt"], told["deferred"]) == (0, 0)
    assert (report["counts"]["left"], {one["kind"] for one in report["notices"]}) == (3, {"recap_24h"})
    assert "alert" not in {event["kind"] for event in zoe["history"]}


def test_an_alert_that_bounces_makes_no_alert(office: Office) -> None:
    office.run(0)
    for arrival in office.server.account.arrivals:
        if arrival.address in TOLD:
            arrival.status, arrival.state = "bounce", 4

    news = office.run(60 * 8).news

    assert news == ()
    assert json.loads(asked_of(office, "status", "--json").stdout)["blocked"] == []


@pytest.mark.parametrize("words", [("send-due", "--kind"), ("notifications", "zoe@example.org", "--on")])
@pytest.mark.parametrize("kind", ["alert", "alerte", "summary", "bilan"])
def test_nobody_asks_for_alerts_as_for_notices(office: Office, words: tuple[str, ...], kind: str) -> None:
    assert asked_of(office, *words, kind).exit_code == 2


@pytest.mark.parametrize("behaviour", [drop_before_reading, status(429)])
def test_whoever_is_forgotten_is_forgotten_in_alerts_too(office: Office, behaviour: Behaviour) -> None:
    office.run(0)
    office.breaks(10, behaviour)

    assert asked_of(office, "forget", "--yes", "claire@example.org").exit_code == 0

    path = office.coop.folder / "ledger.sqlite3"
    assert b"claire@example.org" not in path.read_bytes()
    assert sorted(office.statuses) == sorted(["sent", "sent", "dropped", office.statuses[2]])
    assert rows(path, "SELECT * FROM forgotten") == []


def test_in_the_outbox_a_claim_is_settled_by_its_file(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=ALERTS)
    coop.run(A_DAY_BEFORE - timedelta(hours=1), says_once=True)
    coop.replace("members.csv", "lea@example.org", "lea@")
    coop.run(A_DAY_BEFORE, says_once=True)
    ledger = tmp_path / "ledger.sqlite3"
    change(ledger, "UPDATE notices SET status = 'claimed', settled_at = NULL WHERE kind = 'alert'")
    (gone, _kept) = sorted((tmp_path / "outbox").glob("*-alert-*.eml"))
    gone.unlink()

    coop.run(A_DAY_BEFORE + timedelta(minutes=10), says_once=True)

    found = rows(ledger, "SELECT custom_id, status FROM notices WHERE kind = 'alert'")
    assert dict(found)[gone.stem] == "dropped"
    assert sorted(status for _id, status in found) == ["dropped", "sent"]
    assert not gone.exists()


def test_alerts_are_purged_with_all_else(office: Office) -> None:
    office.run(0)

    with open_ledger(office.coop.folder / "ledger.sqlite3") as ledger:
        ledger.purge(A_DAY_BEFORE, A_DAY_BEFORE)
        kept = office.statuses
        ledger.purge(A_DAY_BEFORE + timedelta(seconds=1), A_DAY_BEFORE)

    assert (kept, office.statuses) == (["sent"] * 2, [])
