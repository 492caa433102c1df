"""What is said while people were told another hour or place, and the mail that says so waits."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, GROUPS, OPENED, ORDERS
from tests.fixtures.mailjet_server import status
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

SOON = A_DAY_BEFORE + timedelta(minutes=30)
THEN = "Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes"
NOW = "Friday 12 June 2026 at 7:00\u00a0pm, Halle"


def moves(office: Office, start: str = "2026-06-12 19:00", place: str = "Halle") -> None:
    office.coop.write(
        "distributions.yaml",
        f"- {{id: d1, group: lac, starts_at: {start}, orders_open_at: 2026-06-05 08:00, "
        f"orders_close_at: 2026-06-10 20:00, place: {place}}}\n",
    )


def gone(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()


def torn(office: Office) -> None:
    office.coop.write("orders.csv", 'member;distribution;product;quantity\n1;d1;"Pain;2\n')


def without_quantities(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution;product\n1;d1;Pain\n")


LOST = pytest.mark.parametrize("lose", [gone, torn, without_quantities])


def told(office: Office, who: str = "1") -> str:
    """Return what the check of a member's mails says."""
    summary: str = office.checks(who)["last_messages"]["summary"]
    return summary


def warned(office: Office) -> list[str]:
    """Return the warnings of ``status``."""
    found = json.loads(office.invoke("status", "--json").stdout)
    return [one["message"] for one in found["warnings"]]


def said(addresses: str, then: str = THEN, now: str = NOW) -> str:
    return f"d1 was told to {addresses} for {then}, and it is {now}: the correction waits for the orders: "


@pytest.mark.long
@LOST
def test_who_was_told_otherwise_is_named_while_the_correction_waits_for_the_orders(
    office: Office, lose: Callable[[Office], None]
) -> None:
    office.sends()
    office.knows()
    moves(office)
    lose(office)
    for _before_and_after in range(2):
        status, document = office.asks("1")

        assert (status, document["verdict"]) == (0, "warning")
        assert said(ZOE) + "orders.csv (" in told(office)
        assert [line for line in warned(office) if said("3 addresses") in line]
        assert "All is well" not in office.invoke("status").stdout
        office.sends(SOON)
    assert [arrival.address for arrival in office.server.delivered].count(ZOE) == 1


@pytest.mark.long
@pytest.mark.parametrize("who", ["1", ZOE])
def test_the_reply_gives_what_was_told_and_what_holds(office: Office, who: str) -> None:
    office.sends()
    moves(office)
    gone(office)
    office.at = utc("2026-06-11T17:05")  # the recap is due, too, and waits

    french = office.reply_to(who)
    office.member(language="en")
    english = office.reply_to(who)

    assert (
        "La distribution vous avait été annoncée pour le vendredi 12 juin 2026 à 18 h, Salle des fêtes ; "
        "elle est désormais prévue le vendredi 12 juin 2026 à 19 h, Halle. Le message qui rectifie cette "
        "annonce attend la liste des commandes"
    ) in french
    assert "problème de notre côté" not in french
    assert "Indésirables" not in french
    assert "announced to you for Friday 12 June 2026 at 6:00 pm, Salle des fêtes; it now takes" in english
    assert "at 7:00 pm, Halle. The e-mail that corrects it waits for the list of orders" in english


def test_it_is_said_in_french_too(office: Office) -> None:
    office.sends()
    moves(office)
    gone(office)

    shown = office.invoke("--lang", "fr", "status").stdout.replace("\u00a0", " ")

    then, now = "vendredi 12 juin 2026 à 18 h, Salle des fêtes", "vendredi 12 juin 2026 à 19 h, Halle"
    told = f"a été annoncée à 3 adresses pour le {then}, et c’est désormais le {now} : le rectificatif attend"
    assert told in " ".join(shown.split())


def test_it_is_said_however_far_ahead_it_was_put_off(office: Office) -> None:
    office.sends()
    moves(office, "2026-07-12 19:00")
    gone(office)

    assert said(ZOE, now="Sunday 12 July 2026 at 7:00\u00a0pm, Halle") in told(office)
    assert len(warned(office)) == 1


def test_it_is_said_to_whom_corrections_go_whatever_they_have_off_since(office: Office) -> None:
    office.sends()
    office.member(recap_24h="non")
    moves(office)
    gone(office)

    assert said(ZOE) in told(office)


