"""``check-member``: a made-up case for each cause, put to the real command beside a stand-in for Mailjet."""

from __future__ import annotations

import re
import shlex
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from cagette_notify.core.mailjet_fates import Cause
from tests.cli.member_cases import CASES, Case, group_set_aside
from tests.fixtures.command import run
from tests.fixtures.coop import A_DAY_BEFORE, GROUPS, MEMBERS, Coop
from tests.fixtures.mailjet_server import (
    Behaviour,
    Call,
    accept_then_drop,
    drop_before_reading,
    rubbish,
    status,
)
from tests.fixtures.memory import PLANNED, utc
from tests.fixtures.office import AN_HOUR_LATER, ZOE, Office
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


TOO_LATE = utc("2026-06-12T17:00")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_cause_is_found_said_and_told_to_the_member(office: Office, case: Case) -> None:
    case.happens(office)

    exit_status, document = office.asks("1")

    (member,) = document["members"]
    found = {check["id"]: check for check in member["checks"]}
    assert (found[case.check]["status"], document["verdict"]) == (case.health, case.health)
    assert case.sentence in found[case.check]["summary"]
    assert exit_status == (1 if case.health == "problem" else 0)
    assert bool(found[case.check]["advice"]) is (case.health != "ok")
    assert case.told in office.reply_to("1")


def test_every_state_of_mailjets_has_its_case() -> None:
    assert len(CASES) > 50
    assert {str(cause) for cause in Cause} <= {case.cause for case in CASES}


def test_a_healthy_member_has_every_check_and_no_complaint(office: Office) -> None:
    office.sends()
    office.knows()

    exit_status, document = office.asks("1")

    checks = document["members"][0]["checks"]
    assert (exit_status, document["verdict"], document["who"]) == (0, "ok", "1")
    assert {check["id"] for check in checks} == {
        *("membership", "notifications", "address", "mailjet_block", "last_messages", "inbox")
    }
    assert {check["status"] for check in checks} == {"ok"}
    assert set(document["members"][0]) == {
        *("id", "name", "addresses", "groups", "checks", "history", "upcoming")
    }


@pytest.mark.parametrize("who", ["1", ZOE, "--all"])
def test_who_is_kept_out_of_their_group_by_our_mistake_is_not_asked_for_it(office: Office, who: str) -> None:
    office.sends()
    office.coop.write(
        "members.csv", "id;first_name;last_name;email;groups\n1;Zoé;Martin;zoe@example.org;lacc\n"
    )

    shown = office.invoke("check-member", who).stdout

    assert "no such group: 'lacc' (did you mean 'lac'?)" in " ".join(shown.split())
    assert "correct the row" in shown
    assert "ask the coordinator" not in shown
    assert "De quel groupe" not in shown


def test_what_left_stays_in_the_history_of_who_is_in_no_group_any_more(office: Office) -> None:
    office.sends()
    before = office.history("1")
    office.coop.write(
        "members.csv", "id;first_name;last_name;email;groups\n1;Zoé;Martin;zoe@example.org;lacc\n"
    )

    assert [one for one in before if one["status"] == "sent"]
    assert [one for one in office.history("1") if one["status"] == "sent"] == [
        one for one in before if one["status"] == "sent"
    ]


def test_what_left_to_a_namesake_of_another_group_is_not_in_the_history(office: Office) -> None:
    office.sends()
    office.coop.write("groups.yaml", GROUPS + "- {id: mer, name: Mer}\n")
    office.coop.write("members.csv", "id;first_name;last_name;email;groups\n1;Ali;Baba;ali@example.org;mer\n")

    assert office.history("1") == []


def test_no_command_is_printed_that_finds_nobody_as_long_as_a_row_is_set_aside(office: Office) -> None:
    office.member(opening="non", recap_24h="non", recap_4h="peut-être")
    office.coop.write("notifications.csv", "member;kind;value;date\n1;opening;oui oui;2026-06-01\n")

    advice = office.checks()["notifications"]["advice"]

    assert office.invoke("notifications", "1").exit_code == 1
    assert advice.count("cagette-notify notifications") == 1
    assert "once the row members.csv:2 can be read: cagette-notify notifications lac/1 --on opening" in advice


