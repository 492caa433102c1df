"""The order of things: claimed before sent, settled after, and nothing after a stop or too late."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.delivery.dispatch import Delivery, Dispatcher
from cagette_notify.errors import ConfigError, DataError
from cagette_notify.ledger import Ledger, open_ledger
from cagette_notify.model import Mail, Message, Outcome, Problem, Status, Stop
from tests.support.builders import a_mail, a_mailbox, a_member, a_notice
from tests.support.memory import utc
from tests.support.messages import a_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

NOW = utc("2026-06-11T16:30")


@dataclass
class Loopback:
    """A transport that answers as told, and notes what the ledger held when it was called."""

    ledger_file: Path
    outcome_of: Callable[[int], Outcome] = lambda _call: Outcome(Status.SENT)
    batch: int = 2
    parallel: int = 1
    account: str = "outbox"
    calls: list[list[str]] = field(default_factory=list)
    claimed: list[set[Status]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self) -> None:
        """Need nothing."""

    def send(self, messages: Sequence[Message]) -> list[Outcome]:
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


def message_of(mail: object, _now: datetime) -> Message:
    assert isinstance(mail, Mail)
    return a_message(mail.first.mailbox.address, custom_id=mail.custom_id)


def dispatched(
    ledger: Ledger,
    transport: Loopback,
    those: Sequence[Mail],
    *,
    make: Callable[[object, datetime], Message] = message_of,
    clock: Callable[[], datetime] = lambda: NOW,
    refused: dict[str, str] | None = None,
) -> list[Delivery]:
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

    def send(messages: Sequence[Message]) -> list[Outcome]:
        together.wait()
        return alone(messages)

    transport.send = send  # type: ignore[method-assign]

    assert len(dispatched(ledger, transport, mails(12))) == 12


@pytest.mark.parametrize("stop", list(Stop))
def test_after_a_stop_nothing_more_is_tried_and_the_rest_is_put_off(
    file: Path, ledger: Ledger, stop: Stop
) -> None:
    answers = {1: Outcome(Status.SENT), 2: Outcome(Status.DEFERRED, "no", stop=stop)}
    transport = Loopback(file, answers.__getitem__)

    deliveries = dispatched(ledger, transport, mails(10))

    assert len(transport.calls) == 2
    assert statuses(ledger) == [Status.SENT] * 2 + [Status.DEFERRED] * 8
    assert [entry.claimed_at for entry in ledger.unfinished("outbox")] == [NOW] * 2 + [None] * 6
    assert [one.outcome.status for one in deliveries] == [Status.SENT] * 2 + [Status.DEFERRED] * 8


def test_what_came_too_late_while_the_run_was_busy_is_not_sent(file: Path, ledger: Ledger) -> None:
    transport = Loopback(file)
    times = iter([NOW, NOW, NOW + timedelta(days=1)])

    deliveries = dispatched(ledger, transport, mails(4), clock=lambda: next(times, NOW + timedelta(days=1)))

    assert transport.calls == [["id-0", "id-1"]]
    assert [one.outcome.status for one in deliveries] == [Status.SENT] * 2 + [Status.EXPIRED] * 2
    assert statuses(ledger) == [Status.SENT] * 2 + [Status.EXPIRED] * 2


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
    assert (outcomes["id-1"].status, outcomes["id-1"].about_content) == (Status.FAILED, True)


def test_a_text_refused_before_is_not_tried_again_until_it_changes(file: Path, ledger: Ledger) -> None:
    refusal = Outcome(Status.FAILED, "no", about_content=True)
    dispatched(ledger, Loopback(file, lambda _call: refusal), mails(1))
    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    transport = Loopback(file)

    same = dispatched(ledger, transport, mails(1), refused={"id-0": entry.fingerprint})
    other = dispatched(ledger, transport, mails(1), refused={"id-0": "another"})

    assert (same, len(other), transport.calls) == ([], 1, [["id-0"]])


def test_what_cannot_be_recorded_is_not_sent(file: Path, ledger: Ledger) -> None:
    transport = Loopback(file)
    ledger._connection.execute("PRAGMA query_only = 1")

    with pytest.raises(DataError):
        dispatched(ledger, transport, mails(1))

    assert transport.calls == []


def test_calls_under_way_are_settled_when_somebody_interrupts(file: Path, ledger: Ledger) -> None:
    run = Dispatcher(ledger, Loopback(file, parallel=2), message_of=message_of, clock=lambda: NOW).run(
        mails(8), {}
    )
    next(run)

    with pytest.raises(KeyboardInterrupt):
        run.throw(KeyboardInterrupt)

    assert Status.CLAIMED not in statuses(ledger)
    assert len(statuses(ledger)) < 8
