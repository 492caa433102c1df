"""``check-member`` of a broadcast that was stopped or is held: it does not leave by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from tests.fixtures.coop import A_DAY_BEFORE, GROUPS
from tests.fixtures.mailjet_server import status as behaves

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from tests.fixtures.office import Office

LEA = "lea@example.org"
QUOTA = 5  # two of four copies, and the three recaps that are due


@pytest.fixture(name="office")
def _office(office: Office) -> Office:
    """Give an office whose mail to everybody has left in part."""
    office.coop.replace("config.yaml", "timeout: 2s", f"timeout: 2s, daily_quota: {QUOTA}")
    given(office)
    return office


def given(office: Office) -> Result:
    letter = office.coop.write("lettre.md", "Bonjour,")
    return office.invoke("broadcast", "lac", "-s", "Réunion", "--body", str(letter), "--yes")


def stop(office: Office) -> None:
    with open_ledger(office.coop.folder / "ledger.sqlite3") as ledger:
        book = BroadcastBook(ledger, "mailjet")
        for one in book.unfinished():
            book.stop(one.broadcast.attempt)


def left_for_a_day(office: Office) -> None:
    office.at += timedelta(hours=32)  # and the quota was renewed a day ago


def group_disabled(office: Office) -> None:
    office.coop.write("groups.yaml", f"{GROUPS}  disabled: yes\n")


@pytest.mark.long
@pytest.mark.parametrize(
    ("happens", "why", "cure"),
    [
        (stop, "was stopped before it left", "only if the same broadcast command is given again"),
        (left_for_a_day, "was left unfinished for a day, and is held", "only if the same broadcast command"),
        (group_disabled, "is held, as its group is disabled", "only if that is mended within a day"),
    ],
)
def test_what_waits_for_its_command_is_not_said_to_leave_by_itself(
    office: Office, happens: Callable[[Office], None], why: str, cure: str
) -> None:
    happens(office)

    last = office.checks(LEA)["last_messages"]
    shown = office.invoke("check-member", LEA).stdout

    assert last["status"] == "problem"
    assert f"Réunion to {LEA} {why}" in last["summary"]
    assert cure in last["advice"]
    assert "does not leave by itself" in shown
    assert "waits for the next run" not in shown
    assert "n’est pas parti : son envoi a été interrompu" in office.reply_to(LEA)
    assert "partira automatiquement" not in office.reply_to(LEA)


@pytest.mark.long
@pytest.mark.parametrize("happens", [stop, left_for_a_day])
def test_everybody_whom_it_keeps_it_from_is_named_among_all(
    office: Office, happens: Callable[[Office], None]
) -> None:
    happens(office)

    _status, document = office.asks_all()

    named = {one["id"] for one in document["members"]}
    assert named == {"2", "3"}


def test_it_is_said_though_a_newer_mail_has_left(office: Office) -> None:
    stop(office)
    office.coop.replace("config.yaml", f"daily_quota: {QUOTA}", "daily_quota: 9")
    office.coop.run(office.at + timedelta(minutes=5))

    assert "Réunion to maelle@example.org was stopped" in office.checks("2")["last_messages"]["summary"]


def test_what_goes_on_by_itself_is_still_said_to(office: Office) -> None:
    assert f"Réunion to {LEA} waits for the next run" in office.checks(LEA)["last_messages"]["summary"]
    assert "partira automatiquement" in office.reply_to(LEA)


def test_once_its_command_is_given_again_nothing_is_said_of_it(office: Office) -> None:
    stop(office)
    office.coop.replace("config.yaml", f"daily_quota: {QUOTA}", "daily_quota: 9")
    given(office)

    assert office.checks(LEA)["last_messages"]["status"] == "ok"


def test_what_was_called_off_before_any_of_it_left_is_no_loss(office: Office) -> None:
    office.at = A_DAY_BEFORE - timedelta(days=3)
    office.server.script = [behaves(429)]
    letter = office.coop.write("lettre.md", "Bonsoir,")
    office.invoke("broadcast", "lac", "-s", "Brouillon", "--body", str(letter), "--yes")
    stop(office)

    assert "Brouillon" not in office.checks(LEA)["last_messages"]["summary"]
