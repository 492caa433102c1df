"""Spreadsheets as LibreOffice and openpyxl wrote them: what a CSV would hold, or why there is nothing.

tests/data/samples/cellules.* have a hidden sheet first, a title above the table and a note beside it.
"""

from __future__ import annotations

import io
import resource
import zipfile
from typing import TYPE_CHECKING

import pytest

from cagette_notify.readers.records import letters_of
from cagette_notify.readers.sheet_reader import one_reader, read_apart
from cagette_notify.readers.spreadsheet import read_sheet
from cagette_notify.readers.tree import Unreadable
from tests.data.files import SAMPLES
from tests.fixtures.processes import processes_counted

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = frozenset(("id", "prix", "email"))


def rows_of(raw: bytes, sheet: str = "") -> list[tuple[int, list[str]]]:
    found = read_sheet(raw, sheet, lambda cells: len(KNOWN.intersection(cells)))
    return [(one.line, one.cells) for one in found]


def trouble_with(raw: bytes, sheet: str = "") -> str:
    with pytest.raises(Unreadable) as caught:
        rows_of(raw, sheet)
    return str(caught.value.message)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def changed(raw: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a spreadsheet in one part of which something was replaced."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            assert name != part or old in content
            target.writestr(name, content.replace(old, new) if name == part else content)
    return written.getvalue()


@pytest.mark.parametrize(
    ("suffix", "yes", "no", "errors"),
    [
        ("xlsx", "true", "false", ["#N/A", "#DIV/0!", "#N/A"]),
        ("ods", "1", "0", ["#N/A", "#DIV/0!", "#N/A"]),
        ("xls", "true", "false", ["", "", ""]),  # calamine reads no errors in these, and nothing else does
    ],
)
def test_cells_are_read_as_they_would_be_typed(suffix: str, yes: str, no: str, errors: list[str]) -> None:
    assert rows_of(sample(f"cellules.{suffix}")) == [
        (3, ["id", "prix", "quand", "heure", "jour", "vrai", "erreur", "texte", "formule"]),
        (4, ["1", "12.9", "2026-06-12 18:00", "18:30", "2026-06-12", yes, errors[0], " 012345 ", "0.3"]),
        (5, ["38000", "0", "2026-06-12 18:00", "18:30:15", "1999-12-31", no, errors[1], "a\nb", "2"]),
        (6, ["1000000000000000", "0.333333333333333", "", "", "", "", errors[2], "", ""]),
    ]


def test_a_formula_that_nothing_has_computed_is_not_an_empty_cell() -> None:
    cells = [cell for _line, cells in rows_of(sample("cellules-sans-resultats.xlsx")) for cell in cells]

    assert {"=0.1+0.2", "=1+1", "=NA()"} <= set(cells)


@pytest.mark.parametrize("days", [b"46185.749995", b"46185.749999999", b"46185.75000000001"])
def test_an_hour_is_the_one_that_the_spreadsheet_shows(days: bytes) -> None:
    raw = changed(
        sample("cellules.xlsx"), "xl/worksheets/sheet2.xml", b"<v>46185.75</v>", b"<v>%b</v>" % days
    )

    assert rows_of(raw)[1][1][2] == "2026-06-12 18:00"


@pytest.mark.long
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
@pytest.mark.parametrize("name", ["Été 2026", "été 2026", "ETE 2026"])
def test_a_sheet_is_found_by_its_name(suffix: str, name: str) -> None:
    assert rows_of(sample(f"cellules.{suffix}"), name) == [(1, ["id"]), (2, ["7"])]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Membre", "no such sheet: 'Membre' (did you mean 'Membres'?)"),
        ("Vide", "nothing in it: a first line with the names of the columns was expected"),
    ],
)
def test_a_sheet_that_is_not_there_or_empty_is_said(name: str, said: str) -> None:
    assert trouble_with(sample("cellules.xlsx"), name) == said


def test_one_with_a_password_is_said() -> None:
    assert trouble_with(sample("protege.xlsx")) == "protected by a password: save it without one"


NONE = "no spreadsheet that can be read, or one with something far below or beside its table"


@pytest.mark.long
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"id;email\n1;zoe@example.org\n",
        b"<html><table><tr><td>id</td></tr></table></html>",
        sample("cellules.xlsx")[:-200],
        sample("cellules.ods")[:5000],
        sample("cellules.xls")[:3000],
    ],
    ids=["nothing", "a CSV", "a web page", "half an xlsx", "half an ods", "half an xls"],
)
def test_what_is_no_spreadsheet_or_half_a_one_is_said(raw: bytes) -> None:
    assert trouble_with(raw).startswith(NONE)


def test_a_cell_at_the_end_of_the_world_ends_nothing_but_the_reading() -> None:
    raw = changed(sample("cellules.xlsx"), "xl/worksheets/sheet2.xml", b'<c r="K4"', b'<c r="XFD1048576"')

    assert trouble_with(raw).startswith(NONE)


def test_no_image_of_the_memory_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    raw = changed(sample("cellules.xlsx"), "xl/worksheets/sheet2.xml", b'<c r="K4"', b'<c r="XFD1048576"')

    try:
        assert trouble_with(raw).startswith(NONE)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_bomb_ends_nothing_but_the_reading() -> None:
    bomb = (
        b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
        b'office:value="1" table:number-columns-repeated="16000"><text:p>1</text:p></table:table-cell>'
        b"</table:table-row></table:table>"
    )
    raw = changed(sample("cellules.ods"), "content.xml", b"</table:table>", bomb)

    assert trouble_with(raw).startswith(NONE)


def test_one_process_reads_several_and_another_goes_on_after_one_that_was_ended() -> None:
    beyond = changed(sample("cellules.xlsx"), "xl/worksheets/sheet2.xml", b'<c r="K4"', b'<c r="XFD1048576"')

    with processes_counted() as count, one_reader():
        first, ended, after, last = [
            read_apart(raw, "") for raw in (sample("cellules.ods"), beyond, sample("cellules.ods"), b"")
        ]

    assert first
    assert (first, ended, last) == (after, None, None)
    assert len(count) == 2


def test_columns_have_the_letters_that_spreadsheets_give_them() -> None:
    assert [letters_of(at) for at in (0, 25, 26, 51, 52, 701, 702, 16383)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD")
    ]
