"""What was told otherwise, and can't be corrected any more: it is said what whoever was told believes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.notices import Status
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.history import HistoryBook, HistoryFilter
from cagette_notify.run.exit_status import exit_status_of
from tests.fixtures.coop import A_DAY_BEFORE, DISTRIBUTIONS, Coop, counted
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

EVENING, FOUR_HOURS_BEFORE = utc("2026-06-11T18:05"), utc("2026-06-12T12:05")
BEFORE_FIVE, AFTER_FIVE = utc("2026-06-12T14:15"), utc("2026-06-12T15:10")
BEGUN, LATER = utc("2026-06-12T16:10"), utc("2026-06-12T16:30")
SALLE, GYMNASE = (
    "Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes",
    "Friday 12 June 2026 at 6:00\u00a0pm, Gymnase",
)
AT_FIVE = "Friday 12 June 2026 at 5:00\u00a0pm, Salle des fêtes"
MANY = "id;email;récap 4h\n" + "".join(
    f"{n};m{n}@example.org;{'no' if n % 5 else 'yes'}\n" for n in range(12)
)
FEW = "".join(MANY.splitlines(keepends=True)[:4])


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op of twelve, all told of six and where; three have the recap of four hours before."""
    coop = Coop(tmp_path)
    coop.write("members.csv", MANY)
    rows = "".join(f"{n};d1;Pain;1\n" for n in range(12))
    coop.write("orders.csv", "member;distribution;product;quantity\n" + rows)
    assert counted(coop.run(A_DAY_BEFORE, says_once=True)) == {"sent": 12}
    return coop


def at_five(coop: Coop) -> None:
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("06-12 18:00", "06-12 17:00"))


def elsewhere(coop: Coop) -> None:
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("Salle des fêtes", "Gymnase"))


def too_late(believed: str, holds: str, count: int = 12) -> str:
    return (
        "correction of distribution d1: came too late and was not sent; addresses concerned: "
        f"{count} (told {believed}; it is {holds})"
    )


def test_an_earlier_hour_that_came_too_late_is_a_correction_that_did(coop: Coop) -> None:
    coop.run(FOUR_HOURS_BEFORE, says_once=True)
    at_five(coop)

    report = coop.run(AFTER_FIVE, says_once=True)

    assert too_late(SALLE, AT_FIVE) in report.news
    assert "recap" not in "".join(report.news).replace("but recaps", "")
    assert (counted(report), exit_status_of(report)) == ({"expired": 12}, 1)


@pytest.mark.long
@pytest.mark.parametrize("found_at", [AFTER_FIVE, BEGUN])
def test_a_place_that_nobody_can_read_stands_as_it_was_told_where_its_hour_was_missed(
    coop: Coop, found_at: datetime
) -> None:
    coop.run(FOUR_HOURS_BEFORE, says_once=True)
    at_five(coop)
    coop.replace("distributions.yaml", "place: Salle des fêtes", 'place: "#N/A"')

    news = coop.run(found_at, says_once=True).news

    assert too_late(SALLE, AT_FIVE) in news
    assert (f"d1 is {AT_FIVE}, which is past" in "".join(news)) is (found_at == AFTER_FIVE)


def test_so_is_a_place_that_cron_slept_through(coop: Coop) -> None:
    coop.run(FOUR_HOURS_BEFORE, says_once=True)
    elsewhere(coop)

    report, after = coop.run(BEGUN, says_once=True), coop.run(LATER, says_once=True)

    assert report.news == (too_late(SALLE, GYMNASE),)
    assert after.news == ()


def test_a_recap_that_nobody_had_came_too_late_beside_it(coop: Coop) -> None:
    elsewhere(coop)

    report = coop.run(BEGUN, says_once=True)

    lost = "recap_4h of distribution d1: came too late and was not sent; addresses concerned: 3"
    assert report.news == (too_late(SALLE, GYMNASE), lost)


def test_the_log_has_it_as_a_correction_with_what_was_told(coop: Coop) -> None:
    elsewhere(coop)
    coop.run(BEGUN)

    with open_ledger(coop.folder / "ledger.sqlite3", read_only=True) as ledger:
        records = list(HistoryBook(ledger, "outbox").find(HistoryFilter(kind="correction")))

    assert {one.address for one in records} == {f"m{n}@example.org" for n in range(12)}
    assert {(one.status, one.reason) for one in records} == {("expired", f"told {SALLE}; it is {GYMNASE}")}


@pytest.mark.long
@pytest.mark.parametrize("change", [at_five, elsewhere])
def test_of_a_group_that_was_held_it_is_said_that_it_was(coop: Coop, change: object) -> None:
    coop.write("members.csv", FEW)
    change(coop)  # type: ignore[operator]
    for at in (EVENING, BEFORE_FIVE, BEGUN):
        assert coop.run(at, says_once=True).held_groups == {"lac"}
    coop.write("members.csv", MANY)

    report = coop.run(LATER, says_once=True)

    told = f"told {SALLE}; it is {GYMNASE if change is elsewhere else AT_FIVE}; the group was held"
    assert f"12 ({told})" in "".join(report.news)
    assert {e.detail for e in coop.entries() if e.status is Status.EXPIRED and not e.is_correction} == {
        "the group was held"
    }


def test_re_dated_once_it_took_place_it_has_ordinary_recaps_that_come_too_late(coop: Coop) -> None:
    coop.run(BEGUN, says_once=True)
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("06-12", "06-19").replace("06-10", "06-17"))
    coop.run(LATER, says_once=True)

    report = coop.run(utc("2026-06-19T16:05"), says_once=True)

    assert "correction" not in "".join(report.news)
    assert "recap_24h of distribution d1: came too late" in "".join(report.news)


def test_whoever_has_no_order_any_more_lacks_no_correction(coop: Coop) -> None:
    elsewhere(coop)
    coop.replace("orders.csv", "3;d1;Pain;1\n", "")

    report = coop.run(BEGUN, says_once=True)

    assert too_late(SALLE, GYMNASE, 11) in report.news


def test_moved_back_too_late_it_is_a_correction_of_the_correction(coop: Coop) -> None:
    at_five(coop)
    coop.run(EVENING, says_once=True)
    coop.write("distributions.yaml", DISTRIBUTIONS)

    report = coop.run(BEGUN, says_once=True)

    assert too_late(AT_FIVE, SALLE) in report.news


def test_what_could_be_corrected_after_all_leaves(coop: Coop) -> None:
    at_five(coop)
    coop.run(AFTER_FIVE, says_once=True)
    coop.write("distributions.yaml", DISTRIBUTIONS.replace("06-12 18:00", "06-12 17:30"))

    report = coop.run(utc("2026-06-12T15:15"), says_once=True)

    assert counted(report)["sent"] == 12
