"""A distribution that is off after its opening had left, and before any recap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import DISTRIBUTIONS, GROUPS, LONG_AGO, OPENED, ORDERS
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fixtures.office import Office

LATER = OPENED + timedelta(hours=2)
SAID = "but the opening of its orders was announced; to tell those who got that"
COMMAND = "broadcast lac --to told:d1"
CANCELLED = "distribution d1 (Friday 12 June 2026) is cancelled: no mail of it leaves any more"
GONE = "distribution d1 is no longer in the data"
NEXT_WEEK = DISTRIBUTIONS.replace("d1", "d2").replace("06-12", "06-19").replace("06-05", "06-15")
OF_ANOTHER = DISTRIBUTIONS.replace("d1", "d9").replace("06-12", "06-13")


@pytest.fixture(name="opened")
def _opened(office: Office) -> Office:
    """Give a co-op that has announced the opening, and to which orders have come."""
    office.coop.run(LONG_AGO)
    office.coop.run(OPENED)
    office.at = LATER
    return office


def cancels(office: Office) -> None:
    office.coop.write("distributions.yaml", f"{DISTRIBUTIONS}  cancelled: yes\n")


def takes_out(office: Office) -> None:
    office.coop.write("distributions.yaml", NEXT_WEEK)


def moves_under_another_id(office: Office) -> None:
    office.coop.write("distributions.yaml", OF_ANOTHER)


def disables(office: Office) -> None:
    office.coop.write("groups.yaml", f"{GROUPS}  disabled: yes\n")


def renames(office: Office) -> None:
    office.coop.replace("distributions.yaml", "id: d1", "id: vendredi")


def spoils(office: Office) -> None:
    office.coop.replace("distributions.yaml", "2026-06-10 20:00", "2026-06-32 20:00")


def spoils_under_another_id(office: Office) -> None:
    renames(office)
    spoils(office)


def says(office: Office, *command: str) -> str:
    return " ".join(office.invoke(*command).output.split())


def writes_to_those_told(office: Office, subject: str = "Annulée", minutes: int = 5) -> None:
    letter = office.coop.write("lettre.md", "Bonjour,")
    office.at = LATER + timedelta(minutes=minutes)
    office.invoke("broadcast", "lac", "--to", "told:d1", "-s", subject, "--body", str(letter), "--yes")


@pytest.mark.long
@pytest.mark.parametrize("happens", [cancels, takes_out, moves_under_another_id, disables])
def test_the_run_says_once_whom_to_tell_and_status_until_they_are_told(
    opened: Office, happens: Callable[[Office], None]
) -> None:
    happens(opened)

    first, second = opened.coop.run(LATER), opened.coop.run(LATER + timedelta(minutes=10))

    assert [str(one) for one in first.events if SAID in str(one) and COMMAND in str(one)]
    assert not second.events
    assert COMMAND in says(opened, "status")


@pytest.mark.long
@pytest.mark.parametrize("happens", [cancels, takes_out])
def test_once_they_are_written_to_all_is_well(opened: Office, happens: Callable[[Office], None]) -> None:
    happens(opened)
    opened.coop.run(LATER)
    writes_to_those_told(opened)

    assert [SAID in says(opened, *command) for command in (("status",), ("check", "--offline"))] == [
        False,
        False,
    ]
    assert GONE not in says(opened, "check-member", "1")


@pytest.mark.long
@pytest.mark.parametrize("happens", [renames, spoils, spoils_under_another_id])
def test_what_may_take_place_as_announced_is_not_said_to_be_off(
    opened: Office, happens: Callable[[Office], None]
) -> None:
    happens(opened)

    assert not opened.coop.run(LATER).events
    assert SAID not in says(opened, "status") + says(opened, "check", "--offline")
    assert "but zoe@example.org was told of it" not in says(opened, "check-member", "1")


def test_what_has_begun_may_be_gone_from_a_list_of_what_is_ahead(opened: Office) -> None:
    opened.coop.write("orders.csv", "member;distribution;product;quantity\n")
    opened.at = utc("2026-06-12T16:05")
    opened.coop.run(opened.at - timedelta(minutes=10))
    takes_out(opened)

    assert not [event for event in opened.coop.run(opened.at).events if SAID in str(event)]
    assert SAID not in says(opened, "status")
    assert GONE not in says(opened, "check-member", "1")


def test_of_an_opening_that_stood_in_the_data_too_late_nobody_says_that_the_machine_was_off(
    opened: Office,
) -> None:
    moves_under_another_id(opened)
    opened.at = OPENED + timedelta(hours=49)
    opened.coop.run(opened.at)

    said = says(opened, "check-member", "1")

    assert "opening d9 to zoe@example.org: it came too late" in said
    assert "or whether the distribution was added only long after its orders had opened" in said


def test_what_was_never_announced_is_cancelled_in_silence(office: Office) -> None:
    office.coop.run(LONG_AGO)
    cancels(office)
    office.at = LATER

    assert not office.coop.run(LATER).events
    assert SAID not in says(office, "status")


@pytest.mark.long
@pytest.mark.parametrize("happens", [takes_out, moves_under_another_id])
def test_check_says_what_is_gone_that_was_announced(
    opened: Office, happens: Callable[[Office], None]
) -> None:
    happens(opened)

    assert f"{GONE}, {SAID}" in says(opened, "check", "--offline")


def test_check_says_nothing_of_what_is_cancelled_on_purpose(opened: Office) -> None:
    cancels(opened)

    assert SAID not in says(opened, "check", "--offline")


@pytest.mark.long
@pytest.mark.parametrize("who", ["1", "maelle@example.org"])
def test_who_got_the_opening_of_what_is_gone_hears_that_it_does_not_take_place(
    opened: Office, who: str
) -> None:
    takes_out(opened)

    assert f"{GONE}, but" in says(opened, "check-member", who)
    assert COMMAND in says(opened, "check-member", who)
    assert "dont nous vous avions annoncé les commandes, n’a pas lieu" in opened.reply_to(who)


def test_who_did_not_get_the_opening_hears_nothing_of_it(office: Office) -> None:
    office.coop.write("notifications.csv", "member;kind;value;date\n1;opening;no;2026-06-01\n")
    for at in (LONG_AGO, OPENED):
        office.coop.run(at)
    office.at = LATER
    takes_out(office)

    assert [GONE in says(office, "check-member", who) for who in ("1", "3")] == [False, True]


def test_who_has_ordered_what_was_never_announced_hears_that_it_is_cancelled(office: Office) -> None:
    office.coop.run(LONG_AGO)
    cancels(office)
    office.coop.run(LATER)
    office.at = LATER

    assert f"OK: {CANCELLED}" in says(office, "check-member", "1")
    assert "annulée" in office.reply_to("1")


@pytest.mark.long
@pytest.mark.parametrize("orders", [ORDERS, "member;distribution;product;quantity\n"])
def test_who_got_the_opening_of_what_is_cancelled_is_to_be_told_until_a_letter_has_reached_them(
    opened: Office, orders: str
) -> None:
    opened.coop.write("orders.csv", orders)
    cancels(opened)
    opened.coop.run(LATER)

    shown = says(opened, "check-member", "1")

    assert "WARNING: distribution d1 is cancelled, but zoe@example.org was told of it" in shown
    assert COMMAND in shown
    assert CANCELLED not in shown
    reply = opened.reply_to("1")
    assert "dont nous vous avions annoncé les commandes, n’a pas lieu" in reply
    assert "annulée" not in reply
    writes_to_those_told(opened)
    assert f"OK: {CANCELLED}" in says(opened, "check-member", "1")
    assert "annulée" in opened.reply_to("1")


def test_what_was_cancelled_is_in_the_reply_of_who_only_tries_it_out(opened: Office) -> None:
    opened.coop.replace("config.yaml", "delivery: mailjet", "delivery: outbox")
    opened.coop.run(OPENED)
    cancels(opened)

    assert "was told of it" in says(opened, "check-member", "1")
    assert "annulée" in opened.reply_to("1")


def test_once_it_is_over_who_only_got_the_opening_of_what_was_cancelled_asks_no_more(opened: Office) -> None:
    cancels(opened)
    opened.coop.run(LATER)
    opened.at = utc("2026-06-13T10:00")

    assert "was told of it" not in says(opened, "check-member", "1")


def test_what_is_off_anyway_is_not_listed_as_cancelled(opened: Office) -> None:
    cancels(opened)

    shown = says(opened, "check-member", "1").partition("The next 30 days:")[2]

    assert "the distribution is cancelled" in shown
    assert not [kind for kind in ("closing", "recap_4h", "recap 4 h") if kind in shown]
    assert "the distribution is cancelled" in says(opened, "check-member", "1", "-v").partition("closing")[2]


def test_who_changed_address_since_the_opening_is_said_to_have_been_told_at_the_former(
    opened: Office,
) -> None:
    opened.coop.replace("members.csv", "zoe@example.org", "zoe.martin@example.org")
    cancels(opened)
    opened.coop.run(LATER)

    assert "but zoe@example.org was told of it for" in says(opened, "check-member", "1")
    writes_to_those_told(opened)
    assert f"OK: {CANCELLED}" in says(opened, "check-member", "1")
    assert SAID not in says(opened, "status")


@pytest.mark.dear
@pytest.mark.parametrize("happens", [cancels, takes_out])
def test_who_read_that_it_is_off_before_any_recap_is_to_hear_that_it_is_on_again(
    opened: Office, happens: Callable[[Office], None]
) -> None:
    happens(opened)
    opened.coop.run(LATER)
    writes_to_those_told(opened)
    opened.coop.write("distributions.yaml", DISTRIBUTIONS)

    first, second = (opened.coop.run(LATER + timedelta(minutes=at)) for at in (20, 30))

    line = "distribution d1 takes place as told, but a mail had said that it is off"
    assert [line in str(event) and COMMAND in str(event) for event in first.events] == [True]
    assert not second.events
    assert line in says(opened, "status")
    assert "takes place as zoe@example.org was told" in says(opened, "check-member", "1")
    assert "a bien lieu, contrairement à ce qu’a pu vous dire un message. La" in opened.reply_to("1")
    writes_to_those_told(opened, "Maintenue", minutes=40)
    assert line not in says(opened, "status")
    assert "takes place as" not in says(opened, "check-member", "1")
