"""Orders that are missing or too old: a trouble while a recap may still leave, and not a day longer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, LONG_AGO, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOUR_HOURS_BEFORE = utc("2026-06-12T12:05")
BEGUN = utc("2026-06-12T16:05")
OVER = utc("2026-06-14T07:00")
NOT_THERE = "orders.csv: not there yet: the recaps of d1 wait for it"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """A co-op of three, of whom Léa ordered nothing."""
    return Coop(tmp_path)


def lose(coop: Coop) -> None:
    (coop.folder / "orders.csv").unlink()


def make_old(coop: Coop) -> None:
    os.utime(coop.folder / "orders.csv", (0, 0))


def cut(coop: Coop) -> None:
    (coop.folder / "orders.csv").write_text("member;distribution", encoding="utf-8")


def troubles(coop: Coop) -> list[str]:
    with open_ledger(coop.folder / "ledger.sqlite3", read_only=True) as ledger:
        return list(RunMemory(ledger, "outbox").troubles())


@pytest.mark.parametrize("spoil", [lose, make_old, cut])
@pytest.mark.parametrize("at", [BEGUN, OVER])
def test_orders_that_nobody_needs_any_more_are_no_trouble(
    coop: Coop, spoil: Callable[[Coop], None], at: object
) -> None:
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.run(FOUR_HOURS_BEFORE, says_once=True)
    spoil(coop)

    report = coop.run(at, says_once=True)  # type: ignore[arg-type]

    assert (report.news, exit_status_of(report), troubles(coop)) == ((), 0, [])


@pytest.mark.parametrize("spoil", [lose, make_old, cut])
def test_whoever_lacks_a_recap_is_still_told_of_once(coop: Coop, spoil: Callable[[Coop], None]) -> None:
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.replace("members.csv", "3;Léa", "4;Eva;Petit;eva@example.org;;\n3;Léa")
    spoil(coop)
    coop.run(FOUR_HOURS_BEFORE, says_once=True)

    report, after = coop.run(BEGUN, says_once=True), coop.run(OVER, says_once=True)

    assert len(report.news) == 1
    assert "d1 has started, and not all of its mails could leave" in report.news[0]
    assert (after.news, troubles(coop)) == ((), [])


def test_whoever_ordered_nothing_while_the_orders_were_known_lacks_no_recap(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity\n")
    coop.run(A_DAY_BEFORE, says_once=True)
    lose(coop)

    assert coop.run(OVER, says_once=True).news == ()


def test_a_trouble_with_orders_ends_with_what_it_kept_from_leaving(coop: Coop) -> None:
    lose(coop)
    waiting = coop.run(A_DAY_BEFORE, says_once=True)
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-26")

    coop.run(FOUR_HOURS_BEFORE, says_once=True)

    assert NOT_THERE in waiting.news
    assert troubles(coop) == []


def test_rows_of_an_order_that_is_over_are_no_trouble_any_more_and_no_better(coop: Coop) -> None:
    coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", "2;d1;Panier;1;12,50\n9;d1;Pain;1;2\n")
    first = coop.run(A_DAY_BEFORE, says_once=True)

    last, after = coop.run(BEGUN, says_once=True), coop.run(OVER, says_once=True)

    assert first.news == ("orders.csv:4: member: names no member of the group: '9'",)
    assert (last.news, last.all_well_again, troubles(coop)) == ((), False, [])
    assert not after.all_well_again


def test_rows_that_somebody_mended_by_the_start_are(coop: Coop) -> None:
    coop.replace("orders.csv", "2;d1;Panier;1;12,50\n", "2;d1;Panier;1;12,50\n9;d1;Pain;1;2\n")
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.replace("orders.csv", "9;d1;Pain;1;2\n", "")

    assert coop.run(BEGUN, says_once=True).all_well_again


def test_nor_is_anything_mended_by_a_distribution_that_is_put_off(coop: Coop) -> None:
    lose(coop)
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.replace("distributions.yaml", "2026-06-12", "2026-06-26")

    report = coop.run(FOUR_HOURS_BEFORE, says_once=True)

    assert (report.all_well_again, troubles(coop)) == (False, [])


def test_while_a_recap_may_still_leave_missing_orders_are_a_trouble(coop: Coop) -> None:
    lose(coop)

    report = coop.run(A_DAY_BEFORE, says_once=True)

    assert counted(report) == {"skipped": 3}
    assert (report.news, troubles(coop)) == ((NOT_THERE,), [NOT_THERE])


@pytest.mark.long
@pytest.mark.parametrize("spoil", [lose, cut])
def test_a_correction_that_waits_for_its_orders_till_the_start_is_missed_even_on_the_first_day(
    coop: Coop, spoil: Callable[[Coop], None]
) -> None:
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.replace("distributions.yaml", "2026-06-12 18:00", "2026-06-11 19:00")
    coop.replace("distributions.yaml", "2026-06-12 19:30", "2026-06-11 19:30")
    spoil(coop)
    coop.run(utc("2026-06-11T16:10"), says_once=True)

    report = coop.run(utc("2026-06-11T17:05"), says_once=True)

    assert any("d1 has started, and not all of its mails could leave" in line for line in report.news)


@pytest.mark.parametrize(("day", "missed"), [("2026-06-12", 3), ("2026-06-13", 2)])
def test_whoever_turned_a_recap_on_once_it_was_over_has_missed_none(
    tmp_path: Path, day: str, missed: int
) -> None:
    """Between the last run and the next, who of the two gave 2026-06-12 had it on in time."""
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    coop.write(
        "notifications.csv", f"member;kind;value;date\n1;recap_4h;yes;{day}\n2;recap_4h;yes;2026-06-12\n"
    )

    report = coop.run(utc("2026-06-13T06:00"))

    assert counted(report)["expired"] == missed


ROWS = ("1;d1;Tomates;;2,50", "1;d1;Tomates;2;cheap")
LATE = "recap_24h of distribution d1: came too late and was not sent; addresses concerned: 1"


@pytest.mark.parametrize("row", ROWS)
def test_a_recap_that_waited_for_a_row_in_vain_is_said_with_the_row(coop: Coop, row: str) -> None:
    coop.write("orders.csv", f"member;distribution;product;quantity;price\n3;d1;Lait;1;3\n{row}\n")
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.run(FOUR_HOURS_BEFORE, says_once=True)

    begun = coop.run(BEGUN, says_once=True)

    assert f"{LATE} (a row of the order could not be read: orders.csv:3)" in begun.news


def test_several_such_rows_of_an_order_are_said_together(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity;price\n{}\n{}\n".format(*ROWS))
    coop.run(A_DAY_BEFORE, says_once=True)

    begun = coop.run(BEGUN, says_once=True)

    assert f"{LATE} (rows of the order could not be read: orders.csv:2, orders.csv:3)" in begun.news


@pytest.mark.parametrize(
    ("named", "addresses"),
    [
        ("zoe@example.org Roux Léa", ["lea@example.org", "zoe@example.org"]),
        ("1|3", ["lea@example.org", "zoe@example.org"]),
        ("Léa Rouxx", ["lea@example.org"]),
        ("", []),
        ("9", []),
    ],
)
def test_a_recap_that_waited_for_a_row_of_one_of_several_came_too_late_to_each(
    coop: Coop, named: str, addresses: list[str]
) -> None:
    coop.write(
        "orders.csv",
        f"member;distribution;product;quantity;price\n2;d1;Lait;1;3\n{named};d1;Tomates;2;2,50\n",
    )
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.run(FOUR_HOURS_BEFORE, says_once=True)

    begun = coop.run(BEGUN, says_once=True)

    late = {entry.key.address: entry.detail for entry in coop.entries() if entry.status is Status.EXPIRED}
    why = "a row that may be of the order can't be attributed: orders.csv:3"
    assert late == dict.fromkeys(addresses, why)
    assert any(line.endswith(f"addresses concerned: {len(late)} ({why})") for line in begun.news) is bool(
        late
    )


def test_where_no_run_came_in_time_no_row_is_to_blame(coop: Coop) -> None:
    coop.run(LONG_AGO, says_once=True)
    coop.write("orders.csv", f"member;distribution;product;quantity;price\n{ROWS[0]}\n")

    assert LATE in coop.run(BEGUN, says_once=True).news


LAST_CHANCE = utc("2026-06-12T15:50")
NO_RECAP = (
    "distribution d1 has started, and no recap of it could leave: its orders came too late (orders.csv)"
)
SOME_LACK_THEIRS = NO_RECAP.replace("no recap of it", "not all of its mails")
CAME_LATE = f"{LATE[:-1]}3 (its orders came too late (orders.csv))"


@pytest.mark.parametrize("spoil", [lose, make_old, cut])
def test_orders_that_come_between_the_last_run_and_the_start_came_too_late(
    coop: Coop, spoil: Callable[[Coop], None]
) -> None:
    orders = (coop.folder / "orders.csv").read_bytes()
    spoil(coop)
    for at in (A_DAY_BEFORE, FOUR_HOURS_BEFORE, LAST_CHANCE):
        coop.run(at, says_once=True)
    coop.write("orders.csv", orders)

    begun, after = coop.run(BEGUN, says_once=True), coop.run(OVER, says_once=True)

    assert begun.news == (NO_RECAP, CAME_LATE)
    assert (after.news, begun.all_well_again, after.all_well_again) == ((), False, False)
    assert {entry.detail for entry in coop.entries()} == {"its orders came too late (orders.csv)"}


def test_so_did_a_row_that_somebody_mends_then(coop: Coop) -> None:
    coop.replace("orders.csv", "1;d1;Tomates;2;", "1;d1;Tomates;deux;")
    for at in (A_DAY_BEFORE, FOUR_HOURS_BEFORE, LAST_CHANCE):
        coop.run(at, says_once=True)
    coop.replace("orders.csv", "deux", "2")

    begun = coop.run(BEGUN, says_once=True)

    assert begun.news == (
        SOME_LACK_THEIRS,
        f"{LATE} (its orders came too late (orders.csv))",
    )


def test_orders_that_may_have_come_while_no_run_did_are_not_to_blame(coop: Coop) -> None:
    orders = (coop.folder / "orders.csv").read_bytes()
    lose(coop)
    coop.run(A_DAY_BEFORE, says_once=True)
    coop.run(FOUR_HOURS_BEFORE, says_once=True)
    coop.write("orders.csv", orders)

    assert coop.run(BEGUN, says_once=True).news == (f"{LATE[:-1]}3",)
