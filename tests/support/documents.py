"""The documents, and parts of them that the program writes itself, between two marks."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
FRENCH = ROOT / "README.fr.md"
DOCS = ROOT / "docs"
DOCUMENTS = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")))

REFRESH = bool(os.environ.get("REFRESH_README"))


def between(document: Path, begin: str, end: str) -> str:
    """Return what stands between two marks, each alone on its line."""
    found = re.search(
        f"^<!-- {begin} -->\n(.*?)^<!-- {end} -->$", document.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found, f"{document.name} lacks <!-- {begin} --> and <!-- {end} -->"
    return found[1]


def rows(text: str) -> list[tuple[str, ...]]:
    """Return the cells of each row of all tables in a text, without their headers."""
    lines = text.splitlines()
    headers = {at - 1 for at, line in enumerate(lines) if set(line) <= set("| -") and "---" in line}
    return [
        tuple(line.strip("|").strip().split(" | "))
        for at, line in enumerate(lines)
        if line.startswith("|") and at not in headers and at - 1 not in headers
    ]


def agree(document: Path, begin: str, end: str, block: str) -> None:
    """Hold that block of a document against the program's, or write it."""
    before = between(document, begin, end)
    if REFRESH and before != block:
        text = document.read_text("utf-8")
        mark = f"<!-- {begin} -->\n"
        document.write_text(text.replace(mark + before, mark + block), encoding="utf-8")
    assert between(document, begin, end) == block