def test_a_doubt_is_ended_by_the_command_that_says_so(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.sends()
    office.server.account.hidden_look_ups = 1
    shown = office.invoke("check-member", "1").stdout
    typed = next(line.split() for line in shown.splitlines() if " settle " in line)

    pasted = office.invoke(*typed[typed.index("settle") :])

    assert pasted.exit_code == 0, pasted.output
    assert [one["status"] for one in office.history("1") if one["kind"] == "recap_24h"] == ["sent"]


@pytest.mark.parametrize(
    ("at", "kind"), [("2026-06-05T09:30", "ouverture"), ("2026-06-11T18:30", "récap-24h")]
)
def test_in_french_what_is_said_of_a_notice_agrees_with_any(office: Office, at: str, kind: str) -> None:
    office.sends(utc("2026-06-05T05:00"))
    office.at = utc(at)

    shown = " ".join(office.invoke("check-member", "1", "--lang", "fr").stdout.replace("\u00a0", " ").split())

    assert f"{kind} d1 : l’envoi est dû et n’a pas eu lieu" in shown, shown


HOMONYMS = """\
id;first_name;last_name;email;partner_first_name;partner_last_name;partner_email
1;Zoé;Martin;zoe@example.org;;;
2;Zoé;Martin;zoe2@example.org;Max;Durand;max@example.org
3;Max;Durand;max3@example.org;Zoé;Martin;zoe3@example.org
"""


def test_of_homonyms_the_list_says_whose_partner_is_who(office: Office) -> None:
    office.coop.write("members.csv", HOMONYMS)

    said = office.invoke("check-member", "Zoé Martin").stderr

    assert "1  Zoé Martin <zoe@example.org> (lac/1)\n" in said
    assert "2  Zoé Martin <zoe2@example.org>, <max@example.org> (lac/2), partner: Max Durand\n" in said
    assert "3  Max Durand <max3@example.org>, <zoe3@example.org> (lac/3), partner: Zoé Martin\n" in said


def test_a_namesake_s_partner_has_no_second_account_and_no_address_of_it(office: Office) -> None:
    office.coop.write("members.csv", HOMONYMS)

    of_holder = " ".join(office.invoke("check-member", "1").stdout.split())

    assert "the same name has another account, 2 (zoe2@example.org): each" in of_holder
    assert "max@example.org" not in of_holder
    assert "Deux comptes du groupe portent votre nom" in office.reply_to("2")
    assert "Deux comptes" not in office.reply_to("max@example.org")
    shown = office.invoke("check-member", "max@example.org").stdout
    assert "WARNING for Max Durand" not in shown
    assert "another account, 1 (zoe@example.org)" in " ".join(shown.split())


def test_what_mends_the_row_of_a_group_is_advised_once(office: Office) -> None:
    group_set_aside(office)

    shown = " ".join(office.invoke("check-member", "1").stdout.split())

    assert "this is left out: groups.yaml:2: timezone: no such time zone: 'Mars'" in shown
    assert "-> correct the group's row; the next run sends what is not too late WARNING" in shown
    assert "correct it" not in shown


def test_two_causes_at_once_are_both_shown_the_worse_first(office: Office) -> None:
    office.member(email="zoe@gmial.com", opening="non", recap_24h="non", recap_4h="non")
    office.knows("zoe@gmial.com", IsSpamComplaining=True)

    result = office.invoke("check-member", "1")

    said = [line.split(":")[0] for line in result.stdout.splitlines() if line.startswith("PROBLEM")]
    assert said == ["PROBLEM", "PROBLEM mailjet_block", "PROBLEM notifications"]
    assert "PROBLEM: zoe@gmial.com (members.csv:2) is probably mistyped" in result.stdout
    _status, document = office.asks("1")
    problems = [check["id"] for check in document["members"][0]["checks"] if check["status"] == "problem"]
    assert problems == ["address", "mailjet_block", "notifications"]


def hang(call: Call) -> None:
    call.hang()


def drip(call: Call) -> None:
    call.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
    while not call.server.closing.wait(0.05):
        call.write(b"x")


@pytest.mark.dear
@pytest.mark.parametrize(
    "behaviour",
    [hang, drip, rubbish, status(500), status(502), status(404), status(200, {"Data": "none"}), status(401)],
)
def test_a_mailjet_that_can_not_be_asked_leaves_the_rest_standing(
    office: Office, behaviour: Behaviour
) -> None:
    office.member(opening="non", recap_24h="non", recap_4h="non")
    office.server.rest_script = [behaviour] * 10
    began = time.monotonic()

    exit_status, document = office.asks("1")

    checks = {check["id"]: check["status"] for check in document["members"][0]["checks"]}
    assert time.monotonic() - began < 2 * 2  # of which the time-out is one half
    assert (checks["mailjet_block"], checks["last_messages"]) == ("unknown", "unknown")
    assert (checks["notifications"], checks["address"], exit_status) == ("problem", "ok", 1)
    assert len(office.server.gets) == 1


def test_the_server_may_be_gone_altogether(office: Office) -> None:
    office.coop.replace("config.yaml", office.server.url, "http://127.0.0.1:9/")

    exit_status, document = office.asks("1")

    assert (exit_status, document["verdict"]) == (0, "unknown")


def test_a_filter_that_is_ignored_tells_nothing_of_anybody(office: Office) -> None:
    office.has_written(ZOE)
    office.server.account.ignores_filters = True
    for number in range(10):
        office.server.account.remember(f"theirs-{number}", f"somebody{number}@example.net", "Their secret")

    result = office.invoke("check-member", "1", "-v")

    assert "UNKNOWN last_messages" in result.stdout
    assert "answers about somebody or something else" in result.stdout
    assert "example.net" not in result.output
    assert "secret" not in result.output


def test_a_contact_of_somebody_else_tells_nothing(office: Office) -> None:
    office.knows("lea@example.org", IsSpamComplaining=True)
    office.server.account.contacts[ZOE] = office.server.account.contacts["lea@example.org"]

    assert office.checks("1")["mailjet_block"]["status"] == "unknown"


def test_offline_nobody_asks_mailjet(office: Office) -> None:
    exit_status, document = office.asks("1", "--offline")

    assert office.server.gets == []
    assert (exit_status, document["verdict"]) == (0, "unknown")


def test_missing_keys_leave_the_rest_standing(office: Office) -> None:
    office.coop.environ = {}

    exit_status, document = office.asks("1")

    assert (exit_status, document["verdict"]) == (0, "unknown")
    assert "two API keys" in document["members"][0]["checks"][0]["summary"]


@pytest.mark.parametrize(
    ("who", "ids"),
    [
        ("ZOE@example.org", ["1"]),
        ("maelle@example.org", ["2"]),
        ("1", ["1"]),
        ("lac/3", ["3"]),
        ("Zoé Martin", ["1"]),
        ("martin zoe", ["1"]),
        ("boeuf", ["2"]),
        ("maëlle", ["2"]),
    ],
)
def test_people_are_found_by_address_id_and_name(office: Office, who: str, ids: list[str]) -> None:
    _status, document = office.asks(who, "--offline")

    assert [member["id"] for member in document["members"]] == ids


def test_an_exact_id_wins_over_a_name(office: Office) -> None:
    office.coop.replace("members.csv", "3;Léa;Roux", "3;1;Roux")

    _status, document = office.asks("1", "--offline")

    assert [member["id"] for member in document["members"]] == ["1"]


@pytest.mark.parametrize(
    ("who", "near"),
    [("zoe@exmaple.org", "Zoé Martin"), ("Zoë Martyn", "Zoé Martin"), ("Lea Rous", "Léa Roux")],
)
def test_an_unknown_name_names_the_nearest(office: Office, who: str, near: str) -> None:
    result = office.invoke("check-member", who)

    assert result.exit_code == 1
    assert f"perhaps: {near}" in result.stderr
    assert "check-member lac/" in result.stderr
    assert result.stdout.startswith("Reply to paste, if it is nobody of these:\n\nBonjour,")
    assert office.asks(who) == (1, {"who": who, "verdict": "not_found", "members": []})


def test_nobody_near_is_named_for_what_is_like_nobody(office: Office) -> None:
    result = office.invoke("check-member", "qwertyuiop")

    assert (result.exit_code, "perhaps" in result.stderr) == (1, False)
    assert "Nous ne vous retrouvons pas dans la liste de nos membres." in result.stdout


@pytest.mark.long
@pytest.mark.parametrize("who", ["ZOE@example.org", "1"])
def test_somebody_who_has_left_is_named_with_the_last_mail_before_strangers(office: Office, who: str) -> None:
    office.member()
    office.sends()
    office.coop.write("members.csv", "id;first_name;email\n2;Noël;noel@example.org\n3;Zoa;zoa@example.org\n")

    result = office.invoke("check-member", who)

    first, second, *_others = result.stderr.splitlines()
    assert (result.exit_code, first) == (1, f"nobody in the data is '{who}'")
    assert second == (
        f"{who} is among the members no more; the last mail: recap_24h, Thursday 11 June 2026, sent"
    )
    assert ("perhaps: Zoa" in result.stderr) == ("@" in who)


def members(office: Office, *numbers: int) -> None:
    rows = "".join(f"{number};member{number}@example.org\n" for number in numbers)
    office.coop.write("members.csv", "id;email\n" + rows)


def shrinks(office: Office, *left: int) -> None:
    """Have twelve members told of what is ahead, and an export that names but a few."""
    members(office, *range(12))
    rows = "".join(f"{number};d1;Pain;1\n" for number in range(12))
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n{rows}")
    office.sends()
    members(office, *left)


@pytest.mark.long
@pytest.mark.parametrize("who", ["member9@example.org", "9"])
def test_whoever_is_missing_in_a_shrunken_export_is_not_said_to_have_left(office: Office, who: str) -> None:
    shrinks(office, 0)

    result = office.invoke("check-member", who)

    _nobody, last, held, *others = result.stderr.splitlines()
    assert result.exit_code == 1
    assert last.startswith(f"{who} is not among the members today; the last mail: recap_24h")
    assert held.startswith("group lac has 1 members, down from 12")
    assert f"send-due --accept-data lac\nso {who} may be missing by mistake" in result.stderr
    assert "Les envois de votre groupe sont suspendus" in result.stdout
    assert "dans la liste de nos membres" not in result.stdout
    assert ("perhaps: <member0@example.org>" in "\n".join(others)) is ("@" in who)


def test_of_a_name_that_is_nobodys_it_is_said_too_that_members_are_missing(office: Office) -> None:
    shrinks(office, 0)

    result = office.invoke("check-member", "Zoé", "Martin")

    assert "down from 12" in result.stderr
    assert "Zoé Martin may be missing by mistake" in result.stderr


def test_of_a_group_that_is_not_held_nobody_is_missing_by_mistake(office: Office) -> None:
    shrinks(office, *range(1, 12))

    assert "by mistake" not in office.invoke("check-member", "member0@example.org").stderr


def test_what_is_due_to_a_held_group_is_promised_to_nobody(office: Office) -> None:
    path = office.coop.folder / "distributions.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text + "- {id: d2, group: lac, starts_at: 2026-06-26 18:00, orders_open_at: 2026-06-12 08:00}\n"
    )
    shrinks(office, *range(12))
    before, promised = (
        office.invoke("check-member", "member0@example.org").stdout,
        office.reply_to("member0@example.org"),
    )
    members(office, 0)

    after, told = (
        office.invoke("check-member", "member0@example.org").stdout,
        office.reply_to("member0@example.org"),
    )

    assert ("will leave\n" in before, "will leave\n" in after) == (True, False)
    assert "will not leave while the group is held" in after
    assert ("prochain message prévu" in promised, "prochain message prévu" in told) == (True, False)


