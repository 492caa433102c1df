"""``check-member`` of what was refused for good: what is tried again, and what somebody must forward."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc
from tests.fixtures.office import AN_HOUR_LATER, ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

NEW = "new@example.org"
FORMER = f"votre ancienne adresse, {ZOE}"
FORWARD = "correct the address, and forward the mail to the member: a broadcast is not tried again"
AGAIN = "once it changes it is tried again"
OVER = "tell the member what is in it: it is too late for that mail"


def broadcasts(office: Office, subject: str = "Travaux", *options: str) -> None:
    """Send a broadcast an hour before the recaps."""
    office.at = A_DAY_BEFORE - timedelta(hours=1)
    body = office.coop.write("lettre.md", "Bonjour,\n\nla salle est fermée.\n")
    office.invoke("broadcast", "lac", "-s", subject, "--body", str(body), "--yes", *options)
    office.at = AN_HOUR_LATER


def last(office: Office, who: str = "1") -> dict[str, Any]:
    """Return the check of what left to a member, or did not."""
    check: dict[str, Any] = office.checks(who)["last_messages"]
    return check


def test_a_refused_broadcast_is_to_be_forwarded_and_not_said_to_be_tried_again(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)

    assert f"broadcast Travaux to {ZOE}: refused for good" in last(office)["summary"]
    assert last(office)["advice"] == FORWARD
    assert "Pourriez-vous nous communiquer la bonne ?" in office.reply_to("1")


def test_a_refused_broadcast_is_said_beside_a_notice_refused_since(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    office.sends()

    assert f"recap_24h d1 to {ZOE}: refused for good" in last(office)["summary"]
    assert f"broadcast Travaux to {ZOE}: refused for good" in last(office)["summary"]
    assert AGAIN in last(office)["advice"]
    assert FORWARD in last(office)["advice"]
    assert office.reply_to("1").count("Pourriez-vous nous communiquer la bonne ?") == 1


def test_a_broadcast_refused_before_one_that_left_is_no_news(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    office.server.account.bad_addresses.clear()
    office.sends()

    assert "refused for good" not in last(office)["summary"]


def test_a_refused_notice_is_tried_again_only_while_it_is_not_too_late(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    office.sends()

    assert AGAIN in last(office)["advice"]

    office.sends(utc("2026-06-12T16:05"))
    office.at = utc("2026-06-12T16:30")

    assert AGAIN not in last(office)["advice"]
    assert OVER in last(office)["advice"]


def test_a_refused_notice_of_a_distribution_that_is_gone_is_not_tried_again(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    office.sends()
    office.coop.replace("distributions.yaml", "id: d1", "id: d8")

    assert f"recap_24h d1 to {ZOE}: refused for good" in last(office)["summary"]
    assert AGAIN not in last(office)["advice"]


def moves(office: Office, **cells: str) -> None:
    """Give Zoé the new address, which Mailjet knows."""
    office.server.account.bad_addresses.clear()
    office.member(email=NEW, **cells)
    office.knows(NEW)


def test_what_was_refused_at_a_former_address_is_said_under_the_new_one(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    moves(office)

    reply = office.reply_to("1")

    assert (
        f"broadcast Travaux of Thursday 11 June 2026 to {ZOE}, no address of theirs"
        in last(office)["summary"]
    )
    assert "forward the mail to the member: it is not sent again" in last(office)["advice"]
    assert f"Notre message du jeudi 11 juin 2026, « Travaux », a été refusé à {FORMER}" in reply
    assert "nous vous le transmettrons" in reply
    assert {one["address"] for one in office.history("1") if one["kind"] == "broadcast"} == {ZOE}


def test_it_is_said_in_english_too(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    moves(office, language="en")

    assert (
        f"Our e-mail of Thursday 11 June 2026, “Travaux”, was refused at your former address, {ZOE}. It is"
        in office.reply_to("1")
    )


def test_what_came_back_from_a_former_address_is_said_too(office: Office) -> None:
    broadcasts(office)
    for arrival in office.server.account.arrivals:
        arrival.status, arrival.state = "hardbounced", 1
    office.invoke("report")
    moves(office)

    assert f"to {ZOE}, no address of theirs any more, was sent back" in last(office)["summary"]
    assert f"a été refusé à {FORMER}" in office.reply_to("1")


def test_what_was_sent_again_to_the_new_address_is_no_news(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    moves(office)
    broadcasts(office, "Travaux", "--again")

    assert ZOE not in last(office)["summary"]
    assert "refusé" not in office.reply_to("1")


def test_a_refused_recap_that_the_new_address_still_gets_is_no_news(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    office.sends()
    moves(office)

    assert ZOE not in last(office)["summary"]

    office.at = utc("2026-06-12T16:30")

    assert f"recap_24h d1 of Thursday 11 June 2026 to {ZOE}, no address" in last(office)["summary"]
    assert f"le rappel de votre commande, a été refusé à {FORMER}" in office.reply_to("1")


def test_what_was_refused_to_somebody_of_a_name_that_two_have_is_told_neither(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    moves(office)
    office.coop.replace("members.csv", "3;Léa;Roux", "3;Zoé;Martin")

    assert ZOE not in last(office, "1")["summary"]
    assert ZOE not in last(office, "3")["summary"]
    assert office.history("1") == [one for one in office.history("1") if one["address"] != ZOE]


def test_what_was_refused_to_a_namesake_who_has_left_is_not_told(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    office.sends()
    broadcasts(office)
    moves(office, id="9")

    assert ZOE not in last(office, "9")["summary"]
    assert ZOE not in office.reply_to("9")


def test_what_was_refused_at_an_address_that_is_another_s_today_is_not_told(office: Office) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    moves(office)
    office.coop.replace("members.csv", "lea@example.org", ZOE)

    assert ZOE not in last(office, "1")["summary"]


def test_a_partner_s_former_address_is_the_partner_s(office: Office) -> None:
    max_s = {"partner_first_name": "Max", "partner_last_name": "Durand"}
    office.member(**max_s, partner_email="max@example.org")
    office.server.account.bad_addresses.add("max@example.org")
    broadcasts(office)
    office.member(**max_s, partner_email=NEW)

    assert "« Travaux », a été refusé à une ancienne adresse de votre foyer, max@" in office.reply_to(NEW)
    assert office.invoke("check-member", "Zoé Martin").stdout.splitlines()[1].startswith("OK for Zoé Martin")


def test_who_is_asked_about_by_an_address_that_only_a_broadcast_named_is_found_by_name(
    office: Office,
) -> None:
    office.server.account.bad_addresses.add(ZOE)
    broadcasts(office)
    moves(office)

    assert f"{ZOE} is an earlier address or id of Zoé Martin" in office.invoke("check-member", ZOE).stderr

    office.coop.replace("members.csv", "3;Léa;Roux", "3;Zoé;Martin")

    assert "is an earlier address" not in office.invoke("check-member", ZOE).stderr
