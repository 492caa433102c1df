"""``check-member`` of who has rows among the orders, and no order: 0 of something is none."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.fixtures.office import Office

NOTHING = ["1;d1;Tomates;0\n", "1;d1;Tomates;0\n1;d1;Riz;0,0\n", "1;d1;;0\n", ""]
"""Zoé's rows: of no quantity, or left out with a quantity of 0, or none."""


def orders(office: Office, zoes: str) -> None:
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n2;d1;Panier;1\n{zoes}")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("LENOIR;d1;Panier;1\n", "orders.csv:2 names no member of the group"),
        (
            "LENOIR;d1;Panier;1\nLEBLANC;d1;Panier;1\n",
            "orders.csv:2, orders.csv:3 name no members of the group",
        ),
    ],
)
def test_where_all_orders_name_nobody_who_is_known_nothing_is_reassuring(
    office: Office, rows: str, said: str
) -> None:
    office.coop.write("orders.csv", f"member_name;distribution;product;quantity\n{rows}")
    office.sends()

    last = office.checks("1")["last_messages"]

    assert last["status"] == "warning"
    assert "no order of anybody is known" in last["summary"]
    assert said in last["advice"]
    assert "export" not in last["advice"]


@pytest.mark.long
@pytest.mark.parametrize("rows", NOTHING)
def test_who_ordered_0_of_everything_reads_that_no_order_is_known(office: Office, rows: str) -> None:
    orders(office, rows)
    office.sends()

    last = office.checks("1")["last_messages"]

    assert "no order in this name is known" in last["summary"]
    assert "can't be read" not in last["summary"]
    assert "nous ne trouvons pas de commande à votre nom" in office.reply_to("1")


WHERE = {
    "1;d1;Tomates;0\n": "orders.csv:3",
    "1;d1;Tomates;0\n1;d1;Riz;0,0\n": "orders.csv:3, orders.csv:4",
    "2;d1;Riz;1\n1;d1;;0\n": "orders.csv:4",
}


@pytest.mark.long
@pytest.mark.parametrize(("rows", "places"), WHERE.items())
def test_the_rows_that_come_to_0_are_named(office: Office, rows: str, places: str) -> None:
    orders(office, rows)
    office.sends()

    last = office.checks("1")["last_messages"]

    assert f"no order in this name is known; what stands in it comes to 0: {places}" in last["summary"]
    assert f"if the member did order: correct the quantity in {places}" in last["advice"]


def test_without_any_row_the_order_may_stand_under_another_name(office: Office) -> None:
    orders(office, "")
    office.sends()

    last = office.checks("1")["last_messages"]

    assert "comes to 0" not in last["summary"]
    assert last["advice"] == "if the member did order: under which name? See orders.csv"


def test_so_they_are_where_what_was_told_holds_no_longer(office: Office) -> None:
    office.sends()
    orders(office, "1;d1;Tomates;0\n")
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")

    last = office.checks("1")["last_messages"]

    assert "is known any more; what stands in it comes to 0: orders.csv:3" in last["summary"]
    assert "it changed; if the member did order: correct the quantity in orders.csv:3" in last["advice"]


def test_and_of_an_address_to_which_nothing_left(office: Office) -> None:
    office.sends()
    office.member(email="", partner_first_name="Max", partner_email="max@example.org")
    orders(office, "1;d1;Tomates;0\n")

    last = office.checks("1")["last_messages"]

    assert (
        "no order in this name is known for d1 (Friday 12 June 2026); what stands in it comes to 0: "
        "orders.csv:3" in last["summary"]
    )
    assert "under which name" not in last["advice"]


@pytest.mark.long
@pytest.mark.parametrize(
    "rows", ["1;d1;Tomates;0\n1;d1;Riz;1\n", "1;d1;Tomates;0,5\n", "1;d1;Riz;beaucoup\n"]
)
def test_who_ordered_something_or_perhaps_something_is_not_said_to_have_none(
    office: Office, rows: str
) -> None:
    orders(office, "")
    office.sends()
    orders(office, rows)

    assert "no order in this name is known" not in office.checks("1")["last_messages"]["summary"]


@pytest.mark.long
@pytest.mark.parametrize("rows", NOTHING)
def test_whose_order_became_0_before_the_distribution_moved_is_said_not_to_know(
    office: Office, rows: str
) -> None:
    office.sends()
    orders(office, rows)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")

    assert "no order in this name is known any more" in office.checks("1")["last_messages"]["summary"]


