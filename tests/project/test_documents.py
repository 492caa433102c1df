"""What people read, as documents: short enough, and each link leads to a heading that is there."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.documents import DOCS, DOCUMENTS, FRENCH, README, ROOT, between, rows

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")


def links(text: str) -> list[str]:
    """Return where a document links to, on this disk; what is shown as code is no link."""
    prose = re.sub(r"`[^`\n]+`", "code", _BLOCK.sub("", text))
    return [link for link in _LINK.findall(prose) if not re.match(r"[a-z]+:", link)]


def anchors(text: str) -> set[str]:
    """Return what headings are called in links, as GitHub makes these names."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(_BLOCK.sub("", text)):
        name = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        found.add(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    return target.is_file() and (not anchor or anchor in anchors(target.read_text("utf-8")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_link_leads_to_a_file_and_a_heading_that_exist(document: Path) -> None:
    assert [link for link in links(document.read_text("utf-8")) if not leads_somewhere(document, link)] == []


def test_links_to_nowhere_are_found(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# A b: `c`\n# A b: `c`\n```\n# no heading\n```\n", encoding="utf-8")
    there, gone = ["b.md", "b.md#a-b-c", "b.md#a-b-c-1"], ["c.md", "b.md#a-b-c-2", "b.md#no-heading"]
    text = "".join(f"[`x`]({link})\n" for link in [*there, *gone, "https://a.example/b"]) + "`[x](y.md)`\n"

    assert links(text) == [*there, *gone]
    assert [link for link in links(text) if not leads_somewhere(tmp_path / "a.md", link)] == gone


@pytest.mark.parametrize(("document", "most"), [(README, 250), (FRENCH, 70)], ids=["README", "README.fr"])
def test_what_is_read_first_is_short(document: Path, most: int) -> None:
    assert len(document.read_text("utf-8").splitlines()) <= most


@pytest.mark.parametrize(
    "page", sorted(DOCS.rglob("*.md")), ids=lambda path: path.relative_to(DOCS).as_posix()
)
def test_each_page_is_reached_from_readme(page: Path) -> None:
    reached = {(ROOT / link.partition("#")[0]).resolve() for link in links(README.read_text("utf-8"))}

    assert page in reached


def test_readme_says_of_the_commonest_complaints_what_the_whole_table_says() -> None:
    commonest = rows(between(README, "commonest", "/commonest"))

    assert len(commonest) == 10
    assert set(commonest) <= set(rows(between(DOCS / "troubleshooting.md", "messages", "/messages")))
