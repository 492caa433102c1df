"""``check-member`` while a list of members can't be read: who is in it is unknown, not gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

FIRST_RUN = utc("2026-06-10T06:00")
ANA = "ana@example.org"
YVES = "yves@g2.example.org"
GROUPS = "- {id: lac, name: Lac, members: lac.csv}\n- {id: mer, name: Mer, members: mer.csv}\n"
DISTRIBUTIONS = """\
- {id: d1, group: lac, starts_at: 2026-06-12 18:00}
- {id: d2, group: mer, starts_at: 2026-06-12 18:00}
"""
HEADER = "id;first_name;last_name;email\n"
MER = f"{HEADER}2;Ana;Roux;{ANA}\n3;Yves;Autre;{YVES}\n"


def unclosed_quote(office: Office) -> None:
    office.coop.write("mer.csv", MER.replace("Ana;", '"Ana;'))


def missing(office: Office) -> None:
    (office.coop.folder / "mer.csv").unlink()


def row_of_the_group(office: Office) -> None:
    office.coop.replace("groups.yaml", "name: Mer,", "name: Mer, timezone: Mars,")


LOST = pytest.mark.parametrize("lose", [unclosed_quote, missing])
LOST_ANYHOW = pytest.mark.parametrize("lose", [unclosed_quote, missing, row_of_the_group])


@pytest.fixture
def two_groups(office: Office) -> Office:
    """Open an office of two groups, each with its own list; Ana is in both, with an order in each."""
    office.coop.write("groups.yaml", GROUPS)
    office.coop.write("distributions.yaml", DISTRIBUTIONS)
    office.coop.write("lac.csv", f"{HEADER}1;Zoé;Martin;zoe@example.org\n2;Ana;Roux;{ANA}\n")
    office.coop.write("mer.csv", MER)
    office.coop.write(
        "orders.csv", "member;distribution;product;quantity\n2;d1;Pain;1\n2;d2;Pain;1\n3;d2;Pain;1\n"
    )
    office.coop.replace("config.yaml", "  members: members.csv\n", "")
    return office


def named(lose: Callable[[Office], None]) -> str:
    return "groups.yaml:2" if lose is row_of_the_group else "mer.csv"


def membership(office: Office, who: str) -> Any:
    return office.checks(who)["membership"]


@pytest.mark.long
@LOST_ANYHOW
def test_who_was_mailed_as_a_member_of_a_list_that_cannot_be_read_is_not_reassured(
    two_groups: Office, lose: Callable[[Office], None]
) -> None:
    two_groups.sends()
    lose(two_groups)

    status, document = two_groups.asks(ANA)
    shown = two_groups.invoke("check-member", ANA).stdout

    assert (status, document["verdict"]) == (0, "warning")
    found = membership(two_groups, ANA)
    assert (found["status"], "known to the ledger as a member of" in found["summary"]) == ("warning", True)
    assert named(lose) in found["summary"]
    assert "WARNING: known to the ledger" in shown
    reply = two_groups.reply_to(ANA)
    assert "La liste des membres d’un de vos groupes ne peut pas être lue" in reply
    assert "pas trouvé d’anomalie" not in reply


@pytest.mark.long
@LOST_ANYHOW
def test_who_may_be_in_a_list_that_cannot_be_read_is_told_that_nobody_knows(
    two_groups: Office, lose: Callable[[Office], None]
) -> None:
    lose(two_groups)
    two_groups.sends()

    status, document = two_groups.asks(ANA)

    assert (status, document["verdict"]) == (0, "unknown")
    assert named(lose) in membership(two_groups, ANA)["summary"]
    assert "UNKNOWN: nothing wrong was found, but not all" in two_groups.invoke("check-member", ANA).stdout
    reply = two_groups.reply_to(ANA)
    assert "Si vous faites aussi partie d’un autre groupe" in reply
    assert "pas trouvé d’anomalie" not in reply


@pytest.mark.long
@LOST_ANYHOW
def test_of_all_it_is_said_that_who_is_in_an_unread_list_was_not_looked_at(
    two_groups: Office, lose: Callable[[Office], None]
) -> None:
    lose(two_groups)
    two_groups.sends()

    shown = two_groups.invoke("check-member", "--all")

    assert shown.exit_code == 0
    assert "Nobody has a problem" not in shown.stdout
    assert "Of those who could be looked at, nobody has a problem: 2." in shown.stdout
    assert named(lose) in shown.stderr
    assert two_groups.asks_all()[1]["verdict"] == "unknown"


def test_a_list_that_cannot_be_read_is_nobody_s_doubt_who_asks_for_another_group(two_groups: Office) -> None:
    missing(two_groups)
    two_groups.sends()

    shown = two_groups.invoke("check-member", "--all", "--group", "lac")

    assert shown.stdout == "Nobody has a problem; members looked at: 2.\n"


def test_the_unread_list_of_a_group_that_is_disabled_is_nobody_s_doubt(two_groups: Office) -> None:
    missing(two_groups)
    two_groups.sends()
    two_groups.coop.replace("groups.yaml", "name: Mer,", "name: Mer, disabled: oui,")

    assert two_groups.asks(ANA)[1]["verdict"] == "ok"


def test_a_group_of_the_members_whose_own_row_is_set_aside_is_named_beside_the_one_that_is_served(
    office: Office,
) -> None:
    office.coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer, timezone: Mars}\n")
    office.member(groups="lac|mer")
    office.coop.replace("members.csv", "noel@example.org;", "noel@example.org;lac")
    office.sends(A_DAY_BEFORE)

    found = membership(office, "1")

    assert found["status"] == "warning"
    assert "a member of mer, but that group's own row can't be read" in found["summary"]


def test_what_the_members_of_an_unread_list_would_get_is_not_said_to_leave(office: Office) -> None:
    office.coop.write("groups.yaml", "- {id: lac, name: Lac}\n- {id: mer, name: Mer, members: mer.csv}\n")
    office.coop.write("distributions.yaml", DISTRIBUTIONS)
    office.coop.write("orders.csv", "member;distribution;product;quantity\n1;d2;Pain;1\n")
    office.member(groups="lac|mer")
    office.sends(FIRST_RUN)

    shown = office.invoke("check-member", "1").stdout

    assert "PROBLEM: mer.csv: no such file" in shown
    assert "will not leave while the group is held" in shown


@pytest.mark.long
@LOST_ANYHOW
def test_who_is_in_a_list_that_cannot_be_read_is_not_said_to_be_gone(
    two_groups: Office, lose: Callable[[Office], None]
) -> None:
    two_groups.sends()
    lose(two_groups)

    shown = two_groups.invoke("check-member", YVES)

    said = shown.stderr.splitlines()
    assert shown.exit_code == 1
    assert said[0].startswith("parts of the data can't be read; is the person there?")
    assert named(lose) in said[1]
    assert f"nobody in the data is '{YVES}'" in said
    assert f"{YVES} is not among the members today; the last mail: recap_24h" in shown.stderr
    assert "no more" not in shown.stderr
    assert "perhaps: " not in shown.stderr
    reply = two_groups.reply_to(YVES)
    assert "retrouvons" not in reply


def test_who_left_lists_that_can_be_read_is_gone(two_groups: Office) -> None:
    two_groups.sends()
    two_groups.coop.replace("mer.csv", f"3;Yves;Autre;{YVES}\n", "")

    assert f"{YVES} is among the members no more" in two_groups.invoke("check-member", YVES).stderr


@LOST
def test_orders_of_members_that_cannot_be_read_are_not_said_to_name_nobody(
    two_groups: Office, lose: Callable[[Office], None]
) -> None:
    two_groups.coop.replace("orders.csv", "3;d2", "9;d1;Pain;1\n3;d2")
    lose(two_groups)

    said = [str(problem) for problem in two_groups.coop.run(A_DAY_BEFORE).problems]

    known = [line for line in said if "names no member" in line]
    assert known == ["orders.csv:4: member: names no member of the group: '9'"]
    assert any(line.startswith("mer.csv") for line in said)
