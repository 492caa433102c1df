"""Texts on their way: kept from the first word, for their author's eyes only."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast.drafts import LARGEST, decoded, new_draft, overwrite_draft, read_text
from cagette_notify.cli.broadcast.editor import with_hints, without_hints
from cagette_notify.config.paths import drafts_folder
from cagette_notify.core.errors import DataError, UsageError
from tests.fixtures.builders import paris

if TYPE_CHECKING:
    from pathlib import Path

AT = paris("2026-06-12T18:05")


def test_a_draft_is_named_by_local_time_and_group_and_is_private(tmp_path: Path) -> None:
    draft = new_draft(drafts_folder(tmp_path / "ledger.sqlite3"), "les paniers/du lac", AT, "Bonjour")

    assert draft.path == tmp_path / "drafts" / "2026-06-12-1805-les-paniers-du-lac.md"
    assert draft.path.read_text() == "Bonjour"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (draft.path, draft.path.parent)]
    assert modes == [0o600, 0o700]


def test_no_draft_is_ever_overwritten_by_another(tmp_path: Path) -> None:
    first, second, third = (new_draft(tmp_path, "../..", AT, text) for text in "abc")

    assert [draft.path.name for draft in (first, second, third)] == [
        "2026-06-12-1805-group.md",
        "2026-06-12-1805-group-2.md",
        "2026-06-12-1805-group-3.md",
    ]
    assert first.path.read_text() == "a"


def test_a_draft_that_is_rewritten_stays_private(tmp_path: Path) -> None:
    draft = new_draft(tmp_path, "lac", AT, "a")

    overwrite_draft(draft.path, "é 🥕")

    assert draft.path.read_text(encoding="utf-8") == "é 🥕"
    assert stat.S_IMODE(draft.path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [draft.path]


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DataError, match="file/drafts: Not a directory"):
        new_draft(tmp_path / "file" / "drafts", "lac", AT, "a")


@pytest.mark.parametrize("text", ["", "Bonjour,\n", "# Title\n\n- a\n- b\n\n<b>not a comment</b>\n"])
def test_hints_come_and_go_and_lines_keep_their_numbers(text: str) -> None:
    edited = with_hints(text)

    assert edited.count("<!--") == 2
    assert max(map(len, edited.splitlines())) <= 72
    assert without_hints(edited).strip("\n") == text.strip("\n")
    assert edited.startswith(text)


def test_a_file_without_an_end_is_no_text() -> None:
    with pytest.raises(UsageError, match="too large for the text of a mail"):
        decoded(b"a" * (LARGEST + 1), "standard input")


def test_what_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")

    with pytest.raises(UsageError, match=r"photo\.jpg:1: not a text"):
        read_text(tmp_path / "photo.jpg")
