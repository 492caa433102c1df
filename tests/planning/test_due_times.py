from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from cagette_notify.core.kinds import NOTICE_KINDS, Kind
from cagette_notify.planning.due_times import Window, windows_of, windows_to_look_at
from cagette_notify.planning.timeline import windows_between
from tests.fixtures.builders import a_distribution, paris
from tests.fixtures.memory import PLANNED, SPANS, utc

if TYPE_CHECKING:
    from cagette_notify.core.model import Distribution

SECOND = timedelta(seconds=1)


def looked_at(*distributions: Distribution, now: datetime, since: datetime) -> list[Window]:
    """Return the windows of openings and recaps to look at, ``since`` being the last run of the one group."""
    found = windows_to_look_at(distributions, spans=SPANS, now=now, since={"lac": since})
    return [one for one in found if one.kind in PLANNED]


def window(kind: Kind, **distribution: object) -> Window:
    return next(w for w in windows_of(a_distribution(**distribution), SPANS) if w.kind is kind)


@pytest.mark.parametrize("kind", [Kind.OPENING, Kind.CLOSING, Kind.RECAP_24H, Kind.RECAP_4H])
def test_a_notice_leaves_from_the_second_it_is_due_to_the_second_before_it_is_too_late(kind: Kind) -> None:
    one = window(kind)

    assert not one.is_open(one.due_at - SECOND)
    assert one.is_open(one.due_at)
    assert one.is_open(one.too_late_at - SECOND)
    assert not one.is_open(one.too_late_at)


@pytest.mark.parametrize(
    ("distribution", "too_late"),
    [
        ({"orders_close_at": paris("2026-06-05T20:00")}, paris("2026-06-05T20:00")),
        ({"orders_close_at": paris("2026-06-11T20:00")}, paris("2026-06-07T08:00")),
        ({"orders_close_at": None, "starts_at": paris("2026-06-06T09:00")}, paris("2026-06-06T09:00")),
        ({"orders_close_at": None}, paris("2026-06-07T08:00")),
    ],
)
def test_an_opening_is_too_late_at_the_earliest_of_closing_start_and_lateness(
    distribution: dict[str, object], too_late: datetime
) -> None:
    assert window(Kind.OPENING, **distribution).too_late_at == too_late


def test_a_distribution_that_names_no_opening_has_none() -> None:
    kinds = {w.kind for w in windows_of(a_distribution(orders_open_at=None), SPANS)}

    assert kinds == {*NOTICE_KINDS} - {Kind.OPENING}


PARIS, NEW_YORK = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York")
NIGHTS = [
    *((PARIS, day, 23) for day in ("2026-03-29", "2027-03-28")),
    *((PARIS, day, 25) for day in ("2026-10-25", "2027-10-31")),
    *((NEW_YORK, day, 23) for day in ("2026-03-08", "2027-03-14")),
    *((NEW_YORK, day, 25) for day in ("2026-11-01", "2027-11-07")),
]
AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("zone", "day", "hours"), NIGHTS)
@pytest.mark.parametrize(
    ("kind", "lasts"), [(Kind.RECAP_24H, 24), (Kind.RECAP_4H, 4), (Kind.OPENING, 48), (Kind.CLOSING, 24)]
)
def test_hours_are_elapsed_hours_across_the_nights_the_clocks_change(
    zone: ZoneInfo, day: str, hours: int, kind: Kind, lasts: int
) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=zone)
    day_before = (noon - timedelta(days=1)).astimezone(timezone.utc)  # by the wall clock
    at_noon = noon.astimezone(timezone.utc)
    recap = {"starts_at": noon, "orders_open_at": None}
    opening = {
        "orders_open_at": noon - timedelta(days=1),
        "orders_close_at": None,
        "starts_at": noon + timedelta(days=9),
    }
    closing: dict[str, datetime | None] = {
        "orders_open_at": noon - timedelta(days=5),
        "orders_close_at": noon,
        "starts_at": noon + timedelta(days=9),
    }

    one = window(kind, **(opening if kind is Kind.OPENING else closing if kind is Kind.CLOSING else recap))

    assert at_noon - day_before == hours * AN_HOUR
    assert one.due_at == (day_before if kind is Kind.OPENING else at_noon - lasts * AN_HOUR)
    assert one.too_late_at == one.due_at + lasts * AN_HOUR
    for at, is_open in (
        (one.due_at - SECOND, False),
        (one.due_at, True),
        (one.too_late_at - SECOND, True),
        (one.too_late_at, False),
    ):
        assert one.is_open(at.astimezone(zone)) is is_open


def test_a_window_that_closed_since_the_last_run_is_looked_at_once_more() -> None:
    one = a_distribution(orders_open_at=None)
    now = utc("2026-06-12T16:05")

    def kinds(since: datetime) -> list[Kind]:
        return [w.kind for w in looked_at(one, now=now, since=since)]

    assert kinds(utc("2026-06-12T15:55")) == [Kind.RECAP_24H, Kind.RECAP_4H]
    assert kinds(utc("2026-06-12T16:00")) == []


@pytest.mark.parametrize("closes_at", ["2026-06-04T08:00", "2026-06-05T08:00"])
def test_a_window_that_never_opens_is_never_closed(closes_at: str) -> None:
    closed_first = a_distribution(orders_close_at=paris(closes_at))

    found = looked_at(closed_first, now=utc("2026-06-05T09:00"), since=utc("2026-06-01T00:00"))

    assert found == []


def test_a_window_that_closes_in_the_second_of_a_run_is_looked_at_by_that_run_alone() -> None:
    one = a_distribution(orders_open_at=None)
    closes_at = utc("2026-06-12T16:00")

    def count(*, since: datetime, now: datetime) -> int:
        return len(looked_at(one, now=now, since=since))

    assert count(since=closes_at - SECOND, now=closes_at) == 2
    assert count(since=closes_at, now=closes_at + SECOND) == 0


def test_each_distribution_of_each_group_is_looked_at_even_of_one_that_never_had_a_run() -> None:
    here, there = a_distribution(orders_open_at=None), a_distribution(orders_open_at=None, group_id="new")

    found = looked_at(here, there, now=utc("2026-06-12T16:05"), since=utc("2026-06-12T15:55"))

    assert [one.distribution.group_id for one in found] == ["lac", "lac", "new", "new"]


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_each_kind_is_seen_once_it_is_due_however_far_its_moment_is(kind: Kind) -> None:
    others = {"orders_open_at", "orders_close_at", "ends_at"} - {kind.traits.moment}
    one = window(kind, **dict.fromkeys(others))
    now = one.due_at

    assert one in windows_to_look_at([one.distribution], spans=SPANS, now=now, since={"lac": now})
    assert one in windows_between([one.distribution], now, now, SPANS)


def test_a_clock_that_was_ahead_at_the_last_run_hides_no_window_that_is_open() -> None:
    one = window(Kind.RECAP_4H)

    assert one in looked_at(one.distribution, now=one.due_at, since=one.too_late_at)
