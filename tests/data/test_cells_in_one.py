"""Rows whose cells stand in one, or in others' columns: they are set aside, and whose they are is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.model import AddressState
from tests.data.files import TWO_MEMBERS, lines_of, members_of, orders_of

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "id;first_name;last_name;email\n"
ZOE = "1;Zoé;Martin;zoe@exemple.example\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2,Loïc,Durand,loic@exemple.example", "2,Loïc,Durand,loic@exemple.example"),
        ("2, Loïc, Durand, loic@exemple.example;;;", "2, Loïc, Durand, loic@exemple.example"),
        ("2\tLoïc\tDurand\tloic@exemple.example", r"2\tLoïc\tDurand\tloic@exemple.example"),
        ('"2;Loïc;Durand;loic@exemple.example"', "2;Loïc;Durand;loic@exemple.example"),
        ('"2,""Loïc"",Durand,loic@exemple.example"', '2,"Loïc",Durand,loic@exemple.example'),
        ("2 Loïc Durand loic@exemple.example", "2 Loïc Durand loic@exemple.example"),
    ],
)
@pytest.mark.parametrize("end", ["\n", ""])
def test_a_member_whose_cells_stand_in_one_is_set_aside_and_known(
    tmp_path: Path, row: str, said: str, end: str
) -> None:
    found = members_of(tmp_path, {"members.csv": HEADER + ZOE + row + end})

    assert [member.id for member in found.members] == ["1"]
    [one] = found.people_set_aside
    assert (one.id, one.name, one.group_ids) == ("2", "Loïc Durand", ("lac",))
    assert [box.address for box in one.mailboxes] == ["loic@exemple.example"]
    assert lines_of(found.problems) == [f"members.csv:3: its cells stand in one: '{said}'"]


def test_semicolons_in_a_file_of_commas_are_seen_beside_a_comma_in_the_row(tmp_path: Path) -> None:
    text = "id,first_name,last_name,email,note\n2;Loïc;Durand;loic@exemple.example;1, quai Nord\n"
    found = members_of(tmp_path, {"members.csv": text})

    assert found.members == ()
    assert [(one.id, one.name) for one in found.people_set_aside] == [("2", "Loïc Durand")]


def test_a_member_without_an_address_yet_may_stand_in_one_cell(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": HEADER + "2,Loïc,Durand\n"})

    assert [one.name for one in found.people_set_aside] == ["Loïc Durand"]


@pytest.mark.parametrize(
    "row",
    [
        "Export du 3 mars, par Claire, à Lyon;;;",
        "Total, 24 membres;;;",
        "A-07;;;",
        "2;Durand, dit Lolo;;",
        "2;;;",
    ],
)
def test_a_remark_or_a_comma_makes_no_row_of_several_cells(tmp_path: Path, row: str) -> None:
    found = members_of(tmp_path, {"members.csv": HEADER + ZOE + row + "\n"})

    assert found.problems == ()


def test_two_addresses_in_a_cell_are_no_row(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": "email;nom\nluc@exemple.example, eve@exemple.example;\n"})

    assert [line.partition(" not ")[0] for line in lines_of(found.problems)] == ["members.csv:2: email:"]


@pytest.mark.parametrize(
    "row", ["1,vendredi,Lait,1,L,2", '"1;vendredi;Lait;1;L;2"', "1,vendredi,Lait,1,L,2;50"]
)
def test_a_line_of_an_order_that_stands_in_one_cell_is_missed_in_that_order(tmp_path: Path, row: str) -> None:
    text = f"member;distribution;product;quantity;unit;price\n2;vendredi;Pain;1;kg;2\n{row}\n"
    found = orders_of(tmp_path, {"members.csv": TWO_MEMBERS, "orders.csv": text})

    assert [one.member_id for one in found.books["vendredi"].unread] == ["1"]
    assert len(found.books["vendredi"].lines) == 1
    assert [line.partition(": ")[0] for line in lines_of(found.problems)] == ["orders.csv:3"]


@pytest.mark.parametrize(
    ("row", "field", "value", "known_by"),
    [
        ("2;Durand;loic@exemple.example", "last_name", "loic@exemple.example", "Durand loic@exemple.example"),
        ("2;Loïc;Durand loic@exemple.example;", "last_name", "Durand loic@exemple.example", ""),
        ("2;Loïc,Durand,loic@exemple.example", "first_name", "Loïc,Durand,loic@exemple.example", ""),
        ("2;eve@exemple.example;Durand;loic@exemple.example", "first_name", "eve@exemple.example", ""),
        ("2;;loic@exemple.example;Durand", "last_name", "loic@exemple.example", "loic@exemple.example"),
    ],
)
def test_an_address_in_a_name_sets_its_row_aside(
    tmp_path: Path, row: str, field: str, value: str, known_by: str
) -> None:
    found = members_of(tmp_path, {"members.csv": f"{HEADER}{ZOE}{row}\n"})

    assert [member.id for member in found.members] == ["1"]
    [one] = found.people_set_aside
    assert value in one.name
    assert known_by in {"", one.name}
    line = f"members.csv:3: {field}: '{value}' is nobody's name: there is an address in it"
    assert line in lines_of(found.problems)


def test_no_address_is_made_up_from_a_name(tmp_path: Path) -> None:
    found = members_of(tmp_path, {"members.csv": HEADER + "2;Loïc;Durand loic@exemple.example;\n"})

    assert [one.mailboxes for one in found.people_set_aside] == [()]


def test_so_it_is_with_a_partners_name(tmp_path: Path) -> None:
    text = f"id;email;partner_first_name\n2;loic@exemple.example;Luc luc@exemple.example\n{ZOE}"
    found = members_of(tmp_path, {"members.csv": text})

    said = "'Luc luc@exemple.example' is nobody's name: there is an address in it"
    assert lines_of(found.problems)[0] == f"members.csv:2: partner_first_name: {said}"
    assert [one.id for one in found.people_set_aside][:1] == ["2"]


def test_whoever_typed_their_address_for_a_name_too_is_mailed_without_a_name(tmp_path: Path) -> None:
    text = HEADER + "2;loic@exemple.example;;Loic@exemple.example\n"
    found = members_of(tmp_path, {"members.csv": text})

    [member] = found.members
    assert (member.name, member.mailboxes[0].state) == ("", AddressState.USABLE)
    assert len(found.problems) == 1


def test_an_id_with_an_address_and_separators_in_it_is_none(tmp_path: Path) -> None:
    ids = "ana@exemple.example, eve@exemple.example"
    text = f"id;email\n2,Loïc;loic@exemple.example\n{ids};x@exemple.example\n"
    found = members_of(tmp_path, {"members.csv": text})

    assert [member.id for member in found.members] == ["2,Loïc"]
    assert lines_of(found.problems) == [f"members.csv:3: id: an id was expected, not '{ids}'"]