def test_of_somebody_in_another_group_nobody_says_that_they_have_left(office: Office) -> None:
    office.member()
    office.sends()
    office.coop.write("groups.yaml", f"{GROUPS}- {{id: bois, name: Le Bois}}\n")
    office.coop.write("members.csv", "id;first_name;email;groups\n1;Zoé;zoe@example.org;lac\n")

    assert "no more" not in office.invoke("check-member", "zoe@example.org", "--group", "bois").stderr


def test_a_contact_is_said_to_be_one(office: Office) -> None:
    result = office.invoke("check-member", "Coordination@PaniersDuLac.example")

    assert result.stderr.splitlines()[1] == (
        "Coordination@PaniersDuLac.example is the contact of Les Paniers du Lac (lac)"
    )


def writes_to_coordinators(office: Office) -> None:
    letter = office.coop.write("lettre.md", "Bonjour,")
    mail = ("broadcast", "lac", "-s", "Réunion", "--body", str(letter), "--to", "coordinators", "--yes")
    assert office.invoke(*mail).exit_code == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("who", "said"),
    [("coordination@paniersdulac.example", "the contact"), ("ana@example.org", "a coordinator")],
)
def test_who_coordinates_and_never_was_a_member_is_not_said_to_have_left(
    office: Office, who: str, said: str
) -> None:
    office.coop.replace("groups.yaml", "  name:", "  coordinators: [ana@example.org]\n  name:")
    writes_to_coordinators(office)

    result = office.invoke("check-member", who)

    assert result.stderr.splitlines()[1:3] == [
        f"{who} is {said} of Les Paniers du Lac (lac)",
        f"{who} is no member, and gets only the broadcasts to coordinators",
    ]
    assert f"the last mail to {who}: broadcast" in result.stderr
    assert "no more" not in result.stderr


def test_who_coordinates_and_was_a_member_is_said_to_have_left(office: Office) -> None:
    office.coop.replace("groups.yaml", "  name:", "  coordinators: [lea@example.org]\n  name:")
    office.sends(utc("2026-06-05T06:05"))
    office.coop.write("members.csv", MEMBERS.replace("3;Léa;Roux;lea@example.org;;\n", ""))
    writes_to_coordinators(office)

    result = office.invoke("check-member", "lea@example.org")

    assert "lea@example.org is among the members no more; the last mail: broadcast" in result.stderr


def test_the_document_of_an_ambiguous_name_has_all_of_them(office: Office) -> None:
    office.coop.replace("members.csv", "3;Léa;Roux", "3;Paul;Martin")

    _status, document = office.asks("martin", "--offline")

    assert [member["id"] for member in document["members"]] == ["1", "3"]


def test_a_group_narrows_the_search(office: Office) -> None:
    result = office.invoke("check-member", "1", "--group", "lack")

    assert (result.exit_code, "did you mean 'lac'" in result.stderr) == (2, True)
    assert office.asks("1", "--group", "lac", "--offline")[0] == 0


@pytest.mark.parametrize("arguments", [[], ["1", "--all"], [""]])
def test_one_person_or_everybody_must_be_asked_about(office: Office, arguments: list[str]) -> None:
    assert office.invoke("check-member", *arguments).exit_code == 2


def test_all_lists_those_with_a_problem_the_worst_first(office: Office) -> None:
    office.coop.write(
        "members.csv",
        "id;first_name;last_name;email;opening;recap_24h;recap_4h\n"
        "1;Zoé;Martin;zoe@example.org;non;non;non\n"
        "2;Noël;Bœuf;noel@gmial.com;;;\n"
        "3;Léa;Roux;lea@example.org;;non;\n"
        "4;Ali;Baba;ali@example.org;;;\n",
    )
    office.has_written("lea@example.org", "deferred")
    office.has_written("ali@example.org", "softbounced", 3)

    exit_status, document = office.asks_all()

    assert (exit_status, document["verdict"], document["who"]) == (1, "problem", None)
    assert [member["id"] for member in document["members"]] == ["2", "1", "4"]
    in_words = office.invoke("check-member", "--all").stdout
    assert "Members with something to mend: 3 of 4." in in_words
    assert "Léa" not in in_words
    assert "Léa" in office.invoke("check-member", "--all", "-v").stdout


def test_all_is_silent_about_those_who_are_well(office: Office) -> None:
    office.sends()

    result = office.invoke("check-member", "--all")

    assert (result.exit_code, result.stdout) == (0, "Nobody has a problem; members looked at: 3.\n")


def test_an_address_mended_in_time_gets_its_recap_and_one_mended_too_late_does_not(office: Office) -> None:
    office.coop.replace("members.csv", "zoe@example.org", "zoe@")
    office.sends()
    office.coop.replace("members.csv", "lea@example.org", "lea@")
    office.coop.replace("orders.csv", "2;d1;Panier", "3;d1;Panier")
    office.sends(A_DAY_BEFORE + timedelta(minutes=5))
    office.coop.replace("members.csv", "zoe@", "zoe@example.org")
    office.sends(A_DAY_BEFORE + timedelta(hours=1))
    office.sends(TOO_LATE)
    office.coop.replace("members.csv", "lea@", "lea@example.org")
    office.sends(TOO_LATE + timedelta(minutes=10))

    office.at = TOO_LATE + timedelta(minutes=20)
    zoe, lea = ([(e["status"], e["reason"], e["address"]) for e in office.history(who)] for who in "13")

    assert ("sent", None, ZOE) in zoe
    assert ("skipped", "invalid_address", "zoe@") in zoe
    assert ("skipped", "invalid_address", "lea@") in lea
    assert not [one for one in lea if one[0] == "sent"]
    assert [copy.address for copy in office.server.delivered].count(ZOE) == 1


def test_a_reason_that_nobody_noted_is_said_to_be_a_guess_by_todays_settings(office: Office) -> None:
    office.member(recap_24h="non")
    office.at = TOO_LATE  # no run was there to note why

    said = " ".join(office.invoke("check-member", "1").stdout.split())
    (recap,) = (e for e in office.history("1") if e["kind"] == "recap_24h")

    assert (recap["reason"], recap["is_guess"]) == ("setting_off", True)
    assert "not sent; by today's data and settings: this notice is off" in said


