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
FORWARD = "correct the address, and forward the mail to the member: a broadcast is not tried again"
AGAIN = "once it changes it is tried again"
OVER = "tell the member what is in it: it is too late for that mail"


def broadcasts(office: Office, subject: str = "Travaux") -> None:
    """Send a broadcast an hour before the recaps."""
    office.at = A_DAY_BEFORE - timedelta(hours=1)
    body = office.coop.write("lettre.md", "Bonjour,\n\nla salle est fermée.\n")
    office.invoke("broadcast", "lac", "-s", subject, "--body", str(body), "--yes")
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
