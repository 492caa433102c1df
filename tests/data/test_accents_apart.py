"""Names whose accents a Mac or a cloud has taken apart (NFD), where others write them whole (NFC)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

import pytest

from cagette_notify.data.members.find_member import find_member
from tests.data.files import members_of
from tests.fixtures.coop import A_DAY_BEFORE, MEMBERS, ORDERS, Coop

if TYPE_CHECKING:
    from pathlib import Path

Form = Literal["NFC", "NFD"]
FORMS = pytest.mark.parametrize(("typed", "there"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC")])
EVERYBODY = ["maelle@example.org", "noel@example.org", "zoe@example.org"]


@FORMS
def test_files_are_found_however_their_accents_are_spelt(tmp_path: Path, typed: Form, there: Form) -> None:
    coop = Coop(tmp_path)
    (tmp_path / normalize(there, "données")).mkdir()
    coop.write(normalize(there, "données/adhérents.csv"), MEMBERS)
    coop.write(normalize(there, "données/commandes été 2026-06-12 (1).csv"), ORDERS)
    coop.replace("config.yaml", "members: members.csv", normalize(typed, "members: données/adhérents.csv"))
    orders = normalize(typed, "données/commandes été {date}*.csv")
    coop.replace("config.yaml", "orders: orders.csv", f"orders: {orders}")

    report = coop.run(A_DAY_BEFORE)

    assert report.problems == ()
    assert coop.mailed() == EVERYBODY


@FORMS
def test_files_that_data_files_name_are_found_too(tmp_path: Path, typed: Form, there: Form) -> None:
    coop = Coop(tmp_path)
    coop.write(normalize(there, "adhérents.csv"), MEMBERS)
    coop.write(normalize(there, "Été.csv"), ORDERS)
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.replace("groups.yaml", "  name:", f"  members: {normalize(typed, 'adhérents.csv')}\n  name:")
    coop.replace("distributions.yaml", "  place:", f"  orders: {normalize(typed, 'Été.csv')}\n  place:")

    report = coop.run(A_DAY_BEFORE)

    assert report.problems == ()
    assert coop.mailed() == EVERYBODY


@FORMS
def test_ids_are_the_same_however_their_accents_are_spelt(tmp_path: Path, typed: Form, there: Form) -> None:
    coop = Coop(tmp_path)
    coop.write("members.csv", normalize(there, MEMBERS.replace("\n1;", "\nzoé;")))
    coop.write("orders.csv", normalize(typed, ORDERS.replace("\n1;d1", "\nzoé;été")))
    coop.replace("distributions.yaml", "id: d1", normalize(there, "id: été"))

    report = coop.run(A_DAY_BEFORE)

    assert [line for line in map(str, report.problems) if "zo" in line or "été" in line] == []
    assert "zoe@example.org" in coop.mailed()


@FORMS
def test_somebody_is_found_by_an_id_however_it_is_typed(tmp_path: Path, typed: Form, there: Form) -> None:
    text = normalize(there, "id;email\nzoé;zoe@example.org\n")
    found = members_of(tmp_path, {"members.csv": text}).members

    assert find_member(normalize(typed, "zoé"), found).is_exact


def test_what_is_a_semicolon_only_once_it_is_normalized_parts_no_cells(tmp_path: Path) -> None:
    text = "id;first_name;email\n1;Zoé\u037e;zoe@example.org\n"

    found = members_of(tmp_path, {"members.csv": text})

    assert (found.problems, [one.first_name for one in found.members]) == ((), ["Zoé;"])
