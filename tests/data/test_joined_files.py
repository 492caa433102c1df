"""Two exports in one file, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.core.order_book import OrdersState
from tests.data.files import TWO_MEMBERS, calendar_of, lines_of, members_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

JOINED = (
    "this line repeats the header: two exports seem to stand in one file; if their rows belong together, and "
    "none stands twice, delete this line; else keep one of them"
)
ORDERS = "userId;userName;distribution;productName;quantity;price\n1;Martin Zoé;vendredi;Pain;2;3,50\n"


@pytest.mark.parametrize(
    "below",
    [
        ORDERS,
        ORDERS.replace("userId", "\ufeffUSERID"),
        "userName;userId;productName;price;quantity;distribution\nMartin Zoé;1;Pain;3,50;2;vendredi\n",
        "userId;userName;distribution;productName;quantity;unit;price;total\n1;;vendredi;Pain;2;;3,50;7\n",
    ],
)
def test_orders_below_a_second_header_are_no_orders_that_count_twice(tmp_path: Path, below: str) -> None:
    found = orders_of(tmp_path, {"orders.csv": f"{ORDERS}{below}"})

    assert found.books["vendredi"].state is OrdersState.UNREADABLE
    assert lines_of(found.problems) == [f"orders.csv:3: {JOINED}"]


def test_where_its_numbers_are_of_another_list_nothing_is_said_of_the_rows_above(tmp_path: Path) -> None:
    members = "id;prénom;nom;email\n1;Zoé;Martin;zoe@exemple.example\n2;Ana;Roux;ana@exemple.example\n"
    above = ORDERS.replace("\n1;", "\n40211;") + "40218;Roux Ana;vendredi;Miel;1;7\n"

    joined, alone = (
        orders_of(tmp_path, {"members.csv": members, "orders.csv": text}) for text in (above * 2, above)
    )

    assert lines_of(joined.problems) == [f"orders.csv:4: {JOINED}"]
    assert [line.product for line in alone.books["vendredi"].lines] == ["Pain", "Miel"]


def test_a_product_called_as_a_column_is_none_that_makes_a_header(tmp_path: Path) -> None:
    found = orders_of(tmp_path, {"orders.csv": f"{ORDERS}2;Roux Ana;vendredi;Price;1;2\n"})

    assert [line.product for line in found.books["vendredi"].lines] == ["Pain", "Price"]


def test_members_and_distributions_below_a_second_header_stop_everybody(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"members.csv:4: {JOINED}"):
        members_of(tmp_path, {"members.csv": TWO_MEMBERS * 2})
    days = "id;group;starts_at\na;lac;2026-06-12 18:00\n"
    with pytest.raises(DataError, match=f"distributions.csv:3: {JOINED}"):
        calendar_of(tmp_path, {"distributions.csv": days + days.replace("\na", "\nb")})
