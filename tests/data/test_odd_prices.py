"""Prices of orders beside totals: one that doesn't make the total is left out, and said."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.i18n import speaking
from tests.data.files import lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.data.dataset import Orders

CAGETTES = "userId;userName;productName;Référence;catalogName;prix TTC;Quantité;frais;total;Payé\n"
HEADER = "member;distribution;product;quantity;unit;price;total\n"


def orders_in(folder: Path, *rows: str) -> Orders:
    text = HEADER + "".join(f"1;vendredi;Pommes;{row}\n" for row in rows)
    return orders_of(folder, {"orders.csv": text})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1500;g;3;4,50", "3 x 1500 is not 4.50"),
        ("2;;3,5;70", "3.5 x 2 is not 70.00"),
        ("2;;3,50;7,02", "3.50 x 2 is not 7.02"),
        ("10;;12;90", "12 x 10 is not 90.00"),
        ("2;;3;0", "3 x 2 is not 0.00"),
        ("0,5;kg;3;3", "3 x 0.5 is not 3.00"),
        ("2;;3;-6", "3 x 2 is not -6.00"),
    ],
)
def test_a_price_that_does_not_make_the_total_is_left_out_and_said(
    tmp_path: Path, row: str, said: str
) -> None:
    orders = orders_in(tmp_path, "1;kg;2;2", row)

    whole, odd = orders.books["vendredi"].lines
    assert (whole.price, whole.total) == (Decimal(2), Decimal(2))
    assert (odd.price, odd.total) == (None, Decimal(row.rpartition(";")[2].replace(",", ".")))
    [problem] = orders.problems
    assert str(problem).startswith(f"orders.csv:3: price: {said}: recaps show the total")
    assert problem.is_warning


@pytest.mark.parametrize(
    "row",
    [
        "2;;3,50;7",
        "2;;3,50;",
        "3;;2,33;7",
        "3;;2,3333;7",
        "0,333;kg;12;4",
        "0,3;kg;12;4",
        "1500;g;0,003;4,50",
        "1;;0,125;0,13",
        "0;;3;5",
        "2;;;5",
        "2;;-1,50;-3",
    ],
)
def test_a_price_that_makes_the_total_but_for_what_was_rounded_stands(tmp_path: Path, row: str) -> None:
    orders = orders_in(tmp_path, row)

    price = row.split(";")[2].replace(",", ".")
    assert [line.price for line in orders.books["vendredi"].lines] == [Decimal(price) if price else None]
    assert orders.problems == ()


def test_rows_whose_price_does_not_make_the_total_are_said_once(tmp_path: Path) -> None:
    orders = orders_in(tmp_path, "2;;3,5;70", "1;kg;2;2", "2;;3,5;6", "1500;g;3;4,50")

    assert lines_of(orders.problems) == [
        "orders.csv:2: price: 3.5 x 2 is not 70.00: recaps show the total, and not the price (such rows: 3)"
    ]


def test_amounts_are_written_as_the_language_spoken_does(tmp_path: Path) -> None:
    with speaking("fr"):
        orders = orders_in(tmp_path, "2,5;kg;3,5;70")

    (said,) = lines_of(orders.problems)
    assert "3,5 × 2,5 ne fait pas 70,00" in said


def cagettes(folder: Path, amounts: str) -> Orders:
    days = "id;group;starts_at;orders\nvendredi;lac;2026-06-12 18:00;orders.csv\n"
    text = f"{CAGETTES}1;ROUX Léa;Tomates 1 Kg.;T1;Légumes;{amounts};true\n"
    return orders_of(folder, {"distributions.csv": days, "orders.csv": text})


@pytest.mark.parametrize(
    ("amounts", "fees"),
    [
        ("2,50;2;0,15;5,15", "0.15"),
        ("2,50;2;0,15;5", ""),
        ("2,50;2;;5", ""),
        ("2,50;2;oui;5", ""),
        ("2,50;2;0,15;", "0.15"),
        ("2,333;3;0,21;7,21", "0.21"),
    ],
)
def test_a_price_that_makes_the_total_with_its_fees_stands(tmp_path: Path, amounts: str, fees: str) -> None:
    orders = cagettes(tmp_path, amounts)

    [line] = orders.books["vendredi"].lines
    assert line.price == Decimal(amounts.partition(";")[0].replace(",", "."))
    assert line.fees_in_total == (Decimal(fees) if fees else None)
    assert orders.problems == ()


def test_a_price_that_makes_no_total_with_its_fees_either_is_left_out(tmp_path: Path) -> None:
    orders = cagettes(tmp_path, "2,50;2;0,15;5,40")

    [line] = orders.books["vendredi"].lines
    assert (line.price, line.total, line.fees_in_total) == (None, Decimal("5.40"), None)
    assert len(orders.problems) == 1


@pytest.mark.parametrize("header", ["Frais (%)", "frais %", "Frais en %"])
def test_a_column_of_per_cents_is_no_amount(tmp_path: Path, header: str) -> None:
    text = f"member;distribution;product;quantity;price;{header}\n1;vendredi;Pain;2;3,00;5\n"

    days = "id;group;starts_at\nvendredi;lac;2026-06-12 18:00\n"

    [line] = orders_of(tmp_path, {"distributions.csv": days, "orders.csv": text}).books["vendredi"].lines

    assert (line.total, line.fees_in_total) == (Decimal(6), None)


FEES = "member;distribution;product;quantity;price;frais\n1;vendredi;Pain;1;4;0,20\n"


@pytest.mark.parametrize("fees", ["#N/A", "0.1O", "5 %", "gratuit", "[object Object]"])
def test_fees_that_make_the_total_and_cannot_be_read_set_their_row_aside(tmp_path: Path, fees: str) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"{FEES}1;vendredi;Miel;2;3;{fees}\n"})

    book = orders.books["vendredi"]
    assert [(line.product, line.total) for line in book.lines] == [("Pain", Decimal("4.20"))]
    assert [(line.member_id, line.quantity) for line in book.unread] == [("1", Decimal(2))]
    [problem] = lines_of(orders.problems)
    assert problem.startswith("orders.csv:3: frais: ")
    assert fees in problem


@pytest.mark.parametrize("fees", ["", "-", "—", "0"])
def test_no_fees_add_nothing_to_the_total(tmp_path: Path, fees: str) -> None:
    orders = orders_of(tmp_path, {"orders.csv": f"{FEES}1;vendredi;Miel;2;3;{fees}\n"})

    assert [line.total for line in orders.books["vendredi"].lines] == [Decimal("4.20"), Decimal(6)]
    assert orders.problems == ()
