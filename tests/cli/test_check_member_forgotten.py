"""``check-member`` of a member who was forgotten and is still in the data: what was erased is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, OPENED
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

STARTED = utc("2026-06-12T16:05")


@pytest.fixture
def told(office: Office) -> Office:
    """Have an opening and a recap leave to Noël and his neighbours."""
    office.member()
    for at in (OPENED, utc("2026-06-05T06:15"), A_DAY_BEFORE, STARTED):
        office.sends(at)
    office.at = STARTED
    return office


def history(office: Office, who: str) -> dict[str, str]:
    return {one["kind"]: one["status"] for one in office.history(who)}


@pytest.mark.dear
def test_of_what_left_before_somebody_was_forgotten_nobody_says_that_it_did_not(told: Office) -> None:
    assert history(told, "2") == {
        "opening": "sent",
        "closing": "skipped",
        "recap_24h": "sent",
        "recap_4h": "skipped",
    }

    assert told.invoke("forget", "2", "--yes").exit_code == 0

    assert not {"opening", "recap_24h"} & history(told, "2").keys()
    assert "too late" not in told.invoke("check-member", "2", "-v").stdout


def test_nobody_guesses_by_today_s_orders_why_a_mail_that_left_did_not(told: Office) -> None:
    told.invoke("forget", "2", "--yes")
    rows = (told.coop.folder / "orders.csv").read_text("utf-8").splitlines(keepends=True)
    told.coop.write("orders.csv", "".join(row for row in rows if not row.startswith("2;")))

    assert "recap_24h" not in history(told, "2")


def test_what_left_to_others_is_told_when_somebody_was_forgotten(told: Office) -> None:
    told.invoke("forget", "2", "--yes")

    assert history(told, "1")["recap_24h"] == "sent"
    assert history(told, "3")["recap_24h"] == "skipped"


def test_what_nobody_forgotten_had_is_still_guessed(told: Office) -> None:
    told.invoke("forget", "2", "--yes")
    told.coop.replace("members.csv", "3;Léa;Roux;lea@example.org", "4;Ida;Noir;ida@example.org")

    assert history(told, "4")["recap_4h"] == "skipped"