def test_a_reason_that_a_run_noted_is_no_guess(office: Office) -> None:
    office.member(recap_24h="non")
    office.sends()
    office.at = TOO_LATE

    said = " ".join(office.invoke("check-member", "1").stdout.split())
    (recap,) = (e for e in office.history("1") if e["kind"] == "recap_24h")

    assert (recap["reason"], recap["is_guess"]) == ("setting_off", False)
    assert "recap_24h Fri 12 Jun (d1) zoe@example.org not sent: this notice is off" in said


def test_a_recap_that_waits_for_an_illegible_row_says_so_in_the_tables(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;", "1;d1;Tomates;two;")
    office.at = A_DAY_BEFORE - timedelta(hours=1)

    said = office.invoke("check-member", "1").stdout

    assert "will not leave: a row of this order can't be read" in said
    assert "not there" not in said


def test_why_a_recap_of_the_past_did_not_leave_is_not_told_by_a_row_that_broke_since(office: Office) -> None:
    orders = (office.coop.folder / "orders.csv").read_text(encoding="utf-8")
    (office.coop.folder / "orders.csv").unlink()
    office.sends()  # the export was not there: noted
    office.at = TOO_LATE
    office.coop.run(TOO_LATE)
    office.coop.write("orders.csv", orders.replace("1;d1;Tomates;2;", "1;d1;Tomates;two;"))

    said = " ".join(office.invoke("check-member", "1").stdout.split())

    assert "zoe@example.org not sent: the orders were not there, too old or in part illegible" in said


def test_why_a_recap_waits_is_told_by_the_row_that_it_waits_for(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;", "1;d1;Tomates;two;")
    office.sends()

    said = " ".join(office.invoke("check-member", "1").stdout.split())

    assert "recap_24h Fri 12 Jun (d1) zoe@example.org not sent: a row of this order can't be read" in said


def test_why_nobody_noted_a_recap_that_a_row_held_is_a_guess(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;", "1;d1;Tomates;two;")
    office.at = TOO_LATE  # no run was there to note why

    said = " ".join(office.invoke("check-member", "1").stdout.split())
    (recap,) = (e for e in office.history("1") if e["kind"] == "recap_24h")

    assert (recap["reason"], recap["is_guess"]) == ("waiting_for_orders", True)
    assert "not sent; by today's data and settings: a row of this order can't be read" in said


def test_what_would_have_left_had_there_been_a_run_is_a_guess(office: Office) -> None:
    office.sends(utc("2026-06-10T06:00"))
    office.at = TOO_LATE

    said = " ".join(office.invoke("check-member", "1").stdout.split())
    (recap,) = (e for e in office.history("1") if e["kind"] == "recap_24h")

    assert (recap["reason"], recap["is_guess"]) == ("expired", True)
    assert "not sent; by today's data and settings: it was too late" in said


def test_a_doubt_that_was_given_up_is_not_said_not_to_have_left(office: Office) -> None:
    office.server.script = [drop_before_reading]
    office.sends()
    (recap,) = (e for e in office.history("1") if e["kind"] == "recap_24h")
    office.invoke("settle", recap["custom_id"], "drop")

    said = office.invoke("check-member", "1").stdout

    assert "recap_24h  Fri 12 Jun (d1)  zoe@example.org  no longer owed, not tried again" in said


def held(office: Office) -> None:
    """Let the group lose most orders of a distribution: it gets nothing until somebody accepts that."""
    office.member(recap_4h="yes")
    lines = "".join(f"2;d1;P{n};1;1\n" for n in range(12))
    office.coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", lines)
    office.sends()
    office.coop.replace("orders.csv", lines, "2;d1;Panier;1;1\n")


@pytest.mark.long
@pytest.mark.parametrize("at", [A_DAY_BEFORE + timedelta(minutes=50), utc("2026-06-12T12:10")])
def test_nothing_is_promised_while_the_group_is_held(office: Office, at: datetime) -> None:
    held(office)
    office.at = at
    office.coop.run(at)

    said = office.invoke("check-member", "1").stdout
    reply = office.reply_to("1")
    _code, answer = office.asks("1")
    office.coop.run(at, accept_data=frozenset({"lac"}))
    accepted = office.history("1")

    assert "recap_4h  Fri 12 Jun (d1)  zoe@example.org  will not leave while the group is held" in said
    assert [one["status"] for one in answer["members"][0]["upcoming"]] == ["held"]
    is_due = at > AN_HOUR_LATER
    assert ("un problème de notre côté" in reply.casefold()) is is_due
    assert ("envois de votre groupe sont suspendus" in reply) is not is_due
    assert "Le prochain message" not in reply
    assert "Un message part" not in reply
    assert ("recap_4h" in {one["kind"] for one in accepted}) is is_due


def test_nothing_is_promised_while_no_run_gets_to_its_end(office: Office) -> None:
    office.member(recap_4h="yes")
    office.sends()
    office.at = utc("2026-06-12T12:30")

    last, reply = office.checks("1")["last_messages"], office.reply_to("1")

    assert "is due and has not left" in last["summary"]
    assert "Un message part" not in reply
    assert "Le prochain message" not in reply


def test_history_and_future_say_what_left_and_what_will(office: Office) -> None:
    office.sends()
    office.server.account.arrivals[0].status = "opened"
    office.coop.write(
        "distributions.yaml",
        (office.coop.folder / "distributions.yaml").read_text()
        + "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-12 8h}\n"
        + "- {id: d3, group: lac, starts_at: 2026-09-19 18:00}\n",
    )

    _status, document = office.asks("1")

    past = [(e["kind"], e["status"], e["reason"]) for e in document["members"][0]["history"]]
    ahead = [
        (e["at"], e["kind"], e["distribution"], e["status"], e["reason"])
        for e in document["members"][0]["upcoming"]
        if e["kind"] in PLANNED
    ]
    assert ("recap_24h", "sent", None) in past
    assert ("opening", "skipped", "before_first_run") in past
    assert ahead == [
        ("2026-06-12T06:00:00+00:00", "opening", "d2", "will_send", None),
        ("2026-06-12T12:00:00+00:00", "recap_4h", "d1", "skipped", "setting_off"),
        ("2026-06-18T16:00:00+00:00", "recap_24h", "d2", "skipped", "no_order"),
        ("2026-06-19T12:00:00+00:00", "recap_4h", "d2", "skipped", "setting_off"),
    ]
    assert "il devrait partir le vendredi 12 juin 2026 à 8 h" in office.reply_to("1")


def test_a_notice_that_is_due_now_will_leave_with_the_next_run(office: Office) -> None:
    office.at = A_DAY_BEFORE

    _status, document = office.asks("1")

    assert document["members"][0]["upcoming"][0]["status"] == "will_send"


def test_the_reply_is_in_the_members_language_and_holds_nothing_of_others(office: Office) -> None:
    office.member(language="en", partner_email="lea@example.org")
    office.coop.replace("members.csv", "zoe@example.org", "zoe@gmial.com")

    reply = office.reply_to("1")

    assert reply.startswith("Hello Zoé,")
    assert "Should it be zoe@gmail.com?" in reply
    for word in ("Roux", "members.csv", "Mailjet", "cagette-notify", "ledger"):
        assert word not in reply


def test_a_member_of_two_households_at_one_address_reads_that_it_is_shared(office: Office) -> None:
    office.coop.replace("members.csv", "lea@example.org", "zoe@example.org")

    summary = office.checks("1")["address"]["summary"]

    assert "read by Léa Roux (3) too" in summary


def test_what_is_off_but_arrives_by_another_reader_of_the_address_is_not_said_to_stay_away(
    office: Office,
) -> None:
    office.coop.replace("members.csv", "lea@example.org", "zoe@example.org")
    with (office.coop.folder / "distributions.yaml").open("a") as file:
        file.write("- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-13 08:00}\n")

    changed = office.invoke("notifications", "1", "--off", "opening").stdout
    shown = office.invoke("check-member", "1").stdout

    said = "zoe@example.org is also read by Léa Roux (lac/3), for whom opening is on"
    assert said in changed
    assert (
        "opening of d2, due on Saturday 13 June 2026 at 8:00\u00a0am: leaves all the same to zoe@example.org"
        in changed
    )
    assert said in " ".join(shown.split())
    assert "already covered by Léa Roux (lac/3)" in shown
    assert "arrive tout de même à zoe@example.org, par un autre compte" in office.reply_to("1")
    assert "Léa" not in office.reply_to("1")
    _status, document = office.asks("1")
    (ahead,) = [one for one in document["members"][0]["upcoming"] if one["kind"] == "opening"]
    assert (ahead["address"], ahead["reason"]) == ("zoe@example.org", "duplicate_address")


def test_somebody_whose_name_has_more_to_it_is_not_taken_for_who_was_named(office: Office) -> None:
    office.coop.replace("members.csv", "Roux", "Roux-Petit")

    part, whole = (
        office.invoke("check-member", *name.split()).stdout for name in ("Léa Roux", "Léa Roux-Petit")
    )

    assert part.splitlines()[0] == "'Léa Roux' is only a part of the name of:"
    assert whole.splitlines()[0].startswith("Léa Roux-Petit <")


def test_commands_to_type_keep_what_was_asked_for(office: Office) -> None:
    office.coop.replace("members.csv", "Roux", "Martin")

    several = office.invoke("check-member", "Martin", "--group", "lac", "--offline", "-v").stderr
    near = office.invoke("check-member", "Martiin", "--group", "lac", "--offline").stderr

    assert several.splitlines()[-1].endswith(" check-member lac/1 --group lac --offline -v")
    assert near.splitlines()[-1].endswith(" --group lac --offline")


def test_control_characters_in_the_data_do_not_reach_the_terminal(office: Office) -> None:
    office.coop.replace("members.csv", "zoe@example.org", "\x1b[31mzoe@")

    assert "\x1b" not in office.invoke("check-member", "1").output


def test_data_that_can_not_be_read_is_said_and_the_document_stays_one(office: Office) -> None:
    office.coop.write("members.csv", "nothing\n")

    assert office.asks("1") == (65, {"who": "1", "verdict": "unknown", "members": []})
    assert office.asks_all() == (65, {"who": None, "verdict": "unknown", "members": []})


@pytest.mark.long
@pytest.mark.parametrize("off", [[], ["--off", "opening"], ["--off", "opening", "--off", "recap_24h"]])
def test_under_the_outbox_the_reply_says_first_that_nothing_ever_left(tmp_path: Path, off: list[str]) -> None:
    Coop(tmp_path)
    if off:
        run(tmp_path, "notifications", "1", *off)

    reply = run(tmp_path, "check-member", "1").stdout.partition("Bonjour Zoé")[2].split("\n\n")

    assert "ne sont pas encore en service" in reply[2].replace("\u00a0", " ")
    assert sum("en service" in paragraph for paragraph in reply) == 1


def a_cron_that_died(office: Office) -> None:
    office.sends(utc("2026-06-10T06:00"))


def a_setting_is_misspelt(office: Office) -> None:
    office.coop.write("notifications.csv", "member;kind;value;date\n1;openning;non;2026-05-20\n")


@pytest.mark.parametrize(
    ("happens", "is_found"),
    [
        (a_cron_that_died, "no run of send-due"),
        (a_setting_is_misspelt, "notifications.csv:2"),
        (lambda office: office.member(language="xx"), "members.csv:2"),
    ],
    ids=["no runs", "a setting that can't be read", "a row that is set aside"],
)
def test_under_the_outbox_the_reply_gives_no_other_reason_of_ours(
    office: Office, happens: Callable[[Office], None], is_found: str
) -> None:
    office.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    happens(office)

    shown = office.invoke("check-member", "1").stdout
    said = office.reply_to("1")

    assert is_found in shown.partition("Reply to paste:")[0], shown
    assert "ne sont pas encore en service" in said
    assert "Ce n’est donc pas un problème de votre messagerie." in said, said
    assert "Un problème de notre côté" not in said
    assert "nous retenons" not in said


def test_under_the_outbox_it_says_that_nothing_leaves(tmp_path: Path) -> None:
    Coop(tmp_path)

    result = run(tmp_path, "check-member", "zoe")

    assert result.returncode == 0
    assert "nothing leaves this machine: mails are only written" in result.stdout
    assert result.stderr == ""


def test_all_says_what_it_could_not_look_at(office: Office) -> None:
    office.server.rest_script = [status(500)]

    result = office.invoke("check-member", "--all")

    assert (result.exit_code, "bounces and blocks are not looked at" in result.stderr) == (0, True)
    office.server.rest_script = [status(500)]
    assert office.asks_all() == (0, {"who": None, "verdict": "unknown", "members": []})


def test_all_says_which_list_of_members_it_can_not_read(office: Office) -> None:
    office.coop.replace("config.yaml", "  members: members.csv\n", "")
    office.coop.replace("groups.yaml", "name: Les", "members: own.csv\n  name: Les")

    result = office.invoke("check-member", "--all")

    assert (result.exit_code, result.stderr) == (1, "own.csv: no such file\n")


def test_offline_a_bad_fate_that_is_known_is_not_forgotten(office: Office) -> None:
    office.sends()
    arrival = next(one for one in office.server.account.arrivals if one.address == ZOE)
    arrival.status, arrival.state = "softbounced", 3
    office.sends(A_DAY_BEFORE + timedelta(minutes=30))

    exit_status, document = office.asks("1", "--offline")

    checks = {check["id"]: check for check in document["members"][0]["checks"]}
    assert (exit_status, checks["last_messages"]["status"]) == (1, "problem")
    assert "the mailbox was full" in checks["last_messages"]["summary"]


def test_a_recap_that_waits_for_its_orders_is_said(office: Office) -> None:
    (office.coop.folder / "orders.csv").unlink()
    office.sends()
    office.knows()

    last = office.checks("1")["last_messages"]

    assert (last["status"], "waits for its orders: orders.csv" in last["summary"]) == ("warning", True)


def test_a_held_group_is_no_silent_cron(office: Office) -> None:
    office.member()
    lines = "".join(f"2;d1;P{n};1;1\n" for n in range(12))
    office.coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", lines)
    office.sends()
    office.coop.replace("orders.csv", lines, "2;d1;Panier;1;1\n")
    office.coop.replace("members.csv", "lea@example.org", "lea.roux@example.org")
    office.coop.run(A_DAY_BEFORE + timedelta(hours=2))
    office.coop.run(A_DAY_BEFORE + timedelta(hours=4))
    office.at = A_DAY_BEFORE + timedelta(hours=4)

    checks = office.checks("2")

    assert "--accept-data lac" in checks["membership"]["summary"]
    assert "no run of send-due" not in checks["last_messages"]["summary"]
    assert office.invoke("status").exit_code == 0


def test_who_waits_for_a_row_that_cannot_be_read_reads_so(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;", "1;d1;Tomates;some;")
    office.sends()
    office.knows()

    last = office.checks("1")["last_messages"]

    assert (last["status"], last["advice"].partition(";")[0]) == ("warning", "correct the row")
    assert "waits for its orders: orders.csv (a row of this order can't be read)" in last["summary"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("3;D1;Lait;1;1", "a line of orders.csv can't be attributed, and may be of the order for d1"),
        ("3;12/06/2026;Lait;1;1", "a line of orders.csv can't be attributed, and may be of the order for d1"),
        ("lea@example.org;d1;Lait;1;1", "a line of orders.csv can't be attributed"),
        (";d1;Lait;1;1", "a line of orders.csv can't be attributed, and may be of the order for d1"),
        ("3;d1;;1;1", "a row of the order for d1 (Friday 12 June 2026) can't be read"),
    ],
)
@pytest.mark.parametrize("at", [A_DAY_BEFORE - timedelta(hours=2), A_DAY_BEFORE + timedelta(hours=1)])
def test_nobody_of_whose_order_a_row_was_set_aside_is_said_to_have_none(
    office: Office, row: str, said: str, at: datetime
) -> None:
    members = (office.coop.folder / "members.csv").read_text(encoding="utf-8")
    office.coop.write("members.csv", f"{members}4;Jo;Petit;lea@example.org;;\n")
    office.coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", f"2;d1;Panier;1;12,50\n{row}\n")
    office.sends()
    office.at = at
    office.knows("lea@example.org")

    last = office.checks("3")["last_messages"]

    assert last["status"] == "warning"
    assert said in last["summary"]
    assert "orders.csv:4" in last["summary"]
    assert "no order" not in last["summary"]
    reply = office.reply_to("3")
    assert reply.count("une ligne de commande n’a pas pu être lue") == 1
    assert "problème de notre côté" not in reply
    assert "ne trouvons pas de commande" not in reply


def test_a_row_set_aside_of_somebody_else_s_order_is_no_matter(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;", "1;D1;Tomates;some;")
    office.sends()
    office.knows("noel@example.org")
    office.knows("lea@example.org")

    assert "orders.csv:2" not in office.checks("2")["last_messages"]["summary"]
    assert "no order in this name is known" in office.checks("3")["last_messages"]["summary"]


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ("1;recap_24h;peut-être;", "warning"),
        ("1;rappel;non;2026-02-01", "problem"),
        ("1;;non;2026-02-01", "problem"),
        ("1;opening;non;;x", "warning"),
    ],
)
def test_a_change_of_settings_that_cannot_be_read_is_said_to_its_member_and_by_check(
    office: Office, row: str, status: str
) -> None:
    office.coop.write("notifications.csv", f"member;kind;value;date\n{row}\n")

    mine, others = office.checks("1")["notifications"], office.checks("2")["notifications"]
    checked = office.invoke("check", "--offline")

    assert mine["status"] == status
    assert "notifications.csv:2" in mine["summary"]
    assert "notifications.csv" not in others["summary"]
    assert "notifications.csv:2" in checked.output
    assert checked.exit_code == 1


def test_whose_group_is_held_for_new_ids_reads_so(office: Office) -> None:
    office.member()
    office.sends()
    for name in ("members.csv", "orders.csv"):
        header, *rows = (office.coop.folder / name).read_text(encoding="utf-8").splitlines()
        office.coop.write(name, "".join(f"{row}\n" for row in (header, *(f"100{row}" for row in rows))))

    membership = office.checks("1001")["membership"]

    assert membership["status"] == "problem"
    assert "have other ids now" in membership["summary"]


def test_whose_group_is_held_as_it_has_another_id_reads_so_in_status_too(office: Office) -> None:
    office.coop.replace("distributions.yaml", "- id: d1\n  group: lac", "- group: lac")
    office.coop.replace("orders.csv", "1;d1;", "1;lac-2026-06-12;")
    office.sends()
    office.knows()
    office.coop.replace("groups.yaml", "id: lac", "id: etang")
    office.coop.replace("distributions.yaml", "group: lac", "group: etang")
    office.coop.replace("orders.csv", ";lac", ";etang")

    membership, status = office.checks("1")["membership"], office.invoke("status")

    assert membership["status"] == "problem"
    assert "seems to be lac under another id" in membership["summary"]
    assert "etang seems to be lac under another id" in " ".join(status.output.split())


def test_what_was_told_under_another_id_is_not_planned_again(office: Office) -> None:
    office.member()
    office.sends()
    for name in ("members.csv", "orders.csv"):
        office.coop.replace(name, "\n1;", "\n1001;")

    _, answer = office.asks("1001")

    assert [one["kind"] for one in answer["members"][0]["upcoming"]] == ["recap_4h"]


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("2026-06-05 08:00", "2026-06-10 20:00"), ("2026-06-11 18:00", "2026-06-12 17:00")],
    ids=["recaps alone", "its opening may still leave, too"],
)
def test_a_moved_distribution_is_corrected_once_and_its_other_recap_still_leaves(
    office: Office, opens: str, closes: str
) -> None:
    office.coop.replace("distributions.yaml", "2026-06-05 08:00", opens)
    office.coop.replace("distributions.yaml", "2026-06-10 20:00", closes)
    office.member(recap_4h="oui")
    office.sends()
    office.coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-12 19:00")

    _status, document = office.asks("1")

    ahead = document["members"][0]["upcoming"]
    leaving = [(one["at"], one["kind"]) for one in ahead if one["status"] == "will_send"]
    assert [one for one in leaving if one[1] in PLANNED] == [
        ("2026-06-11T16:55:00+00:00", "recap_24h"),
        ("2026-06-12T13:00:00+00:00", "recap_4h"),
    ]


