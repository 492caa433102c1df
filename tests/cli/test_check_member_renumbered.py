"""``check-member`` of who has another id today: what the ledger keeps under the old one is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fixtures.office import Office

HELD_AT = utc("2026-06-11T17:05")
AFTERWARDS = utc("2026-06-13T08:00")
SHARED = ("1;Eva;Blanc;both@example.org\n", "2;Max;Blanc;both@example.org\n")


def lists(office: Office, first: int, shared: tuple[str, ...] = ()) -> None:
    """List twelve members who ordered, with ids from ``first`` on."""
    own = [f"{n};M{n};X;m{n}@example.org\n" for n in range(len(shared) + 1, 13)]
    rows = [line.partition(";") for line in (*shared, *own)]
    members = "".join(f"{int(id_) + first - 1};{rest}" for id_, _semicolon, rest in rows)
    orders = "".join(f"{n + first - 1};d1;Pain;{n}\n" for n in range(1, 13))
    office.coop.write("members.csv", f"id;first_name;last_name;email\n{members}")
    office.coop.write("orders.csv", f"member;distribution;product;quantity\n{orders}")


def told_before(office: Office, shared: tuple[str, ...] = ()) -> None:
    """Have all of them told of d1, and numbered anew since."""
    lists(office, 1, shared)
    office.sends(A_DAY_BEFORE)
    lists(office, 101, shared)
    office.sends(HELD_AT)
    office.at = HELD_AT


def recaps(office: Office, who: str) -> list[tuple[str, str]]:
    return [(one["status"], one["address"]) for one in office.history(who) if one["kind"] == "recap_24h"]


@pytest.mark.long
@pytest.mark.parametrize("at", [HELD_AT, AFTERWARDS])
@pytest.mark.parametrize("who", ["m3@example.org", "103"])
def test_what_left_under_an_id_that_is_nobody_s_today_is_in_the_history_of_who_has_the_address(
    office: Office, who: str, at: datetime
) -> None:
    told_before(office)
    office.at = at

    assert recaps(office, who) == [("sent", "m3@example.org")]


def test_what_left_under_the_old_id_is_not_said_to_be_kept_from_the_new_one(office: Office) -> None:
    told_before(office)

    _status, document = office.asks("103")

    assert "recap_24h" not in {one["kind"] for one in document["members"][0]["upcoming"]}
    assert document["verdict"] == "problem"  # the group is held


@pytest.mark.parametrize("at", [HELD_AT, AFTERWARDS])
@pytest.mark.parametrize("who", ["101", "102"])
def test_of_two_at_one_address_who_were_numbered_anew_each_has_what_was_theirs(
    office: Office, who: str, at: datetime
) -> None:
    told_before(office, SHARED)
    office.at = at

    assert recaps(office, who) == [("sent", "both@example.org")]


def test_whose_recap_left_under_the_old_id_misses_none_as_the_orders_were_lost_afterwards(
    office: Office,
) -> None:
    told_before(office)
    (office.coop.folder / "orders.csv").unlink()
    office.sends(AFTERWARDS)
    office.at = AFTERWARDS

    assert recaps(office, "103") == [("sent", "m3@example.org")]
    assert "did not leave" not in office.checks("103")["last_messages"]["summary"]


def test_one_numbered_anew_whose_recap_left_before_waits_for_no_orders_that_were_lost(office: Office) -> None:
    """Of so few no group is held: what their distribution came to is noted once it is over."""
    lists(office, 1)
    office.sends(A_DAY_BEFORE)
    office.coop.replace("members.csv", "\n3;M3;X", "\n103;M3;X")
    office.coop.replace("orders.csv", "\n3;d1;Pain;3\n", "\n103;d1;Pain;3\n")
    office.sends(HELD_AT)
    (office.coop.folder / "orders.csv").unlink()
    office.sends(AFTERWARDS)
    office.at = AFTERWARDS

    assert recaps(office, "103") == [("sent", "m3@example.org")]


def test_who_was_told_what_is_so_under_the_old_id_misses_no_correction(office: Office) -> None:
    told_before(office)
    office.coop.replace("members.csv", "M3;X;m3@example.org", "M3;X;x@no.mail")
    office.coop.replace(
        "members.csv", "first_name;last_name;email", "first_name;last_name;email;partner_email"
    )
    office.coop.replace("members.csv", "x@no.mail", "x@no.mail;m3@example.org")
    (office.coop.folder / "orders.csv").unlink()
    office.sends(AFTERWARDS)
    office.at = AFTERWARDS

    assert "did not leave" not in office.checks("103")["last_messages"]["summary"]
