"""``status`` promises no more of a day than the quota lets leave, and says when the rest does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import LONG_AGO, OPENED, Coop, counted
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.mailjet_server import status as behaves
from tests.fixtures.memory import utc
from tests.fixtures.office import MAILJET, Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

MORNING = utc("2026-06-11T06:05")  # ten hours before the recaps of d1, three mails
RECAPS = utc("2026-06-11T16:05")
MIDNIGHT = utc("2026-06-12T00:00")  # of UTC, two o'clock in France
OPENS = "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-11 08:00}\n"
LATER = "- {id: d3, group: lac, starts_at: 2026-06-26 18:00, orders_open_at: 2026-06-11 21:00}\n"
ONCE = "from 2:00 am on, when the day's quota is renewed"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give a co-op of which an opening, four mails, is due, and recaps, three, in the evening."""
    with MailjetServer(tls=False) as server:
        coop = Coop(tmp_path, extra=MAILJET.format(url=server.url), environ=server.environment)
        with (tmp_path / "distributions.yaml").open("a") as file:
            file.write(OPENS)
        coop.run(LONG_AGO)
        coop.run(OPENED)
        yield Office(coop, server, MORNING)


def allows(office: Office, quota: int) -> None:
    office.coop.replace("config.yaml", "timeout: 2s", f"timeout: 2s, daily_quota: {quota}")


def sends(office: Office, at: datetime) -> dict[str, int]:
    counts = counted(office.coop.run(at, reads_at_once=True))
    office.at = at + timedelta(minutes=1)
    return {status: count for status, count in counts.items() if status != "skipped"}


def says(office: Office) -> str:
    """Return what status prints, in one line with plain blanks."""
    return " ".join(office.invoke("status").stdout.split())


