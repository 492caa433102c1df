"""Parts of documents that the program writes itself, between two marks."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

REFRESH = bool(os.environ.get("REFRESH_README"))


def between(document: Path, begin: str, end: str) -> str:
    """Return what stands between two marks, each alone on its line."""
    found = re.search(
        f"^<!-- {begin} -->\n(.*?)^<!-- {end} -->$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found, f"{document.name} lacks <!-- {begin} --> and <!-- {end} -->"
    return found[1]


def agree(document: Path, begin: str, end: str, block: str) -> None:
    """Hold that block of a document against the program's, or write it."""
    before = between(document, begin, end)
    if REFRESH and before != block:
        text = document.read_text("utf-8")
        mark = f"<!-- {begin} -->\n"
        document.write_text(text.replace(mark + before, mark + block), encoding="utf-8")
    assert between(document, begin, end) == block