def test_each_of_a_household_reads_what_they_heard_last(office: Office) -> None:
    office.sends()
    moves(office, "2026-06-12 18:30")
    office.coop.replace(
        "members.csv", "2;Noël;Bœuf;noel@example.org;Maëlle;maelle", "2;Noël;Bœuf;;Maëlle;maelle"
    )
    office.sends(SOON)  # to the former address, too
    office.coop.replace("members.csv", "2;Noël;Bœuf;;", "2;Noël;Bœuf;boeuf@example.org;")
    office.sends(SOON + timedelta(minutes=5))
    moves(office)
    gone(office)

    addresses = "noel@example.org, maelle@example.org, boeuf@example.org"
    heard = told(office, "2")

    assert all(address in heard for address in addresses.split(", "))
    assert "for Friday 12 June 2026 at 6:30\u00a0pm, Halle, and it is" in heard
    assert "18:00, Salle" not in heard
    assert "à 18 h 30, Halle ; elle est" in office.reply_to("maelle@example.org")


def maelle_missed_the_first_correction(office: Office) -> None:
    office.sends()
    moves(office, "2026-06-12 18:30")
    office.server.account.bad_addresses.add("maelle@example.org")
    office.sends(SOON)


def test_addresses_that_were_told_different_things_are_told_apart(office: Office) -> None:
    maelle_missed_the_first_correction(office)
    moves(office)
    gone(office)

    later = "Friday 12 June 2026 at 6:30\u00a0pm, Halle"
    assert said(f"maelle@example.org for {THEN}, to noel@example.org", later) in told(office, "2")
    assert [
        said(f"{n}", then) in " ".join(warned(office))
        for n, then in (("1 address", THEN), ("2 addresses", later))
    ]
    assert "à 18 h, Salle des fêtes ; elle est" in office.reply_to("maelle@example.org")
    assert "à 18 h 30, Halle ; elle est" in office.reply_to("noel@example.org")


def test_an_address_that_was_corrected_is_not_named_with_one_that_was_not(office: Office) -> None:
    maelle_missed_the_first_correction(office)
    office.coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", "")

    assert (
        f"d1 was told to maelle@example.org for {THEN}, and it is Friday 12 June 2026 at 6:30\u00a0pm"
        in told(office, "2")
    )


def test_what_moved_back_to_what_was_told_is_no_warning(office: Office) -> None:
    office.sends()
    office.knows()
    moves(office)
    gone(office)
    moves(office, "2026-06-12 18:00", "Salle des fêtes")

    assert "was told" not in told(office)
    assert warned(office) == []


@pytest.mark.long
@pytest.mark.parametrize("off", ["cancelled", "disabled"])
def test_what_is_off_waits_for_no_orders(office: Office, off: str) -> None:
    office.sends()
    office.knows()
    moves(office)
    gone(office)
    if off == "cancelled":
        office.coop.replace("distributions.yaml", "place:", "cancelled: yes, place:")
    else:
        office.coop.write("groups.yaml", f"{GROUPS}  disabled: yes\n")

    assert "waits for the orders" not in told(office)
    assert not [line for line in warned(office) if "was told" in line]


def test_what_was_told_is_over_once_its_hour_is_past(office: Office) -> None:
    office.sends()
    moves(office, "2026-06-19 19:00")
    gone(office)
    office.at = utc("2026-06-12T16:00")

    assert "was told" not in told(office)
    assert not [line for line in warned(office) if "was told" in line]


def test_a_place_that_is_unknown_now_stands_as_it_was_told(office: Office) -> None:
    office.sends()
    moves(office, place="'#N/A'")
    gone(office)

    assert said(ZOE, now="Friday 12 June 2026 at 7:00\u00a0pm, Salle des fêtes") in told(office)


def test_so_it_stands_for_who_has_no_order_any_more(office: Office) -> None:
    office.sends()
    moves(office, place="'#N/A'")
    office.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")

    assert said(ZOE, now="Friday 12 June 2026 at 7:00\u00a0pm, Salle des fêtes").partition(": the")[
        0
    ] in told(office)


def test_who_has_no_order_any_more_waits_for_no_correction(office: Office) -> None:
    office.sends()
    moves(office)
    office.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")

    assert "the correction goes only to those who have an order" in told(office)
    assert not [line for line in warned(office) if "the correction waits" in line]


def is_held(office: Office) -> None:
    """Let recaps leave, and have the list of members shrink before the distribution moves."""
    rows = "".join(f"{n};P{n};Q{n};p{n}@example.org;;\n" for n in range(10, 30))
    office.coop.replace("members.csv", "3;Léa", rows + "3;Léa")
    office.sends()
    office.coop.replace("members.csv", rows, "")
    moves(office)


