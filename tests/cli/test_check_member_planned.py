"""``check-member`` on mails that coordinators have planned: told to whom they go as things stand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import DISTRIBUTIONS
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

MORNING = utc("2026-06-10T08:00")
BEFORE_RECAP = "2026-06-11 09:00"
AFTER_RECAP = "2026-06-12 10:00"


def plans(
    office: Office,
    send_at: str,
    *lists: str,
    at: datetime = MORNING,
    subject: str = "On change",
) -> None:
    """Plan a mail while cron is at work; a list from a file is of Noël alone."""
    office.at = at
    office.coop.write("noel.csv", "noel@example.org\n")
    office.coop.write("lettre.md", "Bonjour,\n\non change de salle.\n")
    office.coop.run(office.at)
    letter = str(office.coop.folder / "lettre.md")
    words = [part for one in lists for part in ("--to", one)]
    result = office.invoke(
        "broadcast", "lac", "-s", subject, "--body", letter, "--send-at", send_at, "--yes", *words
    )
    assert result.exit_code == 0


def letters(office: Office, who: str = "1") -> list[dict[str, Any]]:
    _status, document = office.asks(who)
    (member,) = document["members"]
    return [one for one in member["upcoming"] if one["kind"] == "broadcast"]


PLANNED = "planned; leaves to whoever is in its list then, and so to them as things stand"


def test_a_planned_mail_is_told_to_whom_it_goes_as_things_stand(office: Office) -> None:
    plans(office, BEFORE_RECAP)

    (letter,) = letters(office)
    shown = office.invoke("check-member", "1").stdout

    told = {"at": "2026-06-11T07:00:00+00:00", "address": ZOE, "status": "will_send", "subject": "On change"}
    assert letter | told == letter
    assert f"Thu 11 Jun 9:00 am broadcast On change {ZOE} {PLANNED}" in " ".join(shown.split())
    assert "On change" not in office.reply_to("1")


def test_whom_its_list_does_not_mean_as_things_stand_is_not_told_of_it(office: Office) -> None:
    plans(office, BEFORE_RECAP, f"file:{office.coop.folder / 'noel.csv'}")

    assert (len(letters(office, "2")), letters(office)) == (1, [])
    assert "coordination est prévu" not in office.reply_to("1")
    office.coop.replace("members.csv", "noel@", "noelle@")
    assert [one["address"] for one in letters(office, "2")] == []


def test_while_a_guard_holds_the_group_it_is_promised_to_nobody(office: Office) -> None:
    others = "".join(f"{number};a{number}@example.org\n" for number in range(2, 14))
    office.coop.write("members.csv", f"id;email\n1;{ZOE}\n{others}")
    office.at = MORNING
    letter = office.coop.write("accueil.md", "Bienvenue\n")
    office.invoke("broadcast", "lac", "-s", "Bienvenue", "--body", str(letter), "--yes")
    plans(office, BEFORE_RECAP)
    office.coop.write("members.csv", f"id;email\n1;{ZOE}\n")

    assert [one["status"] for one in letters(office)] == ["held"]
    assert "coordination est prévu" not in office.reply_to("1")


def test_what_is_due_and_waits_is_promised_to_nobody(office: Office) -> None:
    plans(office, BEFORE_RECAP, "with-order:d1")
    office.at = utc("2026-06-11T07:05")
    office.coop.write("distributions.yaml", f"{DISTRIBUTIONS}  cancelled: yes\n")

    (letter,) = letters(office)
    shown = office.invoke("check-member", "1").stdout

    assert letter["status"] == "held"
    assert "planned, and waits: status says for what" in shown
    assert "coordination est prévu" not in office.reply_to("1")


@pytest.mark.parametrize(("send_at", "is_first"), [(BEFORE_RECAP, True), (AFTER_RECAP, False)])
def test_the_reply_names_it_where_no_notice_comes_before(
    office: Office, send_at: str, *, is_first: bool
) -> None:
    orders = office.coop.folder / "orders.csv"
    at = utc("2026-06-10T21:00").timestamp()
    os.utime(orders, (at, at))
    plans(office, send_at, at=utc("2026-06-11T06:00"))

    reply = office.reply_to("1")

    first = "Un message de la coordination est prévu pour vous ; il devrait partir le jeudi 11 juin 2026"
    notice = "Le prochain message prévu pour vous est le rappel"
    assert (f"{first} à 9 h." in reply, notice in reply) == (is_first, not is_first)


def test_the_reply_names_it_after_a_notice_that_comes_before(office: Office) -> None:
    orders = office.coop.folder / "orders.csv"
    at = utc("2026-06-10T21:00").timestamp()
    os.utime(orders, (at, at))
    plans(office, AFTER_RECAP, at=utc("2026-06-11T06:00"))

    reply = office.reply_to("1")

    planned = "message de la coordination est prévu pour vous ; il devrait partir le vendredi 12 juin"
    assert reply.index("Le prochain message prévu pour vous est le rappel") < reply.index(planned)


def test_what_is_to_leave_in_more_than_a_month_or_is_held_is_not_told(office: Office) -> None:
    plans(office, "2026-07-20 09:00")
    later = letters(office)
    plans(office, BEFORE_RECAP, subject="Autre")
    office.at = utc("2026-06-12T07:00")

    assert (later, letters(office)) == ([], [])
