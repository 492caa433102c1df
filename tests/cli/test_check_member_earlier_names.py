"""``check-member`` of an address or id that only the ledger knows: whose it was, if they are a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, OPENED
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

NOBODY_LEFT = ("among the members no more", "not among the members", "perhaps:")


@pytest.fixture
def told(office: Office) -> Office:
    """Have the recap leave to Zoé, whom another member is almost called like."""
    office.member()
    office.coop.replace("members.csv", "2;Noël;Bœuf;noel@example.org", "2;Noé;Bœuf;noe@example.org")
    office.sends(A_DAY_BEFORE)
    return office


def test_whose_address_it_was_is_said_first_and_named_in_the_command(told: Office) -> None:
    told.coop.replace("members.csv", ZOE, "zmartin@example.com")

    shown = told.invoke("check-member", ZOE)

    _nobody, whose, last, command = shown.stderr.splitlines()
    assert shown.exit_code == 1
    assert whose == f"{ZOE} is an earlier address or id of Zoé Martin <zmartin@example.com> (lac/1)"
    assert last == f"the last mail to {ZOE}: recap_24h, Thursday 11 June 2026, sent"
    assert command.endswith("check-member lac/1")
    assert not any(words in shown.stderr for words in NOBODY_LEFT)
    assert shown.stdout == ""


def test_whose_address_had_but_an_opening_is_found_by_it_and_has_it_among_theirs(office: Office) -> None:
    office.member()
    office.sends(LONG_AGO)
    office.sends(OPENED)
    office.at = utc("2026-06-11T08:00")  # orders have closed
    office.coop.replace("members.csv", ZOE, "zmartin@example.com")

    shown = office.invoke("check-member", ZOE).stderr

    assert f"{ZOE} is an earlier address or id of Zoé Martin <zmartin@example.com> (lac/1)" in shown
    assert not any(words in shown for words in NOBODY_LEFT)
    told = [(one["kind"], one["address"]) for one in office.history("1") if one["status"] == "sent"]
    assert told == [("opening", ZOE)]
    assert ZOE in office.invoke("log", "--member", "1", "--kind", "opening").stdout


def test_whose_id_it_was_is_said_where_they_have_another_one_at_the_same_address(told: Office) -> None:
    told.coop.replace("members.csv", f"1;Zoé;Martin;{ZOE}", f"101;Zoé;Martin;{ZOE}")

    shown = told.invoke("check-member", "1").stderr

    assert f"1 is an earlier address or id of Zoé Martin <{ZOE}> (lac/101)" in shown
    assert shown.splitlines()[-1].endswith("check-member lac/101")
    assert not any(words in shown for words in NOBODY_LEFT)


@pytest.mark.parametrize(
    ("row", "who"),
    [
        pytest.param("1;Max;Noir;max@example.org", ZOE, id="another has the id now"),
        pytest.param(f"4;Max;Martin;{ZOE}", "1", id="another stays at the address"),
    ],
)
def test_who_has_left_is_not_taken_for_who_has_their_id_or_address_now(
    told: Office, row: str, who: str
) -> None:
    told.coop.replace("members.csv", f"1;Zoé;Martin;{ZOE}", row)

    shown = told.invoke("check-member", who).stderr

    assert f"{who} is among the members no more" in shown
    assert "earlier address" not in shown


def test_while_another_list_cannot_be_read_the_reply_is_not_to_somebody_who_may_be_missing(
    told: Office,
) -> None:
    told.coop.replace("members.csv", ZOE, "zmartin@example.com")
    told.coop.replace("config.yaml", "  members: members.csv\n", "")
    told.coop.replace("groups.yaml", "  name:", "  members: members.csv\n  name:")
    groups = (told.coop.folder / "groups.yaml").read_text(encoding="utf-8")
    told.coop.write("groups.yaml", f"{groups}- {{id: bourg, name: Le Bourg, members: gone.csv}}\n")

    shown = told.invoke("check-member", ZOE)

    assert "is an earlier address or id of Zoé Martin" in shown.stderr
    assert shown.stderr.splitlines()[-1].endswith("check-member lac/1")
    assert shown.stdout == ""