def test_a_hold_keeps_no_correction_from_who_has_no_order_any_more(office: Office) -> None:
    is_held(office)
    office.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")

    assert "held no more" not in told(office)
    assert "the correction goes only to those who have an order" in told(office)
    assert [line for line in warned(office) if "d1 was told to 2 addresses" in line]


def test_the_correction_of_a_group_that_is_held_is_told_of_too(office: Office) -> None:
    is_held(office)

    waits = "the correction waits until the group is held no more"
    assert waits in told(office)
    assert [line for line in warned(office) if waits in line]
    assert "Halle. Le message qui rectifie cette annonce attend que les données" in office.reply_to("1")
    gone(office)
    assert said(ZOE) in told(office)


@pytest.mark.long
@pytest.mark.parametrize("is_refused", [True, False])
def test_the_correction_that_nothing_sends_any_more_is_told_of_too(office: Office, is_refused: bool) -> None:
    office.sends()
    moves(office)
    before = [told(office), *warned(office)]
    if is_refused:
        office.server.script = [status(401)] * 20
        office.sends(SOON)
    else:  # cron has died
        office.at = A_DAY_BEFORE + timedelta(hours=3)

    waits = "the correction waits until mails leave again"
    assert "was told" not in " ".join(before)
    assert waits in told(office)
    assert [line for line in warned(office) if waits in line]
    assert "Halle. Le message qui rectifie cette annonce n’a pas encore pu partir" in office.reply_to("1")


def test_who_is_listed_under_another_id_was_told_all_the_same(office: Office) -> None:
    office.sends()
    office.coop.write("members.csv", (office.coop.folder / "members.csv").read_text().replace("\n", "\n10"))
    office.coop.replace(
        "members.csv", "\n103;Léa;Roux;lea@example.org;;\n10", "\n103;Léa;Roux;lea@example.org;;\n"
    )
    moves(office)
    gone(office)

    assert said(ZOE) in told(office, ZOE)
    assert [line for line in warned(office) if said("3 addresses") in line]


def opened(office: Office) -> None:
    """Let the opening leave, and no recap; the orders are not there when the recap is due."""
    office.sends(OPENED - timedelta(hours=1))
    office.sends(OPENED)
    office.knows()
    gone(office)
    moves(office)
    office.sends(utc("2026-06-11T16:30"))


def test_who_was_told_by_an_opening_is_named_once_their_recap_is_due_and_waits(office: Office) -> None:
    opened(office)
    office.at = utc("2026-06-11T16:59:59")
    early: tuple[Any, ...] = (told(office), warned(office))
    office.at = utc("2026-06-11T17:00")

    assert not any("was told" in str(one) for one in early)
    assert f"d1 was told to {ZOE} for {THEN}, and it is {NOW}: the recap that says so waits" in told(office)
    assert [line for line in warned(office) if f"d1 was told to 4 addresses for {THEN}" in line]
    assert "vous avait été annoncée pour le vendredi 12 juin 2026 à 18 h" in office.reply_to("1")


def test_a_row_that_holds_the_recap_back_leaves_an_opening_uncorrected(office: Office) -> None:
    opened(office)
    office.coop.write("orders.csv", ORDERS.replace("Tomates;2;", "Tomates;deux;"))
    office.at = utc("2026-06-11T17:00")

    assert "the recap that says so waits for a row of the order that can't be read" in told(office)
    assert "was told" not in told(office, "2")
    assert "désormais prévue" in office.reply_to("1")


def test_whose_recaps_are_off_waits_for_none_after_an_opening(office: Office) -> None:
    office.member(recap_24h="non")
    opened(office)
    office.at = utc("2026-06-11T17:00")

    assert "was told" not in told(office)


def test_of_an_id_that_may_mean_another_distribution_now_nothing_is_said_to_have_changed(
    office: Office,
) -> None:
    days = {"1": "2026-06-05 18:00", "2": "2026-06-12 18:00", "3": "2026-06-19 18:00"}
    _calendar(office, days)
    office.sends(A_DAY_BEFORE)

    _calendar(office, {"1": days["2"], "2": days["3"]})
    office.sends(SOON)

    found = office.checks("1")
    assert {name for name, check in found.items() if check["status"] == "problem"} == {"membership"}
    assert "19 June" not in told(office)


