"""Whoever was told otherwise, and gets no correction, is counted until a letter has told them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import A_DAY_BEFORE, MEMBERS, ORDERS, Coop, counted, let_rest
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

MOVED_AT, LATER = utc("2026-06-11T17:00"), utc("2026-06-11T17:10")
EVENING = utc("2026-06-12T12:10")  # once the second recaps are due
TOLD, GYM, MONDAY = (
    "Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes",
    "Friday 12 June 2026 at 6:00\u00a0pm, Gymnase",
    "Monday 15 June 2026 at 6:00\u00a0pm, Salle des fêtes",
)
ZOE_S, NOEL_S = "1;d1;Tomates;2;2,50\n", "2;d1;Panier;1;12,50\n"
ZOE_S_ROW = "1;Zoé;Martin;zoe@example.org;;\n"
LETTER = "broadcast lac --to told:d1"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op whose three addresses were told of d1."""
    coop = Coop(tmp_path, "notices: {recap_4h: {default: yes}}\n")
    ordered(coop, ORDERS)
    assert counted(cron(coop, A_DAY_BEFORE))["sent"] == 3
    return coop


def cron(coop: Coop, at: datetime) -> RunReport:
    return coop.run(at, says_once=True)


def ordered(coop: Coop, text: str) -> None:
    let_rest(coop.write("orders.csv", text))


def moved(coop: Coop) -> None:
    coop.replace("distributions.yaml", "Salle des fêtes", "Gymnase")


def put_off(coop: Coop) -> None:
    coop.replace("distributions.yaml", "06-12 18:00", "06-15 18:00")
    coop.replace("distributions.yaml", "06-12 19:30", "06-15 19:30")


def said(count: int, now: str = GYM) -> str:
    where = "1 address" if count == 1 else f"{count} addresses"
    return f"d1 was told to {where} for {TOLD}, and it is {now}: no correction goes there"


def at_the_desk(coop: Coop, at: datetime) -> Office:
    return Office(coop, None, at)  # type: ignore[arg-type]  # nothing here asks Mailjet


def shown(coop: Coop, at: datetime = LATER) -> list[str]:
    """Return what status and check say of it, each once."""
    office = at_the_desk(coop, at)
    lines = (*office.invoke("status").stdout.splitlines(), *office.invoke("check").stderr.splitlines())
    return [line.partition(", as no order")[0] for line in lines if "no correction goes there" in line]


@pytest.mark.long
@pytest.mark.parametrize(
    ("now", "move"), [(GYM, moved), (MONDAY, put_off)], ids=["another place", "another day"]
)
@pytest.mark.parametrize(("gone", "count"), [(ZOE_S, 1), (NOEL_S, 2)])
def test_whose_order_is_gone_is_counted_by_a_run_once_and_by_status_and_check(
    coop: Coop, gone: str, count: int, now: str, move: Callable[[Coop], None]
) -> None:
    ordered(coop, ORDERS.replace(gone, ""))
    move(coop)

    first, second = cron(coop, MOVED_AT), cron(coop, LATER)

    assert counted(first)["sent"] == 3 - count
    assert [line.startswith(said(count, now)) and LETTER in line for line in first.news] == [True]
    assert second.news == ()
    assert shown(coop) == [said(count, now)] * 2


@pytest.mark.long
@pytest.mark.parametrize(
    "row",
    [
        "",
        "1;Zoé;Martin;zoe@example.org;;;rien\n",
        "1;Paul;Petit;paul@example.org;;;lac\n",
        "1;Zoé;Martin;zoe@example.org;;;bois\n",
    ],
    ids=["has left", "set aside", "somebody else's number", "of another group"],
)
def test_whoever_is_no_member_any_more_is_counted(coop: Coop, row: str) -> None:
    header, rest = (
        MEMBERS.replace(";;\n", ";;;lac\n")
        .replace("maelle@example.org", "maelle@example.org;lac")
        .split("\n", 1)
    )
    coop.write("groups.yaml", (coop.folder / "groups.yaml").read_text() + "- {id: bois, name: Les Bois}\n")
    coop.write("members.csv", f"{header};groups\n{rest}".replace("1;Zoé;Martin;zoe@example.org;;;lac\n", row))
    moved(coop)

    first = cron(coop, MOVED_AT)

    assert coop.mailed().count("zoe@example.org") == 1
    assert any(line.startswith(said(1)) and LETTER in line for line in first.news)
    assert shown(coop) == [said(1)] * 2


