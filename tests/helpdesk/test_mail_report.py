from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import DUPLICATE_IN_CAMPAIGN, Fate
from cagette_notify.helpdesk.mail_report import Counts, Tally, tally
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.rows import utc_text
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Made: TypeAlias = Callable[..., Tally]

NOW = utc("2026-06-30T12:00")
SINCE = utc("2026-06-01T00:00")


_RECORD = """
    INSERT INTO notices (
        account, kind, group_id, distribution_id, occasion, member_id, address, recipient, status, custom_id,
        campaign, revision, starts_at, place, due_at, too_late_at, claimed_at
    ) VALUES (
        'mailjet', :kind, 'lac', :distribution_id, :occasion, :member_id, :address, :address, 'sent',
        :custom_id, :campaign, 0, :left_at, '', :left_at, :left_at, :left_at
    )
"""
_RECORD_BROADCAST = """
    INSERT INTO broadcasts (
        attempt, identity, account, group_id, audience, sender_address, sender_name,
        reply_to_address, reply_to_name, subject, text, html, confirmed_at
    ) VALUES (:occasion, '', 'mailjet', 'lac', '', '', '', '', '', :subject, '', '', :left_at)
"""


def left(custom_id: str = "a", status: str = "", state: int = 0, **overrides: Any) -> dict[str, Any]:
    """Make a recap that left two hours ago; without a status its fate is unknown."""
    return {
        "kind": Kind.RECAP_24H,
        "distribution_id": "d1",
        "occasion": "r0",
        "member_id": custom_id,
        "subject": "",
        "address": f"{custom_id}@example.org",
        "custom_id": custom_id,
        "campaign": "",
        "left_at": NOW - timedelta(hours=2),
        "fate": (status, state),
    } | overrides


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Give what reports of notices that left, the newest named first."""

    def reported(*notices: dict[str, Any]) -> Tally:
        with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
            with ledger.transaction() as connection:
                for one in reversed(notices):
                    row = one | {"kind": one["kind"].value, "left_at": utc_text(one["left_at"])}
                    connection.execute(_RECORD, row)
                    if one["kind"] is Kind.BROADCAST:
                        connection.execute(_RECORD_BROADCAST, row)
            book = FateBook(ledger, "mailjet")
            book.note(
                Fate(one["custom_id"], "1", one["address"], one["left_at"], *one["fate"])
                for one in notices
                if one["fate"][0]
            )
            return tally(book, since=SINCE, until=NOW)

    return reported


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
def test_each_fate_is_counted_as_people_call_it(made: Made, status: str, state: int, counted: str) -> None:
    assert made(left(status=status, state=state)).counts == Counts(left=1, **{counted: 1})


def test_a_mail_of_two_openings_is_one_mail_and_two_notices(made: Made) -> None:
    opening: dict[str, Any] = {"kind": Kind.OPENING, "occasion": "2026-06-05"}

    found = made(
        left("a", "sent", **opening), left("a", "sent", **opening, distribution_id="d2"), left("b", "sent")
    )

    assert found.counts == Counts(left=2, accepted=2)
    assert [(one.called, one.distribution_id, one.counts.left) for one in found.notices] == [
        (Kind.OPENING, "d1", 1),
        (Kind.OPENING, "d2", 1),
        (Kind.RECAP_24H, "d1", 1),
    ]


def test_corrections_count_by_themselves_and_those_of_both_recaps_once(made: Made) -> None:
    correction: dict[str, Any] = {"occasion": "r2", "campaign": "12345678-correction-d1"}

    found = made(
        left("c", "sent", **correction, kind=Kind.RECAP_4H, member_id="a"),
        left("c", "sent", **correction, member_id="a"),
        left("b", "bounce", 1, **correction),
        left("a", "sent"),
        left("d", "sent", occasion="r2"),
    )

    assert [(one.called, one.counts) for one in found.notices] == [
        ("correction", Counts(left=2, accepted=1, bounced=1)),
        ("recap_24h", Counts(left=2, accepted=2)),
    ]
    assert found.counts == Counts(left=4, accepted=3, bounced=1)


def test_the_same_subject_twice_is_two_broadcasts(made: Made) -> None:
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
    made: Made, age: timedelta, count: int
) -> None:
    mails = [left(name, left_at=NOW - age) for name in ("a", "b")]

    assert made(*mails).unheard_of == count


def test_one_mail_that_mailjet_knows_of_speaks_for_those_of_its_day(made: Made) -> None:
    assert made(left("a"), left("b", "bounce", 1)).unheard_of == 0


def test_fates_of_an_earlier_day_do_not_speak_for_the_last_one(made: Made) -> None:
    assert made(left("a"), left("b", "sent", left_at=NOW - timedelta(days=7))).unheard_of == 1


def test_an_address_that_fails_repeatedly_is_not_named_twice(made: Made) -> None:
    mails = [
        left("a", "blocked", 20, address="zoe@example.org"),
        left("b", "blocked", 20, address="Zoe@example.org", left_at=NOW - timedelta(days=3)),
        left("c", "blocked", 20, address="lea@example.org"),
    ]

    found = made(*mails)

    assert [(one.address, one.failures) for one in found.failing] == [("zoe@example.org", 2)]
    assert [one.address for one in found.lost] == ["lea@example.org"]