def test_an_order_in_hand_is_activity(office: Office) -> None:
    office.member(last_seen="2026-01-15")
    office.coop.write(
        "config.yaml", (office.coop.folder / "config.yaml").read_text() + "inactive_after: 90d\n"
    )
    office.at = A_DAY_BEFORE

    assert office.checks("1")["activity"]["status"] == "ok"


def test_an_address_that_was_refused_and_corrected_is_no_problem_any_more(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    office.sends()
    office.coop.replace("members.csv", ZOE, "zoe.martin@example.org")
    office.sends(A_DAY_BEFORE + timedelta(minutes=10))
    office.knows("zoe.martin@example.org")

    assert office.checks("1")["last_messages"]["status"] == "ok"


def test_what_another_member_got_at_a_shared_address_is_not_told(office: Office) -> None:
    office.coop.replace("members.csv", "lea@example.org", ZOE)
    office.sends()

    assert [event["kind"] for event in office.history("3") if event["status"] == "sent"] == []


def test_a_placeholder_for_the_partner_alone_is_no_matter(office: Office) -> None:
    office.member(partner_first_name="Max", partner_email="12@no.mail")
    office.has_written()

    _status, document = office.asks("1")

    assert document["verdict"] == "ok"
    assert "pas d’adresse" not in office.reply_to("1")


def test_a_member_of_a_living_and_a_dead_group_hears_from_the_living_one(office: Office) -> None:
    office.coop.write(
        "groups.yaml",
        "- {id: mort, name: Le groupe mort, disabled: oui, contact: {email: jean@mort.example}}\n"
        "- {id: lac, name: Les Paniers du Lac}\n",
    )
    office.member(groups="mort|lac")
    office.has_written()

    assert "Le groupe mort, which is disabled" in office.checks("1")["membership"]["summary"]
    assert office.reply_to("1").rstrip().endswith("Les Paniers du Lac")
    assert "mort" not in office.reply_to("1")


def test_a_mail_that_was_taken_a_minute_ago_is_under_way(office: Office) -> None:
    office.has_written(status="blocked", state=20, days_ago=2)
    fresh = office.has_written(status="queued")
    fresh.at = office.at.timestamp() - 60

    checks = office.checks("1")

    assert (checks["mailjet_block"]["status"], checks["last_messages"]["status"]) == ("problem", "problem")


def test_the_partner_who_asks_is_greeted_and_hears_of_their_own_address(office: Office) -> None:
    office.member(partner_first_name="Max", partner_email="max@orange.fr")
    office.has_written(ZOE, "hardbounced", 1)
    office.has_written("max@orange.fr", "softbounced", 3)

    hers, his = office.reply_to("zoe@example.org"), office.reply_to("max@orange.fr")

    assert his.startswith("Bonjour Max,")
    assert "max@orange.fr était pleine" in his
    assert ZOE not in his
    assert hers.startswith("Bonjour Zoé,")
    assert "max@orange.fr (adresse de votre foyer, au nom de Max) était pleine" in hers


def test_a_command_to_copy_is_on_a_line_of_its_own(office: Office) -> None:
    office.member(opening="non", recap_24h="non", recap_4h="non")

    lines = office.invoke("check-member", "1").stdout.splitlines()

    (command,) = [line.strip() for line in lines if "notifications lac/1" in line]
    assert command.endswith(" notifications lac/1 --on opening --on recap_24h")
    assert shlex.split(command)[1] == "--config"


def test_the_partner_is_greeted_whichever_name_comes_first(office: Office) -> None:
    office.member(partner_first_name="Max", partner_last_name="Le Goff", partner_email="max@orange.fr")

    for who in ("Max Le Goff", "le goff max", "Le Goff Max"):
        assert office.reply_to(who).startswith("Bonjour Max,")
    assert office.reply_to("Martin Zoé").startswith("Bonjour Zoé,")


def test_an_order_that_may_still_come_is_no_refusal(office: Office) -> None:
    office.at = A_DAY_BEFORE - timedelta(days=1)

    ahead = office.invoke("check-member", "3").stdout.partition("The next 30 days:")[2]

    assert "leaves if there is an order by then" in ahead
    assert "not sent" not in ahead


def ahead_of(office: Office, who: str) -> str:
    return office.invoke("check-member", who).stdout.partition("The next 30 days:")[2].partition("\n\n")[0]


def test_once_orders_are_closed_none_is_said_to_come(office: Office) -> None:
    office.at = A_DAY_BEFORE - timedelta(hours=1)

    assert "will not leave: no order" in ahead_of(office, "3")
    assert "if there is an order" not in ahead_of(office, "3")


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("", "no address"),
        ("31@no.mail", "no address (a placeholder)"),
        ("zoe@", "the address is invalid"),
    ],
)
def test_an_order_is_not_said_to_be_all_that_is_missing_without_an_address(
    office: Office, email: str, reason: str
) -> None:
    office.member(email=email)
    office.coop.write("orders.csv", "member;distribution;product;quantity\n2;d1;Pain;1\n")
    office.at = A_DAY_BEFORE - timedelta(days=1)

    assert f"will not leave: {reason}\n" in f"{ahead_of(office, '1')}\n"
    assert "if there is an order" not in ahead_of(office, "1")