def test_an_address_that_was_spoilt_since_is_corrected_where_it_was_told(coop: Coop) -> None:
    coop.replace("members.csv", "zoe@example.org", "zoe@")
    moved(coop)

    assert counted(cron(coop, MOVED_AT))["sent"] == 3
    assert shown(coop) == []


def test_while_the_orders_are_gone_the_correction_waits_and_is_named_as_such(coop: Coop) -> None:
    (coop.folder / "orders.csv").unlink()
    moved(coop)

    waits = [line for line in cron(coop, MOVED_AT).news if f"d1 was told to 3 addresses for {TOLD}" in line]

    assert ["the correction waits for the orders" in line for line in waits] == [True]
    assert shown(coop) == []


def test_another_reader_of_the_address_who_is_corrected_suffices(coop: Coop) -> None:
    coop.replace("members.csv", "lea@example.org", "zoe@example.org")
    ordered(coop, f"{ORDERS}3;d1;Pain;1;4\n")
    cron(coop, MOVED_AT)
    ordered(coop, f"{ORDERS}3;d1;Pain;1;4\n".replace(ZOE_S, ""))
    moved(coop)

    assert cron(coop, LATER).news == ()
    assert shown(coop) == []


@pytest.mark.dear
def test_a_letter_ends_it_until_it_is_moved_once_more(coop: Coop) -> None:
    coop.write("groups.yaml", f"{(coop.folder / 'groups.yaml').read_text()}  colour: bleue\n")
    ordered(coop, ORDERS.replace(ZOE_S, ""))
    moved(coop)
    cron(coop, MOVED_AT)
    coop.replace("groups.yaml", "  colour: bleue\n", "")
    assert not cron(coop, LATER).all_well_again
    body = coop.write("letter.md", "Au gymnase.\n")
    typed = ("lac", "-s", "Gymnase", "--body", str(body), "--yes")
    at_the_desk(coop, LATER).invoke("broadcast", *typed, "--to", "with-order:d1")
    assert shown(coop) == [said(1)] * 2

    letter = at_the_desk(coop, LATER).invoke("broadcast", *typed, "--to", "told:d1")
    after = cron(coop, LATER + timedelta(minutes=10))

    assert "3 mails" in letter.stdout
    assert after.all_well_again
    assert shown(coop, LATER + timedelta(minutes=10)) == []
    assert counted(cron(coop, EVENING))["sent"] == 2
    assert shown(coop, EVENING) == []
    moved_again = EVENING + timedelta(minutes=10)
    ordered(coop, ORDERS.replace(ZOE_S, "").replace(NOEL_S, "3;d1;Pain;1;4\n"))
    coop.replace("distributions.yaml", "Gymnase", "Mairie")
    assert len([line for line in cron(coop, moved_again).news if "no correction goes there" in line]) == 2
    assert len(shown(coop, moved_again)) == 4


def test_what_is_moved_back_or_has_begun_is_counted_no_more(coop: Coop) -> None:
    ordered(coop, ORDERS.replace(ZOE_S, ""))
    moved(coop)
    cron(coop, MOVED_AT)
    assert shown(coop, utc("2026-06-12T16:01")) == []
    coop.replace("distributions.yaml", "Gymnase", "Salle des fêtes")

    assert cron(coop, LATER).news == ()
    assert shown(coop) == []


def test_whoever_was_forgotten_is_nobody_to_write_to(coop: Coop) -> None:
    coop.replace("members.csv", ZOE_S_ROW, "")
    ordered(coop, ORDERS.replace(ZOE_S, ""))
    at_the_desk(coop, MOVED_AT).invoke("forget", "zoe@example.org", "--yes")
    moved(coop)

    assert cron(coop, MOVED_AT).news == ()
    assert shown(coop) == []


def test_what_is_another_group_s_now_is_said_as_such_alone(coop: Coop) -> None:
    coop.write("groups.yaml", (coop.folder / "groups.yaml").read_text() + "- {id: bois, name: Les Bois}\n")
    coop.write("members.csv", MEMBERS.replace("email\n", "email;groups\n").replace(";;\n", ";;;lac\n"))
    coop.replace("distributions.yaml", "group: lac", "group: bois")
    moved(coop)

    assert any("is of group bois now" in line and LETTER in line for line in cron(coop, MOVED_AT).news)
    assert shown(coop) == []
