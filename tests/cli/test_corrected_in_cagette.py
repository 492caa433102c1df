"""Where an address is to be corrected: what is typed into an export is gone with the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

EXPORT = "id;Prénom;Nom;Prénom partenaire;Nom partenaire;Email;Email partenaire\n"
OF_ONES_OWN = "id;first_name;last_name;partner_first_name;partner_last_name;email;partner_email\n"
AGAIN = "in Cagette, then export the members again"

CELLS = pytest.mark.parametrize(
    "cells",
    [
        ";;12@no.mail;",
        ";;;",
        ";;zoe@;",
        ";;zoe@gmial.com;",
        f"Ana;Roux;{ZOE};12@no.mail",
        "Ana;Roux;zoe@;ana@example.org",
    ],
    ids=["placeholder", "none", "invalid", "mistyped", "partner's", "invalid, but for the partner's"],
)


def has(office: Office, header: str, cells: str, file: str = "members.csv") -> None:
    """Give the office a list of members, of whom the first has these cells."""
    office.coop.write(file, f"{header}1;Zoé;Martin;{cells}\n2;Noël;Bœuf;;;noel@example.org;\n")


def advice(office: Office) -> str:
    (member,) = office.asks("1")[1]["members"]
    return "\n".join(check["advice"] for check in member["checks"] if check["id"] == "address")


@CELLS
def test_an_address_that_comes_from_an_export_is_to_be_corrected_in_cagette(
    office: Office, cells: str
) -> None:
    has(office, EXPORT, cells)

    said = advice(office)

    assert "in Cagette" in said
    assert "then export the members again" in said
    assert "there" not in said.split()


@CELLS
def test_an_address_in_a_file_of_ones_own_is_to_be_corrected_there(office: Office, cells: str) -> None:
    has(office, OF_ONES_OWN, cells)

    said = advice(office)

    assert "there" in said.replace(";", "").split()
    assert "Cagette" not in said


@pytest.mark.long
@pytest.mark.parametrize(("header", "is_exported"), [(EXPORT, True), (OF_ONES_OWN, False)])
def test_a_list_of_which_the_newest_counts_is_an_export_by_its_columns_alone(
    office: Office, header: str, *, is_exported: bool
) -> None:
    office.coop.replace("config.yaml", "members: members.csv", "members: 'members*.csv'")
    has(office, header, ";;12@no.mail;")

    assert (AGAIN in advice(office)) is is_exported
    said = office.invoke("check", "--offline").stdout
    assert ("The addresses of members.csv are corrected in Cagette" in said) is is_exported


def test_the_partners_address_that_is_the_members_is_to_be_corrected_in_cagette(office: Office) -> None:
    has(office, EXPORT, f"Ana;Roux;{ZOE};{ZOE.upper()}")

    assert "enter it in Cagette" in advice(office)


def test_a_bad_row_of_an_export_is_to_be_corrected_in_cagette(office: Office) -> None:
    office.coop.write("members.csv", f"{EXPORT}1;Zoé;Martin;;;{ZOE};;of;no;column\n2;Noël;Bœuf;;;;\n")

    (member,) = office.asks("1")[1]["members"]

    assert AGAIN in next(check["advice"] for check in member["checks"] if check["id"] == "membership")


@pytest.mark.parametrize(("header", "where"), [(EXPORT, AGAIN[3:]), (OF_ONES_OWN, "members.csv:2")])
def test_where_an_address_that_mailjet_sends_back_is_to_be_corrected(
    office: Office, header: str, where: str
) -> None:
    has(office, header, f";;{ZOE};")
    office.has_written(ZOE, "hardbounced", 1)

    (member,) = office.asks("1")[1]["members"]

    told = [check["advice"] for check in member["checks"] if check["advice"]]
    assert told[0] == f"ask the member for the right address, and correct it in {where}"


@pytest.mark.parametrize("command", ["check", "status"])
def test_whose_address_is_missing_in_an_export_is_said_to_be_corrected_in_cagette(
    office: Office, command: str
) -> None:
    def shown(header: str) -> str:
        has(office, header, ";;12@no.mail;")
        return office.invoke(command, *_OFFLINE[command]).stdout

    assert (
        "members.csv:2: Zoé Martin (12@no.mail)\n"
        "The addresses of members.csv are corrected in Cagette; then export the members again.\n"
    ) in shown(EXPORT)
    assert "Cagette;" not in shown(OF_ONES_OWN)


_OFFLINE = {"check": ["--offline"], "status": []}
