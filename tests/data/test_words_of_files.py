"""Whoever writes French keys and columns is answered in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.i18n import speak
from cagette_notify.data.rows.column_matching import plain
from cagette_notify.data.rows.column_titles import title_of
from cagette_notify.data.rows.columns import KINDS
from tests.fixtures.command import run
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.data.rows.column_matching import FileColumns


@pytest.fixture
def _in_french() -> Iterator[None]:
    speak("fr")
    yield
    speak("en")


@pytest.mark.parametrize("schema", KINDS, ids=lambda schema: schema.title)
@pytest.mark.usefixtures("_in_french")
def test_each_french_name_that_is_proposed_is_read(schema: FileColumns) -> None:
    for inside, names in {"": schema.names, **schema.nested}.items():
        fields = {field: title_of(field.removeprefix(f"{inside}_")) for field in names.values()}

        assert {field: names.get(plain(title)) for field, title in fields.items()} == {
            one: one for one in fields
        }


def complaints(coop: Coop, language: str = "fr") -> str:
    return run(coop.folder, "--lang", language, "check", "--offline").stderr.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("lieux: Halle", "lieu"),
        ("ouverture des commande: 2026-06-05 08:00", "ouverture des commandes"),
        ("répéter: {chaqu: 1w}", "chaque"),
        ("plase: Halle", "place"),
    ],
)
def test_a_misspelt_key_is_told_in_the_language_in_which_it_was_meant(
    tmp_path: Path, key: str, meant: str
) -> None:
    coop = Coop(tmp_path)
    coop.write("distributions.yaml", f"- id: d1\n  groupe: lac\n  début: 2026-06-12 18:00\n  {key}\n")

    said = complaints(coop)

    assert "distributions.yaml:4: clé inconnue" in said
    assert f"vouliez-vous dire '{meant}' ?" in said


def test_a_misspelt_column_is_told_as_french_files_call_it(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("members.csv", "id;prénom;nom;e-mail;ouvertur\n1;Zoé;Martin;zoe@example.org;oui\n")
    coop.write("orders.csv", "membre;distribution;produit;quantité;pri\n1;d1;Pain;2;3\n")

    said = complaints(coop)

    assert "'ouvertur' ; vouliez-vous dire ouverture ?" in said
    assert "'pri' ; vouliez-vous dire prix ?" in said


@pytest.mark.parametrize(("group", "called"), [("groupe", "début"), ("group", "starts_at")])
def test_what_a_row_lacks_is_called_as_its_other_keys_are(tmp_path: Path, group: str, called: str) -> None:
    coop = Coop(tmp_path)
    coop.write("distributions.yaml", f"- id: d1\n  {group}: lac\n")

    assert f"distributions.yaml:1: {called}: manquant" in complaints(coop)