@pytest.mark.long
@pytest.mark.parametrize("rows", NOTHING)
def test_who_ordered_0_has_missed_no_recap_where_the_orders_came_too_late(office: Office, rows: str) -> None:
    (office.coop.folder / "orders.csv").unlink()
    for at in (utc("2026-06-10T08:00"), A_DAY_BEFORE, utc("2026-06-12T16:05")):
        office.sends(at)
    office.at = utc("2026-06-12T16:05") + timedelta(minutes=1)
    orders(office, rows)

    summary = office.checks("1")["last_messages"]["summary"]

    assert "did not leave" not in summary
    assert "no order in this name is known" in summary


STARTED = utc("2026-06-12T16:05")


def dated_orders(office: Office) -> Path:
    """Have the orders of each day in a file of their own, and one of Noël's alone in that of d1."""
    office.coop.replace("config.yaml", "orders.csv", "exports/commandes-{date}.csv")
    (office.coop.folder / "exports").mkdir()
    rows = "member;distribution;product;quantity\n2;d1;Panier;1\n"
    return office.coop.write("exports/commandes-2026-06-12.csv", rows)


def ages(orders: Path) -> None:
    before_they_closed = utc("2026-06-09T08:00").timestamp()
    os.utime(orders, (before_they_closed, before_they_closed))


@pytest.mark.long
@pytest.mark.parametrize("becomes", [Path.unlink, ages])
def test_that_no_order_was_known_is_said_when_the_export_is_gone_or_older(
    office: Office, becomes: Callable[[Path], None]
) -> None:
    exported = dated_orders(office)
    for at in (A_DAY_BEFORE, utc("2026-06-12T12:05"), STARTED):
        office.sends(at)
    office.at = STARTED
    becomes(exported)
    office.has_written()

    assert "no order in this name is known" in office.checks("1")["last_messages"]["summary"]
    assert "nous ne trouvons pas de commande à votre nom" in office.reply_to("1")
    assert "no order in this name" not in office.checks("2")["last_messages"]["summary"]


def test_what_no_run_came_for_once_the_export_was_gone_hides_no_earlier_word_of_it(office: Office) -> None:
    office.member(recap_4h="oui")
    exported = dated_orders(office)
    office.sends(A_DAY_BEFORE)
    exported.unlink()
    office.at = STARTED

    assert "no order in this name is known" in office.checks("1")["last_messages"]["summary"]


def recap_left_while_she_had_an_order(office: Office, **cells: str) -> None:
    office.member(recap_4h="oui", **cells)
    office.sends()
    office.coop.replace("orders.csv", "1;d1;Tomates;2", "1;d1;Tomates;0")


def no_recap_leaves_any_more(office: Office) -> None:
    office.sends(utc("2026-06-12T12:05"))
    office.at = utc("2026-06-12T13:00")


def test_a_recap_that_left_while_there_was_an_order_is_not_denied(office: Office) -> None:
    recap_left_while_she_had_an_order(office)
    no_recap_leaves_any_more(office)

    reply = office.reply_to("1")

    assert (
        "is known; recap_24h d1 left on Thursday 11 June 2026 to zoe@example.org"
        in (office.checks("1")["last_messages"]["summary"])
    )
    assert "aucun autre rappel ne part donc pour vous. Un rappel était parti le jeudi 11 juin 2026" in reply
    assert "à zoe@example.org. Si vous aviez commandé" in reply
    assert "aucun rappel n’est donc parti" not in reply


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("", "Un rappel était parti le jeudi 11 juin 2026 à votre ancienne adresse, zoe@example.org."),
        ("en", "A reminder had left on Thursday 11 June 2026 to your former address, zoe@example.org."),
    ],
)
def test_a_recap_that_left_to_a_former_address_is_not_denied(
    office: Office, language: str, told: str
) -> None:
    recap_left_while_she_had_an_order(office)
    office.member(email="new@example.org", recap_4h="oui", language=language)
    office.has_written("new@example.org")
    no_recap_leaves_any_more(office)

    assert told in office.reply_to("1")
    assert (
        "to zoe@example.org, which is no address of theirs any more"
        in (office.checks("1")["last_messages"]["summary"])
    )


def test_a_former_address_of_two_is_the_household_s(office: Office) -> None:
    max_s = {"partner_first_name": "Max", "partner_email": "max@example.org"}
    recap_left_while_she_had_an_order(office, **max_s)
    office.member(email="new@example.org", recap_4h="oui", **max_s)
    office.has_written("new@example.org")
    no_recap_leaves_any_more(office)

    reply = office.reply_to("max@example.org")

    assert "à une ancienne adresse de votre foyer, zoe@example.org." in reply
    assert "Un rappel était parti le jeudi 11 juin 2026 à max@example.org." in reply