def test_what_an_order_would_cause_is_said_of_the_address_that_would_get_it(office: Office) -> None:
    office.member(email="31@no.mail", partner_first_name="Max", partner_email="max@orange.fr")
    office.coop.write("orders.csv", "member;distribution;product;quantity\n2;d1;Pain;1\n")
    office.at = A_DAY_BEFORE - timedelta(days=1)

    (recap,) = [line for line in ahead_of(office, "1").splitlines() if "if there is an order" in line]
    assert "max@orange.fr" in recap


def test_what_was_written_for_a_later_day_was_written(office: Office) -> None:
    office.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    assert office.invoke("send-due", "--at", "2026-06-11 18:05").exit_code == 0
    office.at = A_DAY_BEFORE - timedelta(days=1)

    result = office.invoke("check-member", "1").stdout

    assert re.search(r"Thu 11 Jun 6:05\u00a0pm +recap_24h .* written\n", result)
    assert "will not leave: \n" not in result


def test_no_next_mail_is_promised_to_an_address_that_takes_none(office: Office) -> None:
    office.at = A_DAY_BEFORE - timedelta(days=1)
    office.has_written()

    assert "devrait partir" in office.reply_to("1")
    office.knows(IsSpamComplaining=True)
    assert "devrait partir" not in office.reply_to("1")


