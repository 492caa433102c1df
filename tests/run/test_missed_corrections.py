"""What was put off, and could not be corrected before the hour that was told: those who came hear of it."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, GROUPS, ORDERS, Coop, counted
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

MOVED_AT, BEGUN, LATER = utc("2026-06-11T17:00"), utc("2026-06-12T16:05"), utc("2026-06-12T16:30")
TOLD = "Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes"
MONDAY = "Monday 15 June 2026 at 6:00\u00a0pm, Salle des fêtes"
SATURDAY = "Saturday 13 June 2026 at 10:00\u00a0am, Salle des fêtes"
OWN_ORDERS = f"{DISTRIBUTIONS}  orders: lac-{{date}}.csv\n"
WAITS = (
    "d1 was told to 3 addresses for {told}, and it is {now}: the correction waits for the orders: {file} "
    "(waiting)"
)
TOO_LATE = (
    "correction of distribution d1: came too late and was not sent; addresses concerned: 3 "
    "(told {told}; it is {now})"
)
LETTER = "broadcast lac --to told:d1"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op whose recaps have left, each day of which has its own export of orders."""
    coop = Coop(tmp_path)
    coop.write("distributions.yaml", OWN_ORDERS)
    exported(coop, "2026-06-12")
    assert counted(cron(coop, A_DAY_BEFORE))["sent"] == 3
    return coop


def cron(coop: Coop, at: datetime) -> RunReport:
    return coop.run(at, says_once=True)


def exported(coop: Coop, day: str) -> None:
    path = coop.write(f"lac-{day}.csv", ORDERS.replace("distribution;", "").replace(";d1", ""))
    moment = utc("2026-06-11T10:00").timestamp()
    os.utime(path, (moment, moment))


def put_off(coop: Coop, to: str = "06-15 18:00") -> None:
    moved = OWN_ORDERS.replace("06-12 18:00", to).replace("06-12 19:30", f"{to[:5]} 21:00")
    coop.write("distributions.yaml", moved)


@pytest.mark.long
@pytest.mark.parametrize(("to", "now"), [("06-15 18:00", MONDAY), ("06-13 10:00", SATURDAY)])
def test_a_correction_that_waits_for_orders_is_said_at_once_and_once_it_is_too_late(
    coop: Coop, to: str, now: str
) -> None:
    put_off(coop, to)

    waits, nothing_new, too_late, after = (
        cron(coop, at) for at in (MOVED_AT, MOVED_AT + timedelta(minutes=10), BEGUN, LATER)
    )

    assert WAITS.format(told=TOLD, now=now, file=f"lac-2026-{to[:5]}.csv") in waits.news
    assert nothing_new.news == ()
    assert TOO_LATE.format(told=TOLD, now=now) in too_late.news
    assert any(LETTER in line for line in too_late.news)
    assert (after.news, after.all_well_again) == ((), False)


def test_all_is_well_again_only_once_those_told_were_written_to(coop: Coop) -> None:
    put_off(coop)
    cron(coop, MOVED_AT)
    coop.write("groups.yaml", f"{GROUPS}  colour: bleue\n")
    cron(coop, BEGUN)
    coop.write("groups.yaml", GROUPS)
    office = Office(coop, None, LATER)  # type: ignore[arg-type]  # nothing here asks Mailjet

    assert not cron(coop, LATER).all_well_again
    assert LETTER in office.invoke("status").stdout
    body = coop.write("letter.md", "Lundi, pas vendredi.\n")
    letter = office.invoke("broadcast", "lac", "--to", "told:d1", "-s", "Lundi", "--body", str(body), "--yes")

    assert "3 mails" in letter.stdout
    assert cron(coop, LATER + timedelta(minutes=10)).all_well_again
    assert LETTER not in office.invoke("status").stdout


@pytest.mark.long
@pytest.mark.parametrize("seen_at", [BEGUN, LATER])
def test_re_dated_once_it_took_place_nobody_lacks_a_correction(coop: Coop, seen_at: datetime) -> None:
    cron(coop, BEGUN - timedelta(minutes=10))
    put_off(coop)

    assert cron(coop, seen_at).news == ()


def test_moved_back_before_it_took_place_nobody_lacks_one_when_it_is_re_dated(coop: Coop) -> None:
    put_off(coop)
    cron(coop, MOVED_AT)
    coop.write("distributions.yaml", OWN_ORDERS)
    cron(coop, MOVED_AT + timedelta(minutes=10))
    cron(coop, BEGUN)
    put_off(coop)

    assert cron(coop, LATER).news == ()


def test_whoever_was_corrected_or_has_no_order_lacks_none(coop: Coop) -> None:
    put_off(coop)
    cron(coop, MOVED_AT)
    exported(coop, "2026-06-15")
    coop.replace("lac-2026-06-15.csv", "1;Tomates;2;2,50\n", "")

    assert counted(cron(coop, MOVED_AT + timedelta(minutes=10)))["sent"] == 2
    assert cron(coop, BEGUN).news == ()


def test_the_recap_of_the_new_day_leaves_all_the_same(coop: Coop) -> None:
    put_off(coop, "06-13 10:00")
    for at in (MOVED_AT, BEGUN):
        cron(coop, at)
    exported(coop, "2026-06-13")

    report = cron(coop, LATER)

    assert counted(report)["sent"] == 3
    assert not any(entry.status is Status.EXPIRED for entry in coop.entries("d1"))
    assert not any(line.is_correction for line in report.lines)


def again_an_hour_later(coop: Coop) -> datetime:
    put_off(coop, "06-12 19:00")
    assert counted(cron(coop, MOVED_AT))["sent"] == 3
    return BEGUN + timedelta(hours=1)


def without_its_orders(coop: Coop) -> datetime:
    put_off(coop, "06-13 10:00")
    cron(coop, MOVED_AT)
    return BEGUN


@pytest.mark.parametrize("moved", [again_an_hour_later, without_its_orders])
def test_it_leaves_in_the_very_run_that_finds_that_no_correction_left_in_time(
    coop: Coop, moved: Callable[[Coop], datetime]
) -> None:
    at = moved(coop)
    put_off(coop, "06-13 10:00")
    exported(coop, "2026-06-13")

    report = cron(coop, at)

    assert {status: n for status, n in counted(report).items() if n == 3} == {"sent": 3, "expired": 3}
    assert any("correction of distribution d1: came too late" in line for line in report.news)
    assert counted(cron(coop, at + timedelta(minutes=10))).keys() <= {"skipped"}
