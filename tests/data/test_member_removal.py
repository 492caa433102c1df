from __future__ import annotations

import codecs
import stat
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import ConfigError, DataError
from cagette_notify.data.member_settings.write import remove_member

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ABOVE = 'Membre ;"note";type;valeur\r\n1;é;opening;no\r\n\r\n'
BELOW = ";;;\n1;;recap_4h;no"
BEFORE = f'{ABOVE} 2 ;"on\r\ntwo lines";opening;no\n{BELOW}'
AFTER = "Membre ;note;type;valeur\n1;é;opening;no\n1;;recap_4h;no\n"


@pytest.mark.parametrize(
    "encode",
    [
        str.encode,
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp1252"),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    ],
    ids=["utf-8", "with a mark", "windows-1252", "little-endian", "big-endian"],
)
def test_only_the_members_rows_go(tmp_path: Path, encode: Callable[[str], bytes]) -> None:
    path = tmp_path / "notifications.csv"
    path.write_bytes(encode(BEFORE))

    assert remove_member(path, tmp_path, {"2", "lac/2"}) == 1

    assert path.read_bytes() == AFTER.encode("utf-8-sig")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {file.suffix for file in tmp_path.iterdir()} == {".csv", ".lock"}


def test_nothing_to_remove_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "notifications.csv"
    path.write_bytes(BEFORE.encode())
    before = path.stat()

    assert remove_member(path, tmp_path, {"3"}) == 0
    assert path.stat().st_ino == before.st_ino


def test_no_file_has_no_rows(tmp_path: Path) -> None:
    assert remove_member(tmp_path / "notifications.csv", tmp_path, {"1"}) == 0
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_csv_is_left_to_a_person_if_the_member_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "notifications.yaml"
    path.write_text("- {member: 1, kind: opening, value: no}\n")

    assert remove_member(path, tmp_path, {"2"}) == 0
    with pytest.raises(ConfigError, match="edit it by hand"):
        remove_member(path, tmp_path, {"1"})


def test_a_file_that_cannot_be_read_is_a_problem_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "notifications.csv"
    path.write_bytes(b"member;kind\n\0;opening\n")

    with pytest.raises(DataError, match=r"notifications\.csv:2: "):
        remove_member(path, tmp_path, {"1"})


@pytest.mark.parametrize("row", ["1,opening,no,2026-01-01", '"1;opening;no;2026-01-01"', "1 opening no"])
def test_rows_that_stand_in_one_cell_go_too(tmp_path: Path, row: str) -> None:
    path = tmp_path / "notifications.csv"
    path.write_text(f"member;kind;value;date\n{row}\n2,opening,no,2026-01-01\n")

    assert remove_member(path, tmp_path, {"1"}) == 1
    assert path.read_text("utf-8-sig") == "member;kind;value;date\n2,opening,no,2026-01-01\n"
