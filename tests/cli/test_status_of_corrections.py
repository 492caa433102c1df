"""``status`` and ``check-member`` while somebody waits for a correction."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fixtures.coop import ORDERS
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

Line = tuple[str, str, bool, int, int]
TWO = "id;first_name;email;recap_4h\n1;Zoé;zoe@example.org;{}\n2;Luc;luc@example.org;non\n"
FOUR_HOURS_BEFORE = utc("2026-06-12T12:00").isoformat()
MOVED = utc("2026-06-13T08:00")


def upcoming(office: Office) -> list[Line]:
    """Return what leaves when: the kind, whether it is a correction, to how many, and how many have it."""
    document: dict[str, Any] = json.loads(office.invoke("status", "--json").stdout)
    lines = document["upcoming"]
    return [(one["at"], one["kind"], one["is_correction"], one["addresses"], one["already"]) for one in lines]


def moved(office: Office) -> None:
    office.coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-13 10:00")
    office.coop.replace("distributions.yaml", "2026-06-12 19:30", "2026-06-13 11:30")


def test_once_the_correction_has_left_the_next_recap_is_an_ordinary_one(office: Office) -> None:
    office.coop.write("members.csv", TWO.format("oui"))
    office.sends()
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    now, then = upcoming(office)

    assert now == (office.at.isoformat(), "recap_24h", True, 2, 0)
    assert then == (FOUR_HOURS_BEFORE, "recap_4h", False, 1, 0)
    shown = office.invoke("check-member", "1").stdout
    assert "correction  Fri 12 Jun (d1)  zoe@example.org  will leave" in shown
    assert "recap_4h    Fri 12 Jun (d1)  zoe@example.org  will leave" in shown


def test_before_and_after_a_correction_only_who_was_told_what_is_so_has_a_recap(office: Office) -> None:
    office.coop.write("members.csv", TWO.format("non"))
    office.sends()
    moved(office)
    office.coop.write("orders.csv", ORDERS.partition("2;d1")[0])

    before = upcoming(office)
    office.sends(office.at)
    after = upcoming(office)

    recap_at = (MOVED - timedelta(days=1)).isoformat()
    assert before == [
        (office.at.isoformat(), "recap_24h", True, 1, 0),
        (recap_at, "recap_24h", False, 0, 0),
    ]
    assert after == [(recap_at, "recap_24h", False, 0, 1)]


def test_who_was_told_of_an_opening_on_another_day_is_told_anew(office: Office) -> None:
    office.coop.write("members.csv", TWO.format("non"))
    office.sends(utc("2026-06-05T06:05"))
    office.at = utc("2026-06-05T06:30")
    office.coop.replace("distributions.yaml", "2026-06-05 08:00", "2026-06-08 08:00")

    [opening, *_recaps] = upcoming(office)

    assert opening == (utc("2026-06-08T06:00").isoformat(), "opening", False, 2, 0)
