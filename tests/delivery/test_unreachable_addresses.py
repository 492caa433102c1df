from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.mailjet_fates import DUPLICATE_IN_CAMPAIGN, Fate
from cagette_notify.delivery.unreachable_addresses import (
    failing_repeatedly,
    unreachable_addresses,
    unreachable_problem,
)
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterable

BLOCKLIST, UNKNOWN_USER, LATELY, FULL, GREYLISTED, COMPLAINED = 20, 1, 14, 3, 13, 21


def fate(number: int, status: str = "sent", state: int = 0, address: str = "zoe@example.org") -> Fate:
    """Make what became of the mail of day ``number`` of June."""
    return Fate(f"id-{number}", str(number), address, utc(f"2026-06-{number:02}T16:00"), status, state)


def lost(fates: Iterable[Fate]) -> list[tuple[str, str]]:
    return [(one.address, one.first.custom_id) for one in unreachable_addresses(fates)]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("blocked", BLOCKLIST),
        ("blocked", LATELY),
        ("blocked", COMPLAINED),
        ("blocked", 19),
        ("hardbounced", UNKNOWN_USER),
        ("bounce", 2),
        ("bounce", 4),
        ("bounce", 5),
        ("spam", 0),
    ],
)
def test_what_lasts_loses_an_address(status: str, state: int) -> None:
    assert lost([fate(1), fate(2, status, state)]) == [("zoe@example.org", "id-2")]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *(("softbounced", state) for state in (FULL, 6, 7, 8, 9, 10, 11, 12, GREYLISTED)),
        *(("blocked", state) for state in (0, DUPLICATE_IN_CAMPAIGN, 16, 17, 18)),
        *(
            (status, 0)
            for status in ("sent", "opened", "clicked", "unsub", "queued", "deferred", "unknown", "odd")
        ),
    ],
)
def test_what_passes_or_went_well_loses_nobody(status: str, state: int) -> None:
    assert lost([fate(1), fate(2, status, state)]) == []


@pytest.mark.parametrize("status", ["sent", "unsub"])
def test_a_mail_that_arrives_again_ends_the_streak(status: str) -> None:
    assert lost([fate(1, "blocked", BLOCKLIST), fate(2, status)]) == []
    assert lost([fate(1, "spam"), fate(2, status), fate(3, "blocked", LATELY)]) == [
        ("zoe@example.org", "id-3")
    ]


@pytest.mark.parametrize("status", ["queued", "deferred", "unknown"])
def test_a_mail_that_nobody_knows_of_yet_ends_no_streak(status: str) -> None:
    assert lost([fate(1, "blocked", BLOCKLIST), fate(2, status)]) == [("zoe@example.org", "id-1")]


def test_a_streak_has_one_name_however_long_it_gets_and_a_relapse_another() -> None:
    streak = [fate(3, "softbounced", FULL), fate(4, "blocked", LATELY), fate(5, "blocked", LATELY)]

    (shorter,), (longer,) = unreachable_addresses(streak[:2]), unreachable_addresses(streak)
    (relapse,) = unreachable_addresses([*streak, fate(6), fate(7, "blocked", LATELY)])

    assert shorter.key == longer.key != relapse.key
    assert "zoe" not in shorter.key


def test_fates_may_come_in_any_order() -> None:
    fates = [fate(2, "blocked", BLOCKLIST), fate(3, "blocked", BLOCKLIST), fate(1)]

    assert lost(fates) == lost(reversed(fates)) == [("zoe@example.org", "id-2")]


@pytest.mark.parametrize("nobody", ["", "forgotten-07d84a6c164b9769"])
def test_an_address_is_one_whatever_its_case_and_nobodys_is_none(nobody: str) -> None:
    fates = [
        fate(1, "bounce", FULL, "Zoe@example.org"),
        fate(2, "bounce", FULL),
        *(fate(day, "bounce", 1, nobody) for day in (3, 4)),
    ]

    (failing,) = failing_repeatedly(fates)

    assert (failing.address, failing.failures, failing.since) == ("zoe@example.org", 2, fates[0].at)
    assert lost(fates) == []


@pytest.mark.parametrize(
    ("fates", "failures"),
    [
        ([fate(1, "bounce", FULL)], []),
        ([fate(1, "bounce", FULL), fate(2, "bounce", FULL)], [2]),
        ([fate(1, "bounce", FULL), fate(2), fate(3, "spam")], [2]),
        ([fate(1, "bounce", FULL), fate(2, "bounce", FULL), fate(3)], []),
        ([fate(1, "bounce", FULL), fate(2, "bounce", FULL), fate(3, "queued")], [2]),
        ([fate(1, "blocked", DUPLICATE_IN_CAMPAIGN), fate(2, "bounce", FULL)], []),
    ],
)
def test_failing_repeatedly_is_twice_or_more_and_the_last_time(
    fates: list[Fate], failures: list[int]
) -> None:
    assert [one.failures for one in failing_repeatedly(fates)] == failures


def test_the_worst_come_first() -> None:
    often = [fate(day, "bounce", FULL, "b@example.org") for day in (1, 2, 3)]
    seldom = [fate(day, "bounce", FULL, name) for day in (4, 5) for name in ("c@e.org", "a@e.org")]

    assert [one.address for one in failing_repeatedly(seldom + often)] == [
        "b@example.org",
        "a@e.org",
        "c@e.org",
    ]


def test_what_is_said_can_be_pasted_whatever_the_address() -> None:
    (streak,) = unreachable_addresses([fate(1, "blocked", BLOCKLIST, "o'neil&co@example.org")])

    assert str(unreachable_problem(streak)) == (
        "o'neil&co@example.org gets no more mail: the last one was not tried: the address is on Mailjet's "
        """blocklist; what to do: cagette-notify check-member 'o'"'"'neil&co@example.org'"""
    )
