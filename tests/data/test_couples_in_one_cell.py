"""Orders by the name of a household, whose people the list of members has each in one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.files import lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

COUPLES = (
    "id;NOM;PRÉNOM;CONJOINT·E;MAIL;MAIL CONJOINT\n"
    "3;DE LA TOUR;Inès;Paul Mercier;ines@example.org;paul@example.org\n"
    "11;O'BRIEN;Kate;Luc Petit;kate@example.org;luc@example.org\n"
    "12;PETIT;Luc;;luc@example.org;\n"
    "6;HERNÁNDEZ;Lucía;Tomás;lucia@example.org;tomas@example.org\n"
)
WHOLE = (
    "id;NOM;CONJOINT;MAIL;MAIL CONJOINT\n"
    "3;Inès De La Tour;Paul Mercier;ines@example.org;paul@example.org\n"
    "4;MARTIN Zoé;;zoe@example.org;\n"
)
ORDERED = "userId;userName;distribution;productName;Quantité\n;{name};vendredi;Pain;1\n"


def whose(folder: Path, members: str, name: str) -> list[str]:
    found = orders_of(folder, {"members.csv": members, "orders.csv": ORDERED.format(name=name)})
    return [line.member_id for line in found.books["vendredi"].lines]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("DE LA TOUR Inès / MERCIER Paul", "3"),
        ("DE LA TOUR Inès / Paul MERCIER", "3"),
        ("Inès De La Tour / MERCIER Paul", "3"),
        ("MERCIER Paul", "3"),
        ("O'BRIEN Kate / PETIT Luc", "11"),
        ("HERNÁNDEZ Lucía / RUIZ Tomás", "6"),
    ],
)
def test_each_of_a_couple_is_known_in_either_order_of_their_words(
    tmp_path: Path, name: str, id_: str
) -> None:
    assert whose(tmp_path, COUPLES, name) == [id_]


@pytest.mark.parametrize("name", ["DE LA TOUR Inès / MERCIER Jean", "DE LA TOUR Inès / PAUL Jean"])
def test_another_partner_is_another_couple(tmp_path: Path, name: str) -> None:
    assert whose(tmp_path, COUPLES, name) == []


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("DE LA TOUR Inès", "3"),
        ("Inès De La Tour", "3"),
        ("DE LA TOUR Inès / MERCIER Paul", "3"),
        ("Zoé MARTIN", "4"),
    ],
)
def test_a_whole_name_in_one_cell_is_known_in_either_order(tmp_path: Path, name: str, id_: str) -> None:
    assert whose(tmp_path, WHOLE, name) == [id_]


def test_where_names_differ_it_is_said_in_which_file_to_correct_them(tmp_path: Path) -> None:
    name = "DE LA TOUR Inès / MERCIER Pol"

    found = orders_of(tmp_path, {"members.csv": COUPLES, "orders.csv": ORDERED.format(name=name)})

    [problem] = lines_of(found.problems)
    assert problem == (
        f"orders.csv:2: userName: names no member of the group: {name!r} (did you mean 'DE LA TOUR Inès / "
        "Paul Mercier'?); correct it in members.csv:2: in the export it would be lost with the next one"
    )
