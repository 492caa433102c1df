"""Orders of which none names a member: one line says so, and what is most likely the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.files import ONE_DAY, lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "userId;userName;distribution;product;quantity\n"
PEOPLE = {"1": "Zoé Martin", "2": "Ana Roux", "3": "Léa Petit", "4": "Luc Durand"}
BY_NUMBER = "".join(f"{id_};;vendredi;Pain;1\n" for id_ in PEOPLE)  # and no name by which to join them
BY_ADDRESS = "Prénom;Nom;Email;Casier\n" + "".join(
    f"{name.replace(' ', ';')};a{id_}@exemple.example;{id_}\n" for id_, name in PEOPLE.items()
)


def said(folder: Path, members: str, orders: str, header: str = HEADER) -> list[str]:
    files: dict[str, str | bytes] = {
        "members.csv": members,
        "orders.csv": header + orders,
        "distributions.csv": ONE_DAY,
    }
    found = lines_of(orders_of(folder, files).problems)
    return [line for line in found if "no order is of a member" in line]


def test_numbers_that_no_column_of_the_list_holds_are_said_once_with_the_cure(tmp_path: Path) -> None:
    [line] = said(tmp_path, BY_ADDRESS, BY_NUMBER)

    assert line == (
        "orders.csv: no order is of a member of the group: they are of '1', '2', '3'…, and no column of "
        "members.csv is read as the members' numbers; if these stand there, call their column 'id', each of "
        "them once; else these orders and that list don't belong together"
    )


def test_orders_of_another_group_are_said_with_a_member_of_this_one(tmp_path: Path) -> None:
    members = "id;Prénom;Nom;Email\n71;Zoé;Martin;zoe@exemple.example\n72;Ana;Roux;ana@exemple.example\n"

    [line] = said(tmp_path, members, BY_NUMBER)

    assert "of '1', '2', '3'…, and members.csv has members such as '71' (Zoé Martin): are both" in line


@pytest.mark.parametrize("known", ["a1@exemple.example", "4"])
def test_one_order_of_a_member_is_enough_to_trust_the_list(tmp_path: Path, known: str) -> None:
    members = BY_ADDRESS if "@" in known else BY_ADDRESS.replace("Casier", "id").replace(";1\n", ";71\n")

    assert said(tmp_path, members, f"{BY_NUMBER}{known};;vendredi;Pain;1\n") == []


def test_two_that_are_no_members_may_be_new(tmp_path: Path) -> None:
    rows = BY_NUMBER.splitlines(keepends=True)

    assert said(tmp_path, BY_ADDRESS, "".join(rows[:2] * 3)) == []
    assert said(tmp_path, BY_ADDRESS, "".join(rows[:3])) != []


def test_where_nobody_is_in_the_group_its_list_is_what_is_wrong(tmp_path: Path) -> None:
    assert said(tmp_path, "id;Email\n", BY_NUMBER) == []


def test_orders_that_name_no_numbers_are_told_of_names_alone(tmp_path: Path) -> None:
    rows = "".join(f"MARTIN-{letter};vendredi;Pain;1\n" for letter in "ABC")

    [line] = said(tmp_path, BY_ADDRESS, rows, "member_name;distribution;product;quantity\n")

    assert "is each name written whole, and alike in both?" in line
    assert "number" not in line
