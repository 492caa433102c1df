"""``status`` names what runs wrote off lately: each said so once, and perhaps to nobody."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, LONG_AGO, OPENED
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

A_MONTH_LATER = "- {id: d2, group: lac, starts_at: 2026-07-10 18:00, place: Salle des fêtes}\n"
ONCE_IT_STARTED = utc("2026-06-12T16:05")
ONCE_IT_IS_OVER = utc("2026-06-12T20:05")


def asked(office: Office, at: datetime) -> str:
    office.at = at
    return office.invoke("status").stdout


@pytest.fixture
def late(office: Office) -> Office:
    """Let no run come through from before orders open until the distribution has started."""
    office.coop.write("distributions.yaml", DISTRIBUTIONS + A_MONTH_LATER)
    office.sends(LONG_AGO)
    office.sends(ONCE_IT_STARTED)
    return office


def test_what_came_too_late_is_counted_with_the_command_that_names_whom(late: Office) -> None:
    late.sends(ONCE_IT_IS_OVER)

    shown = asked(late, ONCE_IT_IS_OVER + timedelta(minutes=5))

    assert "All is well" not in shown
    assert "It runs: the last time 5 minutes ago" in shown
    assert (
        "Too late since today 6:05 pm, and so not sent: 4 openings, 3 recaps; to whom: cagette-notify"
    ) in shown.replace("\u00a0", " ")
    assert "log --status expired --since 2026-06-12\n" in shown
    assert "maelle@example.org" in late.invoke("log", "--status", "expired", "--since", "2026-06-12").stdout


def test_a_correction_that_came_too_late_is_called_one(office: Office) -> None:
    office.sends(LONG_AGO)
    office.sends(A_DAY_BEFORE)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    office.sends(ONCE_IT_STARTED)

    office.at = ONCE_IT_STARTED + timedelta(minutes=5)
    found = json.loads(office.invoke("status", "--json").stdout)["expired"]

    assert {(one["is_correction"], one["addresses"]) for one in found if one["kind"] == "recap_24h"} == {
        (True, 3)
    }
    assert "3 corrections" in asked(office, office.at)


@pytest.mark.parametrize(("hours", "is_said"), [(47, True), (49, False)])
def test_after_two_days_it_is_said_no_more(late: Office, hours: int, *, is_said: bool) -> None:
    then = ONCE_IT_STARTED + timedelta(hours=hours)
    late.sends(then)

    shown = asked(late, then)

    assert ("Too late since" in shown) is is_said
    assert ("All is well" in shown) is not is_said


def test_where_all_left_in_time_all_is_well(office: Office) -> None:
    for at in (LONG_AGO, OPENED, A_DAY_BEFORE):
        office.sends(at)

    assert "Too late" not in asked(office, A_DAY_BEFORE + timedelta(minutes=5))
