"""Tables in a folder: what each is, of how many rows, of which day, whatever it is called."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from cagette_notify.data.files.found_tables import FoundTable, table_at, tables_in
from cagette_notify.data.files.unused_exports import unused_exports_in
from tests.data.files import SAMPLES
from tests.data.test_cagette import EXPORT
from tests.fixtures.processes import processes_counted
from tests.fixtures.workbook import workbook

if TYPE_CHECKING:
    from pathlib import Path


def found_in(folder: Path, *files: str) -> dict[str, FoundTable]:
    for name in files:
        shutil.copy(SAMPLES / name, folder)
    return {table.name: table for table in tables_in([folder], folder)}


def test_exports_of_cagette_s_are_told_by_their_header_and_counted(tmp_path: Path) -> None:
    (tmp_path / "Export-commandes-2026-05-29-Cagette.csv").write_text("prénom;téléphone\nZoé;0\n", "utf-8")

    found = found_in(tmp_path, "membres.csv", EXPORT)

    members, orders = found["membres.csv"], found[EXPORT]
    assert (members.kind, members.rows, members.is_cagette_s, members.day) == ("members", 24, True, None)
    assert (orders.kind, orders.rows, orders.is_cagette_s, orders.day) == (
        *("orders", 48, True),
        date(2026, 6, 12),
    )
    assert found["Export-commandes-2026-05-29-Cagette.csv"].kind == ""


def test_what_is_ordered_of_another_catalog_is_another_order(tmp_path: Path) -> None:
    header = "userName;productName;catalogName;Quantité\n"
    for name, catalog in (("c-2026-06-12.csv", "Légumes"), ("c-2026-06-12 (1).csv", "Fruits")):
        (tmp_path / name).write_text(f"{header}ABADIE Ana;Petit panier;{catalog};1\n", "utf-8")

    vegetables, fruits = tables_in([tmp_path], tmp_path)

    assert vegetables.kind == fruits.kind == "orders"
    assert not vegetables.ordered & fruits.ordered


@pytest.mark.dear
@pytest.mark.parametrize("name", ["amap.xlsx", "amap.ods"])
def test_each_sheet_of_a_workbook_is_a_table(tmp_path: Path, name: str) -> None:
    found = found_in(tmp_path, name)

    assert {each: (table.kind, table.rows) for each, table in found.items()} == {
        f"{name}#Calendrier": ("distributions", 2),
        f"{name}#Groupes": ("groups", 1),
        f"{name}#Membres": ("members", 3),
        f"{name}#2026-06-12": ("orders", 3),
    }
    assert found[f"{name}#Groupes"].group_names == {"lac": "Les Paniers du Lac"}
    assert list(found[f"{name}#Calendrier"].group_names) == ["lac"]
    assert found[f"{name}#2026-06-12"].day == date(2026, 6, 12)


@pytest.mark.dear
def test_a_spreadsheet_of_one_sheet_needs_no_name_of_it(tmp_path: Path) -> None:
    assert [*found_in(tmp_path, "membres.xls")] == ["membres.xls"]


@pytest.mark.dear
def test_what_can_t_be_read_says_why_and_what_is_of_no_kind_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("à faire;qui\nclés;Zoé\n", encoding="utf-8")
    (tmp_path / "vide.csv").touch()
    (tmp_path / "~$membres.xlsx").write_text("Zoé", encoding="utf-8")
    (tmp_path / "lettre.txt").touch()

    found = found_in(tmp_path, "protege.xlsx")

    assert found["protege.xlsx"].trouble == "protected by a password: save it without one"
    assert (found["notes.csv"].kind, found["notes.csv"].trouble) == ("", "")
    assert found["vide.csv"].trouble
    assert {*found} == {"protege.xlsx", "notes.csv", "vide.csv"}


def test_numbers_or_codes_of_products_make_no_list_of_members(tmp_path: Path) -> None:
    (tmp_path / "tarifs.csv").write_text("Code;Désignation;Prix\nA1;Pain;3\n", encoding="utf-8")
    (tmp_path / "colis.csv").write_text("N°;Contenu\n1;Pain\n", encoding="utf-8")

    assert {name: table.kind for name, table in found_in(tmp_path).items()} == {
        "tarifs.csv": "",
        "colis.csv": "",
    }


@pytest.mark.parametrize(
    ("name", "header", "kinds", "lacks"),
    [
        ("calendrier.csv", "DATE;HORAIRE;LIEU", " distributions", "group"),
        ("commandes.csv", "Nom;Produit", " orders", "quantity"),
        ("contacts.csv", "Nom;Prénom;Téléphone", " members", "id/email/partner_email"),
        ("adhérents.csv", "Nom;Téléphone", " members", "id/email/partner_email"),
        ("divers.csv", "Nom;Téléphone", " ", ""),
        ("Commandes (réponses).csv", "Votre nom;Adresse e-mail;Pain (5 €)", " orders", "product quantity"),
        ("Adhérents et commandes.csv", "Nom;Adresse e-mail", "members ", ""),
        ("adhesions.csv", "Nom adhérent;Prénom adhérent;Email payeur", "members ", ""),
        ("adhesions.csv", "Nom adhérent;Nom payeur;Email adhérent", "members ", ""),
    ],
)
def test_a_table_of_no_kind_says_which_it_seems_to_be_and_what_it_lacks(
    tmp_path: Path, name: str, header: str, kinds: str, lacks: str
) -> None:
    cells = ";".join("x" for _cell in header.split(";"))
    (tmp_path / name).write_text(f"{header}\n{cells}\n", encoding="utf-8")

    found = found_in(tmp_path)[name]

    assert (f"{found.kind} {found.seems}", " ".join(map("/".join, found.lacks))) == (kinds, lacks)


def listed_in(folder: Path, text: str) -> list[tuple[str, str, str]]:
    (folder / "calendrier.csv").write_text(text, encoding="utf-8")
    listed = found_in(folder)["calendrier.csv"].listed
    return [(str(each.day), each.hours, each.cells.get("place", "")) for each in listed]


@pytest.mark.parametrize(
    "text",
    [
        "DATE;HORAIRE;LIEU\n10/12/2026;18h30 à 19h30;Pirou\n2026-12-03;17h45 - 19h;Lessay\n",
        "Jour;Heure;Salle\n3/12/2026;17h45 - 19h;Lessay\n;;\n10/12/26;18h30 à 19h30;Pirou\nfermé;;\n",
        "date;horaire;lieu;groupe\n3/12/2026;17h45 - 19h;Lessay;lac\n10/12/2026;18h30 à 19h30;Pirou;lac\n",
    ],
    ids=["no group", "other names, a line of none", "a group, and no hour beside its days"],
)
def test_the_days_of_a_calendar_are_listed_that_lacks_what_distributions_need(
    tmp_path: Path, text: str
) -> None:
    assert listed_in(tmp_path, text) == [
        ("2026-12-03", "17h45 - 19h", "Lessay"),
        ("2026-12-10", "18h30 à 19h30", "Pirou"),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        *("PAS DE DISTRIB;", ";pas de distribution", "17h45 - 19h;Annulé", ";Vacances de Noël", "férié;"),
        *("17h45 - 19h;fermé", ";Relâche", ";fermé pour cause de congés annuels", ";reportée au 12/12"),
        *("No distribution;", ";Cancelled"),
    ],
)
def test_a_row_that_says_so_is_no_distribution(tmp_path: Path, cells: str) -> None:
    text = f"DATE;HORAIRE;REMARQUE\n3/12/2026;17h45;\n10/12/2026;{cells}\n17/12/2026;17h45;\n"

    listed = listed_in(tmp_path, text)

    listing = found_in(tmp_path)["calendrier.csv"].listing
    assert [day for day, _hours, _place in listed] == ["2026-12-03", "2026-12-17"]
    assert [(each.day, each.is_off) for each in listing.left_out] == [(date(2026, 12, 10), True)]


@pytest.mark.parametrize(
    "note", ["Le portail est fermé à 19h précises", "Cour de l'école", "Fin des vacances le 4"]
)
def test_a_row_with_hours_may_speak_of_what_is_closed(tmp_path: Path, note: str) -> None:
    assert len(listed_in(tmp_path, f"DATE;HORAIRE;REMARQUE\n3/12/2026;17h45;{note}\n")) == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("vendredi 18 décembre", "2026-12-18"),
        ("ven. 18 déc.", "2026-12-18"),
        ("18/12", "2026-12-18"),
        ("vendredi 18 décembre 2026", "2026-12-18"),
        ("vendredi 8 janvier", "2027-01-08"),
        ("jeudi 18 décembre", ""),
        ("18 juin", ""),
        ("18 et 19 décembre", ""),
        ("vendredi 18 décembre 17h45-19h", "2026-12-18"),
        ("18/12/26 (vendredi !)", "2026-12-18"),
        ("18/12 (attention, vendredi)", "2026-12-18"),
        ("18 décembre 17h45-19h (jeu de boules)", "2026-12-18"),
        ("18/12/26 (jeudi !)", ""),
        ("18/12/26 (ou 19/12)", ""),
    ],
)
def test_the_year_of_a_day_follows_from_the_rows_around_it(tmp_path: Path, written: str, read: str) -> None:
    text = f"DATE;HORAIRE;LIEU\n11/12/2026;18h;Lessay\n{written};18h;Pirou\n15/01/2027;18h;Lessay\n"

    days = [day for day, _hours, place in listed_in(tmp_path, text) if place == "Pirou"]

    left_out = found_in(tmp_path)["calendrier.csv"].listing.left_out
    assert days == ([read] if read else [])
    assert [written in each.problem.message for each in left_out] == ([] if read else [True])


def test_a_day_before_all_others_or_behind_them_is_in_the_half_year_beside_them(tmp_path: Path) -> None:
    text = "DATE;LIEU\nvendredi 11 décembre;Lessay\n08/01/2027;Pirou\nvendredi 2 avril;Lessay\n"

    assert [day for day, _hours, _place in listed_in(tmp_path, text)] == [
        *("2026-12-11", "2027-01-08", "2027-04-02"),
    ]


@pytest.mark.parametrize("legend", ["en barré = annulé", "rouge = fermé", "X = pas de distribution"])
def test_a_legend_is_no_day_off_and_how_cells_look_is_said_to_be_unread(tmp_path: Path, legend: str) -> None:
    text = f"DATE;HORAIRE\n3/12/2026;17h45\n10/12/2026;17h45\n{legend};\n"

    assert len(listed_in(tmp_path, text)) == 2
    (left_out,) = found_in(tmp_path)["calendrier.csv"].listing.left_out
    assert (left_out.is_off, left_out.day) == (False, None)
    assert str(left_out.problem).endswith(
        f"a legend: {legend!r}; how cells look, struck out or coloured, is not read"
    )


@pytest.mark.long
def test_of_a_spreadsheet_the_cell_is_named(tmp_path: Path) -> None:
    rows = [["DATE", "HORAIRES"], ["11/12/2026", "18h"], ["18/12/2026", "à voir"], ["08/01/2027", "18h"]]
    (tmp_path / "calendrier.xlsx").write_bytes(workbook({"Feuille1": rows}))

    (left_out,) = found_in(tmp_path)["calendrier.xlsx"].listing.left_out

    assert str(left_out.problem).startswith("calendrier.xlsx:B3: HORAIRES: ")


def test_distributions_that_have_all_are_copied_where_one_says_that_it_is_none(tmp_path: Path) -> None:
    text = "début;groupe;lieu\n03/12/2026 17h45;lac;Lessay\n10/12/2026 17h45;lac;PAS DE DISTRIB\n"

    assert listed_in(tmp_path, text) == [("2026-12-03", "17:45", "Lessay")]


@pytest.mark.parametrize(
    "text",
    [
        "date;lieu;groupe\n03/12/2026;Lessay;lac\n10/12/2026;Pirou;port\n",
        "date;lieu;horaire\n03/12/2026;Lessay;17h\n03/12/2026;Lessay;18h\n",
        "date;lieu;groupe;répéter\n03/12/2026;Lessay;lac;7j\n",
        "date;lieu\nbientôt;Lessay\n03/12/2026;Pirou\n",
        "début;groupe;lieu\n03/12/2026 17h45;lac;Lessay\n",
    ],
    ids=["of two groups", "a day twice", "repeated", "mostly no days", "all that is needed"],
)
def test_no_other_table_lists_days(tmp_path: Path, text: str) -> None:
    assert listed_in(tmp_path, text) == []


def test_of_distributions_those_are_counted_that_can_be_read(tmp_path: Path) -> None:
    text = "début;groupe\n03/12/2026 17h45;lac\nbientôt;lac\n10/12/2026;port\n"
    (tmp_path / "calendrier.csv").write_text(text, encoding="utf-8")

    found = found_in(tmp_path)["calendrier.csv"]

    assert (found.kind, found.rows, found.unread, found.listed) == ("distributions", 1, 2, ())


def test_a_folder_that_is_not_there_has_none_and_one_of_two_names_is_looked_at_once(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "membres.csv", tmp_path)

    found = tables_in([tmp_path, tmp_path / "exports", tmp_path], tmp_path)

    assert [table.name for table in found] == ["membres.csv"]


def test_a_file_that_was_begun_names_its_groups_whatever_is_wrong_in_it(tmp_path: Path) -> None:
    groups, broken = tmp_path / "groups.yaml", tmp_path / "distributions.yaml"
    groups.write_text("- {id: lac, name: Le Lac}\n- {id: port, name: Le Port}\n", encoding="utf-8")
    broken.write_text("- {", encoding="utf-8")

    assert table_at(groups, "groups", tmp_path).group_names == {"lac": "Le Lac", "port": "Le Port"}
    assert table_at(broken, "distributions", tmp_path).trouble


def test_of_many_spreadsheets_one_process_reads_all(tmp_path: Path) -> None:
    names = [f"{stem}.{suffix}" for stem in ("membres", "amap", "membres-2020") for suffix in ("xlsx", "ods")]

    with processes_counted() as count:
        found = found_in(tmp_path, *names)

    assert {name.partition("#")[0] for name in found} == set(names)
    assert len(count) == 1


def test_exports_that_are_not_used_are_read_by_one_process_too(tmp_path: Path) -> None:
    for name in ("membres.xlsx", "membres-2020.ods", "membres.xls"):
        shutil.copy(SAMPLES / name, tmp_path)

    with processes_counted() as count:
        unused = [*unused_exports_in(tmp_path, [])]

    assert [problem.file for problem in unused] == ["membres-2020.ods", "membres.xls", "membres.xlsx"]
    assert len(count) == 1