def _calendar(office: Office, days: dict[str, str]) -> None:
    """Write distributions by id, and an order of member 1 for each."""
    rows = [f"- {{id: {id_}, group: lac, starts_at: {at}, place: Salle}}\n" for id_, at in days.items()]
    office.coop.write("distributions.yaml", "".join(rows))
    orders = [f"1;{id_};Tomates;2;2,50\n" for id_ in days]
    office.coop.write("orders.csv", "member;distribution;product;quantity;price\n" + "".join(orders))


def recaps_left_to_some(office: Office) -> None:
    """Let the opening leave to all, recaps to three addresses; then it moves, and the orders are gone."""
    office.sends(OPENED - timedelta(hours=1))
    office.sends(OPENED)
    office.sends()
    office.knows()
    office.knows("lea@example.org")
    moves(office)
    gone(office)
    office.at = utc("2026-06-11T17:05")


def test_a_correction_is_counted_for_those_alone_who_had_a_recap(office: Office) -> None:
    recaps_left_to_some(office)

    for _before_and_after in range(2):
        lines = [line for line in warned(office) if "was told" in line]

        assert [line.partition(" for Friday")[0] for line in lines] == [
            "d1 was told to 3 addresses",
            "d1 was told to 1 address",
        ]
        assert lines[0].endswith("the correction waits for the orders: orders.csv (waiting)")
        assert lines[1].endswith(
            "the recap that says so waits for the orders: orders.csv (waiting), "
            "and goes only to those who have ordered"
        )
        office.sends(utc("2026-06-11T17:05"))
        office.at = utc("2026-06-11T17:10")


@pytest.mark.dear
def test_who_had_only_an_opening_is_promised_a_recap_only_if_they_have_ordered(office: Office) -> None:
    recaps_left_to_some(office)

    french = office.reply_to("3")
    with_recap = office.reply_to("1")
    office.coop.replace("members.csv", "id;first_name", "language;id;first_name")
    text = (office.coop.folder / "members.csv").read_text()
    office.coop.write(
        "members.csv", text.replace("\n1;", "\nen;1;").replace("\n2;", "\nen;2;").replace("\n3;", "\nen;3;")
    )
    english = office.reply_to("3")

    assert "à 19 h, Halle. Si vous avez commandé, le rappel de votre commande vous le dira" in french
    assert "rectifie" not in french
    assert "Le message qui rectifie cette annonce attend la liste des commandes" in with_recap
    assert "at 7:00 pm, Halle. If you have ordered, the reminder of your order will tell you so" in english
    assert told(office, "3").count("was told") == 1


def cells(line: str) -> list[str]:
    """Return what stands in a row between two blanks or more."""
    return re.split(r" {2,}", line)


def test_what_waits_after_a_recap_left_is_called_a_correction_for_each_address(office: Office) -> None:
    office.sends()
    office.knows()
    moves(office, start="2026-06-12 18:00")
    gone(office)
    office.sends(SOON)

    in_log = office.invoke("log", "--member", "2").stdout
    alone = office.invoke("log", "--kind", "correction").stdout
    shown = office.invoke("check-member", "2").stdout

    assert [cells(line)[2] for line in in_log.splitlines() if "waiting_for_orders" in line] == ["correction"]
    assert {cells(line)[4] for line in alone.splitlines() if "waiting_for_orders" in line} == {
        "Zoé Martin (1)",
        "Noël Bœuf (2)",
    }
    waiting = [cells(line) for line in shown.splitlines() if "the orders were not there" in line]
    assert {(row[1], row[3]) for row in waiting} == {
        ("correction", "noel@example.org"),
        ("correction", "maelle@example.org"),
    }


def test_what_waits_for_who_had_no_recap_yet_is_called_a_recap(office: Office) -> None:
    recaps_left_to_some(office)
    office.sends(utc("2026-06-11T17:05"))

    lines = [line for line in office.invoke("log").stdout.splitlines() if "waiting_for_orders" in line]

    assert {(cells(line)[2], cells(line)[4][-3:]) for line in lines} == {
        ("correction", "(1)"),
        ("correction", "(2)"),
        ("recap_24h", "(3)"),
    }


def test_what_waited_for_the_recap_of_another_day_is_called_a_recap(office: Office) -> None:
    office.sends()
    moves(office, start="2026-06-19 18:00")
    gone(office)
    office.sends(utc("2026-06-18T16:30"))

    lines = [line for line in office.invoke("log").stdout.splitlines() if "waiting_for_orders" in line]

    assert {cells(line)[2] for line in lines} == {"recap_24h"}
