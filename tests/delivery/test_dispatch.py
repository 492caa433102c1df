"""The order of things: claimed before sent, settled after, and nothing after a stop or too late."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from msgspec.structs import replace

from cagette_notify.core.errors import ConfigError, DataError, Problem
from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import Broadcast, Content, Copy, Message, Outcome, StopReason
from cagette_notify.core.notices import Mail, Status
from cagette_notify.core.transport_traits import OUTBOX, TransportTraits
from cagette_notify.delivery.dispatch import Dispatcher, MailOutcome
from cagette_notify.delivery.transport import MayCall, whenever
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from tests.fixtures.builders import a_contact, a_distribution, a_mail, a_mailbox, a_member, a_notice
from tests.fixtures.memory import utc
from tests.fixtures.messages import a_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from cagette_notify.ledger.ledger import Ledger

NOW = utc("2026-06-11T16:30")


@dataclass
class Loopback:
    """A transport that answers as told, and notes what the ledger held when it was called."""

    ledger_file: Path
    outcome_of: Callable[[int], Outcome] = lambda _call: Outcome(Status.SENT)
    batch: int = 2
    parallel: int = 1
    traits: TransportTraits = OUTBOX
    calls: list[list[str]] = field(default_factory=list)
    claimed: list[set[Status]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self) -> None:
        """Need nothing."""

    def send(self, messages: Sequence[Message], _may_call: MayCall = whenever) -> list[Outcome]:
        with self.lock, open_ledger(self.ledger_file, read_only=True) as ledger:
            ids = [message.custom_id for message in messages]
            self.claimed.append({entry.status for id_ in ids for entry in ledger.by_custom_id(id_)})
            self.calls.append(ids)
            return [self.outcome_of(len(self.calls))] * len(messages)

    def look_up(self, custom_ids: Sequence[str], *, since: datetime, until: datetime) -> dict[str, Outcome]:
        raise AssertionError(custom_ids, since, until)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(file: Path) -> Iterator[Ledger]:
    with open_ledger(file) as opened:
        yield opened


def mails(count: int) -> list[Mail]:
    return [
        a_mail(
            (a_notice(member=a_member(id=str(n)), mailbox=a_mailbox(address=f"m{n}@example.org")),),
            custom_id=f"id-{n}",
        )
        for n in range(count)
    ]


def copies(count: int) -> list[Copy]:
    content = Content("On change de salle", "Bonjour", "")
    broadcast = Broadcast("attempt", "identity", "outbox", "lac", "all", a_contact(), content, NOW)
    return [
        Copy(f"copy-{n}", "campaign", broadcast, a_mailbox(address=f"m{n}@example.org")) for n in range(count)
    ]


def message_of(mail: object, _now: datetime) -> Message:
    assert isinstance(mail, Mail | Copy)
    mailbox = mail.mailbox if isinstance(mail, Copy) else mail.first.mailbox
    return a_message(mailbox.address, custom_id=mail.custom_id)


def dispatched(
    ledger: Ledger,
    transport: Loopback,
    those: Sequence[Mail | Copy],
    *,
    make: Callable[[object, datetime], Message] = message_of,
    clock: Callable[[], datetime] = lambda: NOW,
    refused: dict[str, str] | None = None,
) -> list[MailOutcome]:
    return list(Dispatcher(ledger, transport, message_of=make, clock=clock).run(those, refused or {}))


def statuses(ledger: Ledger) -> list[Status]:
    return [entry.status for entry in ledger.entries("outbox", ["2026-06-12"])]


def test_every_mail_is_claimed_on_disk_before_its_call_and_settled_after(file: Path, ledger: Ledger) -> None:
    transport = Loopback(file)

    deliveries = dispatched(ledger, transport, mails(5))

    assert transport.calls == [["id-0", "id-1"], ["id-2", "id-3"], ["id-4"]]
    assert transport.claimed == [{Status.CLAIMED}] * 3
    assert statuses(ledger) == [Status.SENT] * 5
    assert len(deliveries) == 5


def test_calls_fly_at_once_but_no_more_than_allowed(file: Path, ledger: Ledger) -> None:
    together = threading.Barrier(3, timeout=10)
    transport = Loopback(file, parallel=3)
    alone = transport.send

    def send(messages: Sequence[Message], _may_call: MayCall = whenever) -> list[Outcome]:
        together.wait()
        return alone(messages)

    transport.send = send  # type: ignore[method-assign]

    assert len(dispatched(ledger, transport, mails(12))) == 12


def test_what_was_claimed_too_long_ago_when_it_is_posted_is_owed_by_the_next_run(
    file: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asking(Loopback):
        def send(self, messages: Sequence[Message], may_call: MayCall = whenever) -> list[Outcome]:
            if refusal := may_call():
                return [refusal] * len(messages)
            return super().send(messages)

    class Lease:
        def __init__(self) -> None:
            self.ends = next(ends)
            assert len(statuses(ledger)) == self.ends * 2, "claimed before it began to count"

        def holds(self) -> bool:
            return self.ends > 0

    ends = iter(range(3))
    monkeypatch.setattr(ledger, "lease", Lease)

    deliveries = dispatched(ledger, Asking(file), mails(5))

    deferred, sent = [Status.DEFERRED] * 2, [Status.SENT] * 3
    assert [one.outcome.status for one in deliveries] == statuses(ledger) == [*deferred, *sent]


@pytest.mark.parametrize("stop", list(StopReason))
def test_after_a_stop_nothing_more_is_tried_and_the_rest_is_put_off(
    file: Path, ledger: Ledger, stop: StopReason
) -> None:
    answers = {2: Outcome(Status.DEFERRED, "no", stop=stop)}
    transport = Loopback(file, lambda call: answers.get(call, Outcome(Status.SENT)))

    deliveries = dispatched(ledger, transport, mails(10))

    assert len(transport.calls) == 2
    assert statuses(ledger) == [Status.SENT] * 2 + [Status.DEFERRED] * 8
    assert [entry.claimed_at for entry in ledger.unfinished("outbox")] == [NOW] * 2 + [None] * 6
    assert [one.outcome.status for one in deliveries] == [Status.SENT] * 2 + [Status.DEFERRED] * 8
    assert [one.mail.custom_id for one in deliveries] == [f"id-{n}" for n in range(10)]


def test_what_came_too_late_while_the_run_was_busy_is_not_sent(file: Path, ledger: Ledger) -> None:
    transport = Loopback(file)
    times = iter([NOW, NOW, NOW + timedelta(days=1)])

    deliveries = dispatched(ledger, transport, mails(4), clock=lambda: next(times, NOW + timedelta(days=1)))

    assert transport.calls == [["id-0", "id-1"]]
    assert [one.outcome.status for one in deliveries] == [Status.SENT] * 2 + [Status.EXPIRED] * 2
    assert [one.mail.custom_id for one in deliveries] == ["id-0", "id-1", "id-2", "id-3"]
    assert statuses(ledger) == [Status.SENT] * 2 + [Status.EXPIRED] * 2


def test_of_a_mail_of_two_openings_the_one_that_is_too_late_stays_behind(file: Path, ledger: Ledger) -> None:
    late = a_notice(Kind.OPENING, distribution=a_distribution(id="late"), too_late_at=NOW)
    timely = a_notice(Kind.OPENING, too_late_at=NOW + timedelta(seconds=1))

    deliveries = dispatched(ledger, Loopback(file), [a_mail((late, timely))])

    assert [(cast("Mail", one.mail).notices, one.outcome.status) for one in deliveries] == [
        ((late,), Status.EXPIRED),
        ((timely,), Status.SENT),
    ]
    entries = ledger.entries("outbox", ["late", "2026-06-12"])
    assert {entry.key.distribution_id: entry.status for entry in entries} == {
        "late": Status.EXPIRED,
        "2026-06-12": Status.SENT,
    }


@pytest.mark.parametrize(("seconds", "status"), [(1, Status.SENT), (0, Status.EXPIRED), (-1, Status.EXPIRED)])
def test_a_mail_may_leave_until_the_second_before_it_is_too_late(
    file: Path, ledger: Ledger, seconds: int, status: Status
) -> None:
    (mail,) = mails(1)
    now = mail.first.too_late_at - timedelta(seconds=seconds)

    deliveries = dispatched(ledger, Loopback(file), [mail], clock=lambda: now)

    assert [one.outcome.status for one in deliveries] == [status]
    assert statuses(ledger) == [status]


def test_what_leaves_says_nothing_of_what_came_too_late_since_it_was_made_ready(
    file: Path, ledger: Ledger
) -> None:
    late = a_notice(Kind.OPENING, distribution=a_distribution(id="late"), too_late_at=NOW)
    timely = a_notice(Kind.OPENING, too_late_at=NOW + timedelta(hours=1))
    times = [NOW - timedelta(seconds=1), NOW, NOW]
    made: list[Message] = []
    left: list[Message] = []

    def make(mail: object, now: datetime) -> Message:
        assert isinstance(mail, Mail)
        text = " ".join(notice.distribution.id for notice in mail.notices)
        made.append(replace(message_of(mail, now), content=Content("", text, "")))
        return made[-1]

    class Noting(Loopback):
        def send(self, messages: Sequence[Message], _may_call: MayCall = whenever) -> list[Outcome]:
            left.extend(messages)
            return super().send(messages)

    dispatched(ledger, Noting(file), [a_mail((late, timely))], make=make, clock=lambda: times.pop(0))

    assert [message.content.text for message in made] == ["late 2026-06-12", "2026-06-12"]
    assert left == made[1:]


def test_one_mail_that_cannot_be_made_stops_nobody_else(file: Path, ledger: Ledger) -> None:
    transport = Loopback(file)

    def make(mail: object, now: datetime) -> Message:
        message = message_of(mail, now)
        if message.custom_id == "id-1":
            raise ConfigError(Problem("undefined: 'x'"))
        return message

    deliveries = dispatched(ledger, transport, mails(3), make=make)

    assert transport.calls == [["id-0"], ["id-2"]]
    outcomes = {one.mail.custom_id: one.outcome for one in deliveries}
    assert outcomes["id-1"] == Outcome(Status.FAILED, "undefined: 'x'", about_content=True)


@pytest.mark.parametrize("changed", ["subject", "text", "html"])
def test_a_text_refused_before_is_not_tried_again_until_any_part_of_it_changes(
    file: Path, ledger: Ledger, changed: str
) -> None:
    refusal = Outcome(Status.FAILED, "no", about_content=True)
    dispatched(ledger, Loopback(file, lambda _call: refusal), mails(1))
    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    refused = {"id-0": entry.fingerprint}
    transport = Loopback(file)

    def make(mail: object, now: datetime) -> Message:
        message = message_of(mail, now)
        return replace(message, content=replace(message.content, **{changed: "another"}))

    same = dispatched(ledger, transport, mails(1), refused=refused)
    other = dispatched(ledger, transport, mails(1), make=make, refused=refused)

    assert (same, len(other), transport.calls) == ([], 1, [["id-0"]])


def test_why_a_mail_cannot_be_made_is_said_again_only_once_it_is_something_else(
    file: Path, ledger: Ledger
) -> None:
    def cannot(why: str) -> Callable[[object, datetime], Message]:
        def make(_mail: object, _now: datetime) -> Message:
            raise ConfigError(Problem(why))

        return make

    dispatched(ledger, Loopback(file), mails(1), make=cannot("undefined: 'x'"))
    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    refused = {"id-0": entry.fingerprint}

    same = dispatched(ledger, Loopback(file), mails(1), make=cannot("undefined: 'x'"), refused=refused)
    other = dispatched(ledger, Loopback(file), mails(1), make=cannot("undefined: 'y'"), refused=refused)

    assert same == []
    assert [one.outcome.detail for one in other] == ["undefined: 'y'"]


def test_a_text_with_half_a_character_in_it_stops_nobody(file: Path, ledger: Ledger) -> None:
    def make(mail: object, now: datetime) -> Message:
        message = message_of(mail, now)
        return replace(message, content=replace(message.content, text="\ud83c"))

    assert len(dispatched(ledger, Loopback(file), mails(3), make=make)) == 3


def test_a_broadcast_that_is_stopped_while_it_leaves_goes_no_further(file: Path, ledger: Ledger) -> None:
    those = copies(6)
    book = BroadcastBook(ledger, "outbox")
    book.record(those[0].broadcast, those)

    def stopped_during(call: int) -> Outcome:
        if call == 2:
            with open_ledger(file) as elsewhere:
                BroadcastBook(elsewhere, "outbox").stop(those[0].broadcast.attempt)
        return Outcome(Status.SENT)

    transport = Loopback(file, stopped_during)
    dispatched(ledger, transport, those)

    assert transport.calls == [["copy-0", "copy-1"], ["copy-2", "copy-3"]]
    assert [copy.custom_id for copy in book.copies(those[0].broadcast, ())] == ["copy-4", "copy-5"]


def test_what_cannot_be_recorded_is_not_sent(file: Path, ledger: Ledger) -> None:
    transport = Loopback(file)
    ledger._engine.connection.execute("PRAGMA query_only = 1")

    with pytest.raises(DataError):
        dispatched(ledger, transport, mails(1))

    assert transport.calls == []


def test_a_call_that_breaks_down_costs_no_other_call_its_outcome(file: Path, ledger: Ledger) -> None:
    def outcome_of(call: int) -> Outcome:
        if call == 1:
            raise MemoryError
        return Outcome(Status.SENT)

    with pytest.raises(MemoryError):
        dispatched(ledger, Loopback(file, outcome_of, parallel=2), mails(4))

    assert sorted(status.value for status in statuses(ledger)) == ["claimed", "claimed", "sent", "sent"]


def test_calls_under_way_are_settled_when_somebody_interrupts(file: Path, ledger: Ledger) -> None:
    def second_takes_longer(call: int) -> Outcome:
        time.sleep(0.3 * (call == 2))
        return Outcome(Status.SENT)

    transport = Loopback(file, second_takes_longer, parallel=2)
    run = Dispatcher(ledger, transport, message_of=message_of, clock=lambda: NOW).run(mails(8), {})
    next(run)

    with pytest.raises(KeyboardInterrupt):
        run.throw(KeyboardInterrupt)

    assert statuses(ledger) == [Status.SENT] * 4


def test_once_it_is_called_off_nothing_more_is_claimed_and_all_that_left_is_told(
    file: Path, ledger: Ledger
) -> None:
    transport = Loopback(file, parallel=2)
    dispatcher = Dispatcher(
        ledger,
        transport,
        message_of=message_of,
        clock=lambda: NOW,
        is_called_off=lambda: len(transport.calls) > 1,
    )

    told = [one.outcome.status for one in dispatcher.run(mails(40), {})]

    assert told == [Status.SENT] * sum(map(len, transport.calls))
    assert statuses(ledger) == told
    assert len(told) < 40
