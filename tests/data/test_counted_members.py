"""Rows that count the members of a list are no members, and cost nobody anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.data.dataset import load_calendar
from cagette_notify.data.files.found_tables import tables_in
from cagette_notify.data.files_in_use import counts_left_out
from tests.data.files import a_folder, members_of
from tests.fixtures.workbook import workbook

if TYPE_CHECKING:
    from pathlib import Path

LIST = "N°;Nom;Prénom;Email;Casier\n7;Martin;Zoé;zoe@exemple.example;\n8;Roux;Ana;;\n"


@pytest.mark.parametrize(
    "row",
    [
        *("Total;12 adhérents;;", ";Total;12;", ";TOTAL :;;", ";Total 12;;", "2;Total;;", "8;Total;;"),
        *(";Nombre d’adhérents;2;", ";2 adhérent·e·s;;", ";Total général;;240,00 €", ";soit 12 familles;;"),
        *(";;;Total", ";Nb de foyers : 12;;", ";;;;Total", ";2 members;;", "Total;;;;2"),
    ],
)
def test_a_row_that_counts_the_others_is_no_member(tmp_path: Path, row: str) -> None:
    found = members_of(tmp_path, {"members.csv": f"{LIST}{row}\n"})

    assert (found.problems, found.set_aside, [one.id for one in found.members]) == ((), (), ["7", "8"])


@pytest.mark.parametrize(
    "row",
    ["9;Total;Jean;", "9;Total;;jean@exemple.example", "9;Foyer;Jean;", "9;Membre;;", "9;Soit;;", "9;;;"],
)
def test_people_are_called_total_too(tmp_path: Path, row: str) -> None:
    assert [one.id for one in members_of(tmp_path, {"members.csv": f"{LIST}{row}\n"}).members] == [
        "7",
        "8",
        "9",
    ]


@pytest.mark.dear
def test_it_is_left_out_of_a_spreadsheet_below_a_title_too_and_counted_nowhere(tmp_path: Path) -> None:
    rows = [["Adhérents 2026"], *(line.split(";") for line in LIST.splitlines()), ["Total", "2 adhérents"]]
    files: dict[str, str | bytes] = {"members.xlsx": workbook({"Liste": rows})}

    assert len(members_of(tmp_path, files).members) == 2
    (tmp_path / "distributions.csv").unlink()
    (tmp_path / "groups.csv").unlink()
    assert [(table.kind, table.rows) for table in tables_in([tmp_path], tmp_path)] == [("members", 2)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("", []),
        (";Total;;;\n", ["members.csv:4: the row counts the others, and is no member"]),
        (
            ";2 adhérents;;;\n;Total;;;\n",
            ["members.csv:4: 2 rows, of which this is the first, count the others, and are no members"],
        ),
    ],
)
def test_it_is_said_once_in_a_file(tmp_path: Path, rows: str, said: list[str]) -> None:
    calendar = load_calendar(a_folder(tmp_path, {"members.csv": LIST + rows}))

    assert [*counts_left_out(calendar)] == said
