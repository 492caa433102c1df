"""Duties that were told, and a configuration that names their file no more: cron says so once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

BEGUN, DUE = utc("2026-06-01T06:00"), utc("2026-06-08T16:00")
SEEN, LATER, NEXT_DAY, BEGUN_BY_THEN = (
    *(utc("2026-06-08T17:00"), utc("2026-06-08T17:05"), utc("2026-06-09T17:10")),
    utc("2026-06-12T16:05"),
)
NAMED = "  orders: orders.csv\n  duties: permanences.csv\n"
UNNAMED = "  orders: orders.csv\n"
TOLD = (
    "group lac: 2 members were told of duties ahead, and data.duties names no file any more: nobody hears of "
    "what changes there; name the file again"
)
MOVED = (
    "who serves at d1 was told Friday 12 June 2026 at 6:00\u00a0pm, Salle des fêtes, and it is Friday "
    "12 June 2026 at 6:00\u00a0pm, Gymnase: no "
    "correction of their duty goes there; if they don't know yet, tell them: cagette-notify"
)
LETTER = "broadcast lac --to told:d1"


@pytest.fixture
def told(tmp_path: Path) -> Coop:
    """Give a co-op that told two households of their duties, and names their file no more."""
    coop = Coop(tmp_path, "notices: {opening: {default: no}, recap_24h: {default: no}}\n")
    coop.replace("config.yaml", UNNAMED, NAMED)
    coop.write("permanences.csv", "distribution;role;member\nd1;Accueil;1\nd1;Pesée;2\n")
    coop.run(BEGUN)
    coop.run(DUE)
    coop.replace("config.yaml", NAMED, UNNAMED)
    return coop


def news(coop: Coop, at: datetime) -> list[str]:
    return [line for line in coop.run(at, says_once=True).news if "dut" in line]


def at_the_desk(coop: Coop, at: datetime) -> tuple[str, str]:
    """Return what status and check say."""
    office = Office(coop, None, at)  # type: ignore[arg-type]  # nothing here asks Mailjet
    status, check = office.invoke("status"), office.invoke("check")
    return status.output, check.output


def test_that_nobody_hears_of_duties_any_more_is_said_once_a_day_until_they_are_over(told: Coop) -> None:
    assert news(told, SEEN) == [TOLD]
    assert news(told, LATER) == []
    assert news(told, NEXT_DAY) == [TOLD]
    assert all(TOLD in said and "All is well" not in said for said in at_the_desk(told, NEXT_DAY))
    assert news(told, BEGUN_BY_THEN) == []
    assert all(TOLD not in said for said in at_the_desk(told, BEGUN_BY_THEN))


def test_whoever_was_told_another_place_is_to_be_written_to(told: Coop) -> None:
    told.replace("distributions.yaml", "Salle des fêtes", "Gymnase")

    first, second = news(told, SEEN)

    assert first == TOLD
    assert second.startswith(MOVED)
    assert LETTER in second
    assert told.mailed().count("zoe@example.org") == 1
    assert all(MOVED.partition(":")[0] in said for said in at_the_desk(told, LATER))


def test_named_again_the_file_corrects_whom_it_told(told: Coop) -> None:
    told.replace("distributions.yaml", "Salle des fêtes", "Gymnase")
    news(told, SEEN)
    told.replace("config.yaml", UNNAMED, NAMED)

    assert news(told, LATER) == []
    assert told.mailed().count("zoe@example.org") == 2


def test_where_nobody_was_told_of_a_duty_nothing_is_said(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(DUE)

    assert news(coop, DUE + timedelta(minutes=5)) == []
