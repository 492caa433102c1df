"""Whom a file of a coordinator's reaches: members only, at the addresses that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError, UsageError
from cagette_notify.core.notices import Reason
from tests.broadcast.test_audience import addresses, choose
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.broadcast.choose import Choice

NOEL, MAELLE, ZOE = "noel@example.org", "maelle@example.org", "zoe@example.org"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    return Coop(tmp_path)


def choose_in_file(coop: Coop, text: str, *others: str) -> Choice:
    path = coop.write("liste.csv", text)
    return choose(coop, (f"file:{path}", *others))


def left_out(choice: Choice) -> list[tuple[str, Reason, str]]:
    return [(one.address, one.reason, one.place) for one in choice.audience.left_out]


@pytest.mark.parametrize(
    ("row", "reached"),
    [
        (MAELLE, [MAELLE]),
        ("MAELLE@Example.org", [MAELLE]),
        ("2", [NOEL, MAELLE]),
        ("lac/2", [NOEL, MAELLE]),
        ("2.0", [NOEL, MAELLE]),
        ("Noël Bœuf", [NOEL, MAELLE]),
        ("boeuf noel", [NOEL, MAELLE]),
        (f"Bœuf;Noël;{NOEL}", [NOEL]),
    ],
)
def test_an_address_is_written_to_alone_and_an_id_or_a_name_is_the_household(
    coop: Coop, row: str, reached: list[str]
) -> None:
    choice = choose_in_file(coop, f"{row}\n")

    assert addresses(choice) == reached
    assert (choice.audience.households, choice.audience.left_out) == (1, ())


def test_both_addresses_of_a_household_in_two_rows_are_one_household(coop: Coop) -> None:
    choice = choose_in_file(coop, f"{NOEL}\n{MAELLE}\n{MAELLE}\n")

    assert (addresses(choice), choice.audience.households) == ([NOEL, MAELLE], 1)


def test_an_address_of_nobody_is_nobody_s_whatever_stands_beside_it(coop: Coop) -> None:
    choice = choose_in_file(coop, f"id;email\n1;paul@example.org\n3;{ZOE}\n")

    assert addresses(choice) == [ZOE]
    assert left_out(choice) == [("paul@example.org", Reason.NO_MEMBER, "liste.csv:2")]


def test_members_of_another_group_are_nobody_s_in_this_one(coop: Coop) -> None:
    with (coop.folder / "groups.yaml").open("a") as file:
        file.write("- {id: etang, name: AMAP de l'Étang}\n")
    coop.write("members.csv", f"id;email;groups\n1;{ZOE};lac\n9;anna@example.org;etang\n")

    choice = choose_in_file(coop, f"{ZOE}\nanna@example.org\n9\n")

    assert addresses(choice) == [ZOE]
    assert [one[:2] for one in left_out(choice)] == [
        ("anna@example.org", Reason.NO_MEMBER),
        ("9", Reason.NO_MEMBER),
    ]


def test_who_is_in_the_file_and_has_no_good_row_or_address_is_left_out_for_that(coop: Coop) -> None:
    coop.replace("members.csv", "zoe@example.org", "zoe@")
    coop.replace("members.csv", "3;Léa", "2;Léa")

    with pytest.raises(DataError):
        choose_in_file(coop, "1\n")  # two members have one id: the file can't be read whole

    coop.replace("members.csv", "2;Léa", "3;Léa")
    assert [one[1] for one in left_out(choose_in_file(coop, f"1\n{NOEL}\n"))] == [Reason.INVALID_ADDRESS]


def test_a_name_that_several_members_have_is_refused_with_its_line(coop: Coop) -> None:
    with (coop.folder / "members.csv").open("a") as file:
        file.write("4;Zoé;Martin;zoe.martin@example.org;;\n")

    with pytest.raises(DataError) as raised:
        choose_in_file(coop, f"{NOEL}\nZoé Martin\n")

    [problem] = map(str, raised.value.problems)
    assert problem.startswith("liste.csv:2: --to: names several members of the group: 'Zoé Martin'; if ")
    assert problem.endswith(
        "members.csv:2, members.csv:5 are one person: take all of these rows but one out of the list"
    )


@pytest.mark.parametrize(
    "text",
    [
        "N° adhérent;Nom;Prénom\n3;Bœuf;Noël\n",
        "N° adhérent;Nom complet\nlac/3;noël bœuf\n",
        "Adhérent;Nom;Prénom\nLéa Roux;Bœuf;Noël\n",
        "N° adhérent;Nom\n3;Roux Léa / Bœuf Noël\n",
        "\n3;Bœuf;Noël\n",
        "\n3;Noël Bœuf;12\n",
        "\n3;Martin Zoé\n",
    ],
)
def test_an_id_with_another_members_name_beside_it_is_refused_with_its_line(coop: Coop, text: str) -> None:
    with pytest.raises(
        DataError, match=r"liste.csv:2: --to: names several members of the group: '(lac/)?(3|Léa)"
    ):
        choose_in_file(coop, text)


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("N° adhérent;Nom;Prénom\n2;Bœuf;Noël\n", [NOEL, MAELLE]),
        ("N° adhérent;Nom;Prénom\n2;Boeuff;Noël\n", [NOEL, MAELLE]),
        ("N° adhérent;Nom;Prénom\n1;Lac;Zoé\n", [ZOE]),
        ("N° adhérent;Nom;Prénom\n1;Bœuf;\n", [ZOE]),
        ("N° adhérent;Nom;Prénom\n99;Martin;Zoé\n", [ZOE]),
        ("1;Lac;Zoé\n", [ZOE]),
        ("Zoé Martin;Noël Bœuf\n", [ZOE]),
        ("Martin;Zoé;2\n", [ZOE]),
        ("99;Martin;Zoé\n", [ZOE]),
    ],
)
def test_an_id_tells_who_it_is_unless_it_is_nobodys_or_the_name_is_another_members(
    coop: Coop, text: str, reached: list[str]
) -> None:
    assert addresses(choose_in_file(coop, text)) == reached


def test_with_the_coordinators_who_are_no_members_all_are_reached(coop: Coop) -> None:
    contact = "coordination@paniersdulac.example"
    choice = choose_in_file(coop, f"{ZOE}\n{contact}\n", "coordinators")

    assert sorted(addresses(choice)) == [contact, ZOE]
    assert choice.audience.left_out == ()


def test_beside_everybody_a_file_of_members_adds_nobody(coop: Coop) -> None:
    assert choose_in_file(coop, f"{ZOE}\npaul@example.org\n", "all").name == "all"


def test_a_list_without_a_file_is_none(coop: Coop) -> None:
    with pytest.raises(UsageError, match="file:FILE"):
        choose(coop, "file:")
