"""A broadcast that a quota parts over several days goes on; one that is left undone for a day is held."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import Coop, counted
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.mailjet_server import status as behaves
from tests.fixtures.memory import utc
from tests.fixtures.office import MAILJET, Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

MORNING = utc("2026-05-04T08:00")  # of a day on which nothing else leaves
NIGHT = utc("2026-05-04T00:06")
MIDNIGHT = utc("2026-05-05T00:00")  # of UTC, when the quota is renewed
DAY = timedelta(days=1)
LEA = "lea@example.org"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with MailjetServer(tls=False) as server:
        coop = Coop(tmp_path, extra=MAILJET.format(url=server.url), environ=server.environment)
        yield Office(coop, server, MORNING)


def given(office: Office, quota: int, at: datetime = MORNING) -> str:
    """Write to everybody, four addresses, under a quota; return what is said, in one line."""
    office.coop.replace("config.yaml", "timeout: 2s", f"timeout: 2s, daily_quota: {quota}")
    office.at = at
    letter = office.coop.write("lettre.md", "Bonjour,")
    result = office.invoke("broadcast", "lac", "-s", "Réunion", "--body", str(letter), "--yes")
    return " ".join(result.output.split())


def sent(office: Office, at: datetime) -> int:
    office.at = at
    return counted(office.coop.run(at)).get("sent", 0)


def says(office: Office, *command: str) -> str:
    return " ".join(office.invoke(*command).stdout.split())


def test_a_mail_larger_than_the_quota_goes_on_each_day_until_all_have_it(office: Office) -> None:
    said = given(office, quota=1)
    renewals = [MIDNIGHT + DAY * day for day in range(4)]
    days = [(sent(office, renewed), sent(office, renewed + timedelta(hours=23))) for renewed in renewals]

    assert "1 a day: the last on 7 May at the earliest." in said
    assert days == [(1, 0), (1, 0), (1, 0), (0, 0)]
    assert "held" not in says(office, "status")


def test_status_and_check_member_say_so_each_day(office: Office) -> None:
    given(office, quota=1)
    sent(office, MIDNIGHT)
    office.at = MORNING + DAY + timedelta(hours=1)

    assert "2 mails; they leave from 2:00 am on" in says(office, "status")
    assert "1 a day: the last on 7 May at the earliest" in says(office, "status")
    assert f"Réunion to {LEA} waits for the next run: the daily quota of 1" in says(
        office, "check-member", LEA
    )


def test_what_one_more_day_has_room_for_names_no_day(office: Office) -> None:
    said = given(office, quota=3)

    assert "they leave from 2:00 am on, when the day's quota is renewed." in said


@pytest.mark.long
@pytest.mark.parametrize(
    ("after", "expected"), [(DAY, 1), (MIDNIGHT + DAY - NIGHT - timedelta(seconds=1), 1), (2 * DAY, 0)]
)
def test_the_day_is_counted_from_when_the_quota_was_renewed(
    office: Office, after: timedelta, expected: int
) -> None:
    given(office, quota=3, at=NIGHT)

    assert sent(office, NIGHT + after) == expected
    assert ("was left unfinished for a day" in says(office, "status")) is (expected == 0)


def test_what_mailjet_put_off_is_held_after_a_day_whatever_the_quota(office: Office) -> None:
    office.server.script = [behaves(429)]
    given(office, quota=3)

    assert sent(office, MORNING + DAY - timedelta(seconds=1)) == 3
    assert sent(office, MORNING + DAY) == 0  # the day's quota is used up
    assert sent(office, MORNING + 2 * DAY) == 1


def test_what_mailjet_never_took_is_held_after_a_day_under_a_quota_too(office: Office) -> None:
    office.server.script = [behaves(429)]
    given(office, quota=3)

    assert sent(office, MORNING + DAY) == 0
    assert "was left unfinished for a day" in says(office, "status")
