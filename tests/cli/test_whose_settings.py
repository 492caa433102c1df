"""Changes of settings whose id is another person's too: in a run, ``notifications`` and ``check-member``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.coop import Coop
    from tests.fixtures.office import Office

ANA = "ana@example.org"
HEADER = "id;first_name;last_name;email\n"
LAC = "- {id: lac, name: Lac, members: lac.csv}\n"
MER = "- {id: mer, name: Mer, members: mer.csv}\n"
SAID = (
    "notifications.csv:2: member: 2 is several people: recap_24h is held back for lac/2, mer/2, "
    "until it says whose it is; write lac/2;recap_24h;no, mer/2;recap_24h;no"
)


@pytest.fixture
def shore(office: Office) -> Office:
    """Make a group with a list of its own, of which Ana, 2, orders; what she wants was typed by hand."""
    coop = office.coop
    coop.replace("config.yaml", "  members: members.csv\n", "")
    coop.write("groups.yaml", LAC)
    coop.write("lac.csv", f"{HEADER}1;Zoé;Martin;zoe@example.org\n2;Ana;Roux;ana@example.org\n")
    coop.write("notifications.csv", "member;kind;value;date\n2;recap_24h;no;2026-06-01\n")
    coop.run(utc("2026-06-01T06:00"))
    return office


def another_group_counts_from_1(coop: Coop) -> None:
    coop.write("groups.yaml", LAC + MER)
    coop.write("mer.csv", f"{HEADER}1;Paul;Bo;paul@example.org\n2;Jo;Do;jo@example.org\n")


def reached(office: Office) -> list[str]:
    return sorted(arrival.address for arrival in office.server.account.arrivals)


def names_written(coop: Coop) -> list[str]:
    """Name whose rows stand in notifications.csv."""
    written = (coop.folder / "notifications.csv").read_text(encoding="utf-8-sig").splitlines()
    return [line.partition(";")[0] for line in written[1:]]


def test_what_was_switched_off_stays_off_once_another_groups_list_has_the_id_too(shore: Office) -> None:
    another_group_counts_from_1(shore.coop)

    report = shore.coop.run(A_DAY_BEFORE)

    assert reached(shore) == [ZOE]
    assert SAID in report.news
    assert SAID in shore.invoke("status").stderr


def test_a_member_for_whom_a_notice_is_held_back_reads_why_and_how_to_end_it(shore: Office) -> None:
    another_group_counts_from_1(shore.coop)

    shown = shore.invoke("notifications", "lac/2").stdout
    found = shore.checks("lac/2")["notifications"]

    assert "notifications.csv:2, Monday 1 June 2026, which may be of lac/2, mer/2" in shown
    assert found["status"] == "warning"
    assert found["summary"] == "recap_24h off (held back, as notifications.csv:2 may be of lac/2, mer/2)"
    assert found["advice"] == (
        "if the member wants them: cagette-notify notifications lac/2 --on recap_24h; "
        "if not: cagette-notify notifications lac/2 --off recap_24h"
    )
    assert "(réglage fait" not in shore.reply_to("lac/2")


def test_what_was_asked_for_and_may_be_off_by_another_s_choice_is_named(shore: Office) -> None:
    another_group_counts_from_1(shore.coop)
    shore.coop.replace("lac.csv", "email\n", "email;recap_4h\n")
    shore.coop.replace("lac.csv", "ana@example.org", "ana@example.org;oui")
    shore.coop.replace("notifications.csv", "recap_24h", "recap_4h")

    hers, his = shore.checks("lac/2")["notifications"], shore.checks("mer/2")["notifications"]

    assert hers["summary"] == "recap_4h off (held back, as notifications.csv:2 may be of lac/2, mer/2)"
    assert his["status"] == "ok"


def test_what_may_be_anothers_is_said_not_to_be_taken_back(shore: Office) -> None:
    another_group_counts_from_1(shore.coop)

    said = shore.invoke("notifications", "lac/2", "--reset").stdout

    assert said.startswith(
        "Not taken back: recap_24h no (notifications.csv:2, Monday 1 June 2026, which may be of lac/2, "
        "mer/2).\n"
    )
    assert names_written(shore.coop) == ["2"]


@pytest.mark.parametrize(("option", "mailed"), [("--on", [ANA, ZOE]), ("--off", [ZOE])])
def test_what_a_member_says_for_certain_ends_the_doubt_for_them_alone(
    shore: Office, option: str, mailed: list[str]
) -> None:
    another_group_counts_from_1(shore.coop)

    assert shore.invoke("notifications", "lac/2", option, "recap_24h").exit_code == 0
    report = shore.coop.run(A_DAY_BEFORE)

    assert reached(shore) == mailed
    assert [line.partition(": recap_24h ")[2] for line in report.news if "several people" in line] == [
        "is held back for mer/2, until it says whose it is; write mer/2;recap_24h;no"
    ]
    assert "may be of" not in shore.invoke("notifications", "lac/2").stdout


def test_whoever_becomes_two_people_by_a_new_address_in_one_list_is_mailed_in_neither(shore: Office) -> None:
    another_group_counts_from_1(shore.coop)
    days = DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "m1").replace("group: lac", "group: mer")
    shore.coop.write("distributions.yaml", days)
    shore.coop.write("orders.csv", "member;distribution;product;quantity\n2;d1;Pain;1\n2;m1;Lait;1\n")
    shore.coop.write("mer.csv", f"{HEADER}2;Ana;Roux;ana@example.org\n")
    before = shore.coop.run(utc("2026-06-10T16:05"))
    shore.coop.write("lac.csv", f"{HEADER}2;Ana;Roux;ana@example.com\n")

    report = shore.coop.run(A_DAY_BEFORE)

    assert "several people" not in str(before.news)
    assert reached(shore) == []
    assert SAID in report.news


def test_what_is_switched_off_says_whose_it_is_before_another_list_has_the_id_and_replaces_older_rows(
    shore: Office,
) -> None:
    assert shore.invoke("notifications", "2", "--on", "recap_24h").exit_code == 0
    assert shore.invoke("notifications", "2", "--off", "recap_24h").exit_code == 0
    assert shore.invoke("notifications", "1", "--off", "recap_24h").exit_code == 0
    another_group_counts_from_1(shore.coop)

    report = shore.coop.run(A_DAY_BEFORE)

    assert names_written(shore.coop) == ["lac/2", "lac/1"]
    assert (reached(shore), [line for line in report.news if "several people" in line]) == ([], [])


def test_whoever_stands_in_two_lists_keeps_what_they_switched_off_when_one_list_has_a_new_address(
    shore: Office,
) -> None:
    another_group_counts_from_1(shore.coop)
    both = DISTRIBUTIONS + DISTRIBUTIONS.replace("d1", "m1").replace("group: lac", "group: mer")
    shore.coop.write("distributions.yaml", both)
    shore.coop.write("orders.csv", "member;distribution;product;quantity\n2;d1;Pain;1\n2;m1;Lait;1\n")
    shore.coop.write("mer.csv", f"{HEADER}2;Ana;Roux;ana@example.org\n")
    shore.coop.write("notifications.csv", "member;kind;value;date\n")
    assert shore.invoke("notifications", "2", "--off", "recap_24h").exit_code == 0
    shore.coop.write("lac.csv", f"{HEADER}2;Ana;Roux;ana@example.com\n")

    report = shore.coop.run(A_DAY_BEFORE)

    assert names_written(shore.coop) == ["lac/2", "mer/2"]
    assert (reached(shore), [line for line in report.news if "several people" in line]) == ([], [])
