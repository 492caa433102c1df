from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import DUPLICATE_IN_CAMPAIGN, Fate
from cagette_notify.helpdesk.mail_report import Counts, Tally, tally
from cagette_notify.ledger.fates import SentNotice
from tests.fixtures.memory import utc

NOW = utc("2026-06-30T12:00")
SINCE = utc("2026-06-01T00:00")


def left(custom_id: str = "a", status: str = "", state: int = 0, **overrides: Any) -> SentNotice:
    """Make a recap that left two hours ago; without a status its fate is unknown."""
    values: dict[str, Any] = {
        "kind": Kind.RECAP_24H,
        "group_id": "lac",
        "distribution_id": "d1",
        "occasion": "r0",
        "subject": "",
        "address": f"{custom_id}@example.org",
        "custom_id": custom_id,
        "left_at": NOW - timedelta(hours=2),
    } | overrides
    fate = Fate(custom_id, "1", values["address"], values["left_at"], status, state) if status else None
    return SentNotice(**values, fate=fate)


def made(*departures: SentNotice) -> Tally:
    return tally(departures, since=SINCE, until=NOW)


@pytest.mark.parametrize(
    ("status", "state", "counted"),
    [
        ("sent", 0, "accepted"),
        ("opened", 0, "accepted"),
        ("clicked", 0, "accepted"),
        ("unsub", 0, "accepted"),
        ("blocked", DUPLICATE_IN_CAMPAIGN, "accepted"),
        ("queued", 0, "waiting"),
        ("deferred", 0, "waiting"),
        ("bounce", 3, "bounced"),
        ("softbounced", 3, "bounced"),
        ("hardbounced", 1, "bounced"),
        ("blocked", 20, "blocked"),
        ("spam", 0, "spam"),
        ("unknown", 0, "unknown"),
        ("something new", 0, "unknown"),
        ("", 0, "unknown"),
    ],
)
def test_each_fate_is_counted_as_people_call_it(status: str, state: int, counted: str) -> None:
    assert made(left(status=status, state=state)).counts == Counts(left=1, **{counted: 1})


def test_a_mail_of_two_openings_is_one_mail_and_two_notices() -> None:
    opening: dict[str, Any] = {"kind": Kind.OPENING, "occasion": "2026-06-05"}

    found = made(
        left("a", "sent", **opening), left("a", "sent", **opening, distribution_id="d2"), left("b", "sent")
    )

    assert found.counts == Counts(left=2, accepted=2)
    assert [(one.kind, one.distribution_id, one.counts.left) for one in found.notices] == [
        (Kind.OPENING, "d1", 1),
        (Kind.OPENING, "d2", 1),
        (Kind.RECAP_24H, "d1", 1),
    ]


def test_a_correction_counts_with_the_recaps_of_its_day() -> None:
    (notice,) = made(left("a", "sent"), left("b", "bounce", 1, occasion="r1")).notices

    assert notice.counts == Counts(left=2, accepted=1, bounced=1)


def test_the_same_subject_twice_is_two_broadcasts() -> None:
    broadcast: dict[str, Any] = {"kind": Kind.BROADCAST, "distribution_id": "", "subject": "News"}

    found = made(left("a", "sent", **broadcast, occasion="1"), left("b", **broadcast, occasion="2"))

    assert [(one.subject, one.counts.accepted, one.counts.left) for one in found.notices] == [
        ("News", 1, 1),
        ("News", 0, 1),
    ]


@pytest.mark.parametrize(
    ("counts", "percent"),
    [
        (Counts(left=3), None),
        (Counts(left=187, accepted=186, bounced=1), 99.4),
        (Counts(left=2000, accepted=1990, blocked=10), 99.5),
        (Counts(left=10_000, accepted=9_949, spam=51), 99.4),
        (Counts(left=2000, accepted=1000, waiting=400, unknown=600), 100.0),
    ],
)
def test_the_share_is_of_what_is_known_and_never_rounded_up(counts: Counts, percent: float | None) -> None:
    assert counts.percent_accepted == percent


@pytest.mark.parametrize(("age", "count"), [(timedelta(hours=1), 0), (timedelta(hours=1, seconds=1), 2)])
def test_mails_that_mailjet_took_and_knows_nothing_of_are_noticed_after_an_hour(
    age: timedelta, count: int
) -> None:
    mails = [left(name, left_at=NOW - age) for name in ("a", "b")]

    assert made(*mails).unheard_of == count


def test_one_mail_that_mailjet_knows_of_speaks_for_those_of_its_day() -> None:
    assert made(left("a"), left("b", "bounce", 1)).unheard_of == 0


def test_fates_of_an_earlier_day_do_not_speak_for_the_last_one() -> None:
    assert made(left("a"), left("b", "sent", left_at=NOW - timedelta(days=7))).unheard_of == 1


def test_an_address_that_fails_repeatedly_is_not_named_twice() -> None:
    mails = [
        left("a", "blocked", 20, address="zoe@example.org"),
        left("b", "blocked", 20, address="Zoe@example.org", left_at=NOW - timedelta(days=3)),
        left("c", "blocked", 20, address="lea@example.org"),
    ]

    found = made(*mails)

    assert [(one.address, one.failures) for one in found.failing] == [("zoe@example.org", 2)]
    assert [one.address for one in found.lost] == ["lea@example.org"]
