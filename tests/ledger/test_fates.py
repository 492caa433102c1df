from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import Fate
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook, SentCount
from tests.fixtures.departed import left
from tests.fixtures.memory import kept_fates, utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.ledger import Ledger

LEFT = utc("2026-06-11T16:05")


@pytest.fixture
def ledger(place: LedgerPlace) -> Iterator[Ledger]:
    left(place, "zoe@example.org", at=LEFT)
    with open_ledger(place) as opened:
        yield opened


def a_fate(ledger: Ledger, status: str, state: int = 0, message_id: str = "1") -> Fate:
    return Fate(f"{ledger.ledger_id}-d1-zoe@example.org", message_id, "zoe@example.org", LEFT, status, state)


def test_the_newest_answer_counts(ledger: Ledger) -> None:
    book = FateBook(ledger, "mailjet")

    book.note([a_fate(ledger, "queued")])
    book.note([a_fate(ledger, "sent")])

    assert list(kept_fates(ledger).values()) == [a_fate(ledger, "sent")]


def test_what_left_is_counted_by_its_fate_and_as_unheard_of_where_none_is_known(ledger: Ledger) -> None:
    book = FateBook(ledger, "mailjet")
    window = {"after": LEFT - timedelta(days=1), "before": LEFT + timedelta(hours=1)}
    assert book.unheard_of(LEFT, **window) == 1
    (before,) = book.counted(LEFT)
    book.note([a_fate(ledger, "bounce", 1)])
    (after,) = book.counted(LEFT)

    none = SentCount(Kind.RECAP_24H, "lac", "d1", "", "", status="", state=0, mails=1, of_all=1)
    assert (before, after) == (none, replace(none, status="bounce", state=1))
    assert book.unheard_of(LEFT, **window) == 0
    assert book.counted(LEFT + timedelta(seconds=1)) == []


def test_the_first_and_the_last_that_left_are_found(ledger: Ledger, place: LedgerPlace) -> None:
    book = FateBook(ledger, "mailjet")
    left(place, "lea@example.org", at=LEFT + timedelta(days=1), day="d2")

    assert book.oldest(LEFT) == LEFT
    assert book.oldest(LEFT + timedelta(days=2)) is None
    assert book.newest(LEFT, before=LEFT + timedelta(days=2)) == LEFT + timedelta(days=1)
    assert book.newest(LEFT, before=LEFT + timedelta(days=1)) == LEFT


def test_the_fates_of_some_mails_are_found_however_many_are_asked_for(ledger: Ledger) -> None:
    book = FateBook(ledger, "mailjet")
    ours = a_fate(ledger, "sent")
    book.note([ours])

    some = book.of([ours.custom_id, *(f"others-{number}" for number in range(1200))])

    assert some == {ours.custom_id: ours}
    assert book.of([]) == {}


@pytest.mark.long
@pytest.mark.parametrize("dropped_first", [True, False])
def test_a_repeat_that_its_campaign_dropped_does_not_hide_the_first(
    ledger: Ledger, dropped_first: bool
) -> None:
    book = FateBook(ledger, "mailjet")
    first, dropped = a_fate(ledger, "bounce", 1), a_fate(ledger, "blocked", 15, "2")

    for fate in (dropped, first) if dropped_first else (first, dropped):
        book.note([fate])

    assert list(kept_fates(ledger).values()) == [first]


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        *((status, True) for status in ("queued", "deferred", "unknown", "odd")),
        *((status, True) for status in ("sent", "opened", "clicked")),
        *((status, False) for status in ("unsub", "bounce", "softbounced", "hardbounced", "blocked", "spam")),
    ],
)
def test_a_mail_is_open_until_nothing_worse_can_become_of_it(
    ledger: Ledger, status: str, is_open: bool
) -> None:
    book = FateBook(ledger, "mailjet")
    assert book.oldest_open(LEFT, LEFT) == LEFT

    book.note([a_fate(ledger, status)])

    assert book.oldest_open(LEFT, LEFT) == (LEFT if is_open else None)


def test_all_fates_of_an_address_are_told_once_one_was_bad(ledger: Ledger, place: LedgerPlace) -> None:
    book = FateBook(ledger, "mailjet")
    (newer,) = left(place, "Zoe@example.org", at=utc("2026-06-18T16:05"), day="d2")
    book.note([a_fate(ledger, "sent"), Fate(newer, "2", "Zoe@example.org", LEFT, "blocked", 20)])

    assert {fate.status for fate in book.of_unreached(utc("2026-06-18T16:05"))} == {"sent", "blocked"}
    assert book.of_unreached(utc("2026-06-18T16:06")) == []
