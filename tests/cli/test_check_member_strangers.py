"""``check-member`` of whom an order names, but for something like their id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office


def ordered(office: Office, listed: str, named: str, others: str = "2;d1;Panier;1\n") -> None:
    """Have Zoé listed under an id, and her order name something."""
    office.member(id=listed)
    rows = f"{others}{named};d1;Tomates;2\n{named};d1;Riz;1\n"
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n{rows}")
    office.sends()


@pytest.mark.long
@pytest.mark.parametrize(
    ("listed", "named"),
    [
        ("01", "1"),
        ("1", "01"),
        ("0012", "12"),
        ("A-07", "a7"),
        ("12", "12,0"),
        ("12", "n° 12"),
        ("012", "N#12"),
    ],
)
def test_an_order_of_something_like_the_member_s_id_is_named(office: Office, listed: str, named: str) -> None:
    ordered(office, listed, named)

    found = office.checks("zoe@example.org")["last_messages"]
    reply = office.reply_to("zoe@example.org")

    assert found["status"] == "warning"
    assert "a line of orders.csv can't be attributed, and may be of the order for d1" in found["summary"]
    assert "orders.csv:3" in found["summary"]
    assert "no order in this name is known" not in found["summary"]
    assert "correct the row; the next run sends what is not too late" in found["advice"]
    assert "une ligne de commande n’a pas pu être lue" in reply
    assert "nous ne trouvons pas de commande à votre nom" not in reply


def test_where_only_the_names_differ_the_list_is_to_be_corrected(office: Office) -> None:
    ordered(office, "1", "Zoé Martni")

    found = office.checks("zoe@example.org")["last_messages"]

    assert "members.csv" in found["advice"]
    assert "as the orders have it, 'Zoé Martni': what is corrected in an export is lost" in found["advice"]


@pytest.mark.parametrize("named", ["MARTIN-PETIT Zoé", "Martni Zoé", "1;Zoé Martin"])
def test_all_names_whose_order_a_row_may_be(office: Office, named: str) -> None:
    rows = named if ";" in named else f"33;{named}"
    office.coop.write(
        "orders.csv",
        f"userId;userName;distribution;productName;Quantité\n2;Bœuf Noël;d1;Panier;1\n{rows};d1;Riz;?\n",
    )
    office.at = A_DAY_BEFORE

    shown = office.invoke("check-member", "--all").stdout
    _status, document = office.asks_all()

    assert [one["name"] for one in document["members"]] == ["Zoé Martin"]
    assert "Nobody has a problem" not in shown
    assert "orders.csv:3" in shown
    assert "Members with something to mend: 1 of 3." in shown
    assert "looks odd" not in shown


def test_where_a_row_may_be_anybodys_all_names_nobody(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution;product;quantity\n2;d1;Panier;1\n;d1;Riz;1\n")
    office.at = A_DAY_BEFORE

    assert office.asks_all()[1]["members"] == []


def test_a_name_that_holds_the_members_is_no_reason_to_tell_them_that_they_have_not_ordered(
    office: Office,
) -> None:
    ordered(office, "1", "MARTIN-PETIT Zoé")

    shown = office.invoke("check-member", "1").stdout
    reply = office.reply_to("1")

    assert "WARNING: a line of orders.csv can't be attributed, and may be of the order for d1" in " ".join(
        shown.split()
    )
    assert "une ligne de commande n’a pas pu être lue" in reply
    assert "nous ne trouvons pas de commande à votre nom" not in reply


@pytest.mark.parametrize("named", ["MARTIN Zo?", "MART?N Zoé", "MARTIN Zo\ufffd"])
def test_of_a_name_that_lost_letters_the_list_is_to_stay_as_it_is(office: Office, named: str) -> None:
    ordered(office, "1", named)

    found = office.checks("zoe@example.org")["last_messages"]

    assert found["status"] == "warning"
    assert "can't be attributed, and may be of the order for d1" in found["summary"]
    assert (
        f"export the orders again, and leave them as they come, or as .xlsx: {named!r} has" in found["advice"]
    )
    assert "members.csv" not in found["advice"]


@pytest.mark.parametrize("twin", ["4;Zoé;Martin;zoe.martin@example.org;;\n", "4;zoe;MARTIN;;;\n"])
def test_of_one_person_who_stands_twice_the_rows_of_the_list_are_named(office: Office, twin: str) -> None:
    with (office.coop.folder / "members.csv").open("a") as file:
        file.write(twin)
    office.coop.write("orders.csv", "userName;distribution;productName;Quantité\nMARTIN Zoé;d1;Riz;1\n")
    office.at = A_DAY_BEFORE

    found = office.checks("1")["last_messages"]
    said = office.invoke("check").stderr

    advice = "if members.csv:2, members.csv:5 are one person: take all of these rows but one out of the list"
    assert advice in found["advice"]
    assert "correct the row" not in found["advice"]
    assert f"names several members of the group: 'MARTIN Zoé'; {advice}" in said


def test_two_who_only_share_a_name_are_not_taken_for_one_person(office: Office) -> None:
    with (office.coop.folder / "members.csv").open("a") as file:
        file.write("4;Zoé;Martin;zoe.martin@example.org;Luc;luc@example.org\n")
    office.coop.write("orders.csv", "Nom;distribution;produit;quantité\nZoé Martin;d1;Riz;1\n")
    office.at = A_DAY_BEFORE

    assert "correct the row" in office.checks("1")["last_messages"]["advice"]
    assert "are one person" not in office.invoke("check").stderr


def test_it_is_named_too_where_no_order_of_anybody_is_known(office: Office) -> None:
    ordered(office, "01", "1", others="")

    summary = office.checks("zoe@example.org")["last_messages"]["summary"]

    assert "may be of the order for d1 (Friday 12 June 2026): orders.csv:2" in summary
    assert "no order of anybody is known" not in summary


def test_0_of_something_is_no_order_of_something_like_the_member_s_id(office: Office) -> None:
    ordered(office, "01", "1", others="2;d1;Panier;1\n1;d1;Lait;0\n")
    office.coop.replace("orders.csv", "1;d1;Tomates;2\n1;d1;Riz;1\n", "")

    assert "can't be attributed" not in office.checks("zoe@example.org")["last_messages"]["summary"]


@pytest.mark.parametrize("named", ["11", "10", "nobody@example.org"])
def test_an_order_of_quite_another_id_is_no_reason_to_doubt(office: Office, named: str) -> None:
    ordered(office, "01", named)

    found = office.checks("zoe@example.org")["last_messages"]

    assert "no order in this name is known" in found["summary"]
    assert "can't be attributed" not in found["summary"]
    assert found["status"] == "ok"


def test_whose_order_is_known_hears_that_another_line_may_be_of_it(office: Office) -> None:
    ordered(office, "01", "1", others="01;d1;Panier;1\n")

    summary = office.checks("zoe@example.org")["last_messages"]["summary"]

    assert (
        "may be of the order for d1 (Friday 12 June 2026): orders.csv:3; the recap that left says" in summary
    )


OSCAR = """\
userId;userName;distribution;productName;Quantité
1;MARTIN Zoé;d1;Pain;1
113;VIDAL Oscar / PETIT Ana;d1;Pain;1
"""


@pytest.mark.parametrize("who", ["Oscar Vidal", "113", "vidal", "Ana PETIT"])
@pytest.mark.parametrize("at", [A_DAY_BEFORE, utc("2026-05-28T08:00")], ids=["a day before", "weeks before"])
def test_who_stands_among_the_orders_alone_has_ordered_and_is_no_member(
    office: Office, who: str, at: datetime
) -> None:
    office.coop.write("orders.csv", OSCAR)
    office.at = at

    result = office.invoke("check-member", who)

    assert result.exit_code == 1
    assert f"{who!r} is no member, and has ordered\n" in result.stderr
    assert (
        "orders.csv:3: an order for d1 is of VIDAL Oscar / PETIT Ana (113), who is no member" in result.stderr
    )
    assert "Reply to paste:" in result.stdout


@pytest.mark.parametrize(
    ("who", "more"), [("Oscar Petit", ()), ("Vidalenc", ()), ("13", ()), ("Oscar Vidal", ("--group", "port"))]
)
def test_nobody_else_has(office: Office, who: str, more: tuple[str, ...]) -> None:
    office.coop.write("orders.csv", OSCAR)
    office.coop.write(
        "groups.yaml",
        "- {id: lac, name: Lac, contact: a@b.example}\n- {id: port, name: Port, contact: c@d.example}\n",
    )

    assert "has ordered" not in office.invoke("check-member", who, *more).stderr


def test_check_alone_says_who_stands_beside_an_unknown_id(office: Office) -> None:
    office.coop.write("orders.csv", OSCAR)
    said = "orders.csv:3: userId: names no member of the group: '113'"
    office.at = A_DAY_BEFORE

    assert f"{said} (beside it: 'VIDAL Oscar / PETIT Ana')\n" in office.invoke("check", "--offline").stderr
    for command in (("send-due",), ("status",)):
        shown = office.invoke(*command)
        assert "VIDAL" not in shown.stdout + shown.stderr, command
