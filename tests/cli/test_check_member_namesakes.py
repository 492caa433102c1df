"""``check-member`` of somebody whose name another account has, too: it silences nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.member_cases import all_of, cells, fate, knows, say
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

NAMESAKE = say("3;Léa;Roux;lea", "3;ZOE;Martin;z.martin")
QUIET = utc("2026-06-10T08:00")
QUESTION = "Deux comptes du groupe portent votre nom."


def screen(office: Office, *options: str) -> str:
    return " ".join(office.invoke("check-member", "1", *options).stdout.split())


def test_where_all_is_well_the_spam_folder_is_named_before_the_namesake(office: Office) -> None:
    NAMESAKE(office)
    office.sends()
    office.knows()

    shown, reply = screen(office), office.reply_to("1")

    assert (
        "WARNING: the last mail to zoe@example.org, of Thursday 11 June 2026, was accepted by example.org: "
        "look in the spam folder; the same name has another account, 3 (z.martin@example.org): each "
        "gets only "
        "its own orders -> if it is one person, keep one of the two accounts"
    ) in shown
    accepted = "Nos derniers messages à zoe@example.org ont bien été acceptés par example.org."
    assert reply.index(accepted) < reply.index("Indésirables") < reply.index(QUESTION)


def test_of_whom_nothing_left_both_are_said(office: Office) -> None:
    NAMESAKE(office)
    office.sends(QUIET)
    office.knows()
    office.at = QUIET

    shown, reply = screen(office), office.reply_to("1")

    assert "WARNING: the same name has another account" in shown
    assert reply.index("aucun message ne vous a été envoyé ces 30 derniers jours") < reply.index(QUESTION)


def test_what_could_not_be_looked_at_is_said_beside_the_namesake(office: Office) -> None:
    NAMESAKE(office)

    assert "nothing wrong was found, but not all could be looked at: " in screen(office, "--offline")


@pytest.mark.parametrize(
    ("happens", "said", "told"),
    [
        (cells(recap_24h="non"), "WARNING: recap_24h off", "Certaines notifications"),
        (
            fate("deferred"),
            "WARNING: the mail of Wednesday 10 June 2026 to zoe@example.org was put off",
            "en attente",
        ),
        (knows(IsSpamComplaining=True), "PROBLEM: Mailjet drops every mail", "signalé comme indésirable"),
    ],
    ids=["off", "put off", "spam"],
)
def test_the_real_cause_comes_before_the_namesake(
    office: Office, happens: Callable[[Office], None], said: str, told: str
) -> None:
    all_of(happens, NAMESAKE)(office)

    shown, reply = screen(office), office.reply_to("1")

    assert shown.index(said) < shown.index("the same name has another account")
    assert reply.index(told) < reply.index(QUESTION)


def test_the_real_cause_comes_first_where_everybody_is_listed_too(office: Office) -> None:
    all_of(cells(recap_24h="non"), NAMESAKE)(office)

    shown = " ".join(office.invoke("check-member", "--all", "-v").stdout.split())

    assert shown.index("recap_24h off") < shown.index("WARNING two accounts")
