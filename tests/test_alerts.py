"""Whom cron's lines are told to, besides a stderr that may go nowhere."""

from __future__ import annotations

import os
import syslog
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from cagette_notify.run import nothing_due as rest
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.nothing_due import nothing_can_be_due
from tests.support.coop import A_DAY_BEFORE, MEMBERS, ORDERS, Coop, counted
from tests.support.mailjet_server import MailjetServer, drop_before_reading, status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.run.run_report import RunReport
    from tests.support.mailjet_account import Delivered
    from tests.support.mailjet_server import Behaviour

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
