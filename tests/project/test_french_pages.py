"""The French pages, a page for each role, against the program: its fields, its sentences, its hints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cagette_notify.data.rows.column_matching import FileColumns, plain
from cagette_notify.data.rows.columns import DISTRIBUTIONS, GROUPS, MEMBERS, ORDERS
from tests.fixtures.catalogs import OURS, read, texts
from tests.fixtures.documents import DOCS, ROOT, between, rows

if TYPE_CHECKING:
    from pathlib import Path

INSTALL, COORDINATE, HELP = (
    DOCS / "fr" / f"{name}.md" for name in ("installer", "coordination", "aide-aux-membres")
)
ROLES = (INSTALL, COORDINATE, HELP)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


CATALOG = texts(read(OURS))
SAID = [form.replace("\u00a0", " ") for french in CATALOG.values() for form in forms(french)]


def quoted() -> list[str]:
    """Return each sentence of the program's that these pages explain."""
    tables = (rows(between(page, "sentences", "/sentences")) for page in (COORDINATE, HELP))
    return [
        sentence for table in tables for says, *_do in table for sentence in re.findall("`([^`]+)`", says)
    ]


@pytest.mark.parametrize("sentence", quoted())
def test_each_sentence_that_is_explained_is_one_of_the_program(sentence: str) -> None:
    pattern = ".*".join(re.escape(part) for part in sentence.split("…"))

    assert any(re.search(pattern, said) for said in SAID)


def test_a_sentence_that_nobody_says_is_found() -> None:
    with pytest.raises(AssertionError):
        test_each_sentence_that_is_explained_is_one_of_the_program("le groupe … a … membres, contre rien")


@pytest.mark.parametrize("page", ROLES, ids=lambda page: page.name)
def test_each_begins_with_who_reads_it_what_they_do_and_what_never_happens_by_itself(page: Path) -> None:
    beginning = page.read_text("utf-8").partition("\n\n")[2].partition("\n\n")[0]

    assert re.findall(r"^- \*\*(.+?)\*\*", beginning, re.MULTILINE) == ["Vous", "Ici", "Jamais tout seul"]


@pytest.mark.parametrize("page", ROLES, ids=lambda page: page.name)
def test_each_is_read_in_five_minutes(page: Path) -> None:
    assert len(page.read_text("utf-8").splitlines()) <= 130


@pytest.mark.parametrize("page", [COORDINATE, HELP], ids=lambda page: page.name)
def test_who_does_not_install_reads_nothing_of_yaml(page: Path) -> None:
    assert "yaml" not in page.read_text("utf-8").lower()
    assert "YAML" in INSTALL.read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "schema"),
    [("groupes", GROUPS), ("membres", MEMBERS), ("distributions", DISTRIBUTIONS), ("commandes", ORDERS)],
)
def test_the_table_of_files_names_fields_that_are_read(file: str, schema: FileColumns) -> None:
    (row,) = re.findall(rf"^\| {file} \| (.*) \|$", INSTALL.read_text("utf-8"), re.MULTILINE)
    named = re.sub(r"\([^)]*\)|\*\*", "", row).split(", ")

    assert [name for name in named if plain(name) not in schema.names] == []
    assert {schema.names[plain(name)] for name in named} >= {each[0] for each in schema.required}


def test_each_page_that_the_program_names_is_there() -> None:
    english = [form for message in CATALOG for form in forms(message)]
    named = {page for text in (*english, *SAID) for page in re.findall(r"docs/[\w/-]+\.md", text)}

    assert "docs/fr/installer.md" in named
    assert [page for page in sorted(named) if not (ROOT / page).is_file()] == []
