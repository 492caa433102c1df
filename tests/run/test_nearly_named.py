"""Orders whose member is written almost right: whoever is nearly named is told that a line may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

BEFORE_ALL = utc("2026-06-10T18:30")
HEADER = "member;distribution;product;quantity;total;shared_with\n"
MEMBERS = """\
id;first_name;last_name;email;partner_first_name;partner_last_name;partner_email
1000;Zoé;Martin;zoe@example.org;;;
A-07;Noël;Bœuf;noel@example.org;Maëlle;Petit;
3;Léa;Roux;lea@example.org;;;
"""
LACKS = "n’a pas pu être lue"
OF_1000 = ("1000,", "1 000", "01000", "n°1000", "nº 1000", "'1000", "1000,0", "lac/1000", "1000 Zoé")
OF_ZOE = (
    "M. Zoé Martin",
    "Zoé Martin",
    "panier de MARTIN Zoé",
    "MARTIN Zoé",
    "martin zoe",
    "Zoé <zoe@example.org>",
    "mailto:zoe@example.org",
)
OF_A_07 = ("a-07", "a7", "A07", "A 07", "Bœuf Noël", "Maëlle Petit", "BŒUF Noël / PETIT Maëlle")
MISSPELT = ("Zoé Martn", "Zoe Martiin", "MRATIN Zoé", "Zoé Nartin", "zoe@exmaple.org", "zoee@example.org")
OF_BOTH = ("1000|A-07", "a7, 1000", "Zoé Martin et Noël Bœuf", "1000 / a7")


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.write("members.csv", MEMBERS)
    coop.run(BEFORE_ALL)
    return coop


def whose_recap_lacks_a_line(coop: Coop, *rows: str) -> set[str]:
    """Return the members whose recap says that a line of it could not be read, and shows no total."""
    everybodys = ("1000;d1;Pain;1;3;", "A-07;d1;Pain;1;3;", "3;d1;Pain;1;3;")
    coop.write("orders.csv", HEADER + "".join(f"{row}\n" for row in (*everybodys, *rows)))
    coop.run(A_DAY_BEFORE)
    texts = {mail["To"].addresses[0].username: text_of(mail) for mail in coop.mails()}
    assert texts.keys() == {"zoe", "noel", "lea"}
    assert all((LACKS in text) is ("Total" not in text) for text in texts.values())
    return {name for name, text in texts.items() if LACKS in text}


def text_of(mail: object) -> str:
    body = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return " ".join(body.get_content().split())


@pytest.mark.parametrize(
    ("named", "lacking"),
    [
        *((each, {"zoe"}) for each in (*OF_1000, *OF_ZOE, *MISSPELT)),
        *((each, {"noel"}) for each in OF_A_07),
        *((each, {"zoe", "noel"}) for each in OF_BOTH),
    ],
)
def test_whoever_an_order_nearly_names_is_told_that_a_line_may_be_missing(
    coop: Coop, named: str, lacking: set[str]
) -> None:
    assert whose_recap_lacks_a_line(coop, f"{named};d1;Lait;2;4;") == lacking


@pytest.mark.parametrize(
    "named", ["9999", "100", "10000", "1001", "A-08", "Zoé Roux", "Jean Martin", "zoe2@example.org", "Zoé"]
)
def test_an_order_that_nearly_names_nobody_is_a_stranger_s(coop: Coop, named: str) -> None:
    assert whose_recap_lacks_a_line(coop, f"{named};d1;Lait;2;4;") == set()


@pytest.mark.parametrize(
    "named", ["1000.0", "1000\u200b", "\u200e1000", "\ufeff1000", "zoe@example.org\u200b"]
)
def test_an_id_that_a_program_wrote_its_own_way_is_read(coop: Coop, named: str) -> None:
    assert whose_recap_lacks_a_line(coop, f"{named};d1;Lait;2;4;") == set()

    [text] = [text_of(mail) for mail in coop.mails() if "zoe@" in mail["To"]]
    assert "2 × Lait" in text
    assert "Total : 7,00" in text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("named", ["Zoé Martin", "n°1000", "1000|A-07"])
def test_whoever_a_line_is_shared_with_nearly_by_name_is_told_that_it_may_be_missing(
    coop: Coop, named: str
) -> None:
    assert whose_recap_lacks_a_line(coop, f"A-07;d1;Lait;2;4;{named}") == {"zoe"}


def test_a_line_shared_with_an_address_of_two_members_may_be_missing_to_both(coop: Coop) -> None:
    coop.write("members.csv", MEMBERS + "4;Luc;Martin;zoe@example.org;;;\n")

    assert whose_recap_lacks_a_line(coop, "A-07;d1;Lait;2;4;zoe@example.org") == {"zoe"}


def test_a_row_whose_id_is_nobody_s_may_be_of_whom_its_address_names(coop: Coop) -> None:
    header = HEADER.replace("member", "member;email")
    rows = "1000;;d1;Pain;1;3;\nA-07;;d1;Pain;1;3;\n3;;d1;Pain;1;3;\n9999;zoe@example.org;d1;Lait;2;4;\n"
    coop.write("orders.csv", header + rows)
    coop.run(A_DAY_BEFORE)

    lacking = [mail["To"].addresses[0].username for mail in coop.mails() if LACKS in text_of(mail)]
    assert lacking == ["zoe"]


@pytest.mark.parametrize(
    "named", ["BŒUF Noël / MARTIN Zoé", "Noël Bœuf / Maëlle Petit / Zoé Martin", "BŒUF Noël / 1000"]
)
def test_a_row_that_calls_two_households_as_if_they_were_one_may_be_of_each(coop: Coop, named: str) -> None:
    header = HEADER.replace("member", "member_name")
    rows = "Zoé Martin;d1;Pain;1;3;\nNoël Bœuf / Maëlle Petit;d1;Pain;1;3;\nLéa Roux;d1;Pain;1;3;\n"
    coop.write("orders.csv", f"{header}{rows}{named};d1;Lait;2;4;\n")

    assert coop.run(A_DAY_BEFORE).news == (
        f"orders.csv:5: member_name: names several members of the group: {named!r}",
    )
    lacking = {mail["To"].addresses[0].username for mail in coop.mails() if LACKS in text_of(mail)}
    assert (len(coop.mails()), lacking) == (3, {"zoe", "noel"})


def test_0_of_something_is_missing_to_nobody_whom_it_nearly_names(coop: Coop) -> None:
    assert whose_recap_lacks_a_line(coop, "Zoé Martin;d1;Lait;0;0;", "A-07;d1;Lait;0;0;n°1000") == set()


def test_what_nearly_names_somebody_says_whom(coop: Coop) -> None:
    coop.write("orders.csv", f"{HEADER}1000;d1;Pain;1;3;\nn°1000;d1;Lait;2;4;\n1000|A-07;d1;Lait;2;4;\n")

    assert coop.run(A_DAY_BEFORE).news == (
        "orders.csv:3: member: names no member of the group: 'n°1000' (did you mean '1000'?)",
        "orders.csv:4: member: names no member of the group: '1000|A-07'",
    )
