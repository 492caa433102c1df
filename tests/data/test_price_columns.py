"""Columns of prices: which is that of one and which that of the row is told by the table's own arithmetic."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.order_book import OrderBook, OrdersState
from tests.data.files import orders_of

if TYPE_CHECKING:
    from pathlib import Path

PRICE_AND_TOTAL = (Decimal("3.80"), Decimal("7.60"))


def book_of(folder: Path, header: str, *rows: str) -> tuple[OrderBook, tuple[str, ...]]:
    """Read orders of one distribution: after the header's first cells, the amounts of each row."""
    text = f"Membre;Distribution;Produit;Quantité;{header}\n"
    text += "".join(f"1;vendredi;Pain;{row}\n" for row in rows)
    orders = orders_of(folder, {"orders.csv": text})
    return orders.books["vendredi"], tuple(str(problem) for problem in orders.problems)


def amounts(folder: Path, header: str, *rows: str) -> list[tuple[Decimal | None, Decimal | None]]:
    book, problems = book_of(folder, header, *rows)
    assert (problems, book.state) == ((), OrdersState.READY)
    return [(line.price, line.total) for line in book.lines]


@pytest.mark.parametrize(
    "header",
    [
        "PU;Prix",
        "P.U.;Prix",
        "Prix unitaire;Prix",
        "Prix au kg;Prix",
        "Tarif;Prix TTC",
        "PU TTC;Prix TTC",
        "€/kg;prix",
    ],
)
def test_a_price_that_is_another_one_times_the_quantity_is_the_total(tmp_path: Path, header: str) -> None:
    assert amounts(tmp_path, header, "2;3,80;7,60", "1;2;2", "0,5;3;1,50") == [
        PRICE_AND_TOTAL,
        (Decimal(2), Decimal("2.00")),
        (Decimal(3), Decimal("1.50")),
    ]


@pytest.mark.parametrize("header", ["Prix unitaire HT;Prix TTC", "PU HT;Prix"])
def test_a_total_with_taxes_is_no_price_of_one_and_what_is_without_them_is_not_shown(
    tmp_path: Path, header: str
) -> None:
    found = amounts(tmp_path, header, "2;3,60;7,60", "3;10;31,65")

    assert found == [(None, Decimal("7.60")), (None, Decimal("31.65"))]


@pytest.mark.parametrize("header", ["Prix unitaire HT;Prix TTC", "Prix producteur;Prix", "Prix HT;Prix TTC"])
def test_a_price_near_another_one_whatever_the_quantity_is_of_one(tmp_path: Path, header: str) -> None:
    assert amounts(tmp_path, header, "2;3,60;3,80", "3;10;10,55") == [
        PRICE_AND_TOTAL,
        (Decimal("10.55"), Decimal("31.65")),
    ]


def test_a_price_that_was_rounded_still_makes_the_total(tmp_path: Path) -> None:
    assert amounts(tmp_path, "PU;Prix", "12;3,33;40") == [(Decimal("3.33"), Decimal("40.00"))]


def test_the_price_of_a_kilogram_is_no_matter_where_that_of_a_piece_tells_it_all(tmp_path: Path) -> None:
    assert amounts(tmp_path, "Prix au kg;PU;Prix", "2;12;3,80;7,60") == [PRICE_AND_TOTAL]


def test_a_price_of_which_another_column_is_the_total_is_of_one(tmp_path: Path) -> None:
    assert amounts(tmp_path, "Prix;Prix payé", "2;3,80;7,60") == [PRICE_AND_TOTAL]
    assert amounts(tmp_path, "Prix;Prix total", "2;3,80;7,60") == [PRICE_AND_TOTAL]
    assert amounts(tmp_path, "Prix unitaire TTC;Prix total TTC", "2;3,80;7,60") == [PRICE_AND_TOTAL]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("PU;Prix", ("2;3,80;7,60", "2;3,80;3,80")),  # one way or the other
        ("PU;Prix", ("2;3,60;7,60",)),  # taxes, or something else
        ("Prix au kg;Prix", ("2;12;21,30",)),  # two chickens, weighed
        ("Prix au kg;Prix", ("2;12;12",)),  # two halves of a kilogram
        ("Prix unitaire;Prix", ("2;3,60;3,80",)),  # which of the two is asked for?
        ("PU;Prix", ("1,2;10;12",)),  # taxes, or more than one
        ("PU HT;Prix", ("1,2;10;10,55",)),
    ],
)
def test_prices_that_may_be_of_one_or_of_all_stop_the_recaps(
    tmp_path: Path, header: str, rows: tuple[str, ...]
) -> None:
    book, problems = book_of(tmp_path, header, *rows)

    assert book.state is OrdersState.UNREADABLE
    [problem] = problems
    assert problem.startswith("orders.csv:1: two columns for price: ")
    assert all(f"'{name}'" in problem for name in header.split(";")[-2:])
    assert problem.endswith("call the price of one 'unit price', and that of the whole row 'total'")


@pytest.mark.parametrize(
    ("header", "rows", "found"),
    [
        ("PU;Prix", ("1;3,80;3,80",), ["3.80"]),  # one piece: both are the same
        ("Prix au kg;Prix", ("2;;3,80", "2;5;"), ["7.60", None]),  # never both
        ("Prix HT;Prix TTC", ("2;2,50;3,80",), ["7.60"]),
        ("Prix libre;Prix", ("2;oui;3,80",), ["7.60"]),
        ("Total articles;Prix", ("2;5;3,80",), ["7.60"]),
        ("Prix unitaire;Prix;Total", ("2;3,80;7,60;7,60",), ["7.60"]),
        ("Prix au kg;Prix;Total", ("2;12;9;18",), ["18.00"]),
        ("PU;Prix unitaire", ("2;9;3,80",), ["7.60"]),
        ("Montant TTC;Montant", ("2;8;7,60",), ["7.60"]),
    ],
)
def test_columns_between_which_nobody_need_choose_stop_nobody(
    tmp_path: Path, header: str, rows: tuple[str, ...], found: list[str | None]
) -> None:
    totals = [total for _price, total in amounts(tmp_path, header, *rows)]

    assert totals == [None if total is None else Decimal(total) for total in found]
