"""``check-member`` on what is ahead: a recap whose orders are still to be exported is nothing unusual."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office


def ahead(office: Office) -> str:
    office.at = utc("2026-06-10T08:01")
    shown = office.invoke("check-member", "1").stdout.partition("The next 30 days:")[2]
    return next(line for line in shown.splitlines() if "recap_24h" in line)


def test_a_recap_ahead_leaves_once_its_orders_are_there(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()

    assert ahead(office).endswith("zoe@example.org  leaves once the orders are there, if there is one")


def test_a_recap_whose_order_is_known_already_waits_for_the_export_after_the_close(office: Office) -> None:
    assert ahead(office).endswith("zoe@example.org  leaves once the orders are exported, after their close")


@pytest.mark.parametrize("state", ["not there", "from before orders close", "after the close"])
def test_what_comes_after_a_recap_that_waits_for_its_orders_is_not_called_the_next(
    office: Office, state: str
) -> None:
    orders = office.coop.folder / "orders.csv"
    at = utc("2026-06-10T21:00" if state == "after the close" else "2026-06-09T10:00").timestamp()
    os.utime(orders, (at, at))
    if state == "not there":
        orders.unlink()
    office.coop.replace(
        "distributions.yaml",
        "- id: d1\n",
        "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-15 08:00}\n- id: d1\n",
    )
    office.at = utc("2026-06-11T15:15")

    reply = office.reply_to("1")

    assert "15 juin" not in reply
    assert ("devrait partir le jeudi 11 juin" in reply) is (state == "after the close")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("config.yaml", "data:\n", "stale_orders: send\ndata:\n"),
        ("distributions.yaml", "  orders_close_at: 2026-06-10 20:00\n", ""),
        ("distributions.yaml", "2026-06-10 20:00", "2026-06-12 12:00"),
        ("distributions.yaml", "2026-06-10 20:00", "2026-06-10 09:00"),
    ],
    ids=["sent though they are old", "no close", "closed after the recap", "closed by now"],
)
def test_it_waits_for_none_where_none_is_needed(office: Office, file: str, old: str, new: str) -> None:
    office.coop.replace(file, old, new)

    assert ahead(office).endswith("zoe@example.org  will leave")


@pytest.mark.parametrize(("email", "why"), [("", "no address"), ("zoe@no.mail", "no address")])
def test_it_leaves_to_no_address_that_there_is_not(office: Office, email: str, why: str) -> None:
    office.member(email=email)
    (office.coop.folder / "orders.csv").unlink()

    assert f"will not leave: {why}" in ahead(office)


def test_a_recap_ahead_whose_row_can_not_be_read_does_not_wait_for_an_export(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;deux\n2;d1;Pain;1\n")

    assert "will not leave: a row of this order can't be read" in ahead(office)


BEFORE = utc("2026-06-11T15:50")
DUE = utc("2026-06-11T16:05")
AN_OPENING = "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-11 18:00}\n"
ANOTHER = AN_OPENING.replace("d2", "d3").replace("06-19", "06-26")
RECAP_SAID = "le rappel de votre commande pour la distribution du vendredi 12 juin 2026"
OPENING_SAID = "l’annonce de l’ouverture des commandes pour la distribution du vendredi {} juin 2026"


def soon(office: Office, who: str, *distributions: str, at: datetime = DUE) -> str:
    """Return what the reply promises of the next mails, once these are planned, too."""
    path = office.coop.folder / "distributions.yaml"
    path.write_text("".join((path.read_text(encoding="utf-8"), *distributions)), encoding="utf-8")
    office.sends(BEFORE)
    office.at = at
    (line,) = [one for one in office.reply_to(who).splitlines() if "minutes :" in one or "prévu" in one]
    return line


def test_the_reply_names_each_of_the_mails_that_leave_with_the_next_run(office: Office) -> None:
    assert soon(office, "1", AN_OPENING) == (
        "2 messages partent pour vous dans les prochaines minutes : "
        f"{RECAP_SAID} et {OPENING_SAID.format(19)}."
    )


@pytest.mark.long
@pytest.mark.parametrize(("who", "promised"), [("1", False), ("luc@example.org", True)])
def test_what_leaves_to_the_other_of_the_household_alone_is_promised_to_the_other_alone(
    office: Office, who: str, *, promised: bool
) -> None:
    """Zoé has had her recap when the address of her partner is added."""
    office.sends(DUE)
    office.member(partner_first_name="Luc", partner_email="luc@example.org")
    office.at = DUE + timedelta(minutes=5)

    assert (f"dans les prochaines minutes : {RECAP_SAID}" in office.reply_to(who)) is promised


def test_openings_that_share_a_mail_are_one_message_that_names_them_all(office: Office) -> None:
    assert soon(office, "3", AN_OPENING, ANOTHER) == (
        "Un message part pour vous dans les prochaines minutes : "
        f"{OPENING_SAID.format(19)} et {OPENING_SAID.format(26)}."
    )


def test_openings_of_one_day_that_share_a_mail_are_promised_once(office: Office) -> None:
    same_day = ANOTHER.replace("06-26 18:00", "06-19 18:30")

    assert soon(office, "3", AN_OPENING, same_day) == (
        f"Un message part pour vous dans les prochaines minutes : {OPENING_SAID.format(19)}."
    )


def test_what_leaves_to_both_of_a_household_is_promised_once(office: Office) -> None:
    assert soon(office, "2") == f"Un message part pour vous dans les prochaines minutes : {RECAP_SAID}."


def test_a_correction_of_both_recaps_is_promised_once(office: Office) -> None:
    office.coop.write("notifications.csv", "member;kind;value\n1;recap_4h;oui\n")
    office.sends(DUE)
    four_hours_before = utc("2026-06-12T12:05")
    office.sends(four_hours_before)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    office.at = four_hours_before

    said = office.reply_to("1")

    assert f"Un message part pour vous dans les prochaines minutes : {RECAP_SAID}.\n" in said


def test_the_reply_names_all_that_leaves_at_the_next_time_and_nothing_of_later(office: Office) -> None:
    assert soon(office, "1", AN_OPENING, ANOTHER.replace("06-11", "06-12"), at=BEFORE) == (
        f"Les prochains messages prévus pour vous sont {RECAP_SAID} et {OPENING_SAID.format(19)} ; "
        "ils devraient partir le jeudi 11 juin 2026 à 18 h."
    )


def test_english_members_read_the_same(office: Office) -> None:
    office.coop.replace("groups.yaml", "  name:", "  language: en\n  name:")
    path = office.coop.folder / "distributions.yaml"
    path.write_text(path.read_text(encoding="utf-8") + AN_OPENING, encoding="utf-8")
    office.sends(BEFORE)
    office.at = DUE

    assert "2 e-mails leave for you within the next minutes: the reminder of your order for the " in (
        office.reply_to("1")
    )
