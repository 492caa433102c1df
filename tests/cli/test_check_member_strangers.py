"""``check-member`` of whose order names nobody, but something like their id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fixtures.office import Office


def ordered(office: Office, listed: str, named: str, others: str = "2;d1;Panier;1\n") -> None:
    """Have Zoé listed under an id, and her order name something."""
    office.member(id=listed)
    rows = f"{others}{named};d1;Tomates;2\n{named};d1;Riz;1\n"
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n{rows}")
    office.sends()


@pytest.mark.parametrize(
    ("listed", "named"),
    [("01", "1"), ("1", "01"), ("0012", "12"), ("A-07", "a7"), ("12", "12,0"), ("012", "#12")],
)
def test_an_order_of_something_like_the_member_s_id_is_named(office: Office, listed: str, named: str) -> None:
    ordered(office, listed, named)

    found = office.checks("zoe@example.org")["last_messages"]
    reply = office.reply_to("zoe@example.org")

    assert found["status"] == "warning"
    assert "no order in this name is known; but orders.csv:3 is an order of" in found["summary"]
    assert found["summary"].count("who is no member") == 1
    assert "write the id in orders.csv as the list of members has it" in found["advice"]
    assert reply.count("nous ne trouvons pas de commande à votre nom") == 1


def test_it_is_named_too_where_no_order_of_anybody_is_known(office: Office) -> None:
    ordered(office, "01", "1", others="")

    summary = office.checks("zoe@example.org")["last_messages"]["summary"]

    assert "no order of anybody is known; but orders.csv:2 is an order of '1'" in summary


def test_0_of_something_is_no_order_of_something_like_the_member_s_id(office: Office) -> None:
    ordered(office, "01", "1", others="2;d1;Panier;1\n1;d1;Lait;0\n")
    office.coop.replace("orders.csv", "1;d1;Tomates;2\n1;d1;Riz;1\n", "")

    assert "who is no member" not in office.checks("zoe@example.org")["last_messages"]["summary"]


@pytest.mark.parametrize("named", ["11", "10", "nobody@example.org"])
def test_an_order_of_quite_another_id_is_no_reason_to_doubt(office: Office, named: str) -> None:
    ordered(office, "01", named)

    found = office.checks("zoe@example.org")["last_messages"]

    assert "no order in this name is known" in found["summary"]
    assert "who is no member" not in found["summary"]
    assert found["status"] == "ok"


def test_whose_order_is_known_hears_nothing_of_others(office: Office) -> None:
    ordered(office, "01", "1", others="01;d1;Panier;1\n")

    assert "who is no member" not in office.checks("zoe@example.org")["last_messages"]["summary"]
