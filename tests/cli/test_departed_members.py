"""``check-member`` and ``log`` of who was a member, and is none any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

OSCAR = """\
userId;userName;distribution;productName;Quantité
1;MARTIN Zoé;d1;Pain;1
113;VIDAL Oscar / PETIT Ana;d1;Pain;1
"""
LIST = "id;first_name;last_name;email;partner_first_name;partner_last_name;partner_email\n"
ZOE = "1;Zoé;Martin;zoe@example.org;;;\n"
ROW = "113;Oscar;Vidal;oscar@example.org;Ana;Petit;ana@example.org\n"


@pytest.fixture
def told(office: Office) -> Office:
    """Let Oscar and Ana have had their recap, and be in no list any more."""
    office.coop.write("members.csv", LIST + ZOE + ROW)
    office.coop.write("orders.csv", OSCAR)
    office.sends(utc("2026-06-04T06:00"))
    office.sends()
    office.coop.write("members.csv", LIST + ZOE)
    return office


@pytest.mark.parametrize("who", ["Oscar Vidal", "vidal", "Ana PETIT", "113"])
def test_who_had_their_recap_is_no_member_any_more_and_not_one_whom_none_reaches(
    told: Office, who: str
) -> None:
    shown = told.invoke("check-member", who).stderr

    called = "113" if who == "113" else "VIDAL Oscar / PETIT Ana (113)"
    assert f"{called} is among the members no more; the last mail: recap_24h, Thursday 11 June" in shown
    assert "has ordered" not in shown
    assert "no recap" not in shown


def test_another_of_that_name_whom_nothing_reached_is_still_said_to_have_ordered(told: Office) -> None:
    told.coop.write("orders.csv", f"{OSCAR}114;VIDAL Rose;d1;Riz;1\n")

    shown = told.invoke("check-member", "vidal").stderr

    assert "(113) is among the members no more" in shown
    assert "orders.csv:4: an order for d1 is of VIDAL Rose (114), who is no member" in shown
    assert "orders.csv:3" not in shown


def test_whom_an_id_means_that_was_another_s_was_not_written_to(told: Office) -> None:
    told.coop.write("orders.csv", OSCAR.replace("VIDAL Oscar / PETIT Ana", "VIDAL Rose"))

    shown = told.invoke("check-member", "Rose Vidal").stderr

    assert "is of VIDAL Rose (113), who is no member of Les Paniers du Lac: no recap reaches them" in shown
    assert "no more" not in shown


def test_of_a_distribution_that_is_over_no_recap_is_to_be_waited_for(office: Office) -> None:
    office.coop.write("orders.csv", OSCAR)
    office.at = utc("2026-06-13T08:00")

    shown = office.invoke("check-member", "vidal").stderr

    assert "no recap reached them, and that distribution is over; add them to the members for" in shown


ANOTHER = """\
- id: d2
  group: lac
  starts_at: 2026-06-19 18:00
  orders_open_at: 2026-06-11 18:10
  orders_close_at: 2026-06-17 20:00
"""


@pytest.fixture
def opened(told: Office) -> Office:
    """Let the next opening have left to them since, which names no id."""
    told.coop.write("members.csv", LIST + ZOE + ROW)
    dates = (told.coop.folder / "distributions.yaml").read_text()
    told.coop.write("distributions.yaml", dates + ANOTHER)
    told.sends(utc("2026-06-11T16:15"))
    told.coop.write("members.csv", LIST + ZOE)
    return told


def test_the_last_mail_of_whoever_is_asked_for_by_id_may_name_none(opened: Office) -> None:
    shown = opened.invoke("check-member", "113").stderr

    assert "113 is among the members no more; the last mail: opening, Thursday 11 June 2026" in shown


def test_log_by_id_shows_what_names_none(opened: Office) -> None:
    shown = opened.invoke("log", "--member", "113").stdout

    openings = [line for line in shown.splitlines() if "opening" in line and "d2" in line]
    assert sum(address in line for line in openings for address in ("oscar@", "ana@")) == len(openings) == 2


def test_what_lies_at_an_address_that_is_another_s_today_is_not_theirs(opened: Office) -> None:
    others = "7;Bo;Roy;oscar@example.org;;;\n9;Cy;Roy;ana@example.org;;;\n"
    opened.coop.write("members.csv", LIST + ZOE + others)

    assert "the last mail: recap_24h" in opened.invoke("check-member", "113").stderr
    assert "opening" not in opened.invoke("log", "--member", "113").stdout
