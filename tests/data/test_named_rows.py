"""A file of addresses, ids or names, as somebody keeps one to write to: what its rows say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.data.members.named_rows import NamedRow, read_named_rows
from tests.fixtures.workbook import workbook

if TYPE_CHECKING:
    from pathlib import Path

ZOE, NOEL = "zoe@example.org", "noel@example.org"


def rows(folder: Path, content: str | bytes, name: str = "liste.csv") -> tuple[NamedRow, ...]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_named_rows(path).rows


def said(folder: Path, content: str | bytes, name: str = "liste.csv") -> list[tuple[str, ...]]:
    return [row.addresses or row.references for row in rows(folder, content, name)]


@pytest.mark.parametrize("name", ["liste.csv", "liste.txt", "liste"])
def test_one_to_a_line_needs_no_header(tmp_path: Path, name: str) -> None:
    text = f"{ZOE}\n\n12\nNoël Bœuf\nLéa <lea@example.org>\n# {NOEL}\n"

    assert said(tmp_path, text, name) == [(ZOE,), ("12",), ("Noël Bœuf",), ("lea@example.org",)]
    assert [row.origin.line for row in rows(tmp_path, text, name)] == [1, 3, 4, 5]


def test_a_table_is_read_by_its_columns(tmp_path: Path) -> None:
    text = (
        "N° adhérent;Nom;Prénom;E-mail;Référent\n"
        f"12;Martin;Zoé;{ZOE};claire@example.org\n"
        "13;Bœuf;Noël;;claire@example.org\n"
        ";Roux;Léa;;\n"
        "Total;3 adhérents;;;\n"
    )

    assert said(tmp_path, text) == [(ZOE,), ("13", "Bœuf Noël"), ("Roux Léa",)]


def test_addresses_are_found_where_no_column_is_called_so(tmp_path: Path) -> None:
    assert said(tmp_path, f"Nom,Pour le joindre\nMartin Zoé,{ZOE}\n") == [(ZOE,)]
    assert said(tmp_path, f"Martin;Zoé;{ZOE} / {NOEL}\n") == [(ZOE, NOEL)]


def test_of_cells_without_a_header_only_the_first_may_be_an_id(tmp_path: Path) -> None:
    assert said(tmp_path, "Martin;Zoé;3\n") == [("Martin", "Martin Zoé")]


def test_of_cells_without_a_header_a_name_may_stand_behind_an_id(tmp_path: Path) -> None:
    assert said(tmp_path, "12;Martin;Zoé;3\n") == [("12", "12 Martin", "Martin Zoé")]
    assert said(tmp_path, "12;Zoé Martin;3\n") == [("12", "12 Zoé Martin", "Zoé Martin")]


def test_a_spreadsheet_is_read_too(tmp_path: Path) -> None:
    sheet = workbook({"Fête": [["Inscrits à la fête"], ["Nom", "Courriel"], ["Zoé", ZOE]]})

    assert said(tmp_path, sheet, "fete.xlsx") == [(ZOE,)]


def test_of_a_spreadsheet_a_sheet_may_be_named(tmp_path: Path) -> None:
    book = workbook({"Fête": [["Courriel"], [NOEL]], "Repas": [["Courriel"], [ZOE]]})
    (tmp_path / "fete.xlsx").write_bytes(book)

    assert [row.addresses for row in read_named_rows(tmp_path / "fete.xlsx#Repas").rows] == [(ZOE,)]
    with pytest.raises(DataError, match="Bal"):
        read_named_rows(tmp_path / "fete.xlsx#Bal")


def test_the_same_people_make_the_same_digest(tmp_path: Path) -> None:
    def digest(content: str, name: str) -> str:
        (tmp_path / name).write_text(content)
        return read_named_rows(tmp_path / name).digest

    first = digest(f"{ZOE}\n12\n", "a.csv")
    assert digest("\n12\nZOE@example.org\n12", "b.txt") == first
    assert digest(f"id;email\n;{ZOE}\n12;\n", "c.csv") == first
    assert digest(f"{ZOE}\n13\n", "a.csv") != first


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "nothing in it"),
        (b"E-mail\n", "it names nobody"),
        (
            b"Groupe;Langue\nlac;fr\n",
            "liste.csv:1: --to: no column for: email/partner_email/id/name/last_name",
        ),
        (b'a@example.org\n"b@example.org\n', "liste.csv:2: --to: a quote that is never closed"),
        (b"a@example.org\n\0\n", "liste.csv:2: --to: not a text: it holds a NUL character"),
    ],
)
def test_what_can_not_be_read_is_said_with_its_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    with pytest.raises(DataError) as raised:
        rows(tmp_path, content)

    assert complaint in str(raised.value.problems[0])


def test_a_folder_and_a_file_that_is_not_there_are_none(tmp_path: Path) -> None:
    for path, complaint in ((tmp_path, "not a file"), (tmp_path / "x.csv", "no such file")):
        with pytest.raises(DataError, match=complaint):
            read_named_rows(path)
