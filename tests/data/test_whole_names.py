"""Orders and duties of which the first name stands in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.files import ONE_DAY, lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path


def ordered(folder: Path, text: str, name: str = "orders.csv") -> tuple[list[str], list[str]]:
    """Return whose the orders are, and what is said of them."""
    found = orders_of(folder, {name: text, "distributions.csv": ONE_DAY})
    return [line.member_id for line in found.books["vendredi"].lines], lines_of(found.problems)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Nom;Prénom", "MARTIN;Zoé"),
        ("Prénom;Nom", "Zoé;Martin"),
        ("Nom adhérent;Prénom adhérent", "MARTIN;Zoé"),
        ("Nom de l'adhérent;Prénom de l'adhérent", "Martin;Zoé"),
        ("First name;Last name", "Zoé;Martin"),
        ("Client;Prénom", "MARTIN;Zoé"),
        ("Nom;Prénom", "Zoé Martin;Zoé"),
        ("Nom;Nom de famille;Prénom", "Martin;Dubois;Zoé"),
        ("userId;Nom;Prénom", "1;MARTIN;Zoé"),
    ],
)
def test_orders_are_joined_by_the_two_halves_of_a_name(tmp_path: Path, header: str, cells: str) -> None:
    text = f"distribution;{header};product;quantity\nvendredi;{cells};Pain;1\n"

    assert ordered(tmp_path, text) == (["1"], [])


def test_orders_in_yaml_have_names_in_two_keys_too(tmp_path: Path) -> None:
    text = "- {distribution: vendredi, nom: Martin, prénom: Zoé, product: Pain, quantity: 1}\n"

    assert ordered(tmp_path, text, "orders.yaml") == (["1"], [])


def test_who_is_called_by_first_and_family_name_alike_is_found(tmp_path: Path) -> None:
    members = "id;first_name;last_name;email\n7;Martin;Martin;m@exemple.example\n"
    text = "distribution;Nom;Prénom;product;quantity\nvendredi;MARTIN;Martin;Pain;1\n"

    found = orders_of(tmp_path, {"orders.csv": text, "members.csv": members})

    assert [line.member_id for line in found.books["vendredi"].lines] == ["7"]


@pytest.mark.parametrize(
    ("cells", "said"), [("MARTIN;#N/A", "'#N/A' is a spread"), ("Zo\ufffd;Zoé", "accents")]
)
def test_a_broken_half_of_a_name_is_said_as_it_is(tmp_path: Path, cells: str, said: str) -> None:
    whose, problems = ordered(
        tmp_path, f"distribution;Nom;Prénom;product;quantity\nvendredi;{cells};Pain;1\n"
    )

    assert whose == []
    assert said in problems[0]


def test_a_file_that_ends_within_a_first_name_may_be_cut_there(tmp_path: Path) -> None:
    text = "distribution;product;quantity;Nom;Prénom\nvendredi;Pain;1;ROUX;Ana\nvendredi;Pain;1;MARTIN;Z"

    whose, problems = ordered(tmp_path, text)

    assert whose == []
    assert "it ends in this row, or was cut there" in problems[0]
