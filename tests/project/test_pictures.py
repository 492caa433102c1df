"""The pictures of the French pages: who can't see one reads what it shows, and each can be drawn anew."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.browser import BROWSER
from tests.fixtures.documents import DOCUMENTS, ROOT
from tests.pictures import IMAGES, draw

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = sorted(path.name for path in IMAGES.iterdir())


def test_each_picture_is_shown_with_words_in_its_place() -> None:
    text = "\n".join(document.read_text("utf-8") for document in DOCUMENTS)
    shown = re.findall(r"!\[([^]]*)\]\([\w/]*images/([^)]+)\)", text)

    assert sorted({name for _words, name in shown}) == PICTURES
    assert [name for words, name in shown if len(words.split()) < 5] == []


def test_they_weigh_little() -> None:
    assert sum((IMAGES / name).stat().st_size for name in PICTURES) < 400_000


@pytest.mark.dear
@pytest.mark.skipif(BROWSER is None, reason="no browser is installed (apt install chromium)")
def test_each_is_drawn_by_one_command(tmp_path: Path) -> None:
    draw(tmp_path)

    drawn = sorted(path.name for path in tmp_path.iterdir() if path.read_bytes().startswith(b"\x89PNG"))
    assert drawn == PICTURES


@pytest.mark.long
def test_whoever_has_no_chromium_is_told_what_to_install() -> None:
    command = (sys.executable, "-m", "tests.pictures")

    done = subprocess.run(command, cwd=ROOT, env={"PATH": ""}, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "No chromium is installed: sudo apt install chromium\n")
