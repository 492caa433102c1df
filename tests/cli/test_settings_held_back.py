"""What a row of notifications.csv may turn off that can't be read is held back: nobody switched it off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

SWITCHED_OFF = ("désactivé", "par nos soins le")
UNTIL = "held back (until notifications.csv:2 can be read; nobody switched it off)"


def types(office: Office, *rows: str) -> None:
    office.coop.write("notifications.csv", "\n".join(("member;kind;value;date", *rows)) + "\n")


def one_line(text: str) -> str:
    return " ".join(text.split())


def table_of_notices(office: Office) -> str:
    return one_line(office.invoke("notifications", "1").stdout)


@pytest.mark.long
@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        ("1;tout;non;2026-05-20", ("opening", "recap_24h")),
        ("1;openning;non;2026-05-20", ("opening",)),
        ("1;recapp 24 heures;non;", ("recap_24h",)),
        ("1,opening,non,2026-05-20", ("opening",)),
    ],
)
def test_what_is_held_back_is_no_change_that_anybody_made(
    office: Office, row: str, kinds: tuple[str, ...]
) -> None:
    types(office, row)
    office.sends()

    check, reply = office.checks()["notifications"], office.reply_to("1")
    shown = office.invoke("check-member", "1").stdout

    assert all(f"{kind} {UNTIL}" in one_line(shown) for kind in kinds)
    assert "changed on" not in shown + str(check)
    assert check["status"] == ("problem" if len(kinds) == 2 else "warning")
    assert "Un réglage enregistré pour votre compte est illisible" in one_line(reply)
    assert not any(words in reply for words in SWITCHED_OFF)
    assert table_of_notices(office).count("held back notifications.csv:2, which can't be read") >= len(kinds)
    assert "Not taken back" in office.invoke("notifications", "1", "--reset").stdout


def test_what_was_not_sent_for_it_is_said_to_be_held_back(office: Office) -> None:
    types(office, "1;tout;non;2026-05-20")
    office.sends()

    shown = one_line(office.invoke("check-member", "1").stdout)

    assert "not sent: held back until notifications.csv:2 can be read" in shown
    assert "this notice is off" not in shown


def test_what_is_held_back_and_what_is_off_are_told_apart(office: Office) -> None:
    types(office, "1;openning;non;2026-05-20", "1;recap_24h;non;2026-05-21")

    check, reply = office.checks()["notifications"], one_line(office.reply_to("1"))

    assert check["status"] == "problem"
    assert (
        "recap_24h off (changed on Thursday 21 May 2026 by `notifications`, notifications.csv:3)"
        in one_line(office.invoke("check-member", "1").stdout)
    )
    assert "nous retenons par prudence ce message : l’annonce de l’ouverture des commandes." in reply
    assert "Certaines notifications sont désactivées pour votre compte : le rappel envoyé 24 h" in reply
    assert "réglage fait par nos soins le jeudi 21 mai 2026" in reply


def test_a_row_that_was_mended_is_a_change_again(office: Office) -> None:
    types(office, "1;opening;non;2026-05-20")

    assert "notifications.csv:2, Wednesday 20 May 2026" in table_of_notices(office)
    assert "par nos soins le mercredi 20 mai 2026" in one_line(office.reply_to("1"))


def closing_is_off_for_who_chooses_nothing(office: Office) -> None:
    """As it is by default; and orders close ahead, so that there is one to come."""
    office.coop.replace("distributions.yaml", "close_at: 2026-06-10", "close_at: 2026-06-12")
    office.coop.replace("distributions.yaml", "starts_at: 2026-06-12", "starts_at: 2026-06-13")
    office.coop.replace("distributions.yaml", "ends_at: 2026-06-12", "ends_at: 2026-06-13")


@pytest.mark.parametrize("place", ["members.csv", "notifications.csv"])
def test_what_was_asked_for_and_is_held_back_is_named_though_it_is_off_for_others(
    office: Office, place: str
) -> None:
    closing_is_off_for_who_chooses_nothing(office)
    asked = {"closing": "oui"} if place == "members.csv" else {}
    office.member(**asked)
    types(office, "1;tout;non;2026-05-20", *([] if asked else ["1;closing;oui;2026-05-19"]))

    shown = one_line(office.invoke("check-member", "1").stdout)
    reply = one_line(office.reply_to("1"))

    assert f"closing {UNTIL}" in shown.partition("notifications:")[0], shown
    assert "recap_4h held back" not in shown
    assert "notifications lac/1 --on opening --on closing --on recap_24h" in shown
    assert "le rappel avant la fermeture des commandes ;" in reply


def test_what_is_held_back_of_what_was_asked_for_is_said_once_the_others_are_on(office: Office) -> None:
    closing_is_off_for_who_chooses_nothing(office)
    office.member(closing="oui")
    types(office, "1;tout;non;2026-05-20", "1;opening;oui;2026-06-11", "1;recap_24h;oui;2026-06-11")

    shown = one_line(office.invoke("check-member", "1").stdout)

    assert f"WARNING: closing {UNTIL}" in shown


def test_what_nobody_asked_for_is_not_held_back(office: Office) -> None:
    closing_is_off_for_who_chooses_nothing(office)
    types(office, "1;tout;non;2026-05-20", "1;opening;oui;2026-06-11", "1;recap_24h;oui;2026-06-11")

    shown = one_line(office.invoke("check-member", "1").stdout)

    assert "held back" not in shown
    assert "closing" not in shown.partition("Last 30 days")[2]


def test_what_was_off_before_the_row_that_can_t_be_read_was_not_held_back_for_it(office: Office) -> None:
    office.member(opening="non")
    office.sends()
    office.member()
    types(office, "1;tout;non;2026-06-12")

    shown = one_line(office.invoke("check-member", "1").stdout)

    assert "opening Fri 12 Jun (d1) zoe@example.org not sent: this notice was not on" in shown


@pytest.mark.parametrize("option", ["--on", "--off"])
def test_what_was_not_on_yet_is_not_said_to_be_off(office: Office, option: str) -> None:
    office.at = utc("2026-06-13T08:00")
    office.invoke("notifications", "1", option, "recap-4h")

    shown = one_line(office.invoke("check-member", "1").stdout)

    assert ("recap_4h Fri 12 Jun (d1)" in shown) is (option == "--off"), shown
    assert (
        "recap_4h Fri 12 Jun (d1) zoe@example.org not sent: this notice was not on"
        in (one_line(office.invoke("-v", "check-member", "1").stdout))
        or option == "--off"
    )
