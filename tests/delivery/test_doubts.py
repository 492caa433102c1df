"""What a look-up proves, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import Problem
from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import Message, Outcome
from cagette_notify.core.notices import Mail, Status
from cagette_notify.core.transport_traits import OUTBOX, TransportTraits
from cagette_notify.delivery.clock_drift import TOLERATED
from cagette_notify.delivery.doubts import Doubts, settle_doubts
from cagette_notify.delivery.transport import LookupFailed, MayCall, whenever
from cagette_notify.ledger.connection import open_ledger
from tests.fixtures.builders import a_distribution, a_mail, a_notice
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from cagette_notify.ledger.ledger import Ledger

CLAIMED_AT = utc("2026-06-11T16:30")
SETTLE_AFTER = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
AHEAD = timedelta(hours=-3)  # Mailjet's clock minus ours


@dataclass
class Index:
    """What can be looked up: when each mail arrived, as Mailjet's index has it, or nothing at all."""

    arrived: dict[str, datetime] = field(default_factory=dict)
    problem: str = ""
    traits: TransportTraits = OUTBOX
    batch: int = 50
    parallel: int = 1
    clock_offset: timedelta | None = None

    def prepare(self) -> None:
        """Need nothing."""

    def send(self, messages: Sequence[Message], _may_call: MayCall = whenever) -> list[Outcome]:
        raise AssertionError(messages)

    def look_up(self, custom_ids: Sequence[str], *, since: datetime, until: datetime) -> dict[str, Outcome]:
        if self.problem:
            raise LookupFailed(Problem(self.problem))
        assert len(custom_ids) == len(set(custom_ids)) > 0
        shown = [id_ for id_, at in self.arrived.items() if id_ in custom_ids and since <= at <= until]
        return {id_: Outcome(Status.SENT, message_id="9") for id_ in shown}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.sqlite3") as opened:
        yield opened


def a_claim(ledger: Ledger, mail: Mail | None = None, *, at: datetime = CLAIMED_AT) -> None:
    ledger.claim("outbox", [(mail or a_mail(custom_id="id-1"), "text")], at)


def a_doubt(ledger: Ledger, *, claimed_at: datetime = CLAIMED_AT, lost_at: datetime = CLAIMED_AT) -> None:
    a_claim(ledger, at=claimed_at)
    ledger.settle({"id-1": Outcome(Status.IN_DOUBT)}, lost_at)


def settled(ledger: Ledger, index: Index, now: datetime) -> Doubts:
    unfinished = ledger.unfinished("outbox")
    return settle_doubts(ledger, index, unfinished, settle_after=SETTLE_AFTER, now=now)


def statuses(ledger: Ledger) -> list[Status]:
    return [entry.status for entry in ledger.by_custom_id("id-1")]


@pytest.mark.parametrize("leave", [a_claim, a_doubt])
def test_what_is_found_was_sent(ledger: Ledger, leave: Callable[[Ledger], None]) -> None:
    leave(ledger)

    doubts = settled(ledger, Index({"id-1": CLAIMED_AT}), CLAIMED_AT + SECOND)

    assert [entry.custom_id for entry in doubts.sent] == ["id-1"]
    assert (doubts.waiting, doubts.lost) == ((), frozenset())
    (entry,) = ledger.by_custom_id("id-1")
    assert (entry.status, entry.message_id, entry.settled_at) == (Status.SENT, "9", CLAIMED_AT + SECOND)


@pytest.mark.parametrize("leave", [a_claim, a_doubt])
@pytest.mark.parametrize(("passed", "is_lost"), [(SETTLE_AFTER - SECOND, False), (SETTLE_AFTER, True)])
def test_what_is_not_found_is_lost_only_once_the_index_had_time(
    ledger: Ledger, leave: Callable[[Ledger], None], passed: timedelta, is_lost: bool
) -> None:
    leave(ledger)
    before = statuses(ledger)

    doubts = settled(ledger, Index(), CLAIMED_AT + passed)

    assert doubts.lost == (frozenset({"id-1"}) if is_lost else frozenset())
    assert [entry.custom_id for entry in doubts.waiting] == ([] if is_lost else ["id-1"])
    assert (doubts.sent, statuses(ledger)) == ((), before)


def test_the_wait_begins_when_the_answer_was_lost(ledger: Ledger) -> None:
    a_doubt(ledger, lost_at=CLAIMED_AT + timedelta(minutes=2))

    assert settled(ledger, Index(), CLAIMED_AT + SETTLE_AFTER).lost == frozenset()
    assert settled(ledger, Index(), CLAIMED_AT + timedelta(minutes=12)).lost == {"id-1"}