def test_a_former_address_that_was_another_s_is_not_told(office: Office) -> None:
    office.coop.write(
        "members.csv", "id;first_name;last_name;email;recap_4h\n1;Ana;Petit;ana@example.org;oui\n"
    )
    office.sends()
    office.member(recap_4h="oui")
    office.has_written()
    office.coop.replace("orders.csv", "1;d1;Tomates;2", "1;d1;Tomates;0")
    no_recap_leaves_any_more(office)

    reply = office.reply_to("1")

    assert "ana@example.org" not in reply
    assert "Un rappel était parti le jeudi 11 juin 2026 à une autre adresse, que nous avions alors." in reply


def test_a_recap_that_was_only_written_is_not_said_to_have_left(office: Office) -> None:
    office.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    recap_left_while_she_had_an_order(office)
    no_recap_leaves_any_more(office)

    reply = office.reply_to("1")

    assert "nous ne trouvons pas de commande à votre nom : aucun rappel n’est donc parti pour vous." in reply
    assert "était parti" not in reply


def max_becomes_a_member(office: Office) -> None:
    """Let the recap leave to Zoé and her partner Max, its correction once he has an account of his own."""
    office.member(partner_first_name="Max", partner_email="max@example.org")
    office.sends()
    members = office.coop.folder / "members.csv"
    text = members.read_text().replace("Max;max@example.org", ";")
    members.write_text(f"{text}30;Max;Durand;max@example.org;;\n")
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")
    office.sends(utc("2026-06-11T16:15"))
    office.at = utc("2026-06-11T16:30")


@pytest.mark.long
@pytest.mark.parametrize("who", ["max@example.org", "30", "Max Durand"])
def test_a_recap_that_left_to_an_address_in_whoever_s_name_is_not_denied(office: Office, who: str) -> None:
    max_becomes_a_member(office)

    reply = office.reply_to(who)

    assert "nous ne trouvons plus de commande à votre nom : aucun autre rappel ne part donc" in reply
    assert "Un rappel était parti le jeudi 11 juin 2026 à max@example.org." in reply
    assert (
        "correction d1 left on Thursday 11 June 2026 to max@example.org"
        in office.checks(who)["last_messages"]["summary"]
    )


def test_what_left_to_an_address_before_it_was_one_s_own_is_in_the_history(office: Office) -> None:
    max_becomes_a_member(office)

    sent = [one for one in office.history("30") if one["status"] == "sent"]

    assert [(one["kind"], one["address"]) for one in sent] == [("recap_24h", "max@example.org")] * 2
    assert {one["address"] for one in office.history("2") if one["status"] == "sent"} == {"noel@example.org"}


def test_an_address_that_was_refused_in_another_s_name_is_said_to_be_refused(office: Office) -> None:
    office.server.account.bad_addresses.add("max@example.org")
    max_becomes_a_member(office)

    assert (
        "recap_24h d1 to max@example.org: refused for good" in office.checks("30")["last_messages"]["summary"]
    )


def cancelled(office: Office) -> None:
    office.coop.replace("distributions.yaml", "  place:", "  cancelled: yes\n  place:")


def test_that_no_order_was_known_is_said_once_the_next_recap_is_cancelled(office: Office) -> None:
    office.member(recap_4h="oui")
    orders(office, "")
    office.sends()
    cancelled(office)
    office.sends(utc("2026-06-12T12:31"))
    office.at = utc("2026-06-12T12:40")
    office.knows()

    last = office.checks("1")["last_messages"]
    shown = " ".join(office.invoke("check-member", "1").stdout.split())
    reply = office.reply_to("1")

    assert "no order in this name is known" in last["summary"]
    assert (
        "distribution d1 (Friday 12 June 2026) is cancelled: no mail of it leaves any more" in last["summary"]
    )
    assert "OK: the recap of d1" in shown
    assert "nous ne trouvons pas de commande à votre nom" in reply
    assert "La distribution du vendredi 12 juin 2026 est annulée d’après nos données" in reply


@pytest.mark.long
@pytest.mark.parametrize("later", ["recap_4h: non", "inactive", "disabled"])
def test_that_no_order_was_known_is_said_whatever_else_keeps_the_next_recap_away(
    office: Office, later: str
) -> None:
    office.member(recap_4h="oui", last_seen="2026-01-15")
    orders(office, "")
    office.sends()
    if later == "inactive":
        config = office.coop.folder / "config.yaml"
        config.write_text(f"{config.read_text()}inactive_after: 90d\n")
    elif later == "disabled":
        office.coop.replace("groups.yaml", "  name: Les", "  disabled: yes\n  name: Les")
    else:
        office.member(recap_4h="non", last_seen="2026-01-15")
    office.sends(utc("2026-06-12T12:31"))
    office.at = utc("2026-06-12T12:40")

    assert "no order in this name is known" in str(office.checks("1")["last_messages"])


