"""``check-member`` of a mail in doubt: perhaps it left, and where Mailjet knows its fate nobody doubts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.mailjet_server import accept_then_drop, status
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

PREVENTED = "a empêché l’envoi"
PERHAPS = f"Un message à destination de {ZOE} est peut-être parti"


def recaps(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.sends()


def broadcast(office: Office) -> None:
    """Let the recap leave, and a broadcast break off after it."""
    office.sends()
    office.server.script = [accept_then_drop] * 4
    body = office.coop.write("lettre.md", "Bonjour,\n\nla salle est fermée.\n")
    office.invoke("broadcast", "lac", "-s", "Travaux", "--body", str(body), "--yes")


def shown(office: Office, who: str = "1") -> str:
    """Return all that the command prints, as one line without the first."""
    return " ".join(office.invoke("check-member", who).stdout.partition("\n")[2].split())


def last(office: Office, who: str = "1") -> dict[str, Any]:
    """Return the check of what left to a member, or did not."""
    check: dict[str, Any] = office.checks(who)["last_messages"]
    return check


@pytest.mark.long
@pytest.mark.parametrize("breaks_off", [recaps, broadcast])
def test_what_mailjet_accepted_is_answered_like_any_mail_that_arrived(
    office: Office, breaks_off: Callable[[Office], None]
) -> None:
    breaks_off(office)
    office.knows()

    reply = office.reply_to("1")

    assert shown(office).startswith("OK: the last")
    assert "accepted by example.org: look in the spam folder The last 30 days" in shown(office)
    assert "ont bien été acceptés par example.org" in reply
    assert "peut-être parti" not in reply
    assert PREVENTED not in reply


def test_what_mailjet_could_not_deliver_is_answered_by_that(office: Office) -> None:
    recaps(office)
    for arrival in office.server.account.arrivals:
        arrival.status, arrival.state = "hardbounced", 1
    office.knows()

    assert last(office)["status"] == "problem"
    assert "in doubt" not in last(office)["summary"]
    assert "n’existe pas ou n’est plus utilisée" in office.reply_to("1")


@pytest.mark.parametrize("breaks_off", [recaps, broadcast])
def test_what_nobody_knows_the_fate_of_has_perhaps_left(
    office: Office, breaks_off: Callable[[Office], None]
) -> None:
    breaks_off(office)
    office.server.account.arrivals.clear()

    reply = office.reply_to("1")

    assert "in doubt: nobody knows yet whether it left" in last(office)["summary"]
    assert PERHAPS in reply
    assert "Nous le saurons au prochain passage" in reply
    assert PREVENTED not in reply


def test_it_is_said_in_english_too(office: Office) -> None:
    recaps(office)
    office.server.account.arrivals.clear()
    office.member(language="en")

    assert f"An e-mail to {ZOE} has perhaps left" in office.reply_to("1")


def test_two_addresses_in_doubt_are_told_in_one_paragraph(office: Office) -> None:
    recaps(office)
    office.server.account.arrivals.clear()

    reply = office.reply_to("2")

    assert reply.count("est peut-être parti") == 1
    assert "Il en va de même pour maelle@example.org" in reply


def test_what_perhaps_left_to_a_former_address_is_not_said_to_have_left(office: Office) -> None:
    recaps(office)
    office.server.account.arrivals.clear()
    office.member(email="new@example.org")
    office.knows("new@example.org")

    assert (
        f"recap_24h d1 perhaps left on Thursday 11 June 2026 to {ZOE}, which is no" in last(office)["summary"]
    )
    assert f"est peut-être parti le jeudi 11 juin 2026 à votre ancienne adresse, {ZOE}" in office.reply_to(
        "1"
    )


def test_a_recap_that_perhaps_left_before_the_order_was_gone_is_not_said_to_have_left(office: Office) -> None:
    office.member(recap_4h="oui")
    recaps(office)
    office.coop.replace("orders.csv", "1;d1;Tomates;2", "1;d1;Tomates;0")
    office.server.rest_script = [status(500)] * 20
    office.sends(utc("2026-06-12T12:05"))
    office.at = utc("2026-06-12T13:00")
    office.server.rest_script = []
    office.server.account.arrivals.clear()

    assert f"recap_24h d1 perhaps left on Thursday 11 June 2026 to {ZOE}" in last(office)["summary"]
    assert f"Un rappel est peut-être parti le jeudi 11 juin 2026 à {ZOE}" in office.reply_to("1")