def test_the_address_that_a_mail_program_copies_is_understood(office: Office) -> None:
    assert office.asks("Zoé M. <ZOE@example.org>", "--offline")[1]["members"][0]["id"] == "1"
    assert office.invoke("check-member", "Zoé", "Martin", "--offline").exit_code == 0


def test_a_page_of_help_is_named_where_there_is_one(office: Office) -> None:
    office.has_written()

    assert "de l’aide ici" not in office.reply_to("1")
    office.coop.write(
        "config.yaml", (office.coop.folder / "config.yaml").read_text() + "help_url: https://a.example/aide\n"
    )
    assert "de l’aide ici : https://a.example/aide" in office.reply_to("1")


def test_an_empty_id_of_a_group_means_none(office: Office) -> None:
    assert office.invoke("check-member", "1", "--group", "").exit_code == 2


SOON = A_DAY_BEFORE + timedelta(minutes=30)


def withdraws(office: Office) -> None:
    office.coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new", "now"),
    [
        ("Salle des fêtes", "Halle", "6:00\u00a0pm, Halle"),
        ("06-12 18:00", "06-12 19:00", "7:00\u00a0pm, Salle des fêtes"),
    ],
)
def test_who_withdrew_an_order_before_the_distribution_moved_is_said_not_to_know(
    office: Office, old: str, new: str, now: str
) -> None:
    office.sends()
    withdraws(office)
    office.coop.replace("distributions.yaml", old, new)
    for at in (AN_HOUR_LATER, SOON):  # before the next run and after it
        last = office.checks("1")["last_messages"]

        assert last["status"] == "warning"
        assert (
            "d1 was told to zoe@example.org for Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes"
            in last["summary"]
        )
        assert (
            f"and it is Friday 12 June 2026 at {now}: the correction goes only to those who have an order"
            in (last["summary"])
        )
        assert last["summary"].count("no order in this name is known") == 1
        office.sends(at)
    assert [arrival.address for arrival in office.server.delivered].count("zoe@example.org") == 1
    assert "ce changement ne vous avait pas été annoncé" in office.reply_to("1")


