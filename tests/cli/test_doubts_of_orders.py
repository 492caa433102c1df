"""What is wrong between the files that were found is said before anything is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.guided import Beginning, begin
from cagette_notify.cli.setup.schedule import ScheduledCall
from tests.fixtures.desk import EXPORTED, WITH_EXPORTS, Desk, begun

if TYPE_CHECKING:
    from pathlib import Path

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


def test_who_ordered_under_a_name_of_nobody_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk.folder, "adherents.csv", NUMBERED_ALIKE)
    strangers = "".join(f"42{at},NEUF {name},Salade,1\n" for at, name in enumerate("ABCDEFG"))
    put(desk.folder, VEGETABLES, orders("Salade") + strangers)

    said = before_it_is_written(desk, monkeypatch)

    assert (
        "7 personnes ont commandé sous un nom absent de adherents.csv : 'NEUF A (420)', 'NEUF B (421)'"
        in said
    )
    assert "'NEUF E (424)' et 2 de plus" in said
    assert "NEUF F" not in said


PAYMENTS = (
    "Référence commande;Statut de la commande;Nom adhérent;Prénom adhérent;Email payeur;Moyen de paiement\n"
    "881;Validé;ROUX;Ana;ana@exemple.org;Carte bancaire\n"
    "882;Remboursé;PARTI;Luc;luc@exemple.org;Carte bancaire\n"
)


def test_a_list_of_payments_is_told_as_one_and_comes_last(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(desk.folder, "adherents.csv", NUMBERED_ALIKE, hours_ago=48)
    put(desk.folder, "helloasso.csv", PAYMENTS)

    screen = begun(desk, monkeypatch, "", *ANSWERS)

    assert "  1  adherents.csv: 3 membres\n  2  helloasso.csv: paiements de 2 personnes, tels que" in screen
    assert "  membres: adherents*\n" in (desk.folder / "groups.yaml").read_text("utf-8")


@pytest.mark.parametrize("is_asked", [True, False])
def test_the_list_is_offered_that_knows_most_of_who_ordered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, is_asked: bool
) -> None:
    put(desk.folder, "bureau.csv", "N°;Nom;Prénom;Email\n1;ROUX;Ana;ana@exemple.org\n2;X;Y;x@exemple.org\n")
    put(desk.folder, "adherents.csv", MEMBERS, hours_ago=48)
    put(desk.folder, "voisins.csv", MEMBERS.replace("ROUX", "A").replace("PETIT", "B").replace("DUC", "C"))
    put(desk.folder, VEGETABLES, orders("Salade"))
    monkeypatch.setenv("HOME", str(desk.home))

    if is_asked:
        begun(desk, monkeypatch, "", *ANSWERS)
    else:
        call = ScheduledCall("/opt/cagette-notify", f"{desk.folder}/config.yaml", str(desk.folder), "claire")
        begin(None, Beginning(desk.folder, None, "fr", call, systemd=False))

    assert ": adherents*\n" in (desk.folder / "groups.yaml").read_text("utf-8")