def test_who_had_ordered_what_was_cancelled_reads_so(office: Office) -> None:
    cancelled(office)
    office.sends()
    office.member(language="en")

    assert (
        "d1 (Friday 12 June 2026) is cancelled: no mail of it leaves"
        in office.checks("1")["last_messages"]["summary"]
    )
    assert "The distribution of Friday 12 June 2026 is cancelled, as far as we know" in office.reply_to("1")
    assert "no order" not in office.reply_to("1")


@pytest.mark.parametrize("delivery", ["mailjet", "outbox"])
def test_of_what_was_cancelled_after_a_recap_left_it_is_said_once(office: Office, delivery: str) -> None:
    office.coop.replace("config.yaml", "delivery: mailjet", f"delivery: {delivery}")
    office.member(recap_4h="oui")
    office.sends()
    cancelled(office)
    office.sends(utc("2026-06-12T12:31"))
    office.at = utc("2026-06-12T12:40")

    summary = office.checks("1")["last_messages"]["summary"]

    assert summary.count("is cancelled") == 1
    assert "no mail takes that back by itself" in summary


@pytest.mark.parametrize("shared", ["#N/A", "3|#N/A"])
def test_who_may_share_an_order_that_does_not_tell_with_whom_is_not_said_to_have_none(
    office: Office, shared: str
) -> None:
    rows = f"1;d1;Pain;2;3;{shared}\n"
    office.coop.write("orders.csv", f"member;distribution;product;quantity;price;shared_with\n{rows}")
    office.sends()

    last = office.checks("2")["last_messages"]

    assert last["status"] == "warning"
    assert "may be of the order for d1 (Friday 12 June 2026): orders.csv:2" in last["summary"]
    assert "pas de commande" not in office.reply_to("2")


CAGETTE_S = "userId;userName;productName;Quantité\n1;MARTIN Zoé;Pain;1\n"
UNUSED = "and commandes pain.csv, which seems to hold orders, is not read"


@pytest.mark.long
@pytest.mark.parametrize(
    "at", [utc("2026-06-11T10:00"), A_DAY_BEFORE + timedelta(minutes=50)], ids=["to come", "missed"]
)
def test_an_export_that_nobody_reads_is_named_to_who_has_no_order(office: Office, at: datetime) -> None:
    orders(office, "")
    office.coop.write("commandes pain.csv", CAGETTE_S)
    if at > A_DAY_BEFORE:
        office.sends()
    office.at = at

    last = office.checks("1")["last_messages"]
    assert last["status"] == "warning"
    assert UNUSED in last["summary"]
    assert "look for the order in commandes pain.csv" in last["advice"]
    assert "commandes pain.csv" not in office.reply_to("1")
    assert UNUSED not in office.checks("2")["last_messages"]["summary"]
    (office.coop.folder / "commandes pain.csv").unlink()
    assert "not read" not in office.checks("1")["last_messages"]["summary"]


def test_so_is_an_older_file_of_the_day_that_is_replaced(office: Office) -> None:
    office.coop.replace("config.yaml", "orders: orders.csv", "orders: orders-{date}*.csv")
    for name, row, age in (
        ("orders-2026-06-12.csv", "1;Pain;1", 2),
        ("orders-2026-06-12 b.csv", "2;Riz;1", 1),
    ):
        at = A_DAY_BEFORE.timestamp() - 3600 * age
        os.utime(office.coop.write(name, f"member;product;quantity\n{row}\n"), (at, at))

    said = office.checks("1")["last_messages"]["summary"]

    assert "and orders-2026-06-12.csv, which seems to hold orders, is not read" in said
    assert "not read" not in office.checks("2")["last_messages"]["summary"]


def test_an_export_of_members_that_nobody_reads_holds_no_order(office: Office) -> None:
    orders(office, "")
    office.coop.write("liste.csv", "firstName;lastName;email\nZoé;Martin;zoe@example.org\n")
    office.sends()

    assert "liste.csv" not in office.checks("1")["last_messages"]["summary"]


def test_to_whom_a_correction_is_to_leave_is_not_said_to_hear_of_no_change(office: Office) -> None:
    max_becomes_a_member(office)
    office.coop.replace("distributions.yaml", "Halle", "Gymnase")

    assert not any("Gymnase" in one["summary"] for one in office.checks("30").values())
