"""Orders that somebody may still be writing: nothing leaves on their word, and nothing is lost."""

from __future__ import annotations

import os
import threading
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.history import HistoryBook, HistoryFilter
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.nothing_due import nothing_can_be_due
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, ORDERS, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
STARTS_AT = utc("2026-06-12T16:00")
BEFORE_ALL = utc("2026-06-10T18:30")
CUT = "member;distribution;product;quantity;price\n1;d1;Tomates;2;2,50\n2;d1;Pan"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op whose first run is over, and whose orders came long ago."""
    coop = Coop(tmp_path)
    coop.run(BEFORE_ALL)
    written(coop, BEFORE_ALL)
    return coop


def written(coop: Coop, at: datetime, orders: str = ORDERS, name: str = "orders.csv") -> None:
    """Write orders, as if at that moment."""
    os.utime(coop.write(name, orders), (at.timestamp(),) * 2)


def cron(coop: Coop, at: datetime = A_DAY_BEFORE, **request: bool) -> RunReport:
    return coop.run(at, says_once=True, **request)


@pytest.mark.parametrize(
    ("age", "waits"),
    [(SECOND * 0, True), (4 * SECOND, True), (6 * SECOND, False), (MINUTE, False), (-MINUTE, False)],
)
def test_orders_of_the_last_five_seconds_are_left_to_the_next_run_in_silence(
    coop: Coop, age: timedelta, waits: bool
) -> None:
    written(coop, A_DAY_BEFORE - age)

    first, second = cron(coop), cron(coop, A_DAY_BEFORE + MINUTE * 10)

    assert (first.news, exit_status_of(first)) == ((), 0)
    assert [counted(one).get("sent", 0) for one in (first, second)] == ([0, 3] if waits else [3, 0])
    assert len(coop.mailed()) == 3


@pytest.mark.parametrize("age", [SECOND, MINUTE])
@pytest.mark.parametrize("name", ["orders.csv", "duties.csv"])
def test_why_somebody_gets_nothing_is_left_to_the_run_that_reads_the_file(
    coop: Coop, name: str, age: timedelta
) -> None:
    """Of whoever it names, and of whoever it does not, nobody can tell before."""
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: duties.csv\n")
    written(coop, BEFORE_ALL, "distribution;role;member\nd1;Table;1\n", "duties.csv")
    written(coop, A_DAY_BEFORE - age, (coop.folder / name).read_text(encoding="utf-8"), name)

    cron(coop)

    kind, reason = ("recap_24h", "no_order") if name == "orders.csv" else ("duty", "no_duty")
    with open_ledger(coop.folder / "ledger.sqlite3", read_only=True) as ledger:
        noted = HistoryBook(ledger, "outbox").find(HistoryFilter(kind=kind, status="skipped", once=True))
        reasons = {one.reason for one in noted} - {"before_first_run"}
    assert reasons == (set() if age == SECOND else {reason})


def test_a_run_that_left_orders_to_the_next_one_lets_it_not_rest(coop: Coop) -> None:
    written(coop, A_DAY_BEFORE)
    cron(coop)

    assert not nothing_can_be_due(coop.folder / "config.yaml", A_DAY_BEFORE + 5 * MINUTE)


@pytest.mark.parametrize(("left", "waits"), [(15 * MINUTE, False), (16 * MINUTE, True)])
def test_what_would_be_too_late_in_the_next_run_is_read_now(coop: Coop, left: timedelta, waits: bool) -> None:
    at = STARTS_AT - left
    written(coop, at)

    assert counted(cron(coop, at)).get("sent", 0) == (0 if waits else 3)


@pytest.mark.parametrize(("told_ahead", "waits"), [(10 * MINUTE, False), (16 * MINUTE, True)])
def test_a_correction_can_wait_only_while_the_hour_that_was_told_is_ahead(
    coop: Coop, told_ahead: timedelta, waits: bool
) -> None:
    cron(coop)
    at = STARTS_AT - told_ahead
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 19:00")
    written(coop, at)

    report = cron(coop, at)

    assert counted(report).get("sent", 0) == (0 if waits else 3)


@pytest.mark.parametrize("request_", [{"reads_at_once": True}, {"dry_run": True}, {"rehearsal": True}])
def test_who_does_not_come_back_reads_at_once(coop: Coop, request_: dict[str, bool]) -> None:
    written(coop, A_DAY_BEFORE)

    report = coop.run(A_DAY_BEFORE, says_once=True, **request_)

    assert sum(counted(report).get(one, 0) for one in ("sent", "would_send")) == 3


@pytest.mark.parametrize("text", [CUT, CUT[:-4], f"{CUT}ier;1", f'{CUT}ier;1;"12,5'])
def test_orders_that_end_inside_a_record_stop_all_their_recaps_until_they_are_whole(
    coop: Coop, text: str
) -> None:
    written(coop, BEFORE_ALL, text)

    cut = cron(coop)
    written(coop, BEFORE_ALL)
    whole = cron(coop, A_DAY_BEFORE + 10 * MINUTE)

    assert (counted(cut).get("sent", 0), exit_status_of(cut)) == (0, 65)
    assert cut.news[0].startswith("orders.csv:3: ")
    assert counted(whole)["sent"] == 3


def test_orders_in_yaml_that_end_inside_a_record_stop_their_recaps(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.replace("config.yaml", "orders: orders.csv", "orders: orders.yaml")
    whole = "- member: 1\n  distribution: d1\n  product: Pain\n  quantity: 2\n- member: 2\n  distribution: d1"
    coop.write("orders.yaml", whole)
    coop.run(BEFORE_ALL)

    cut = cron(coop)
    coop.write("orders.yaml", f"{whole}\n  product: Pain\n  quantity: 1")

    assert (counted(cut).get("sent", 0), exit_status_of(cut)) == (0, 65)
    assert cut.news[0].startswith("orders.yaml:5: it ends in the middle of this row")
    assert counted(cron(coop, A_DAY_BEFORE + 10 * MINUTE))["sent"] == 3


@pytest.mark.parametrize("ending", ["", "\n"])
def test_a_last_line_that_is_whole_needs_no_end(coop: Coop, ending: str) -> None:
    written(coop, BEFORE_ALL, ORDERS.rstrip("\n") + ending)

    assert counted(cron(coop))["sent"] == 3


def test_cut_orders_of_one_distribution_stop_no_other(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    other = "- id: d2\n  group: lac\n  starts_at: 2026-06-12 18:00\n  orders: d2.csv\n"
    coop.write("distributions.yaml", DISTRIBUTIONS + other)
    coop.write("d2.csv", "member;product;quantity\n3;Pain;1\n3;Lait")
    coop.run(BEFORE_ALL)

    report = cron(coop)

    assert (counted(report)["sent"], exit_status_of(report)) == (3, 1)
    assert "lea@example.org" not in coop.mailed()


@pytest.mark.dear
def test_on_a_terminal_a_run_waits_until_the_orders_have_rested(coop: Coop) -> None:
    written(coop, A_DAY_BEFORE - 3 * SECOND)
    began = time.monotonic()

    def clock() -> datetime:
        return A_DAY_BEFORE + timedelta(seconds=time.monotonic() - began)

    report = coop.run_by(clock)

    assert counted(report)["sent"] == 3
    assert 1 <= time.monotonic() - began < 5


def test_on_a_terminal_nobody_waits_for_orders_that_no_mail_needs(coop: Coop) -> None:
    at = A_DAY_BEFORE - 60 * MINUTE
    written(coop, at)
    began = time.monotonic()
    coop.run(at)

    assert time.monotonic() - began < 2


def test_without_a_terminal_nobody_waits(coop: Coop) -> None:
    written(coop, A_DAY_BEFORE)
    began = time.monotonic()
    cron(coop)

    assert time.monotonic() - began < 3


@pytest.mark.dear
def test_while_a_run_waits_some_seconds_for_orders_another_one_may_send(coop: Coop) -> None:
    written(coop, A_DAY_BEFORE)
    waiting = threading.Thread(target=coop.run, args=(A_DAY_BEFORE,), daemon=True)
    waiting.start()
    time.sleep(0.5)

    report = cron(coop, A_DAY_BEFORE + MINUTE)

    assert counted(report)["sent"] == 3
    waiting.join(10)  # though by its clock they never get older
    assert not waiting.is_alive()
