"""Where a member stands whom two groups' lists have, as ``forget`` and ``check-member`` say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.fixtures.office import Office

HEADER = "id;first_name;last_name;email;partner_email\n"
NEIGHBOUR = "1;Zoé;Martin;zoe@example.org;\n"


@pytest.fixture
def shore(office: Office) -> Office:
    """Make two groups with a list of their own, both of which have Ana; one of them has her partner."""
    coop = office.coop
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.write(
        "groups.yaml",
        "- {id: lac, name: Lac, members: lac.csv}\n- {id: mer, name: Mer, members: mer.csv}\n",
    )
    coop.write("lac.csv", f"{HEADER}{NEIGHBOUR}2;Ana;Roux;ana@example.org;\n")
    coop.write("mer.csv", f"{HEADER}2;Ana;Roux;ana@example.org;tom@example.com\n")
    return office


def test_whoever_is_forgotten_is_said_to_stand_in_each_of_the_lists(shore: Office) -> None:
    said = shore.invoke("forget", "ana@example.org", "--yes").stdout

    assert "Still in the data: lac.csv:3, mer.csv:2, orders.csv:3. Unless that is taken out" in said


def test_an_address_is_said_to_stand_in_the_list_that_has_it(shore: Office) -> None:
    assert shore.checks("lac/2")["address"]["summary"] == (
        "ana@example.org (lac.csv:3, mer.csv:2); tom@example.com (mer.csv:2)"
    )


@pytest.mark.parametrize(
    ("partner", "said"),
    [
        ("tom@gmial.com", "tom@gmial.com (mer.csv:2) is probably mistyped: tom@gmail.com?"),
        ("tom@", "'tom@' (mer.csv:2) is not an address"),
    ],
)
def test_an_address_that_is_wrong_is_corrected_in_the_list_that_has_it(
    shore: Office, partner: str, said: str
) -> None:
    shore.coop.replace("mer.csv", "tom@example.com", partner)

    assert said in shore.checks("lac/2")["address"]["summary"]


def test_what_mailjet_blocks_is_corrected_in_the_list_that_has_it(shore: Office) -> None:
    shore.has_written("tom@example.com", "hardbounced", state=1)

    checks = shore.checks("lac/2").values()

    assert any("correct it in mer.csv:2" in check["advice"] for check in checks), list(checks)
