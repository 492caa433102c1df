"""Who has ordered of a catalog lately, or for what is ahead, as far as the orders are known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError, UsageError
from cagette_notify.core.notices import Reason
from tests.broadcast.test_audience import addresses, choose
from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "member;distribution;product;quantity;price;catalog\n"
ORDERS = f"{HEAD}1;d1;Tomates;2;2,50;Légumes du lac\n2;d1;Pain;1;5;Pain\n3;d1;Tomates;0;2,50;Légumes du lac\n"
BEGUN = utc("2026-06-12T16:00")  # 18:00 in Paris
BEFORE = BEGUN - timedelta(days=2)


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.write("orders.csv", ORDERS)
    return coop


@pytest.mark.parametrize(
    "typed", ["catalog:Légumes du lac", "catalogue:legumes  DU lac", "Catalog: LÉGUMES DU LAC "]
)
def test_who_has_an_order_of_the_catalog_is_meant_however_it_is_typed(coop: Coop, typed: str) -> None:
    choice = choose(coop, typed, BEFORE)

    assert addresses(choice) == ["zoe@example.org"]
    assert (choice.name, choice.name_to_type) == ("catalog:legumes du lac", "catalog:Légumes du lac")


def test_a_distribution_counts_for_thirty_days_after_it_began(coop: Coop) -> None:
    assert addresses(choose(coop, "catalog:pain", BEGUN + timedelta(days=30))) == [
        "noel@example.org",
        "maelle@example.org",
    ]
    with pytest.raises(DataError, match="no orders are known of distributions ahead or of the last 30 days"):
        choose(coop, "catalog:pain", BEGUN + timedelta(days=30, seconds=1))


def test_the_only_catalog_of_a_distribution_is_that_of_lines_which_name_none(coop: Coop) -> None:
    coop.write("orders.csv", HEAD.replace(";catalog", "") + "1;d1;Miche;1;5\n")
    coop.replace("distributions.yaml", "  place:", "  catalogs: Pain\n  place:")

    assert addresses(choose(coop, "catalog:pain", BEFORE)) == ["zoe@example.org"]


def test_an_unknown_catalog_is_answered_with_those_that_there_are(coop: Coop) -> None:
    coop.replace("distributions.yaml", "  place:", "  catalogs: Œufs | Pain\n  place:")
    with pytest.raises(UsageError) as raised:
        choose(coop, "catalog:Fromage", BEFORE)

    (problem,) = raised.value.problems
    assert str(problem) == "--to: no catalog 'Fromage'; known here: Légumes du lac, Œufs, Pain"


def test_a_catalog_that_is_named_where_none_is_known_is_said_so(coop: Coop) -> None:
    coop.write("orders.csv", HEAD + "1;d1;Miche;1;5;\n")

    with pytest.raises(UsageError, match="no catalog 'Pain': the data name none here"):
        choose(coop, "catalog:Pain", BEFORE)


def a_second_distribution(coop: Coop, orders: str) -> None:
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write("- id: d2\n  group: lac\n  starts_at: 2026-06-19 18:00\n")
        file.write(f"  orders_open_at: 2026-06-05 08:00\n  orders: {orders}\n")


def test_orders_that_are_not_known_are_said(coop: Coop) -> None:
    a_second_distribution(coop, "later.csv")

    choice = choose(coop, "catalog:pain", BEFORE)
    assert "the orders of d2 are not known: who ordered only there is not written to" in [
        note.message for note in choice.notes
    ]
    assert choice.problems == ()

    coop.write("later.csv", "member;product\n1;Pain\n")
    choice = choose(coop, "catalog:pain", BEFORE)
    assert [str(one) for one in choice.problems] == ["later.csv:1: no column for: quantity"]
    assert "the orders of d2 are not known" in " ".join(note.message for note in choice.notes)


def test_nobody_says_of_orders_that_are_not_open_yet_that_they_are_not_known(coop: Coop) -> None:
    a_second_distribution(coop, "later.csv")
    coop.replace(
        "distributions.yaml",
        "orders_open_at: 2026-06-05 08:00\n  orders:",
        "orders_open_at: 2026-06-15 08:00\n  orders:",
    )

    assert "d2" not in " ".join(note.message for note in choose(coop, "catalog:pain", BEFORE).notes)


def test_whose_row_can_not_be_read_is_left_out_and_named_unless_another_one_tells(coop: Coop) -> None:
    coop.write("orders.csv", f"{ORDERS}3;d1;Miche;deux;5;Pain\n2;d1;Miche;deux;5;Pain\n")

    choice = choose(coop, "catalog:pain", BEFORE)

    assert addresses(choice) == ["noel@example.org", "maelle@example.org"]
    (out,) = choice.audience.left_out
    assert (out.address, out.reason, out.place) == (
        "lea@example.org",
        Reason.WAITING_FOR_ORDERS,
        "orders.csv:5",
    )


def test_orders_that_stand_beside_their_distribution_are_known(coop: Coop) -> None:
    a_second_distribution(coop, "[{member: 3, product: Miche, quantity: 1, catalog: Pain}]")

    choice = choose(coop, "catalog:pain", BEFORE)

    assert addresses(choice) == ["noel@example.org", "maelle@example.org", "lea@example.org"]
    assert choice.notes == ()
