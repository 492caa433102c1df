"""A recap left without a row that could not be read: what is said of it then, once mended, and afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from click.testing import CliRunner

from cagette_notify.cli import main
from tests.fixtures.coop import A_DAY_BEFORE, ORDERS, Coop
from tests.fixtures.mailjet_server import accept_then_drop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tests.fixtures.office import Office

AFTERWARDS = utc("2026-06-13T08:00")
BAD, GOOD = "1;d1;Pain;some;2,50\n", "1;d1;Pain;2;2,50\n"
LEFT = "; the recap that left says that it is missing"
MENDED = "the recap of d1 (Friday 12 June 2026) says that a row of the order could not be read"
NOTHING_FOLLOWS = "correct the row, and tell the member what it says: no recap of it is to come"
NOT_AGAIN = "tell the member what is in the order: that recap is not sent again"
NEXT_RUN = "correct the row; the next run sends what is not too late"
INCOMPLETE = "le rappel de votre commande est parti incomplet"


@pytest.fixture
def broken(office: Office) -> Office:
    """Return an office where a row of Zoé's order can't be read."""
    office.knows()
    office.coop.write("orders.csv", ORDERS + BAD)
    return office


def said_of(office: Office) -> tuple[str, str]:
    last = office.checks("1")["last_messages"]
    assert last["status"] == "warning"
    return last["summary"], last["advice"]


def mend(office: Office) -> None:
    office.coop.write("orders.csv", ORDERS + GOOD)


def test_before_it_leaves_the_row_can_be_mended_in_time(broken: Office) -> None:
    broken.at = A_DAY_BEFORE - timedelta(hours=2)

    summary, advice = said_of(broken)

    assert LEFT not in summary
    assert advice == NEXT_RUN
    assert "attend qu’elle soit corrigée" in broken.reply_to("1")


@pytest.mark.parametrize("at", [A_DAY_BEFORE + timedelta(minutes=50), AFTERWARDS])
def test_no_recap_is_promised_for_a_row_that_the_one_sent_lacks(broken: Office, at: datetime) -> None:
    broken.sends()
    broken.coop.run(AFTERWARDS - timedelta(minutes=5))
    broken.at = at

    summary, advice = said_of(broken)

    assert f"orders.csv:4{LEFT}" in summary
    assert NOTHING_FOLLOWS in advice
    assert NEXT_RUN not in advice
    assert INCOMPLETE in broken.reply_to("1")


@pytest.mark.long
@pytest.mark.parametrize("at", [A_DAY_BEFORE + timedelta(minutes=50), AFTERWARDS])
def test_a_row_that_was_mended_since_is_still_missing_in_the_recap(broken: Office, at: datetime) -> None:
    broken.sends()
    mend(broken)
    broken.coop.run(A_DAY_BEFORE + timedelta(minutes=20))
    broken.coop.run(AFTERWARDS - timedelta(minutes=5))
    broken.at = at

    assert len(broken.server.delivered) == 3
    summary, advice = said_of(broken)

    assert MENDED in summary
    assert NOT_AGAIN in advice
    assert INCOMPLETE in broken.reply_to("1")
    [recap] = [one for one in broken.history("1") if one["kind"] == "recap_24h"]
    assert recap["status"] == "sent"


def test_a_recap_still_to_come_is_said_to_show_the_whole_order(broken: Office) -> None:
    broken.member(recap_4h="yes")
    broken.sends()
    unmended = said_of(broken)
    mend(broken)

    mended = said_of(broken)
    broken.coop.run(utc("2026-06-12T12:05"))
    broken.at = utc("2026-06-12T12:10")
    whole = broken.checks("1")["last_messages"]

    assert LEFT in unmended[0]
    assert unmended[1] == NEXT_RUN
    assert mended == (MENDED, "nothing: another recap is still to leave, with all of the order")
    assert MENDED not in whole["summary"]
    assert INCOMPLETE not in broken.reply_to("1")


def test_everybody_is_told_the_same_of_a_recap_still_to_come(broken: Office) -> None:
    broken.member(recap_4h="yes")
    broken.sends()
    mend(broken)

    shown = " ".join(broken.invoke("check-member", "--all", "-v").stdout.split())

    assert f"{MENDED} -> nothing: another recap is still to leave" in shown


def test_nothing_to_do_is_not_said_beside_something_to_do(broken: Office) -> None:
    broken.member(recap_4h="yes")
    broken.sends()
    (broken.coop.folder / "orders.csv").unlink()
    broken.coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    summary, advice = said_of(broken)

    assert MENDED in summary
    assert advice == (
        "tell the member that it changed, and fetch the export of the orders; "
        "another recap is still to leave, with all of the order"
    )


def test_an_answer_that_got_lost_leaves_it_incomplete(broken: Office) -> None:
    broken.server.script.append(accept_then_drop)
    broken.sends()
    mend(broken)
    broken.coop.run(A_DAY_BEFORE + timedelta(minutes=20))

    [recap] = [one for one in broken.history("1") if one["kind"] == "recap_24h"]

    assert recap["status"] == "sent"
    assert said_of(broken) == (MENDED, NOT_AGAIN)


def test_a_row_that_broke_once_its_recap_had_left_whole_is_missing_in_none(broken: Office) -> None:
    mend(broken)
    broken.sends()
    broken.coop.write("orders.csv", ORDERS + BAD)

    summary, advice = said_of(broken)

    assert LEFT not in summary
    assert advice == NOTHING_FOLLOWS
    reply = broken.reply_to("1")
    assert "une ligne de commande n’a pas pu être lue. Nous nous en occupons" in reply
    assert "attend" not in reply
    assert INCOMPLETE not in reply


def test_the_tables_name_the_recap_that_is_incomplete(broken: Office) -> None:
    broken.sends()
    mend(broken)

    asked, logged = broken.invoke("check-member", "1").stdout, broken.invoke("log", "--member", "1").stdout
    others = broken.invoke("log", "--member", "2").stdout

    assert "accepted by example.org: a row of the order could not be read" in " ".join(asked.split())
    assert "a row of the order could not be read" in " ".join(logged.split())
    assert "could not be read" not in others


def test_what_was_only_written_is_not_said_to_have_left_incomplete(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.write("orders.csv", ORDERS + BAD)
    coop.run(A_DAY_BEFORE)
    coop.write("orders.csv", ORDERS + GOOD)

    with time_machine.travel(A_DAY_BEFORE + timedelta(minutes=5), tick=False):
        shown = CliRunner().invoke(main, ["-c", str(tmp_path / "config.yaml"), "check-member", "1"]).stdout

    assert "n’a pas pu être lue" in " ".join(shown.split()).partition("Réponse")[0]
    assert INCOMPLETE not in shown