def test_who_kept_the_order_is_corrected_and_not_warned_of(office: Office) -> None:
    office.sends()
    office.knows()
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")
    before = office.checks("1")["last_messages"]
    office.sends(SOON)

    assert "goes only to those" not in before["summary"]
    assert "goes only to those" not in office.checks("1")["last_messages"]["summary"]
    assert [arrival.address for arrival in office.server.delivered].count("zoe@example.org") == 2


def test_who_withdrew_an_order_of_which_nothing_changed_is_not_warned_of(office: Office) -> None:
    office.sends()
    office.knows()
    withdraws(office)

    assert office.checks("1")["last_messages"]["status"] == "ok"


def test_who_withdrew_an_order_after_the_first_recap_reads_why_the_second_did_not_come(
    office: Office,
) -> None:
    office.member(recap_4h="yes")
    office.sends()
    office.knows()
    withdraws(office)
    office.sends(utc("2026-06-12T14:05"))
    office.at = utc("2026-06-12T14:30")

    last = office.checks("1")["last_messages"]

    assert "the recap of d1 (Friday 12 June 2026) goes only to those who ordered" in last["summary"]
    assert "nous ne trouvons plus de commande à votre nom" in office.reply_to("1")


@pytest.mark.parametrize(
    ("address", "said"),
    [("noel@", "'noel@' (members.csv:3) is not an address"), ("no el@gmial.com", "mistyped")],
)
def test_who_of_the_household_is_reached_is_said_where_ones_own_address_is_none(
    office: Office, address: str, said: str
) -> None:
    office.coop.replace("members.csv", "noel@example.org", address)

    found = office.checks("2")["address"]

    assert found["status"] == "problem"
    assert said in found["summary"]
    assert found["summary"].endswith("; only Maëlle <maelle@example.org> gets the mails")
    reply = office.reply_to("2")
    assert "qu’à l’autre adresse de votre foyer, maelle@example.org" in reply
    assert reply.count("maelle@example.org") == 1


@pytest.mark.parametrize(
    ("cell", "one_alone"),
    [
        ("noel@example.org, noel@gmial.com", "'noel@example.org', 'noel@gmial.com'"),
        ("Noël <noel@example.org>", "'noel@example.org'"),
    ],
)
def test_whoever_complains_by_an_address_in_a_cell_that_is_none_is_told_what_may_stand_there(
    office: Office, cell: str, one_alone: str
) -> None:
    office.coop.replace("members.csv", "noel@example.org", cell)

    summary = office.checks("noel@example.org")["address"]["summary"]

    assert summary.startswith(
        f"{cell!r} (members.csv:3) is not an address; one alone would do: {one_alone}; only"
    )


def test_to_the_partner_it_is_said_whose_address_is_none(office: Office) -> None:
    office.coop.replace("members.csv", "noel@example.org", "noel@")

    reply = office.reply_to("Maëlle")

    assert "au nom de Noël, « noel@ », n’est pas valable. Pourriez-vous" in reply
    assert "autre adresse de votre foyer" not in reply


def test_of_whom_mail_is_sent_to_an_address_that_looks_mistyped_nobody_says_that_none_is(
    office: Office,
) -> None:
    office.coop.replace("members.csv", "noel@example.org", "noel@gmial.com")

    assert office.checks("2")["address"]["summary"].endswith("is probably mistyped: noel@gmail.com?")


def test_it_is_said_too_who_is_reached_where_the_partners_address_is_none(office: Office) -> None:
    office.coop.replace("members.csv", "maelle@example.org", "maelle@")

    summary = office.checks("2")["address"]["summary"]

    assert summary == (
        "'maelle@' (members.csv:3) is not an address; only Noël Bœuf <noel@example.org> gets the mails"
    )
    assert "autre adresse de votre foyer" not in office.reply_to("2")


def test_a_correction_is_called_one_wherever_it_is_told_of(office: Office) -> None:
    office.member(recap_4h="yes")
    office.sends()
    office.sends(utc("2026-06-12T14:05"))
    office.coop.replace("distributions.yaml", "Salle des fêtes", "Halle")
    office.at = utc("2026-06-12T14:10")
    due = [office.invoke(*line).stdout for line in (("status",), ("send-due", "--dry-run"))]
    with time_machine.travel(office.at, tick=False):
        office.coop.run(office.at)
    office.at = utc("2026-06-12T14:20")

    told = office.invoke("check-member", "1").stdout
    logged = office.invoke("log", "--member", "1").stdout
    _status, document = office.asks("1")
    office.coop.write("members.csv", "id;email\n2;noel@example.org\n")
    last = office.invoke("check-member", ZOE).stderr

    for text in (*due, told, logged):
        assert re.search(r"\bcorrection +Fri 12 Jun \(d1\)|\(d1\) +correction\b", text)
    assert told.count("correction") == 1
    assert "the last mail: correction" in last
    history = document["members"][0]["history"]
    assert [one["kind"] for one in history][:2] == ["recap_4h", "recap_24h"]


def test_two_corrections_of_one_minute_are_two_though_each_stands_for_two_recaps(office: Office) -> None:
    both = "notices: {recap_4h: {default: yes}}\n"
    config = office.coop.folder / "config.yaml"
    config.write_text(config.read_text() + both)
    office.sends()
    at = utc("2026-06-12T12:05")
    office.sends(at)
    for seconds, (old, new) in enumerate((("18:00", "18:30"), ("18:30", "19:00")), 5):
        office.coop.replace(
            "distributions.yaml", f"starts_at: 2026-06-12 {old}", f"starts_at: 2026-06-12 {new}"
        )
        office.sends(at + timedelta(minutes=10, seconds=seconds))
    office.at = at + timedelta(minutes=30)

    past = office.invoke("check-member", "1").stdout.partition("The last 30 days:")[2].partition("\n\n")[0]

    assert past.count("Fri 12 Jun 2:15\u00a0pm  correction") == 2


@pytest.mark.parametrize(
    ("rows", "is_caused"),
    [("", True), ("  orders_close_at: 2026-06-10 20:00\n", False), ("  place: Salle des fêtes\n", True)],
)
def test_settings_name_what_something_in_the_data_can_cause(
    office: Office, rows: str, *, is_caused: bool
) -> None:
    office.coop.replace("distributions.yaml", rows, "")

    summary = office.checks("1")["notifications"]["summary"]

    assert ("closing" in summary) is is_caused
    assert {"opening", "recap_24h", "recap_4h"} <= set(re.findall(r"\w+", summary))
    assert "duty" not in summary


def test_a_name_wider_than_the_screen_ends_its_lines_at_words(office: Office) -> None:
    office.member(first_name="Marie-Antoinette", last_name="de La Rochefoucauld-Montbel de Saint-Étienne")

    with Keyboard(
        office.coop.folder, "--lang", "en", "check-member", "1", "--offline", environ={"COLUMNS": "60"}
    ) as keyboard:
        keyboard.ends()

    assert keyboard.screen.splitlines()[:2] == [
        "Marie-Antoinette de La Rochefoucauld-Montbel de",
        "  Saint-Étienne <zoe@example.org> (lac/1)",
    ]
