"""The first run of a kind in a group: what was due before it is held back, said, and sent on demand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.config import load as config
from cagette_notify.helpdesk.status import service_status
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.history import HistoryBook, HistoryFilter
from tests.fixtures.coop import A_DAY_BEFORE, CONFIG, DISTRIBUTIONS, OPENED, ORDERS, Coop, counted
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import a_kept_ledger, change
from tests.ledger.kept import Scene

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

ON = "notices: {recap_4h: {default: yes}}\n"
EARLIER = utc("2026-06-11T15:50")
DUE = utc("2026-06-12T12:00")
TWO_HOURS_LATE = utc("2026-06-12T14:00")
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """A co-op that mails for a day already: three have had the recap of 24 hours before."""
    coop = Coop(tmp_path)
    coop.run(EARLIER)
    assert counted(coop.run(A_DAY_BEFORE))["sent"] == 3
    return coop


def turn(coop: Coop, setting: str) -> None:
    coop.write("config.yaml", CONFIG + coop.extra + setting)


def skipped(coop: Coop) -> set[tuple[str, str]]:
    """Return who got no recap of four hours before, and why."""
    with open_ledger(coop.folder / "ledger.sqlite3", read_only=True) as ledger:
        wanted = HistoryFilter(kind="recap_4h", status="skipped", once=True)
        return {(one.member_id, one.reason) for one in HistoryBook(ledger, "outbox").find(wanted)}


def test_a_kind_that_was_turned_on_floods_nobody_and_is_not_silent_either(coop: Coop) -> None:
    turn(coop, ON)

    first, second = coop.run(TWO_HOURS_LATE), coop.run(TWO_HOURS_LATE + TEN_MINUTES)

    assert "sent" not in counted(first) | counted(second)
    (said,) = first.news
    assert said.startswith("due before the first run, and held back so that nobody is flooded: 3 mails;")
    assert said.endswith("to send them: cagette-notify send-due --lookback 3h")
    assert second.news == ()
    assert {reason for _member, reason in skipped(coop)} == {"before_first_run", "no_order"}


def test_what_it_held_back_leaves_on_demand(coop: Coop) -> None:
    turn(coop, ON)
    coop.run(TWO_HOURS_LATE)

    asked = coop.run(TWO_HOURS_LATE + TEN_MINUTES, lookback=timedelta(hours=3))

    assert counted(asked)["sent"] == 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("ago", "sent"),
    [(timedelta(hours=1), 3), (timedelta(hours=1, seconds=1), 0)],
    ids=["within the look-back", "a second more"],
)
def test_it_looks_back_as_far_as_any_first_run(coop: Coop, ago: timedelta, sent: int) -> None:
    turn(coop, ON)

    assert counted(coop.run(DUE + ago)).get("sent", 0) == sent


def test_what_is_due_since_it_was_turned_on_is_owed_however_late_a_run_comes(coop: Coop) -> None:
    turn(coop, ON)
    coop.run(DUE - TEN_MINUTES)

    assert counted(coop.run(TWO_HOURS_LATE))["sent"] == 3


def test_whoever_had_turned_it_on_themselves_loses_nothing(coop: Coop) -> None:
    coop.write("notifications.csv", "member;kind;value\n1;recap_4h;oui\n")
    coop.run(A_DAY_BEFORE + TEN_MINUTES)
    turn(coop, ON)

    report = coop.run(TWO_HOURS_LATE)

    assert counted(report)["sent"] == 1
    assert {line.member for line in report.lines if line.status == "sent"} == {"1"}
    assert ("2", "before_first_run") in skipped(coop)


def test_turned_off_for_a_while_it_has_another_first_run(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=ON)
    coop.run(EARLIER)
    coop.write("config.yaml", CONFIG)
    coop.run(A_DAY_BEFORE)
    coop.write("config.yaml", CONFIG + ON)

    assert "sent" not in counted(coop.run(TWO_HOURS_LATE))


def test_a_rehearsal_is_no_first_run_of_a_kind(coop: Coop) -> None:
    turn(coop, ON)
    coop.run(DUE - TEN_MINUTES, rehearsal=True)

    assert "sent" not in counted(coop.run(TWO_HOURS_LATE))


def test_a_group_that_has_its_first_run_with_the_kind_on_is_as_any_other(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=ON)
    coop.run(EARLIER)

    assert counted(coop.run(TWO_HOURS_LATE))["sent"] == 3


def test_status_promises_nothing_that_the_first_run_will_hold_back(coop: Coop) -> None:
    turn(coop, ON)

    loaded = config.load(coop.folder / "config.yaml")
    late = service_status(loaded, timedelta(days=1), TWO_HOURS_LATE).upcoming
    in_time = service_status(loaded, timedelta(days=1), DUE - TEN_MINUTES).upcoming

    assert [one.addresses for one in late] == []
    assert [(one.kind, one.addresses) for one in in_time] == [("recap_4h", 3)]


@pytest.mark.parametrize("is_on", [False, True])
def test_marks_from_before_stand_for_the_opening_and_the_recaps(coop: Coop, is_on: bool) -> None:
    change(coop.folder / "ledger.sqlite3", "DELETE FROM marks WHERE name = 'first_run_of_kinds'")
    turn(coop, ON if is_on else "")

    assert counted(coop.run(TWO_HOURS_LATE)).get("sent", 0) == (3 if is_on else 0)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5])
def test_a_kept_ledger_sends_both_recaps_as_it_did(tmp_path: Path, version: int) -> None:
    with MailjetServer(tls=False, clock=TWO_HOURS_LATE.timestamp) as server:
        scene = Scene(tmp_path, server)
        turn(scene.coop, ON)
        a_kept_ledger(version, tmp_path / "ledger.sqlite3")

        report = scene.coop.run(TWO_HOURS_LATE)

    sent = {line.member for line in report.lines if (line.kind, line.status) == ("recap_4h", "sent")}
    assert "zoe" in sent
    assert not any("--lookback" in line for line in report.news)


@pytest.mark.parametrize(
    ("before", "after", "late", "count"),
    [
        ("", ON, TWO_HOURS_LATE, 3),
        ("notices: {recap_24h: {default: no}}\n", "", TWO_HOURS_LATE - timedelta(hours=12), 3),
        ("notices: {recap_24h: {default: no}}\n", ON, TWO_HOURS_LATE, 3),
        ("notices: {recap_24h: {default: no}, recap_4h: {default: yes}}\n", ON, TWO_HOURS_LATE, 0),
    ],
    ids=["beside the other", "alone", "both", "told already"],
)
def test_a_run_and_status_say_alike_how_many_mails_what_they_print_sends(
    tmp_path: Path, before: str, after: str, late: datetime, count: int
) -> None:
    coop = Coop(tmp_path, extra=before)
    coop.run(EARLIER)
    coop.run(A_DAY_BEFORE)
    if not count:
        coop.run(DUE)
    coop.write("config.yaml", CONFIG + after)

    said = coop.run(late).news
    shown = service_status(config.load(tmp_path / "config.yaml"), timedelta(days=7), late).warnings
    sent = counted(coop.run(late + TEN_MINUTES, lookback=timedelta(hours=24))).get("sent", 0)

    held = [line for line in (*said, *map(str, shown)) if "--lookback" in line]
    assert sent == count
    assert [f": {count} mails; " in line for line in held] == [True, True][: count and 2]


def test_openings_held_back_that_would_share_a_mail_are_counted_as_one(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    second = "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-05 09:00}\n"
    coop.write("distributions.yaml", DISTRIBUTIONS + second)
    at = utc("2026-06-05T11:00")

    (said,) = coop.run(at).news
    (shown,) = service_status(config.load(tmp_path / "config.yaml"), timedelta(days=1), at).warnings
    asked = coop.run(at + TEN_MINUTES, lookback=timedelta(hours=6))

    assert ": 4 mails; to send them: cagette-notify send-due --lookback 6h" in said
    assert ": 4 mails; to send them: cagette-notify send-due --lookback 6h" in str(shown)
    assert counted(asked)["sent"] == 4


def test_of_two_recaps_held_back_only_the_one_that_would_leave_is_counted(tmp_path: Path) -> None:
    coop = Coop(tmp_path, extra=ON)

    (said,) = coop.run(TWO_HOURS_LATE).news
    asked = coop.run(TWO_HOURS_LATE + TEN_MINUTES, lookback=timedelta(hours=3))

    assert "held back so that nobody is flooded: 3 mails" in said
    assert "--lookback 3h" in said
    assert counted(asked)["sent"] == 3


def test_what_was_served_and_moved_earlier_since_is_not_held_back_for_who_comes_later(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(EARLIER)
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "starts_at: 2026-06-12 18:00", "starts_at: 2026-06-12 16:00")
    corrected = coop.run(A_DAY_BEFORE + TEN_MINUTES)
    coop.replace("members.csv", "zoe@example.org;;", "zoe@example.org;Ana;ana@example.org")

    late = coop.run(utc("2026-06-11T21:35"))

    assert (counted(corrected)["sent"], counted(late)["sent"], late.news) == (3, 1, ())
    assert coop.mailed().count("ana@example.org") == 1


def test_what_others_chose_before_a_kind_began_for_all_is_held_back_for_who_chose_nothing(coop: Coop) -> None:
    coop.write("notifications.csv", "member;kind;value\n1;recap_4h;yes\n")
    assert counted(coop.run(DUE + TEN_MINUTES))["sent"] == 1
    turn(coop, ON)

    first = coop.run(TWO_HOURS_LATE)

    assert (counted(first).get("sent", 0), len(first.news)) == (0, 1)


def rehearse(coop: Coop, at: datetime) -> dict[str, int]:
    return counted(coop.run(at, rehearsal=True))


@pytest.fixture
def tried(tmp_path: Path) -> Coop:
    """A co-op that was only tried out, when its orders were not there yet."""
    coop = Coop(tmp_path)
    (coop.folder / "orders.csv").unlink()
    assert rehearse(coop, A_DAY_BEFORE) == {"skipped": 3}
    return coop


@pytest.mark.parametrize("delay", [timedelta(minutes=10), timedelta(hours=2), timedelta(hours=23)])
def test_what_waited_for_orders_in_a_rehearsal_leaves_in_the_next_one(tried: Coop, delay: timedelta) -> None:
    tried.write("orders.csv", ORDERS)

    assert rehearse(tried, A_DAY_BEFORE + delay)["sent"] == 3


def test_an_address_that_was_corrected_since_a_rehearsal_gets_the_notice_in_the_next_one(
    tmp_path: Path,
) -> None:
    coop = Coop(tmp_path)
    assert rehearse(coop, OPENED)["sent"] == 4
    coop.replace("members.csv", "zoe@example.org", "zoe@example.com")

    assert rehearse(coop, OPENED + timedelta(hours=3))["sent"] == 1


def test_a_rehearsal_is_the_first_run_of_none_before_it_and_of_no_real_one(tried: Coop) -> None:
    tried.write("orders.csv", ORDERS)
    later = A_DAY_BEFORE + timedelta(hours=2)

    assert rehearse(tried, later - timedelta(days=1)).get("sent", 0) == 0
    assert counted(tried.run(later)).get("sent", 0) == 0
