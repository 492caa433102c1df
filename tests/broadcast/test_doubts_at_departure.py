"""What the screen says of a mail's lists, a planned one says as it leaves, or it waits: nobody looks then."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.broadcast.planned import plan_broadcast
from cagette_notify.config import load as config
from cagette_notify.run.exit_status import exit_status_of
from tests.broadcast.test_departures import NOW, letters, planned, proposed, said_of_it
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

TIME = utc("2026-06-11T08:00")
ORDERS = "member;distribution;product;quantity;catalog\n2;d1;Miche;1;Pain\n"
LATER = "member;product;quantity;catalog\n3;Miche;1;Pain\n"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    made = Coop(tmp_path)
    made.write("orders.csv", ORDERS)
    made.run(NOW - timedelta(hours=1))
    return made


def a_second_distribution(coop: Coop, closes: str) -> None:
    with (coop.folder / "distributions.yaml").open("a") as file:
        file.write("- id: d2\n  group: lac\n  starts_at: 2026-06-19 18:00\n  orders: later.csv\n")
        file.write(f"  orders_open_at: 2026-06-05 08:00\n  orders_close_at: {closes}\n")
    coop.write("later.csv", LATER)


def said_as_it_leaves(report: RunReport) -> str:
    (said,) = (one.message for one in report.events if "leaves;" in one.message)
    return said.replace("\u00a0", " ")


@pytest.mark.long
@pytest.mark.parametrize("closes", ["2026-06-10 20:00", "2026-06-12 20:00"], ids=["closed", "open"])
def test_it_waits_for_orders_of_its_catalog_whose_file_is_torn(coop: Coop, closes: str) -> None:
    a_second_distribution(coop, closes)
    planned(coop, TIME, lists=("catalog:Pain",))
    coop.write("later.csv", LATER[: LATER.index("Miche") + 2])

    (said,) = said_of_it(coop.run(TIME))

    assert "waits: later.csv:2: it ends in the middle of this row" in said
    assert "the orders of d2 are not known" in said
    coop.write("later.csv", LATER)
    assert letters(coop.run(TIME + timedelta(minutes=5))) == {"sent": 3}


def test_it_waits_for_orders_of_its_catalog_that_are_gone_once_they_closed(coop: Coop) -> None:
    a_second_distribution(coop, "2026-06-10 20:00")
    planned(coop, TIME, lists=("catalog:Pain",))
    (coop.folder / "later.csv").unlink()

    waiting = coop.run(TIME)

    (said,) = said_of_it(waiting)
    assert "waits: --to: the orders of d2 are not known: who ordered only there is not written to" in said
    assert (letters(waiting), exit_status_of(waiting)) == ({}, 1)


def test_orders_that_are_open_still_need_not_be_there_and_that_is_said(coop: Coop) -> None:
    a_second_distribution(coop, "2026-06-12 20:00")
    planned(coop, TIME, lists=("catalog:Pain",))
    (coop.folder / "later.csv").unlink()

    report = coop.run(TIME)

    assert "the orders of d2 are not known: who ordered only there" in said_as_it_leaves(report)
    assert letters(report) == {"sent": 2}


def test_who_has_a_row_that_can_not_be_read_by_then_is_named_with_it_once(coop: Coop) -> None:
    planned(coop, TIME)
    coop.replace("members.csv", "3;Léa", "#N/A;Léa")

    report = coop.run(TIME, says_once=True)

    said = said_as_it_leaves(report)
    assert "left out: whose row in the data is to be corrected: Léa Roux (members.csv:4)" in said
    assert "once that is mended, the same broadcast command reaches whoever is missing" in said
    assert (letters(report), exit_status_of(report)) == ({"sent": 3}, 1)
    assert [line.replace("\u00a0", " ") for line in report.news].count(said) == 1
    assert coop.run(TIME + timedelta(minutes=5), says_once=True).news == ()


def test_whose_order_can_not_be_read_by_then_is_named_with_what_is_wrong_with_it(coop: Coop) -> None:
    planned(coop, TIME, lists=("with-order:d1",))
    coop.write("orders.csv", f"{ORDERS}3;d1;Miche;deux;Pain\nnobody;d1;Miche;1;Pain\n")

    said = said_as_it_leaves(coop.run(TIME))

    assert "of whom nobody can tell whether they have an order: Léa Roux (orders.csv:3)" in said
    assert "orders.csv:3: quantity:" in said
    assert "orders.csv:4: member:" in said
    assert [box.address for box in proposed(coop, TIME, None, lists=("with-order:d1",)).late] == []
    coop.write("orders.csv", f"{ORDERS}3;d1;Miche;2;Pain\n")
    late = proposed(coop, TIME + timedelta(hours=1), None, lists=("with-order:d1",)).late
    assert [box.address for box in late] == ["lea@example.org"]


def test_a_row_of_its_file_that_is_nobody_s_by_then_is_named(coop: Coop) -> None:
    named = coop.write("list.csv", "email\nzoe@example.org\nlea@example.org\n")
    planned(coop, TIME, lists=(f"file:{named}",))
    coop.replace("members.csv", "lea@example.org", "lea.roux@example.org")

    report = coop.run(TIME)

    assert "left out: not a member of the group: " in said_as_it_leaves(report)
    assert "list.csv:3" in said_as_it_leaves(report)
    assert letters(report) == {"sent": 1}


def let_age(coop: Coop, name: str) -> None:
    """Let a file be from before orders closed."""
    old = (TIME - timedelta(days=3)).timestamp()
    os.utime(coop.folder / name, (old, old))


@pytest.mark.long
@pytest.mark.parametrize(
    ("wanted", "count"), [("without-order:d1", 2), ("with-order:d1", 2), ("catalog:Pain", 2)]
)
def test_it_waits_for_an_export_of_orders_from_after_their_close(coop: Coop, wanted: str, count: int) -> None:
    planned(coop, TIME, lists=("coordinators", wanted) if wanted == "with-order:d1" else (wanted,))
    let_age(coop, "orders.csv")

    waiting = coop.run(TIME)

    (said,) = said_of_it(waiting)
    assert "waits: orders.csv: older than the end of orders (2026-06-10 20:00)" in said
    assert (letters(waiting), exit_status_of(waiting)) == ({}, 1)
    coop.write("orders.csv", ORDERS)
    assert letters(coop.run(TIME + timedelta(minutes=5)))["sent"] >= count


def test_orders_of_what_is_over_are_as_old_as_they_are_for_a_catalog(coop: Coop) -> None:
    a_second_distribution(coop, "2026-06-10 20:00")
    coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-10 21:00")
    coop.replace("distributions.yaml", "2026-06-12 19:30", "2026-06-10 22:00")
    planned(coop, TIME, lists=("catalog:Pain",))
    let_age(coop, "orders.csv")

    assert letters(coop.run(TIME)) == {"sent": 3}


@pytest.mark.parametrize("is_rehearsal", [True, False], ids=["rehearsal", "stale_orders: send"])
def test_that_orders_are_older_than_their_close_is_said_where_they_are_taken(
    coop: Coop, *, is_rehearsal: bool
) -> None:
    planned(coop, TIME, lists=("without-order:d1",))
    let_age(coop, "orders.csv")
    if not is_rehearsal:
        coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "stale_orders: send\n")

    report = coop.run(TIME, rehearsal=is_rehearsal)

    said = said_as_it_leaves(report)
    assert "older than their close: whoever ordered since counts as without an order" in said
    assert "once that is mended" not in said
    assert letters(report) == {"sent": 2}


def test_nothing_is_said_of_a_mail_that_reaches_all_who_have_an_address(coop: Coop) -> None:
    coop.write("members.csv", (coop.folder / "members.csv").read_text() + "4;Eva;Petit;;;\n")
    planned(coop, TIME)

    report = coop.run(TIME)

    assert (letters(report), report.events) == ({"sent": 4}, ())


OFF = f"{DISTRIBUTIONS}  cancelled: yes\n"
GONE = DISTRIBUTIONS.replace("id: d1", "id: d7").replace("06-12", "06-26")
TOLD_AT = A_DAY_BEFORE + timedelta(hours=2)


def told(coop: Coop, then: str, wanted: str) -> None:
    """Let recaps of d1 leave, and plan a mail while the distributions are as they were ``then``."""
    coop.run(A_DAY_BEFORE - timedelta(hours=1))
    coop.run(A_DAY_BEFORE, reads_at_once=True)
    coop.write("distributions.yaml", then)
    proposal = proposed(coop, A_DAY_BEFORE, TOLD_AT, lists=(wanted,))
    plan_broadcast(config.load(coop.folder / "config.yaml"), proposal, TOLD_AT, A_DAY_BEFORE)


@pytest.mark.long
@pytest.mark.parametrize(
    ("wanted", "then", "now", "why"),
    [
        ("told:d1", DISTRIBUTIONS, OFF, "d1 took place when it was planned, and is off now"),
        ("told:d1", DISTRIBUTIONS, GONE, "d1 took place when it was planned, and is off now"),
        ("with-order:d1", DISTRIBUTIONS, OFF, "d1 took place when it was planned, and is off now"),
        ("told:d1", OFF, DISTRIBUTIONS, "d1 was off when it was planned, and takes place now"),
        ("with-order:d1", OFF, DISTRIBUTIONS, "d1 was off when it was planned, and takes place now"),
        ("told:d1", GONE, DISTRIBUTIONS, "d1 was off when it was planned, and takes place now"),
    ],
)
def test_it_waits_where_what_it_is_about_was_called_off_meanwhile_or_takes_place_again(
    coop: Coop, wanted: str, then: str, now: str, why: str
) -> None:
    told(coop, then, wanted)
    coop.write("distributions.yaml", now)

    waiting = coop.run(TOLD_AT)

    (said,) = said_of_it(waiting)
    assert f"waits: {why}" in said
    assert letters(waiting) == {}
    coop.write("distributions.yaml", then)
    assert letters(coop.run(TOLD_AT + timedelta(minutes=5))) == {"sent": 2}


@pytest.mark.long
@pytest.mark.parametrize("wanted", ["told:d1", "with-order:d1"])
def test_that_it_is_off_leaves_as_planned_where_it_is_still(coop: Coop, wanted: str) -> None:
    told(coop, OFF, wanted)

    assert letters(coop.run(TOLD_AT)) == {"sent": 2}
