"""``check-member`` of mails of which Mailjet has no trace: what it knows of older ones covers up none."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, OPENED
from tests.fixtures.mailjet_server import accept_then_drop
from tests.fixtures.memory import utc
from tests.fixtures.office import ZOE

if TYPE_CHECKING:
    from tests.fixtures.office import Office

TEN_MINUTES_LATER = A_DAY_BEFORE + timedelta(minutes=10)
THE_NEXT_DAY = utc("2026-06-12T10:05")
ACCEPTED = (
    f"the last mail to {ZOE}, of Friday 5 June 2026, was accepted by example.org: look in the spam folder"
)
UNTRACED = f"Mailjet took the mail of Thursday 11 June 2026 to {ZOE}, and knows nothing of it"


@pytest.fixture
def told_twice(office: Office) -> Office:
    """Let an opening leave, and a recap a week later: Mailjet knows of the first one only."""
    office.sends(OPENED)
    office.sends()
    office.knows()
    forget_since(office, "2026-06-11T00:00")
    return office


def forget_since(office: Office, moment: str) -> None:
    since = utc(moment).timestamp()
    office.server.account.arrivals[:] = [one for one in office.server.account.arrivals if one.at < since]


def last(office: Office, who: str = "1") -> dict[str, Any]:
    check: dict[str, Any] = office.checks(who)["last_messages"]
    return check


def test_a_mail_without_a_trace_is_not_covered_up_by_an_older_one(told_twice: Office) -> None:
    told_twice.sends(THE_NEXT_DAY)
    told_twice.at = THE_NEXT_DAY
    _status, document = told_twice.asks("1")

    assert document["verdict"] == "warning"
    assert (
        last(told_twice)["summary"] == f"{UNTRACED}; that of Friday 5 June 2026 was accepted by example.org"
    )
    assert "ne nous dit pas ce qu’il est devenu" in told_twice.reply_to("1")
    assert "acceptés" not in told_twice.reply_to("1")
    assert told_twice.invoke("check-member", "1").stdout.splitlines()[1].startswith("WARNING")


@pytest.mark.parametrize(
    ("after", "status"), [(timedelta(hours=1), "ok"), (timedelta(hours=1, seconds=1), "warning")]
)
def test_mailjet_has_an_hour_to_know_of_a_mail(told_twice: Office, after: timedelta, status: str) -> None:
    told_twice.at = A_DAY_BEFORE + after

    assert last(told_twice)["status"] == status


def test_a_mail_that_has_just_left_is_the_newest_and_its_fate_is_said_not_to_be_known(
    told_twice: Office,
) -> None:
    told_twice.at = TEN_MINUTES_LATER

    reply = told_twice.reply_to("1")

    assert last(told_twice)["status"] == "ok"
    assert last(told_twice)["summary"] == (
        f"the newest mail to {ZOE} left 10 min ago, and what became of it is not known yet; "
        f"before it, {ACCEPTED}"
    )
    assert "vient de partir : nous ne savons pas encore ce qu’il est devenu" in reply
    assert "Les précédents ont bien été acceptés par example.org" in reply


def test_it_is_said_in_english_too(told_twice: Office) -> None:
    told_twice.at = TEN_MINUTES_LATER
    told_twice.member(language="en")

    assert "has just left: we do not know yet what became of it. Those before it" in told_twice.reply_to("1")

    told_twice.at = THE_NEXT_DAY
    told_twice.sends(THE_NEXT_DAY)
    told_twice.at = THE_NEXT_DAY
    assert "does not tell us what became of it" in told_twice.reply_to("1")


def test_of_an_only_mail_that_has_just_left_nothing_is_said_of_others(office: Office) -> None:
    office.sends()
    office.knows()
    office.server.account.arrivals.clear()
    office.at = TEN_MINUTES_LATER

    assert last(office)["summary"] == (
        f"the newest mail to {ZOE} left 10 min ago, and what became of it is not known yet"
    )
    assert "d’ici une heure" in office.reply_to("1")
    assert "précédents" not in office.reply_to("1")


def test_what_arrived_before_at_one_address_is_not_said_of_the_other(office: Office) -> None:
    office.sends()
    office.knows("noel@example.org")
    office.knows("maelle@example.org")
    office.server.account.arrivals.clear()
    office.at = TEN_MINUTES_LATER
    office.has_written("noel@example.org", days_ago=3)

    reply = office.reply_to("2")

    assert "Notre dernier message à noel@example.org vient de partir" in reply
    assert (
        "Notre dernier message à maelle@example.org (adresse de votre foyer, au nom de Maëlle) vient" in reply
    )
    assert "Il en va de même" not in reply


def test_a_mail_that_waits_at_mailjet_is_the_newest_too(told_twice: Office) -> None:
    fresh = told_twice.has_written(status="queued")
    told_twice.at = TEN_MINUTES_LATER
    fresh.at = told_twice.at.timestamp() - 60

    assert f"the newest mail to {ZOE} left 1 min ago" in last(told_twice)["summary"]


def test_what_was_sent_back_before_is_still_said(told_twice: Office) -> None:
    for arrival in told_twice.server.account.arrivals:
        arrival.status, arrival.state = "hardbounced", 1
    told_twice.at = THE_NEXT_DAY

    assert last(told_twice)["status"] == "problem"
    assert "knows no such mailbox" in last(told_twice)["summary"]
    assert UNTRACED in last(told_twice)["summary"]
    assert "n’existe pas ou n’est plus utilisée" in told_twice.reply_to("1")


def test_a_mail_without_a_trace_is_not_covered_up_by_a_newer_one(told_twice: Office) -> None:
    told_twice.at = THE_NEXT_DAY
    told_twice.has_written(days_ago=0)

    assert last(told_twice)["status"] == "warning"
    assert "; but Mailjet knows nothing of that of Thursday 11 June 2026" in last(told_twice)["summary"]


def test_what_left_before_all_that_mailjet_tells_of_is_not_missed(told_twice: Office) -> None:
    told_twice.server.account.arrivals.clear()
    told_twice.at = THE_NEXT_DAY
    told_twice.has_written(days_ago=0)

    assert "knows nothing of" not in last(told_twice)["summary"]


def test_what_mailjet_told_when_a_run_asked_it_is_a_trace(office: Office) -> None:
    office.sends(OPENED)
    office.sends()
    office.sends(THE_NEXT_DAY)
    office.knows()
    forget_since(office, "2026-06-11T00:00")
    office.at = THE_NEXT_DAY

    assert f"the last 2 mails to {ZOE} were all accepted" in last(office)["summary"]


def test_a_doubt_is_not_covered_up_by_a_newer_mail_that_arrived(office: Office) -> None:
    office.server.script = [accept_then_drop]
    office.sends(OPENED)
    office.server.account.arrivals.clear()
    office.server.account.hidden_look_ups = 50
    office.coop.replace("config.yaml", "settle_after: 0s", "settle_after: 400h")
    office.sends()
    office.server.account.hidden_look_ups = 0
    office.knows()

    assert last(office)["status"] == "warning"
    assert f"opening d1 to {ZOE} is in doubt: nobody knows yet whether it left" in last(office)["summary"]
    assert "est peut-être parti" in office.reply_to("1")
