"""Rows short of a cell, so that values stand in others' columns."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.data.files import calendar_of, lines_of, members_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.order_book import OrderBook

HEADER = "member;distribution;product;quantity;unit;price;total\n"
FULL = "2;vendredi;Pain;1;;3;3\n"
DISTRIBUTIONS = "id;group;starts_at;place;name;catalogs;cancelled\n"


def read(folder: Path, rows: str, header: str = HEADER) -> tuple[OrderBook, tuple[Problem, ...]]:
    orders = orders_of(folder, {"orders.csv": header + rows})
    return orders.books["vendredi"], orders.problems


@pytest.mark.parametrize(
    ("row", "unit", "total"),
    [
        ("1;vendredi;Lait;3;L;9", "L", 27),
        ("1;vendredi;Lait;3;L", "L", None),
        ("1;vendredi;Lait;3", "", None),
        ("1;vendredi;Lait;3;250;9;27", "250", 27),
    ],
)
def test_a_row_that_is_only_short_is_read(tmp_path: Path, row: str, unit: str, total: int | None) -> None:
    others = "2;vendredi;Pain;1;;3;\n2;vendredi;Pain;1;;;3\n"
    book, problems = read(tmp_path, f"{row}\n{others}")

    line = book.lines[0]
    assert (line.member_id, line.product, line.unit) == ("1", "Lait", unit)
    assert line.total == (None if total is None else Decimal(total))
    assert not book.unread
    assert not problems


@pytest.mark.parametrize("row", ["1;vendredi;Lait;3;;9", "1;vendredi;Lait;3;L;9"])
@pytest.mark.parametrize("before", [True, False])
def test_an_amount_that_has_moved_is_no_price(tmp_path: Path, row: str, *, before: bool) -> None:
    rows = f"{row}\n{FULL}" if before else f"{FULL}{row}\n"
    book, problems = read(tmp_path, rows)

    assert [line.member_id for line in book.lines] == ["2"]
    assert [(line.member_id, line.quantity, line.is_certain) for line in book.unread] == [
        ("1", Decimal(3), True)
    ]
    [problem] = lines_of(problems)
    assert problem.startswith(f"orders.csv:{2 if before else 3}: total: missing, though every other row has")


@pytest.mark.parametrize(
    ("header", "full", "row"),
    [
        (HEADER, "2;vendredi;Miel;1;pot;8,00;8,00\n", "1;vendredi;Pain;2;3,50;7,00;\n"),
        (
            "member;distribution;product;unit;quantity;price;total\n",
            "2;vendredi;Riz;;2;3,00;6,00\n",
            "1;vendredi;Pain;2;3,50;7,00;\n",
        ),
        (
            "member;distribution;product;price;quantity;fees;total\n",
            "2;vendredi;Riz;3;2;;6\n",
            "1;vendredi;Tomates;2,50;2;5,00;\n",
        ),
        (
            "member;distribution;product;Référence;price;quantity;total\n",
            "2;vendredi;Miel;;8;1;8\n",
            "1;vendredi;Tomates;2,50;2;5;\n",
        ),
        (
            "member;distribution;catalog;product;price;quantity;total\n",
            "2;vendredi;Pain bio;Pain;3,5;1;3,5\n",
            "1;vendredi;Pain bio;3,5;2;7;\n",
        ),
    ],
)
def test_cells_that_moved_to_the_left_as_one_was_deleted_are_not_believed(
    tmp_path: Path, header: str, full: str, row: str
) -> None:
    """A spreadsheet puts an empty cell at the end: the row is as wide as the others."""
    book, problems = read(tmp_path, f"{full}{row}{full}", header)

    assert [line.member_id for line in book.lines] == ["2", "2"]
    assert [line.member_id for line in book.unread] == ["1"]
    assert any(
        line.startswith("orders.csv:3: total: missing, though most rows have one:")
        for line in lines_of(problems)
    )


def test_where_as_many_rows_lack_a_total_nothing_was_deleted(tmp_path: Path) -> None:
    book, problems = read(tmp_path, f"{FULL}1;vendredi;Lait;3;L;2;\n")

    assert [line.total for line in book.lines] == [Decimal(3), Decimal(6)]
    assert not problems


@pytest.mark.parametrize("unit", ["2", "2,50", "2 €", "1 234,50"])
@pytest.mark.parametrize("after", ["", ";2", ";;"])
def test_an_amount_that_has_moved_is_no_unit(tmp_path: Path, unit: str, after: str) -> None:
    book, problems = read(tmp_path, f"1;vendredi;Pain;1;{unit}{after}\n")

    assert book.lines == ()
    assert [line.member_id for line in book.unread] == ["1"]
    assert lines_of(problems) == [f"orders.csv:2: unit: a number, where a unit was expected: {unit!r}"]


def test_an_amount_in_the_place_of_a_unit_is_said_once_where_the_amounts_are_there(tmp_path: Path) -> None:
    row = "1;vendredi;Pain;1;2,50;3;3\n"
    book, problems = read(tmp_path, row + row)

    assert [(line.unit, line.total) for line in book.lines] == [("", Decimal(3)), ("", Decimal(3))]
    assert lines_of(problems) == ["orders.csv:2: unit: a number, where a unit was expected: '2,50'"]


def test_the_yes_of_what_is_paid_is_no_catalog(tmp_path: Path) -> None:
    header = "member;distribution;product;quantity;catalog;paid\n"
    book, problems = read(tmp_path, "1;vendredi;Pain;1;oui\n2;vendredi;Pain;1;Fromages;oui\n", header)

    assert [(line.member_id, line.catalog) for line in book.lines] == [("2", "Fromages")]
    assert [line.member_id for line in book.unread] == ["1"]
    assert lines_of(problems) == [
        "orders.csv:2: catalog: a yes, a no or a time, where words were expected: 'oui'"
    ]


@pytest.mark.parametrize(
    "row",
    [
        "d1;lac;2026-12-05 18:00;oui",
        "d1;lac;2026-12-05 18:00;non;;;",
        "d1;lac;2026-12-05 18:00;Salle;oui",
        "d1;lac;2026-12-05 18:00;Salle;Marché;oui",
        "d1;lac;2026-12-05 18:00;2026-12-03 20:00;Salle;oui",
        "d1;lac;2026-12-05 18:00;18h30;Salle",
    ],
)
def test_a_distribution_of_which_nobody_can_tell_whether_it_is_cancelled_is_set_aside(
    tmp_path: Path, row: str
) -> None:
    calendar = calendar_of(tmp_path, {"distributions.csv": f"{DISTRIBUTIONS}{row}\n"})

    assert calendar.distributions == ()
    assert any("where words were expected" in line for line in lines_of(calendar.problems))


@pytest.mark.parametrize("place", ["oui", "Non", "12/06/2026", "18h"])
def test_a_place_that_is_none_is_unknown(tmp_path: Path, place: str) -> None:
    rows = f"id;group;starts_at;place\nd1;lac;2026-12-05 18:00;{place}\n"
    calendar = calendar_of(tmp_path, {"distributions.csv": rows})

    [one] = calendar.distributions
    assert (one.place, one.place_is_unknown) == ("", True)
    assert lines_of(calendar.problems) == [
        f"distributions.csv:2: place: a yes, a no or a time, where words were expected: {place!r}"
    ]


@pytest.mark.parametrize("place", ["-", "?", "–"])
def test_a_mark_is_no_place(tmp_path: Path, place: str) -> None:
    rows = f"id;group;starts_at;place\nd1;lac;2026-12-05 18:00;{place}\n"
    calendar = calendar_of(tmp_path, {"distributions.csv": rows})

    [one] = calendar.distributions
    assert (one.place, one.place_is_unknown) == ("", True)
    assert lines_of(calendar.problems) == [f"distributions.csv:2: place: no place: {place!r}"]


@pytest.mark.parametrize("place", ["ANNULÉE", "Annulé (fête)", "pas de distribution", "reportée au 12/12"])
def test_a_distribution_whose_place_says_that_it_is_off_is_set_aside(tmp_path: Path, place: str) -> None:
    rows = f"id;group;starts_at;place\nd1;lac;2026-12-05 18:00;{place}\n"
    calendar = calendar_of(tmp_path, {"distributions.csv": rows})

    assert calendar.distributions == ()
    assert lines_of(calendar.problems) == [
        f"distributions.csv:2: place: no place: {place!r}; to call the distribution off: cancelled: yes"
    ]


@pytest.mark.parametrize(
    "place",
    ["Salle", "Le 104", "Ouistreham", "1 rue des Oliviers", "Le Non-Lieu", "Préau (annulé s’il pleut)"],
)
def test_a_place_is_any_words(tmp_path: Path, place: str) -> None:
    rows = f"{DISTRIBUTIONS}d1;lac;2026-12-05 18:00;{place}\n"

    [one] = calendar_of(tmp_path, {"distributions.csv": rows}).distributions
    assert one.place == place


def test_a_member_whose_row_stands_in_one_cell_is_known_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    header = "id;first_name;last_name;email\n"
    found = members_of(tmp_path, {"members.csv": f"{header}1,Zoé,Martin,zoe@example.org\n2;Ana;Roux;\n"})

    assert [one.id for one in found.members] == ["2"]
    assert [(one.id, one.name) for one in found.people_set_aside] == [("1", "Zoé Martin")]
    assert lines_of(found.problems) == [
        "members.csv:2: its cells stand in one: '1,Zoé,Martin,zoe@example.org'"
    ]


@pytest.mark.parametrize("name", ["Martin, Zoé", "Zoé"])
def test_a_row_with_one_cell_is_not_taken_for_several(tmp_path: Path, name: str) -> None:
    found = members_of(tmp_path, {"members.csv": f"first_name;last_name;email;id\n{name}\n;;;2\n"})

    assert not [line for line in lines_of(found.problems) if "one cell" in line]
