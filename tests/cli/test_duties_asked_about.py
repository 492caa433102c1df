"""What check-member, status, notifications and preview say of duties, and of calls for volunteers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from click.testing import Result

    from tests.fixtures.office import Office

BEFORE, DUE, LATER = utc("2026-06-05T06:00"), utc("2026-06-08T16:00"), utc("2026-06-08T17:00")
NAMED = "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n"
ROWS = "distribution;role;member\nd1;Accueil;1\nd1;Pain;2\nd1;Caisse;3\n"


@pytest.fixture
def asked(office: Office) -> Office:
    """Give an office where all three members serve."""
    office.member()
    office.coop.replace("config.yaml", *NAMED)
    office.coop.write("permanences.csv", ROWS)
    office.sends(BEFORE)
    office.at = BEFORE
    return office


def duties_of(office: Office, which: str, who: str = "1") -> list[dict[str, Any]]:
    member = json.loads(office.invoke("check-member", who, "--json").stdout)["members"][0]
    return [one for one in member[which] if one["kind"] == "duty"]


def test_a_duty_stands_under_what_is_to_come_and_then_under_what_came(asked: Office) -> None:
    coming = duties_of(asked, "upcoming")
    asked.sends(DUE)
    asked.at = LATER

    came = duties_of(asked, "history")

    assert [(one["kind"], one["status"], one["distribution"]) for one in coming] == [
        ("duty", "will_send", "d1")
    ]
    assert [(one["kind"], one["status"]) for one in came] == [("duty", "sent")]


def test_whoever_has_no_duty_reads_of_none_unless_all_is_asked_for(asked: Office) -> None:
    asked.coop.replace("permanences.csv", "d1;Caisse;3\n", "")
    asked.sends(DUE)
    asked.at = LATER

    short, whole = (asked.invoke("check-member", "3", *more).output for more in ((), ("-v",)))

    assert "no duty that day" not in short
    assert "no duty that day" in whole


def test_what_is_due_waits_where_nobody_can_read_who_serves_but_not_what_was_told(asked: Office) -> None:
    asked.coop.write("permanences.csv", "x")
    before = asked.invoke("check-member", "1").output
    asked.coop.write("permanences.csv", ROWS)
    asked.sends(DUE)
    asked.coop.write("permanences.csv", "x")
    asked.at = LATER

    after = asked.invoke("check-member", "1").output

    assert "waits until it is known who serves" in before
    assert "waits until it is known who serves" not in after


def test_status_says_what_holds_the_duties_of_a_group(asked: Office) -> None:
    asked.sends(DUE)
    asked.coop.write("permanences.csv", ROWS.replace("d1;Accueil;1\nd1;Pain;2\n", ""))
    asked.at = LATER

    output = asked.invoke("status").output
    checked = asked.invoke("check", "--offline")

    assert "of 3 members who were told of a duty ahead, 2 have none there any more" in output.replace(
        "\n", " "
    )
    assert "--accept-data lac" in output
    assert checked.exit_code == 1


def test_status_shows_what_waits_until_it_is_known_who_serves(asked: Office) -> None:
    asked.coop.write("permanences.csv", "x")

    output = asked.invoke("status").output
    upcoming = json.loads(asked.invoke("status", "--json").stdout)["upcoming"]

    assert [
        line
        for line in output.splitlines()
        if "waits until it is known who serves" in line and "duty" in line
    ]
    assert [(one["kind"], one["addresses"]) for one in upcoming if one["waits_for_duties"]] == [("duty", 0)]


def test_status_counts_whom_a_duty_leaves_to(asked: Office) -> None:
    upcoming = json.loads(asked.invoke("status", "--json").stdout)["upcoming"]

    assert [(one["kind"], one["addresses"]) for one in upcoming if one["kind"] == "duty"] == [("duty", 3)]


def test_settings_of_duties_are_shown_where_somebody_serves_or_has_chosen(office: Office) -> None:
    office.member()
    nobody_serves = office.invoke("notifications", "1").output
    changed = office.invoke("notifications", "1", "--off", "permanence").output

    assert "duty" not in nobody_serves
    assert "duty" in changed


def test_turned_on_it_leaves_if_they_serve(asked: Office) -> None:
    asked.invoke("notifications", "1", "--off", "duty")

    output = asked.invoke("notifications", "1", "--on", "duty", "--on", "duty_vacant").output

    assert "duty of d1: leaves on Monday 8 June 2026 at 6:00\u00a0pm, if they serve there" in output
    assert (
        "duty_vacant of d1: leaves on Friday 5 June 2026 at 6:00\u00a0pm, if a place is vacant then" in output
    )


@pytest.mark.parametrize(
    ("rows", "is_made_up"), [(ROWS, False), ("distribution;role;member\nd1;Pain;2\n", True)]
)
def test_a_preview_shows_who_serves_or_says_that_it_is_made_up(
    asked: Office, rows: str, is_made_up: bool
) -> None:
    asked.coop.write("permanences.csv", rows)

    result = asked.invoke("preview", "duty", "--member", "1", "--text")

    assert ("made up" in result.output) is is_made_up
    assert "Votre permanence" in result.output
    assert ("Avec vous (Pain) : Noël Bœuf" in result.output.replace("\xa0", " ")) is not is_made_up


@pytest.mark.long
@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (f"{ROWS}d1;Ca", "it ends in the middle of this row"),
        (ROWS.replace("d1;Accueil;1\nd1;Pain;2\n", ""), "2 have none there any more"),
    ],
    ids=["cut short", "held by the guard"],
)
def test_whose_duty_waits_is_not_sent_to_the_spam_folder(asked: Office, rows: str, why: str) -> None:
    asked.sends(DUE)
    asked.member(email="zoe.martin@example.org")
    asked.coop.write("permanences.csv", rows)
    asked.has_written("zoe.martin@example.org")
    asked.at = LATER

    told, said = (asked.invoke("check-member", who).output.replace("\n  ", " ") for who in ("2", "1"))

    assert said.count("WARNING: duty d1 is due, and waits as it is not known who serves") == 1
    assert why in said
    assert "if they serve there, it leaves" in said.replace("\n     ", " ")
    assert "Un problème de notre côté" in said
    assert "spam" not in said
    assert "is due, and waits" not in told


def test_who_wants_no_duties_waits_for_none(asked: Office) -> None:
    asked.member(duty="no")
    asked.coop.write("permanences.csv", f"{ROWS}d1;Ca")
    asked.at = LATER

    assert "is due, and waits" not in asked.invoke("check-member", "1").output


@pytest.mark.long
@pytest.mark.parametrize(
    "lists", [("volunteers:d1",), ("with-order:d1", "volunteers:d1")], ids=["alone", "with another"]
)
def test_no_mail_leaves_unasked_to_whom_a_file_that_is_not_believed_has_left(
    asked: Office, lists: tuple[str, ...]
) -> None:
    asked.sends(DUE)
    asked.coop.write("permanences.csv", ROWS.replace("d1;Accueil;1\nd1;Pain;2\n", ""))

    held = written_to(asked, *lists)
    asked.coop.write("permanences.csv", ROWS)
    whole = written_to(asked, *lists)

    assert held.exit_code == 65
    assert "2 have none there any more" in held.output.replace("\n", " ")
    assert "--accept-data lac" in held.output
    assert whole.exit_code == 0


def test_a_mail_to_all_does_not_ask_who_serves(asked: Office) -> None:
    asked.sends(DUE)
    asked.coop.write("permanences.csv", ROWS.replace("d1;Accueil;1\nd1;Pain;2\n", ""))

    assert written_to(asked, "all").exit_code == 0


def written_to(office: Office, *lists: str) -> Result:
    """Let a coordinator write to some lists, without being asked."""
    office.coop.write("lettre.md", "Prenez les clés.\n")
    office.at = LATER
    letter = str(office.coop.folder / "lettre.md")
    to = [word for one in lists for word in ("--to", one)]
    return office.invoke("broadcast", "lac", "--subject", "Clés", "--body", letter, "--yes", *to)


def with_row(office: Office, row: str, instead_of: str = "d1;Accueil;1") -> None:
    office.coop.write("permanences.csv", ROWS.replace(instead_of, row))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("d1;Accueil;Zoé Martin ?", "permanences.csv:2: member: no member of the group: 'Zoé Martin ?'"),
        ("13/06/2026;Accueil;Zoé Martin", "permanences.csv:2: distribution: no such distribution"),
        ("13/06/2026;Accueil;1", "permanences.csv:2: distribution: no such distribution"),
        ("d1;;Zoé Martin", "permanences.csv:2: role: missing"),
    ],
)
def test_whose_row_is_set_aside_reads_so_and_nobody_else(asked: Office, row: str, problem: str) -> None:
    with_row(asked, row)
    asked.sends(DUE)
    asked.at = LATER

    last = asked.checks("1")["last_messages"]

    assert last["status"] == "warning"
    assert "a row of the duties that seems to name Zoé Martin can't be read" in last["summary"]
    assert problem in last["summary"]
    assert "correct the row" in last["advice"]
    assert "Une ligne de la liste des permanences qui semble être la vôtre" in asked.reply_to("1")
    assert asked.checks("2")["last_messages"]["status"] == "ok"


@pytest.mark.parametrize("everybody", [True, False])
def test_what_mends_an_order_s_row_and_a_duty_s_is_advised_once(asked: Office, *, everybody: bool) -> None:
    with_row(asked, "d1;;Zoé Martin")
    asked.coop.write("orders.csv", "member;distribution;product;quantity\n1;d1;Pain;some\n")
    asked.sends(DUE)
    asked.at = LATER

    options = ("--all", "-v") if everybody else ("1",)
    shown = " ".join(asked.invoke("check-member", *options).stdout.split())

    of_duty = "a row of the duties that seems to name Zoé Martin can't be read"
    of_order = "a row of the order for d1 (Friday 12 June 2026) can't be read"
    assert (of_duty in shown, of_order in shown) == (True, True), shown
    assert shown.count("-> correct the row") == 1
    assert shown.count("the next run sends what is not too late") == 1
    assert asked.checks("1")["last_messages"]["advice"].startswith("correct the row; the next run sends")


@pytest.mark.parametrize(
    ("named", "who"), [("Maëlle ROY", "Maëlle Roy"), ("Noël BŒUF", "Noël Bœuf"), ("2", "Noël Bœuf")]
)
def test_a_row_that_is_set_aside_is_said_to_name_whom_of_a_couple_it_names(
    asked: Office, named: str, who: str
) -> None:
    asked.coop.replace("members.csv", "noel@example.org;;", "noel@example.org;Maëlle Roy;maelle@example.org")
    with_row(asked, f"13/06/2026;Accueil;{named}")
    asked.sends(DUE)
    asked.at = LATER

    assert f"seems to name {who} can't be read" in asked.checks("2")["last_messages"]["summary"]


@pytest.mark.long
@pytest.mark.parametrize("named", ["Zoé", "Martin", "Zoé M.", "Zoé (et son fils)"])
def test_a_row_that_has_but_a_part_of_a_name_seems_to_name_its_owner(asked: Office, named: str) -> None:
    with_row(asked, f"d1;Accueil;{named}")
    asked.sends(DUE)
    asked.at = LATER

    assert "seems to name Zoé Martin can't be read" in asked.checks("1")["last_messages"]["summary"]
    assert asked.checks("2")["last_messages"]["status"] == "ok"


def test_a_row_of_a_duty_that_is_over_is_nobodys_trouble(asked: Office) -> None:
    with_row(asked, "d1;Accueil;1\n01/06/2026;Accueil;Zoé Martin")
    asked.sends(DUE)
    asked.at = LATER

    assert asked.checks("1")["last_messages"]["status"] == "ok"


def test_a_row_without_a_group_is_nobodys_where_several_have_that_id(asked: Office) -> None:
    asked.coop.replace("config.yaml", "  members: members.csv\n", "")
    bourg = "- id: bourg\n  name: Bourg\n  members: bourg.csv\n"
    asked.coop.replace("groups.yaml", "- id: lac\n", f"{bourg}- id: lac\n  members: members.csv\n")
    asked.coop.write("bourg.csv", "id;first_name;last_name;email\n1;Ana;Lopez;ana@example.org\n")
    with_row(asked, "13/06/2026;Accueil;1")

    assert "a row of the duties" not in asked.checks("zoe@example.org")["last_messages"]["summary"]


def test_once_it_is_corrected_all_is_well(asked: Office) -> None:
    with_row(asked, "d1;Accueil;Zoé Martin ?")
    asked.sends(DUE)
    with_row(asked, "d1;Accueil;Zoé Martin")
    asked.sends(LATER)
    asked.at = LATER

    assert asked.checks("1")["last_messages"]["status"] == "ok"


@pytest.mark.parametrize(
    ("rows", "is_off", "is_shown"),
    [(ROWS, False, True), (ROWS, True, False), ("distribution;role;member\nd1;Pain;2\n", False, False)],
)
def test_the_preview_of_a_correction_says_the_duty_of_who_serves_as_the_mail_does(
    asked: Office, rows: str, is_off: bool, is_shown: bool
) -> None:
    asked.coop.write("permanences.csv", rows)
    if is_off:
        asked.invoke("notifications", "1", "--off", "duty")

    result = asked.invoke("preview", "correction", "--member", "1", "--text")

    assert ("Votre permanence ce jour-là : Accueil" in result.output.replace("\xa0", " ")) is is_shown
    assert "Tomates" in result.output
