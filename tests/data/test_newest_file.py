"""A name with ``*``: the newest file of the kind that is meant, whatever it is called."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.data.files.newest_file import kind_of, newest_file, unrecognized
from cagette_notify.data.rows.columns import KINDS, MEMBERS, ORDERS
from cagette_notify.data.rows.read_rows import RowSource, open_rows
from cagette_notify.readers.tree import Unreadable
from tests.data.files import SAMPLES, calendar_of, lines_of, members_of
from tests.data.test_cagette import EXPORT, LAYOUTS
from tests.fixtures.workbook import workbook

if TYPE_CHECKING:
    from pathlib import Path

OLD = "id;email\n1;zoe@example.org\n"
NEW = "id;email\n1;zoe@example.org\n2;ana@example.org\n"


def drop(folder: Path, name: str, text: str | bytes, age: int) -> None:
    """Put an export into the folder, so many days ago."""
    (folder / "exports").mkdir(exist_ok=True)
    path = folder / "exports" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    when = 1_800_000_000 - age * 86_400
    os.utime(path, (when, when))


def ids_of(folder: Path, pattern: str = "exports/membres*.csv") -> list[str]:
    return [one.id for one in members_of(folder, {}, members=folder / pattern).members]


def test_a_newer_export_that_is_dropped_into_the_folder_is_read(tmp_path: Path) -> None:
    drop(tmp_path, "membres-b.csv", OLD, age=9)
    assert ids_of(tmp_path) == ["1"]

    drop(tmp_path, "membres-a.csv", NEW, age=2)
    assert ids_of(tmp_path) == ["1", "2"]


def test_case_is_no_matter_in_a_name(tmp_path: Path) -> None:
    drop(tmp_path, "membres-a.csv", OLD, age=9)
    drop(tmp_path, "Membres-ÉTÉ [b].CSV", NEW, age=2)

    assert ids_of(tmp_path) == ["1", "2"]
    assert ids_of(tmp_path, "exports/membres-été [B]*.csv") == ["1", "2"]


def test_of_two_that_are_as_new_the_name_decides(tmp_path: Path) -> None:
    drop(tmp_path, "membres-2026-05.csv", OLD, age=2)
    drop(tmp_path, "membres-2026-06.csv", NEW, age=2)

    assert ids_of(tmp_path) == ["1", "2"]


def test_a_file_is_known_by_its_header_whatever_its_name(tmp_path: Path) -> None:
    drop(tmp_path, "téléchargement(3).csv", (SAMPLES / "membres.csv").read_bytes(), age=8)
    drop(tmp_path, "téléchargement(4).csv", (SAMPLES / EXPORT).read_bytes(), age=3)
    drop(tmp_path, "notes.csv", "à faire;qui\nclés;Zoé\n", age=1)

    assert len(ids_of(tmp_path, "exports/*.csv")) == 24


@pytest.mark.dear
def test_a_spreadsheet_may_be_the_newest_and_the_file_of_one_that_is_open_is_none(tmp_path: Path) -> None:
    drop(tmp_path, "membres.csv", OLD, age=8)
    drop(tmp_path, "membres.xlsx", (SAMPLES / "membres.xlsx").read_bytes(), age=3)
    drop(tmp_path, "~$membres.xlsx", "Zoé", age=1)
    drop(tmp_path, ".~lock.membres.xlsx#", "Zoé", age=1)

    assert len(ids_of(tmp_path, "exports/*")) == 24


@pytest.mark.parametrize(
    "broken", ['id;email\n1;"zoe\n', "prénom;nom;mail perso\nZoé;Martin;z@example.org\n"]
)
def test_an_older_export_never_stands_in_for_a_newer_one_that_is_broken(tmp_path: Path, broken: str) -> None:
    drop(tmp_path, "membres-a.csv", OLD, age=9)
    drop(tmp_path, "membres-b.csv", broken, age=1)

    with pytest.raises(DataError) as caught:
        ids_of(tmp_path)

    assert str(caught.value).startswith("exports/membres-b.csv:")


def test_what_is_no_data_file_is_passed_over(tmp_path: Path) -> None:
    drop(tmp_path, "membres.csv", NEW, age=9)
    (tmp_path / "exports" / "membres-archive.csv").mkdir()
    for name in ("membres.crdownload", "membres.csv.part", "membres-liste.pdf", "membres.docx"):
        drop(tmp_path, name, b"%PDF", age=1)

    assert ids_of(tmp_path, "exports/membres*") == ["1", "2"]


def test_where_nothing_is_there_the_name_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        ids_of(tmp_path)

    assert str(caught.value) == "exports/membres*.csv: no such file"


def test_problems_name_the_file_that_was_chosen(tmp_path: Path) -> None:
    drop(tmp_path, "membres.csv", "id;email\n1;zoe@\n", age=1)

    found = members_of(tmp_path, {}, members=tmp_path / "exports/m*.csv")

    assert lines_of(found.problems) == ["exports/membres.csv:2: email: not an address: 'zoe@'"]


def test_a_calendar_and_a_groups_own_members_may_be_the_newest_too(tmp_path: Path) -> None:
    drop(tmp_path, "membres.csv", NEW, age=1)
    drop(tmp_path, "calendrier 2025.csv", "groupe;début\n", age=2)
    drop(tmp_path, "calendrier 2026.csv", "groupe;début\nlac;12/06/2026 18h\n", age=1)
    groups = {"groups.csv": "id;nom;membres\nlac;Le Lac;exports/mem*.csv\n"}

    calendar = calendar_of(tmp_path, {**groups}, distributions=tmp_path / "exports/calendrier*.csv")

    assert [one.id for one in calendar.distributions] == ["lac-2026-06-12"]
    assert [one.id for one in members_of(tmp_path, {**groups}).members] == ["1", "2"]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        *((name, "members") for name in LAYOUTS),
        (EXPORT, "orders"),
        ("id;nom;contact", "groups"),
        ("groupe;date;heure;lieu", "distributions"),
        ("adhérent;produit;quantité", "orders"),
        ("ID;Identifiant;Email;Prénom;Nom;Email 2;Email 3;Email 4", "members"),
        (
            "Boutique;Client;Email;n° tel;Producteur;Produit;Variante;Quantité;Coût produits (€);Payé ?",
            "orders",
        ),
        ("date;poste;bénévole", "duties"),
        ("à faire;qui", ""),
    ],
)
def test_a_header_tells_what_a_file_holds(header: str, title: str) -> None:
    if header.endswith(".csv"):
        header = (
            (SAMPLES / header)
            .read_text(encoding="latin-1")
            .splitlines()[0]
            .encode("latin-1")
            .decode("utf-8-sig", errors="replace")
        )
    kind = kind_of([cell.strip('"') for cell in header.split(";")])

    assert (kind.title if kind else "") == title
    assert len(KINDS) == 5


LOST_HEADERS = {
    "bars": "member|product|quantity|price\n1000|Pain|2|3\n",
    "no header": "1000;Pain;2;3\n",
    "a page": "<html><body>Session expirée</body></html>\n",
    "all in one cell": '"member;product;quantity;price"\n"1000;Pain;2;3"\n',
    "other names": "member;Produit commandé;Qté cdée;P.U.\n1000;Pain;2;3\n",
    "colons": "member:product:quantity\n1000:Pain:2\n",
    "people's names and a product": "id;nom;produit\n1000;Zoé;Pain\n",
}


@pytest.mark.parametrize("newer", LOST_HEADERS.values(), ids=LOST_HEADERS)
def test_an_export_of_orders_that_lost_its_header_is_the_newest_all_the_same(
    tmp_path: Path, newer: str
) -> None:
    drop(tmp_path, "commandes-2026-11-30.csv", "member;product;quantity;price\n1;Pain;2;3\n", age=2)
    drop(tmp_path, "commandes-2026-11-30 (1).csv", newer, age=1)
    named = RowSource("", tmp_path / "exports/commandes-2026-11-30*.csv", folder=tmp_path)

    found = newest_file(named, ORDERS)

    assert found
    assert found.name == "exports/commandes-2026-11-30 (1).csv"
    with pytest.raises(Unreadable):
        list(open_rows(found, ORDERS).rows)


def test_orders_that_say_much_of_people_are_orders_and_no_list_of_members(tmp_path: Path) -> None:
    drop(tmp_path, "commandes.csv", "member;product;quantity;price\n1;Pain;2;3\n", age=5)
    drop(tmp_path, "membres.csv", "id;prénom;nom;email;réglé\n3;Léa;Roux;lea@example.org;oui\n", age=2)
    drop(tmp_path, "téléchargement.csv", "id;prénom;nom;email;produit;quantité\n", age=1)
    named = RowSource("", tmp_path / "exports/*.csv", folder=tmp_path)

    found = newest_file(named, ORDERS)

    assert found
    assert found.name == "exports/téléchargement.csv"
    assert ids_of(tmp_path, "exports/*.csv") == ["3"]


@pytest.mark.parametrize("newer", ["Session expirée\n", "1;zoe@example.org\n", "id|email\n"])
def test_a_list_of_members_that_lost_its_header_holds(tmp_path: Path, newer: str) -> None:
    drop(tmp_path, "membres-a.csv", OLD, age=9)
    drop(tmp_path, "membres-b.csv", newer, age=1)

    with pytest.raises(DataError) as caught:
        ids_of(tmp_path)

    assert str(caught.value).startswith("exports/membres-b.csv:1: no header")


def test_members_without_a_column_of_addresses_are_members_all_the_same(tmp_path: Path) -> None:
    drop(tmp_path, "membres-a.csv", OLD, age=9)
    drop(tmp_path, "membres-b.csv", "id;nom\n7;Zoé\n", age=1)

    assert ids_of(tmp_path) == ["7"]


def test_a_spreadsheet_whose_first_sheet_is_a_note_holds(tmp_path: Path) -> None:
    drop(tmp_path, "membres-a.csv", OLD, age=9)
    sheets = {"Lisez-moi": [["Bonjour"]], "Membres": [["id", "email"], ["1", "zoe@example.org"]]}
    drop(tmp_path, "membres-b.xlsx", workbook(sheets), age=1)

    with pytest.raises(DataError, match=r"exports/membres-b.xlsx.*no header"):
        ids_of(tmp_path, "exports/membres*")


def test_what_a_pattern_of_any_name_passes_over_is_said(tmp_path: Path) -> None:
    drop(tmp_path, "vieilles notes.csv", "à faire;qui\n", age=9)
    drop(tmp_path, "membres.csv", NEW, age=8)
    drop(tmp_path, "commandes.csv", "member;product;quantity;price\n", age=2)
    drop(tmp_path, "notes.csv", "à faire;qui\n", age=1)
    named = RowSource("", tmp_path / "exports/*.csv", folder=tmp_path)

    assert [one.name for one in unrecognized(named, MEMBERS)] == ["exports/notes.csv"]
    assert [one.name for one in unrecognized(named, ORDERS)] == ["exports/notes.csv"]
