"""Decimal commas without quotes in an orders file whose columns commas separate."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.data.files import lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.data.dataset import Orders

HEADER = "member,distribution,product,quantity,price,total"
CURE = "put quotes around numbers with a comma, or separate the columns by semicolons"


def orders_in(folder: Path, row: str, header: str = HEADER) -> Orders:
    return orders_of(folder, {"orders.csv": f"{header}\n{row}\n"})


@pytest.mark.parametrize(
    ("numbers", "quantity", "torn"),
    [
        ("1,12,90", "1", "12 and 90, or 12,90?"),
        ("6,0,40", "6", "0 and 40, or 0,40?"),
        ("2,3,50", "2", "3 and 50, or 3,50?"),
        ("2,3,5", "2", "3 and 5, or 3,5?"),
        ("1,12,90,", "1", "12 and 90, or 12,90?"),
        ("1,12,90 €", "1", "12 and 90 €, or 12,90 €?"),
        ("1,1 234,50", "1", "1 234 and 50, or 1 234,50?"),
        ("1,-2,50", "1", "-2 and 50, or -2,50?"),
        ("1.5,2,50", "1.5", "2 and 50, or 2,50?"),
        ("1,5,05", "1", "5 and 05, or 5,05?"),
    ],
)
def test_a_price_torn_by_its_comma_leaves_its_line_without_amounts(
    tmp_path: Path, numbers: str, quantity: str, torn: str
) -> None:
    orders = orders_in(tmp_path, f"1,vendredi,Tomme,{numbers}")

    [line] = orders.books["vendredi"].lines
    assert (line.quantity, line.price, line.total) == (Decimal(quantity), None, None)
    assert lines_of(orders.problems) == [f"orders.csv:2: price: {torn} {CURE}"]


def test_a_total_before_its_price_is_torn_as_well(tmp_path: Path) -> None:
    header = "member,distribution,product,quantity,total,price"
    orders = orders_in(tmp_path, "1,vendredi,Tomme,1,12,90", header)

    [line] = orders.books["vendredi"].lines
    assert (line.price, line.total) == (None, None)
    assert lines_of(orders.problems) == [f"orders.csv:2: total: 12 and 90, or 12,90? {CURE}"]


@pytest.mark.parametrize(
    ("numbers", "total"),
    [
        ("2,3,6", "6"),
        ("0.7,5,4", "4"),
        ('1,"12,90",', "12.90"),
        ('1,"12,90","11,50"', "11.50"),
        ("1,12.90,90", "90"),
        ("1,12 €,90", "90"),
        ("1,12,9.5", "9.5"),
        ("1,120,100", "100"),
        ("6,12", "72"),
    ],
)
def test_numbers_that_are_no_halves_of_one_stand(tmp_path: Path, numbers: str, total: str) -> None:
    orders = orders_in(tmp_path, f"1,vendredi,Tomme,{numbers}")

    assert [line.total for line in orders.books["vendredi"].lines] == [Decimal(total)]
    assert [problem for problem in orders.problems if not problem.is_warning] == []


@pytest.mark.parametrize("columns", ["price,total,fees", "total,price,fees", "fees,price,total"])
def test_a_total_that_its_price_makes_with_the_fees_stands(tmp_path: Path, columns: str) -> None:
    amounts = columns.replace("price", "3").replace("total", "7").replace("fees", "1")
    header = f"member,distribution,product,quantity,{columns}"
    orders = orders_in(tmp_path, f"1,vendredi,Pain,2,{amounts}", header)

    [line] = orders.books["vendredi"].lines
    assert (line.price, line.total, line.fees_in_total) == (Decimal(3), Decimal(7), Decimal(1))
    assert orders.problems == ()


@pytest.mark.parametrize("fees", ["", "1", "gratuit"])
def test_a_price_torn_by_its_comma_is_said_beside_fees_that_do_not_make_it_whole(
    tmp_path: Path, fees: str
) -> None:
    orders = orders_in(tmp_path, f"1,vendredi,Tomme,1,12,90,{fees}", f"{HEADER},fees")

    [line] = orders.books["vendredi"].lines
    assert (line.price, line.total) == (None, None)
    assert lines_of(orders.problems) == [f"orders.csv:2: price: 12 and 90, or 12,90? {CURE}"]


@pytest.mark.parametrize("words", ["kg", "500 g", "250", "6 œufs", ""])
def test_words_after_a_number_are_no_decimals_of_it(tmp_path: Path, words: str) -> None:
    header = "member,distribution,product,quantity,unit,price,catalog"
    orders = orders_in(tmp_path, f"1,vendredi,Tomme,2,{words},3,Fromages", header)

    assert [(line.unit, line.total) for line in orders.books["vendredi"].lines] == [(words, Decimal(6))]
    assert orders.problems == ()


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_discount_stands_where_no_comma_separates_columns(tmp_path: Path, delimiter: str) -> None:
    row = "1,vendredi,Tomme,10,12,90"
    orders = orders_in(tmp_path, row.replace(",", delimiter), HEADER.replace(",", delimiter))

    assert [line.total for line in orders.books["vendredi"].lines] == [Decimal(90)]
    assert [problem for problem in orders.problems if not problem.is_warning] == []


def test_a_discount_stands_where_another_column_is_between_price_and_total(tmp_path: Path) -> None:
    header = "member,distribution,product,quantity,price,unit,total"
    orders = orders_in(tmp_path, "1,vendredi,Tomme,10,12,pièce,90", header)

    assert [line.total for line in orders.books["vendredi"].lines] == [Decimal(90)]
    assert [problem for problem in orders.problems if not problem.is_warning] == []


@pytest.mark.parametrize(
    ("header", "row", "problem"),
    [
        (HEADER, "Tomates,0,5,3,20", "7 cells, for 6 columns"),
        (HEADER, "Tomates,0,5,3,", f"price: 5 and 3, or 5,3? {CURE}"),
        (f"{HEADER},catalog", "Tomates,0,5,3,20", f"total: 3 and 20, or 3,20? {CURE}"),
        (
            "member,distribution,product,price,quantity,total",
            "Tomme,12,90,1,",
            f"price: 12 and 90, or 12,90? {CURE}",
        ),
        (
            "member,distribution,product,quantity,price,catalog",
            "Tomme,1,12,90",
            f"price: 12 and 90, or 12,90? {CURE}",
        ),
        (
            "member,distribution,product,quantity,price,total,catalog",
            "Tomme,1,,12,90",
            f"total: 12 and 90, or 12,90? {CURE}",
        ),
        ("member,distribution,product,quantity,unit", "Tomates,0,5", f"quantity: 0 and 5, or 0,5? {CURE}"),
    ],
)
def test_a_comma_that_moves_other_cells_sets_its_row_aside(
    tmp_path: Path, header: str, row: str, problem: str
) -> None:
    orders = orders_in(tmp_path, f"1,vendredi,{row}", header)

    book = orders.books["vendredi"]
    assert book.lines == ()
    assert [(line.member_id, line.quantity) for line in book.unread] == [("1", None)]
    assert lines_of(orders.problems)[0].endswith(problem)
