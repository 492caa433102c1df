"""Orders whose numbers are Cagette's, beside a list that has its own: their names join them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.data.files import lines_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.data.dataset import Orders

ORDERS = (
    "userId,userName,distribution,productName,Quantité\n"
    "4102,BERTHELOT Monique,vendredi,Pain,1\n"
    "4117,CHAPUIS Gérard / CHAPUIS Françoise,vendredi,Pain,2\n"
    "4117,CHAPUIS Gérard / CHAPUIS Françoise,vendredi,Miel,1\n"
    "4120,DE LA TOUR Élodie,vendredi,Pain,1\n"
)
OWN_LIST = (
    "N°;NOM;PRENOM;MAIL;NOM CONJOINT;PRENOM CONJOINT\n"
    "1;BERTHELOT;Monique;monique@exemple.example;;\n"
    "2;CHAPUIS;Gérard;gerard@exemple.example;CHAPUIS;Françoise\n"
    "3;DE LA TOUR;Élodie;elodie@exemple.example;;\n"
)
SAID = (
    "orders.csv: none of its numbers ('4102', '4117', '4120') is a member's, and the names beside them are "
    "(3 of 3): its orders are joined by name"
)
CAGETTE_S_LIST = (
    "id;Prénom;Nom;Email;Prénom partenaire;Nom partenaire;Email partenaire\n"
    "1;Monique;BERTHELOT;monique@exemple.example;;;\n"
    "2;Gérard;CHAPUIS;gerard@exemple.example;Françoise;CHAPUIS;\n"
    "3;Élodie;DE LA TOUR;elodie@exemple.example;;;\n"
)


def read(folder: Path, members: str, orders: str = ORDERS) -> Orders:
    return orders_of(folder, {"members.csv": members, "orders.csv": orders})


def whose(found: Orders) -> list[str]:
    return [line.member_id for line in found.books["vendredi"].lines]


@pytest.mark.parametrize(
    ("listed", "ordered"),
    [
        ("LE GALL - HERVÉ;Maïwenn", "LE GALL-HERVÉ Maïwenn"),
        ("LE GALL-HERVÉ;Maïwenn", "Le Gall Hervé Maïwenn"),
        ("MARTIN;Marie Line", "Marie–Line Martin"),
        ("D‘ANJOU;Hélène", "D'ANJOU Hélène"),
        ("D’ ANJOU;Hélène", "D´ANJOU Hélène"),
    ],
)
def test_a_name_is_the_same_however_its_halves_are_tied(tmp_path: Path, listed: str, ordered: str) -> None:
    members = f"N°;NOM;PRENOM;MAIL\n1;BERTHELOT;Monique;m@exemple.example\n2;{listed};l@exemple.example\n"
    header, first, *_rest = ORDERS.splitlines(keepends=True)

    found = read(tmp_path, members, f"{header}{first}4117,{ordered},vendredi,Pain,2\n")

    assert whose(found) == ["1", "2"]


def test_an_export_without_ids_has_nothing_but_names_to_join_orders_by(tmp_path: Path) -> None:
    header = "firstName;lastName;Email;Prénom du conjoint;Nom du conjoint;E-mail du conjoint"
    rows = "Monique;BERTHELOT;m@exemple.example;;;\nGérard;CHAPUIS;g@exemple.example;Françoise;CHAPUIS;\n"

    assert whose(read(tmp_path, f"{header}\n{rows}"))[0] == "m@exemple.example"


@pytest.mark.parametrize("first", ["N°", "Casier", "id"])
def test_orders_are_joined_by_name_where_no_number_of_theirs_is_a_member_s(
    tmp_path: Path, first: str
) -> None:
    found = read(tmp_path, OWN_LIST.replace("N°", first))

    addresses = [f"{name}@exemple.example" for name in ("monique", "gerard", "gerard", "elodie")]
    assert whose(found) == (addresses if first == "Casier" else ["1", "2", "2", "3"])
    [line] = lines_of(found.problems)
    assert line.startswith(SAID)


def test_a_name_of_nobody_is_said_as_such(tmp_path: Path) -> None:
    found = read(tmp_path, OWN_LIST, f"{ORDERS}4199,NOUVEAU Paul,vendredi,Pain,1\n")

    assert whose(found) == ["1", "2", "2", "3"]
    assert "userName: names no member of the group: 'NOUVEAU Paul'" in lines_of(found.problems)[1]


def test_one_number_of_a_member_is_enough_to_go_by_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, OWN_LIST.replace("3;DE", "4120;DE"))

    assert whose(found) == ["4120"]
    assert "names no member of the group: '4102'" in lines_of(found.problems)[0]


def test_a_number_of_somebody_who_is_called_otherwise_does_not_make_the_numbers_theirs(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, OWN_LIST.replace("3;DE", "4102;DE"))

    assert whose(found) == ["1", "2", "2", "4102"]


@pytest.mark.parametrize(
    ("members", "orders"),
    [
        (OWN_LIST, "\n".join(ORDERS.splitlines()[:2]) + "\n"),
        (OWN_LIST.replace("BERTHELOT", "BERT").replace("CHAPUIS", "CHAT"), ORDERS),
        (CAGETTE_S_LIST, ORDERS),
    ],
    ids=["a newcomer may be called like a member", "few names are members'", "Cagette's own list"],
)
def test_where_it_may_be_by_chance_no_order_is_joined_by_name(
    tmp_path: Path, members: str, orders: str
) -> None:
    assert whose(read(tmp_path, members, orders)) == []


def test_a_partner_of_whom_the_list_has_the_first_name_alone_may_be_the_one_beside_the_holder(
    tmp_path: Path,
) -> None:
    members = (
        "N°;NOM;PRENOM;MAIL;CONJOINT;MAIL CONJOINT\n"
        "1;BERTHELOT;Monique;monique@exemple.example;;\n2;CHAPUIS;Gérard;gerard@exemple.example;{};{}\n"
    )

    for address in ("", "francoise@exemple.example"):
        assert whose(read(tmp_path, members.format("Françoise", address))) == ["1", "2", "2"]
    assert whose(read(tmp_path, members.format("Paule", "paule@exemple.example"))) == []
