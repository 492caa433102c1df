"""``check-member`` on what is ahead: a recap whose orders are still to be exported is nothing unusual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office


def ahead(office: Office) -> str:
    office.at = utc("2026-06-10T08:01")
    shown = office.invoke("check-member", "1").stdout.partition("The next 30 days:")[2]
    return next(line for line in shown.splitlines() if "recap_24h" in line)


def test_a_recap_ahead_leaves_once_its_orders_are_there(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()

    assert ahead(office).endswith("zoe@example.org  leaves once the orders are there, if there is one")


@pytest.mark.parametrize(("email", "why"), [("", "no address"), ("zoe@no.mail", "no address")])
def test_it_leaves_to_no_address_that_there_is_not(office: Office, email: str, why: str) -> None:
    office.member(email=email)
    (office.coop.folder / "orders.csv").unlink()

    assert f"will not leave: {why}" in ahead(office)


def test_a_recap_ahead_whose_row_can_not_be_read_does_not_wait_for_an_export(office: Office) -> None:
    office.coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;deux\n2;d1;Pain;1\n")

    assert "will not leave: a row of this order can't be read" in ahead(office)
