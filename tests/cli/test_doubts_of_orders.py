"""What is wrong between the files that were found is said before anything is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.fixtures.desk import EXPORTED, WITH_EXPORTS, Desk, begun

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ANSWERS = [question.answer for question in WITH_EXPORTS]
VEGETABLES, BREAD = "Export-commandes-2026-06-12-Cagette.csv", "Export-commandes-2026-06-12-Cagette (1).csv"
MEMBERS = (
    "N°;Nom;Prénom;Email\n"
    "1;ROUX;Ana;ana@exemple.org\n2;PETIT;Léa;lea@exemple.org\n3;DUC;Tom;tom@exemple.org\n"
)
NUMBERED_ALIKE = MEMBERS.replace("1;", "4101;").replace("2;", "4102;").replace("3;", "4103;")
PEOPLE = ("4101,ROUX Ana", "4102,PETIT Léa", "4103,DUC Tom")


def orders(*products: str) -> str:
    rows = "".join(f"{one},{product},1\n" for one in PEOPLE for product in products)
    return f"userId,userName,productName,Quantité\n{rows}"


def put(folder: Path, name: str, text: str, hours_ago: int = 0) -> None:
    (folder / name).write_text(text, "utf-8")
    os.utime(folder / name, (EXPORTED - 3600 * hours_ago, EXPORTED - 3600 * hours_ago))


def before_it_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    screen = " ".join(begun(desk, monkeypatch, *ANSWERS).split())
    return screen.partition("Voici ce qui a été répondu")[2].partition("Entrée écrit tout")[0]


def test_a_list_with_numbers_of_its_own_is_told_from_the_orders(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk.folder, "adherents.csv", MEMBERS)
    put(desk.folder, VEGETABLES, orders("Salade"))

    said = before_it_is_written(desk, monkeypatch)

    assert f"{VEGETABLES}: aucun de ses numéros ('4101', '4102', '4103') n’est celui d’un membre" in said
    assert "les noms à côté le sont (3 sur 3)" in said


def test_orders_of_another_group_are_told_from_its_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk.folder, "adherents.csv", MEMBERS.replace("ROUX", "LE GALL").replace("PETIT", "GRAND"))
    put(desk.folder, VEGETABLES, orders("Salade"))

    assert "aucune commande n’est d’un membre du groupe" in before_it_is_written(desk, monkeypatch)


def test_orders_of_a_day_in_two_files_are_said_with_how_many_are_not_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk.folder, "adherents.csv", NUMBERED_ALIKE)
    put(desk.folder, VEGETABLES, orders("Salade", "Tomates"), hours_ago=1)
    put(desk.folder, BREAD, orders("Pain"))

    said = before_it_is_written(desk, monkeypatch)

    assert f"{VEGETABLES}: pas lu, car {BREAD} est plus récent" in said
    assert f"or 6 commandes de 2026-06-12 ne sont que dans {VEGETABLES} :" in said
    assert "aucun de ses numéros" not in said


def test_an_earlier_export_of_the_same_orders_is_no_doubt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk.folder, "adherents.csv", NUMBERED_ALIKE)
    put(desk.folder, VEGETABLES, orders("Salade"), hours_ago=1)
    put(desk.folder, BREAD, orders("Salade", "Tomates"))

    assert before_it_is_written(desk, monkeypatch).endswith("la ligne de crontab ")
