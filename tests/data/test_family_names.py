"""Orders by a name that is a member's but for a part of the family's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.files import lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = (
    "id;NOM;PRÉNOM;CONJOINT;MAIL;MAIL CONJOINT\n"
    "1;Le Goff;Anne;;anne@example.org;\n"
    "2;De Sousa-Lima;Maria;Jean-Luc Petit;maria@example.org;jean@example.org\n"
    "3;Zoé Martin;;;zoe@example.org;\n"
    "4;Roux;Anne;;roux@example.org;\n"
    "5;Martin-Roux;Anne;;martin@example.org;\n"
    "6;Duval;Jean-Luc;;duval@example.org;\n"
)
ORDERED = "userId;userName;distribution;productName;Quantité\n;{name};vendredi;Pain;1\n"


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("LE GOFF-MARTIN Anne", "1"),
        ("MARTIN-LE GOFF Anne", "1"),
        ("Anne Martin Le Goff", "1"),
        ("GOFF Anne", "1"),
        ("SOUSA Maria", "2"),
        ("DE SOUSA-LIMA-COSTA Maria / COSTA Rui", "2"),
        ("PETIT-DURAND Jean-Luc", "2"),
        ("DURAND-MARTIN Zoé", "3"),
        ("MARTIN Anne", "5"),
        ("ROUX-DURAND Anne", "4"),
    ],
)
def test_an_order_of_the_same_first_name_and_a_part_of_the_family_name_may_be_the_members(
    tmp_path: Path, name: str, ids: str
) -> None:
    found = orders_of(tmp_path, {"members.csv": MEMBERS, "orders.csv": ORDERED.format(name=name)})
    book = found.books["vendredi"]
    [problem] = lines_of(found.problems)

    assert (book.lines, book.strangers) == ((), ())
    assert [(line.member_id, line.reference) for line in book.unread] == [(one, name) for one in ids]
    assert f"names no member of the group: {name!r} (did you mean " in problem


@pytest.mark.parametrize(
    "name",
    ["LE GOFF Paul", "MARTIN Ana", "LE BRAS Anne", "Anne", "DUVAL-ROUX Jean", "LE GOFF", "LIMA Jean-Luc"],
)
def test_another_first_name_or_family_is_somebody_else(tmp_path: Path, name: str) -> None:
    found = orders_of(tmp_path, {"members.csv": MEMBERS, "orders.csv": ORDERED.format(name=name)})
    book = found.books["vendredi"]

    assert (book.lines, book.unread) == ((), ())
    assert [line.reference for line in book.strangers] == [name]


def test_an_id_with_a_name_beside_it_that_is_another_members_is_of_each_perhaps(tmp_path: Path) -> None:
    orders = ORDERED.replace(";{name}", "4;{name}").format(name="MARTIN-ROUX Anne")
    found = orders_of(tmp_path, {"members.csv": MEMBERS, "orders.csv": orders})

    assert [line.member_id for line in found.books["vendredi"].unread] == ["4", "5"]