def writes_to_all(office: Office) -> tuple[int, str]:
    """Write to the group, and return the exit status and all that is said, in one line."""
    letter = office.coop.write("lettre.md", "Bonjour,")
    result = office.invoke("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    return result.exit_code, " ".join(result.output.split())


def document(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(office.invoke("status", "--json").stdout)
    return found


def planned(office: Office) -> list[tuple[str, str, int, bool]]:
    return [
        (one["at"][:16], one["kind"], one["addresses"], one["over_quota"])
        for one in document(office)["upcoming"]
        if one["at"] < "2026-06-12T01"
    ]


@pytest.mark.parametrize("quota", range(1, 9))
def test_the_next_run_sends_what_status_has_promised(office: Office, quota: int) -> None:
    allows(office, quota)
    promised = sum(count for at, _kind, count, _over in planned(office) if at <= f"{MORNING:%Y-%m-%dT%H:%M}")

    assert sends(office, MORNING).get("sent", 0) == promised


def test_what_the_recaps_of_the_evening_leave_no_room_for_is_due_once_the_quota_is_renewed(
    office: Office,
) -> None:
    allows(office, 5)

    shown = says(office)

    assert planned(office) == [
        ("2026-06-11T06:05", "opening", 2, False),
        ("2026-06-11T16:00", "recap_24h", 3, False),
        ("2026-06-12T00:00", "opening", 2, True),
    ]
    assert "Next to leave: with the next run, 2 openings." in shown
    assert "Fri 12 Jun 2:00 am Les Paniers du Lac (lac) opening Fri 19 Jun (d2) 2" in shown


def test_what_the_quota_has_put_off_leaves_once_it_is_renewed(office: Office) -> None:
    allows(office, 5)
    before = sends(office, MORNING)
    waiting = says(office)
    sends(office, RECAPS)
    used_up = says(office)
    again = sends(office, RECAPS + timedelta(minutes=10))
    found = document(office)

    assert (before, again) == ({"sent": 2, "deferred": 2}, {"deferred": 2})
    assert "Next to leave: today 6:00 pm, 3 recaps." in waiting
    assert f"Next to leave: {ONCE}, 2 openings." in used_up
    assert all(f"Put off: 2 mails; they leave {ONCE}." in shown for shown in (waiting, used_up))
    assert (found["deferred"], found["over_quota"]) == (2, 2)
    assert sends(office, MIDNIGHT)["sent"] == 2


def test_of_what_was_put_off_the_next_run_sends_what_fits(office: Office) -> None:
    allows(office, 5)
    sends(office, MORNING)
    office.coop.replace("config.yaml", "daily_quota: 5", "daily_quota: 6")

    shown = says(office)

    assert f"Put off: 2 mails; 1 with the next run, the others {ONCE}." in shown
    assert "Next to leave: with the next run, 1 opening." in shown
    assert sends(office, office.at) == {"sent": 1, "deferred": 1}


def test_what_was_put_off_for_another_reason_leaves_with_the_next_run(office: Office) -> None:
    allows(office, 5)
    sends(office, MORNING)
    office.coop.replace("config.yaml", "daily_quota: 5", "daily_quota: 9")

    assert "Put off: 2 mails; the next runs send them." in says(office)


def test_an_opening_later_in_the_day_is_not_promised_what_a_planned_mail_takes(office: Office) -> None:
    with (office.coop.folder / "distributions.yaml").open("a") as file:
        file.write(LATER)
    allows(office, 12)
    letter = office.coop.write("lettre.md", "Bonjour,")
    mail = ("broadcast", "lac", "-s", "On change de salle", "--body", str(letter), "--yes")
    office.invoke(*mail, "--send-at", "2026-06-11 20:00")

    shown = planned(office)

    assert [one for one in shown if one[1] == "opening"] == [
        ("2026-06-11T06:05", "opening", 4, False),
        ("2026-06-11T19:00", "opening", 1, False),
        ("2026-06-12T00:00", "opening", 3, True),
    ]
    assert len(shown) == 4  # with the recaps


def test_an_opening_later_in_the_day_is_not_promised_what_is_used_up(office: Office) -> None:
    with (office.coop.folder / "distributions.yaml").open("a") as file:
        file.write(LATER)
    allows(office, 8)

    assert planned(office)[1:] == [
        ("2026-06-11T16:00", "recap_24h", 3, False),
        ("2026-06-11T19:00", "opening", 1, False),
        ("2026-06-12T00:00", "opening", 3, True),
    ]


def test_a_letter_for_which_there_is_no_room_says_when_it_leaves(office: Office) -> None:
    allows(office, 7)
    sends(office, MORNING)

    status, said = writes_to_all(office)

    assert status == 75
    assert f"Nothing to do: they leave {ONCE}." in said
    assert f"Put off: 4 mails; they leave {ONCE}." in says(office)
    assert sends(office, office.at) == {"deferred": 4}


def test_copies_of_a_letter_wait_behind_the_openings_that_are_due(office: Office) -> None:
    allows(office, 3)
    office.at = MORNING - timedelta(minutes=15)
    writes_to_all(office)
    office.coop.replace("config.yaml", "daily_quota: 3", "daily_quota: 5")
    office.at = MORNING

    shown = says(office)

    assert f"Put off: 4 mails; they leave {ONCE}." in shown
    assert "Next to leave: with the next run, 2 openings." in shown
    assert sends(office, MORNING) == {"sent": 2, "deferred": 6}


def test_of_a_letter_mailjet_has_put_off_only_what_the_quota_allows_leaves_with_the_next_run(
    office: Office,
) -> None:
    allows(office, 9)
    sends(office, MORNING)
    office.server.script = [behaves(429)]

    _status, said = writes_to_all(office)

    assert "Sent: 0 of 4." in said
    assert f"the next send-due sends what the quota allows, the others leave {ONCE}." in said


def test_a_mail_to_all_leaves_room_for_recaps_that_are_due(office: Office) -> None:
    office.coop.replace("distributions.yaml", "2026-06-11 08:00", "2026-06-13 08:00")
    allows(office, 6)
    office.at = RECAPS

    status, said = writes_to_all(office)

    assert (status, sends(office, RECAPS + timedelta(minutes=10))["sent"]) == (1, 3)
    assert "Sent: 3 of 4" in said


def test_a_mail_to_all_leaves_room_for_corrections_that_are_owed(office: Office) -> None:
    office.coop.replace("distributions.yaml", "2026-06-11 08:00", "2026-06-13 08:00")
    allows(office, 8)
    sends(office, RECAPS)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")

    _status, said = writes_to_all(office)

    assert "Sent: 2 of 4" in said
    assert sends(office, RECAPS + timedelta(minutes=10))["sent"] == 3


def test_what_is_due_at_once_is_kept_room_for_once(office: Office) -> None:
    allows(office, 6)
    office.at = RECAPS

    shown = {(kind, over): addresses for _at, kind, addresses, over in planned(office)}

    assert shown == {("recap_24h", False): 3, ("opening", False): 3, ("opening", True): 1}
