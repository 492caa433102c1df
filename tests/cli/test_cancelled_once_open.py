"""A distribution that is cancelled after its opening had left, and before any recap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import DISTRIBUTIONS, LONG_AGO, OPENED

if TYPE_CHECKING:
    from tests.fixtures.office import Office

LATER = OPENED + timedelta(hours=2)
SAID = "but the opening of its orders was announced; to tell those who got that"
COMMAND = "broadcast lac --to told:d1"


@pytest.fixture(name="opened")
def _opened(office: Office) -> Office:
    """Give a co-op that has announced the opening, and to which orders have come."""
    office.coop.run(LONG_AGO)
    office.coop.run(OPENED)
    office.at = LATER
    return office


def cancels(office: Office) -> None:
    office.coop.write("distributions.yaml", f"{DISTRIBUTIONS}  cancelled: yes\n")


def says(office: Office, *command: str) -> str:
    return " ".join(office.invoke(*command).output.split())


def test_the_run_says_once_whom_to_tell_and_status_until_they_are_told(opened: Office) -> None:
    cancels(opened)

    first, second = opened.coop.run(LATER), opened.coop.run(LATER + timedelta(minutes=10))

    assert [str(one) for one in first.events if SAID in str(one) and COMMAND in str(one)]
    assert not second.events
    assert COMMAND in says(opened, "status")


def test_once_they_are_written_to_all_is_well(opened: Office) -> None:
    cancels(opened)
    opened.coop.run(LATER)
    letter = opened.coop.write("lettre.md", "Bonjour,")
    opened.at = LATER + timedelta(minutes=5)
    opened.invoke("broadcast", "lac", "--to", "told:d1", "-s", "Annulée", "--body", str(letter), "--yes")

    assert SAID not in says(opened, "status")


def test_what_was_never_announced_is_cancelled_in_silence(office: Office) -> None:
    office.coop.run(LONG_AGO)
    cancels(office)
    office.at = LATER

    assert not office.coop.run(LATER).events
    assert SAID not in says(office, "status")


@pytest.mark.parametrize(("is_announced", "has_ordered"), [(True, True), (True, False), (False, True)])
def test_who_got_the_opening_or_has_ordered_hears_that_it_is_cancelled(
    office: Office, is_announced: bool, has_ordered: bool
) -> None:
    for at in (LONG_AGO, *([OPENED] if is_announced else [])):
        office.coop.run(at)
    office.at = LATER
    if not has_ordered:
        office.coop.write("orders.csv", "member;distribution;product;quantity\n")
    cancels(office)

    assert "is cancelled: no mail of it leaves any more" in says(office, "check-member", "1")
    assert "annulée" in office.reply_to("1")


def test_what_is_off_anyway_is_not_listed_as_cancelled(opened: Office) -> None:
    cancels(opened)

    shown = says(opened, "check-member", "1").partition("The next 30 days:")[2]

    assert "the distribution is cancelled" in shown
    assert not [kind for kind in ("closing", "recap_4h", "recap 4 h") if kind in shown]
    assert "the distribution is cancelled" in says(opened, "check-member", "1", "-v").partition("closing")[2]
