"""``check-member`` of who has rows among the orders, and no order: 0 of something is none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

NOTHING = ["1;d1;Tomates;0\n", "1;d1;Tomates;0\n1;d1;Riz;0,0\n", "1;d1;;0\n", ""]
"""Zoé's rows: of no quantity, or left out with a quantity of 0, or none."""


def orders(office: Office, zoes: str) -> None:
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n2;d1;Panier;1\n{zoes}")


@pytest.mark.parametrize("rows", NOTHING)
def test_who_ordered_0_of_everything_reads_that_no_order_is_known(office: Office, rows: str) -> None:
    orders(office, rows)
    office.sends()

    last = office.checks("1")["last_messages"]

    assert "no order in this name is known" in last["summary"]
    assert "can't be read" not in last["summary"]
    assert "nous ne trouvons pas de commande à votre nom" in office.reply_to("1")


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


@pytest.mark.parametrize("rows", NOTHING)
def test_whose_order_became_0_before_the_distribution_moved_is_said_not_to_know(
    office: Office, rows: str
) -> None:
    office.sends()
    orders(office, rows)
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")

    assert "no order in this name is known any more" in office.checks("1")["last_messages"]["summary"]


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