def test_a_look_up_that_fails_proves_nothing_however_late(ledger: Ledger) -> None:
    a_claim(ledger)

    doubts = settled(ledger, Index(problem="no answer"), CLAIMED_AT + timedelta(days=2))

    assert [entry.custom_id for entry in doubts.waiting] == ["id-1"]
    assert (doubts.sent, doubts.lost) == ((), frozenset())
    assert [problem.message for problem in doubts.problems] == ["no answer"]
    assert statuses(ledger) == [Status.CLAIMED]


def test_mails_of_days_ago_are_looked_for_in_their_days(ledger: Ledger) -> None:
    a_claim(ledger)
    a_claim(ledger, a_mail((a_notice(Kind.RECAP_4H),), custom_id="id-2"), at=CLAIMED_AT + timedelta(days=1))
    arrived = {"id-1": CLAIMED_AT, "id-2": CLAIMED_AT + timedelta(days=1)}

    doubts = settled(ledger, Index(arrived), CLAIMED_AT + timedelta(days=3))

    assert [entry.custom_id for entry in doubts.sent] == ["id-1", "id-2"]


def test_a_mail_claimed_by_a_clock_ahead_of_ours_is_looked_for_ahead(ledger: Ledger) -> None:
    a_claim(ledger)

    doubts = settled(ledger, Index({"id-1": CLAIMED_AT}), CLAIMED_AT - timedelta(days=3))

    assert [entry.custom_id for entry in doubts.sent] == ["id-1"]


def test_a_doubt_of_a_clock_that_had_jumped_ahead_waits_from_now_on(ledger: Ledger) -> None:
    now = CLAIMED_AT - timedelta(days=3650)
    a_claim(ledger)

    first = settled(ledger, Index(), now)
    early = settled(ledger, Index(), now + SETTLE_AFTER - SECOND)
    in_time = settled(ledger, Index(), now + SETTLE_AFTER)

    assert [entry.custom_id for entry in (*first.waiting, *early.waiting)] == ["id-1", "id-1"]
    assert (first.lost, early.lost) == (frozenset(), frozenset())
    assert in_time.lost == {"id-1"}


@pytest.mark.parametrize("before", [None, timedelta(0), AHEAD + TOLERATED + SECOND])
def test_around_a_jump_ahead_a_doubt_waits_from_then_on(ledger: Ledger, before: timedelta | None) -> None:
    a_claim(ledger)
    index, now = Index(clock_offset=AHEAD), CLAIMED_AT - AHEAD + SECOND
    unfinished = ledger.unfinished("outbox")

    first = settle_doubts(ledger, index, unfinished, settle_after=SETTLE_AFTER, now=now, offset_before=before)
    later = settle_doubts(
        ledger,
        index,
        ledger.unfinished("outbox"),
        settle_after=SETTLE_AFTER,
        now=now + SETTLE_AFTER,
        offset_before=AHEAD,
    )

    assert [*first.lost, *later.lost] == ["id-1"]
    assert [entry.custom_id for entry in first.waiting] == ["id-1"]


@pytest.mark.parametrize("before", [AHEAD, AHEAD + TOLERATED, 2 * AHEAD])
def test_with_a_clock_that_always_was_ahead_no_doubt_waits_longer(ledger: Ledger, before: timedelta) -> None:
    a_claim(ledger)

    doubts = settle_doubts(
        ledger,
        Index(clock_offset=AHEAD),
        ledger.unfinished("outbox"),
        settle_after=SETTLE_AFTER,
        now=CLAIMED_AT + SETTLE_AFTER,
        offset_before=before,
    )

    assert doubts.lost == {"id-1"}


def test_a_doubt_of_this_very_second_is_not_begun_anew(ledger: Ledger) -> None:
    a_claim(ledger)

    settled(ledger, Index(), CLAIMED_AT)

    assert statuses(ledger) == [Status.CLAIMED]


def test_notices_of_one_mail_share_its_fate(ledger: Ledger) -> None:
    both = (a_notice(Kind.OPENING), a_notice(Kind.OPENING, distribution=a_distribution(id="another")))
    a_claim(ledger, a_mail(both, custom_id="id-1"))

    doubts = settled(ledger, Index({"id-1": CLAIMED_AT}), CLAIMED_AT + SECOND)

    assert len(doubts.sent) == 2
    assert statuses(ledger) == [Status.SENT] * 2


def test_what_surely_did_not_leave_is_no_doubt(ledger: Ledger) -> None:
    a_claim(ledger)
    ledger.settle({"id-1": Outcome(Status.DEFERRED)}, CLAIMED_AT)

    assert settled(ledger, Index(problem="nobody may ask"), CLAIMED_AT + SECOND) == Doubts()
