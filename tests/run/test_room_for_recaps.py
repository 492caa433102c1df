"""Under a quota, what isn't about an order leaves room for the recaps that are still to come that day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.core.kinds import Kind
from tests.fixtures.coop import LONG_AGO, OPENED, Coop, counted
from tests.fixtures.mailjet_server import MailjetServer
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.run.run_report import RunReport

MORNING = utc("2026-06-11T06:05")  # ten hours before the recaps of d1, three mails
RECAPS = utc("2026-06-11T16:05")
OPENS = "- {id: d2, group: lac, starts_at: 2026-06-19 18:00, orders_open_at: 2026-06-11 08:00}\n"


@pytest.fixture
def coop(tmp_path: Path) -> Iterator[Coop]:
    """Give a co-op of which an opening, four mails, and recaps are due on one day, of six mails."""
    with MailjetServer(tls=False) as server:
        mailjet = f"mailjet: {{api_url: '{server.url}', daily_quota: 6}}\n"
        made = Coop(tmp_path, extra=f"delivery: mailjet\n{mailjet}", environ=server.environment)
        with (tmp_path / "distributions.yaml").open("a") as file:
            file.write(OPENS)
        made.run(LONG_AGO)
        made.run(OPENED)
        yield made


def run(coop: Coop, at: timedelta = timedelta(0)) -> RunReport:
    return coop.run(MORNING + at, reads_at_once=True)


def sent(coop: Coop) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in coop.entries("d1", "d2", account="mailjet"):
        if entry.status == "sent" and entry.claimed_at and entry.claimed_at >= MORNING:
            counts[entry.key.kind.value] = counts.get(entry.key.kind.value, 0) + 1
    return counts


def test_openings_leave_what_the_recaps_of_the_evening_need(coop: Coop) -> None:
    report = run(coop)
    evening = coop.run(RECAPS, reads_at_once=True)

    assert counted(report) == {"sent": 3, "deferred": 1}
    assert "the daily quota of 6 mails is used up, but for 3 that are kept for recaps" in "".join(report.news)
    assert (evening.counts["sent"], evening.counts["deferred"]) == (3, 1)
    assert sent(coop) == {"opening": 3, "recap_24h": 3}


def test_what_is_left_over_leaves_once_the_recaps_have_left(coop: Coop) -> None:
    coop.replace("config.yaml", "daily_quota: 6", "daily_quota: 7")
    run(coop)
    coop.run(RECAPS, reads_at_once=True)
    coop.run(RECAPS + timedelta(minutes=10), reads_at_once=True)

    assert sent(coop) == {"opening": 4, "recap_24h": 3}


def test_orders_that_are_not_there_yet_may_be_anybody_s(coop: Coop) -> None:
    (coop.folder / "orders.csv").unlink()

    assert counted(run(coop)) == {"sent": 2, "deferred": 2}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-06-12 18:00\n  ends_at: 2026-06-12 19:30", "2026-06-14 18:00"),
        ("  group: lac\n", "  group: lac\n  cancelled: yes\n"),
    ],
    ids=["on another day", "called off"],
)
def test_recaps_that_leave_not_that_day_need_no_room(coop: Coop, old: str, new: str) -> None:
    coop.replace("distributions.yaml", old, new)

    assert counted(run(coop)) == {"sent": 4}


def test_what_leaves_with_them_takes_its_own_room(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-11 08:00", "2026-06-11 18:00")

    counts = coop.run(RECAPS, reads_at_once=True).counts

    assert (counts["sent"], counts["deferred"]) == (6, 1)
    assert sent(coop)["recap_24h"] == 3


def test_they_leave_what_the_duties_of_the_evening_need_too(coop: Coop) -> None:
    coop.write("permanences.csv", "distribution;role;member\nd1;Accueil;1\nd1;Pesée;2\n")
    coop.replace("config.yaml", "  orders: orders.csv\n", "  orders: orders.csv\n  duties: permanences.csv\n")
    with (coop.folder / "config.yaml").open("a") as file:
        file.write("notices: {recap_24h: {default: no}, duty: {before: 24h}}\n")
    coop.run(OPENED + timedelta(hours=1), reads_at_once=True)

    report = run(coop)
    coop.run(RECAPS, reads_at_once=True)

    assert counted(report) == {"sent": 3, "deferred": 1}
    assert sent(coop) == {"opening": 3, "duty": 3}


@pytest.mark.parametrize("asked", [{"kinds": frozenset({Kind.OPENING})}, {"groups": frozenset({"mer"})}])
def test_a_run_for_something_else_leaves_room_for_the_recaps_that_are_due(
    coop: Coop, asked: dict[str, Any]
) -> None:
    if "groups" in asked:
        with (coop.folder / "groups.yaml").open("a", encoding="utf-8") as file:
            file.write("- {id: mer, name: La Mer, contact: {email: mer@example.org}}\n")
        coop.replace("distributions.yaml", "{id: d2, group: lac", "{id: d2, group: mer")
        rows = (coop.folder / "members.csv").read_text(encoding="utf-8").splitlines()
        coop.write("members.csv", "\n".join([f"{rows[0]};groups", *(f"{row};lac|mer" for row in rows[1:])]))
    something_else = coop.run(RECAPS, reads_at_once=True, lookback=timedelta(days=1), **asked)
    coop.run(RECAPS + timedelta(minutes=10), reads_at_once=True)

    assert (something_else.counts["sent"], something_else.counts["deferred"]) == (3, 1)
    assert sent(coop) == {"opening": 3, "recap_24h": 3}


def test_openings_asked_for_leave_room_for_corrections_that_are_owed(coop: Coop) -> None:
    coop.replace("distributions.yaml", "2026-06-11 08:00", "2026-06-12 08:00")
    coop.run(RECAPS, reads_at_once=True)
    coop.replace("distributions.yaml", "place: Salle des fêtes", "place: Halle")
    openings = coop.run(utc("2026-06-12T06:05"), reads_at_once=True, kinds=frozenset({Kind.OPENING}))

    assert (openings.counts["sent"], openings.counts["deferred"]) == (3, 1)
