"""Orders whose rows stand in one cell, or lack one: whoever may be meant reads that a line may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

BEFORE_ALL = utc("2026-06-10T18:30")
OF_ONE = "member;product;quantity;unit;price;total\n1;Pain;1;;3;3\n2;Pain;1;;3;3\n3;Pain;1;;3;3\n"
OF_MANY = (
    "member;distribution;product;quantity;unit;price;total\n"
    "1;d1;Pain;1;;3;3\n2;d1;Pain;1;;3;3\n3;d1;Pain;1;;3;3\n"
)
LACKS = "n’a pas pu être lue"
EVERYBODY = {"zoe", "noel", "maelle", "lea"}


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.run(BEFORE_ALL)
    return coop


@pytest.fixture
def own_file(coop: Coop) -> Coop:
    """Let the orders of d1 stand in a file of its own."""
    coop.replace("distributions.yaml", "  place:", "  orders: d1.csv\n  place:")
    return coop


def lacking(coop: Coop) -> set[str]:
    """Return to whom a recap says that a line of it could not be read, and shows no total."""
    coop.run(A_DAY_BEFORE)
    texts = {mail["To"].addresses[0].username: text_of(mail) for mail in coop.mails()}
    assert texts.keys() == EVERYBODY
    assert all((LACKS in text) is ("Total" not in text) for text in texts.values())
    return {name for name, text in texts.items() if LACKS in text}


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return " ".join(body.get_content().split())


@pytest.mark.parametrize(
    "row",
    [
        "1,Lait,1,,3,3",
        "1\tLait\t1\t\t3\t3",
        '"1;Lait;1;;3;3"',
        '"1;""Lait; bio"";1;;3;3"',
        "1,Lait,1,,3,3;;;;;",
        "01,Lait,1,,3,3",
        "Zoé Martin,Lait,1,,3,3",
    ],
)
def test_a_row_that_stands_in_one_cell_is_missing_in_the_recap_of_whom_it_names(
    own_file: Coop, row: str
) -> None:
    own_file.write("d1.csv", f"{OF_ONE}{row}\n")

    assert lacking(own_file) == {"zoe"}


@pytest.mark.parametrize("row", ["9,Lait,1,,3,3", '"Lait;1;;3;3"', "Jean Petit,Lait,1"])
def test_a_row_that_stands_in_one_cell_and_names_nobody_may_be_anybody_s(own_file: Coop, row: str) -> None:
    own_file.write("d1.csv", f"{OF_ONE}{row}\n")

    assert lacking(own_file) == EVERYBODY


@pytest.mark.parametrize("row", ["1,d1,Lait,1,,3,3", "1,Lait,1,L,3,3", '"1;D1;Lait;1;;3;3"'])
def test_a_row_of_many_distributions_that_stands_in_one_cell_may_be_of_each(coop: Coop, row: str) -> None:
    coop.write("orders.csv", f"{OF_MANY}{row}\n")

    assert lacking(coop) == {"zoe"}


def test_what_stands_in_one_cell_is_said(own_file: Coop) -> None:
    own_file.write("d1.csv", f"{OF_ONE}1,Lait,1,,3,3\n")

    said = own_file.run(A_DAY_BEFORE).news

    assert said == ("d1.csv:5: its cells stand in one: '1,Lait,1,,3,3'",)


@pytest.mark.parametrize("row", ["1;Lait;1;L;3;3", "1;Lait;1;;3;3", "1;Lait;1;3", "1;Lait"])
def test_a_row_that_lacks_the_cell_of_its_distribution_may_be_of_each(coop: Coop, row: str) -> None:
    coop.write("orders.csv", f"{OF_MANY}{row}\n")

    assert lacking(coop) == {"zoe"}


@pytest.mark.parametrize("row", ["1;d0;Lait;1;L;3;3", "1;d0;Lait;1;L;3", "9;d1;Lait;1;L;3"])
def test_a_row_of_a_distribution_or_of_a_member_that_is_none_is_nobody_s(coop: Coop, row: str) -> None:
    coop.write("orders.csv", f"{OF_MANY}{row}\n")

    assert lacking(coop) == set()


@pytest.mark.parametrize("row", ["Lait;1;;3;3", "Lait;1;L;3;3", "Lait;1"])
def test_a_row_that_lacks_the_cell_of_its_member_may_be_anybody_s(own_file: Coop, row: str) -> None:
    own_file.write("d1.csv", f"{OF_ONE}{row}\n")

    assert lacking(own_file) == EVERYBODY
