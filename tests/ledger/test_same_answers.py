"""SQLite and PostgreSQL, asked and told the same of the same co-op, say and keep the same."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import Fate
from cagette_notify.core.notices import Reason, Skip
from cagette_notify.core.unsubscriptions import Act
from cagette_notify.ledger import copy
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.cancellations import cancellations
from cagette_notify.ledger.changed_ids import ChangedIds
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.copy import copy_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.fates_by_domain import FatesByDomain
from cagette_notify.ledger.forget import custom_ids_of, erase, refused_by, sweep
from cagette_notify.ledger.heirs import Heirs
from cagette_notify.ledger.history import HistoryBook, HistoryFilter, Person
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.ledger.refusals import refused_repeatedly
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.ledger.take_over import TakeOver
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import a_kept_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.ledger.ledger import Ledger
    from tests.fixtures.postgresql import PostgresqlServer

NOW = utc("2026-06-11T16:30")
BEFORE = NOW - timedelta(days=30)
IDS = ["recaps", "opening", "before", "elsewhere"]
WHO = Person(frozenset({("lac", "zoe"), ("lac", "bad")}), frozenset({"zoe@example.org", "bad@example.org"}))
ACCOUNT = "mailjet"


@pytest.fixture
def both(tmp_path: Path, postgresql: PostgresqlServer) -> Iterator[tuple[Ledger, Ledger]]:
    """Give two ledgers with the same co-op in them, of whom a run was killed."""
    file = a_kept_ledger(12, tmp_path / "ledger.sqlite3")
    shared = postgresql.ledger(tmp_path)
    copy_ledger(a_kept_ledger(12, tmp_path / "copied.sqlite3"), shared, NOW, patience=timedelta(0))
    with open_ledger(file) as one, open_ledger(shared) as other:
        with other.transaction() as connection:  # what the copy noted of itself
            connection.execute("DELETE FROM marks WHERE account = ''")
        yield one, other


def answers(ledger: Ledger) -> Iterator[Any]:
    """Ask all that can be asked."""
    yield ledger.unfinished(ACCOUNT)
    yield ledger.unfinished_operator_mail(ACCOUNT)
    yield ledger.entries(ACCOUNT, IDS)
    yield ledger.refused(ACCOUNT, NOW)
    yield ledger.told_ahead(ACCOUNT, NOW)
    yield ledger.duties_told_ahead(ACCOUNT, NOW)
    yield ledger.about_missed_corrections(ACCOUNT, NOW)
    yield ledger.last_told_ahead(ACCOUNT, NOW)
    yield ledger.told_of_over(ACCOUNT, IDS, NOW)
    yield ledger.groups_ahead(ACCOUNT, NOW)
    yield ledger.told_since(ACCOUNT, BEFORE)
    yield ledger.members_with_recaps(ACCOUNT, BEFORE)
    yield ledger.count_between(ACCOUNT, BEFORE, NOW)
    yield ledger.forgotten(ACCOUNT)
    yield from answers_of_broadcasts(ledger)
    yield from answers_about_people(ledger)
    yield from answers_about_fates(ledger)


def answers_of_broadcasts(ledger: Ledger) -> Iterator[Any]:
    book, planned = BroadcastBook(ledger, ACCOUNT), PlannedBook(ledger, ACCOUNT)
    unfinished = book.unfinished()
    yield [
        (one, book.entries(one.broadcast.attempt), book.addressed(one.broadcast.attempt))
        for one in unfinished
    ]
    yield [book.copies(one.broadcast, frozenset()) for one in unfinished]
    yield [book.same_mail(one.broadcast.identity) for one in unfinished]
    yield book.gone_since("lac", BEFORE)
    yield book.left_since(BEFORE)
    yield book.newest_to("lac", BEFORE)
    yield (planned.all(), planned.due(NOW), planned.next_departure(BEFORE))
    yield cancellations(ledger, ACCOUNT)


def answers_about_people(ledger: Ledger) -> Iterator[Any]:
    history, people, skips = HistoryBook(ledger, ACCOUNT), KnownPeople(ledger), SkipBook(ledger, ACCOUNT)
    for wanted in (
        HistoryFilter(),
        HistoryFilter(WHO),
        HistoryFilter(Person()),
        HistoryFilter(WHO, "lac", "opening", "sent", BEFORE, "opening", once=True),
        HistoryFilter(kind="correction"),
        HistoryFilter(kind="alert"),
    ):
        yield (sorted(history.find(wanted), key=repr), history.count(wanted))
    yield (history.groups(), history.last_order_at(WHO), len(list(history.find(HistoryFilter(), limit=3))))
    yield (people.names("ZOE@example.org"), people.names("nobody@example.org"))
    yield (people.members_at("Zoe@example.org"), people.named_at("zoe@example.org"))
    yield (people.read_broadcasts(ACCOUNT, BEFORE), people.spared_since(ACCOUNT, IDS))
    yield (people.members_called("lac/zoe"), people.addresses_of(("lac", "zoe")))
    yield (skips.spared(IDS), skips.reasons(IDS), skips.noted_as("already_sent", IDS))
    yield skips.waited_in_vain(IDS)
    yield ChangedIds(ledger, ACCOUNT).known(["zoe", "bad", "late"])
    yield (custom_ids_of(ledger, WHO), refused_by(ledger, WHO))
    unsubscribed = UnsubscriptionBook(ledger, ACCOUNT)
    yield (unsubscribed.standing(), unsubscribed.known(), unsubscribed.attributed("zoe@example.org"))
    yield (unsubscribed.some_wait(), unsubscribed.heard_by_groups())
    yield history.came_too_late(BEFORE, BEFORE)
    yield (unsubscribed.addresses_written_to(), unsubscribed.unsaid())


def answers_about_fates(ledger: Ledger) -> Iterator[Any]:
    fates, domains = FateBook(ledger, ACCOUNT), FatesByDomain(ledger, ACCOUNT)
    yield (sorted(fates.counted(BEFORE), key=repr), fates.fullest_day(BEFORE), fates.in_doubt(BEFORE))
    yield (fates.oldest(BEFORE), fates.newest(BEFORE, before=NOW), fates.oldest_open(BEFORE, NOW))
    yield fates.unheard_of(BEFORE, after=BEFORE, before=NOW)
    yield sorted(fates.of_unreached(BEFORE), key=repr)
    yield fates.of(entry.custom_id for entry in ledger.entries(ACCOUNT, IDS))
    yield (sorted(domains.counted(BEFORE), key=repr), domains.addresses(BEFORE))
    yield sorted(domains.last_fates(BEFORE, most=1000))
    yield refused_repeatedly(ledger, ACCOUNT, BEFORE)


def deeds(ledger: Ledger) -> Iterator[None]:
    """Do all that can be done, a thing at a time."""
    openings = [one for one in ledger.entries(ACCOUNT, ["opening"]) if one.key.address.startswith(("z", "b"))]
    FateBook(ledger, ACCOUNT).note(
        Fate(one.custom_id, str(at), one.recipient, NOW, status, state)
        for one, at, status, state in zip(openings, (1, 2), ("bounce", "sent"), (5, 0), strict=True)
    )
    yield
    SkipBook(ledger, ACCOUNT).note(
        [
            Skip(Kind.OPENING, "lac", "opening", "zoe", "Zoe@example.org", Reason.SETTING_OFF, "2026-06-11"),
            Skip(Kind.OPENING, "lac", "recaps", "zoe", "zoe@example.org", Reason.UNSUBSCRIBED, "x"),
        ],
        NOW,
    )
    yield
    book = UnsubscriptionBook(ledger, ACCOUNT)
    by_mail = book.kinds_by_mail("zoe@example.org", [openings[0].custom_id, "another"])
    act = Act("zoe@example.org", NOW)
    book.note(act, by_mail)
    yield
    book.note(act, {**by_mail, "another": frozenset({Kind.CLOSING})})
    yield
    book.hold([Act("bad@example.org", NOW)])
    yield
    book.keep_heard({"lac": ["digest"]})
    yield
    book.switch_on(["bad@example.org"], [Kind.OPENING, Kind.CLOSING], NOW)
    yield
    book.switch_on(["bad@example.org"], [Kind.OPENING], NOW + timedelta(days=1))
    yield
    book.keep_said(book.unsaid())
    yield
    ledger.reopen_expired(ACCOUNT, NOW - timedelta(days=3))
    yield
    memory = RunMemory(ledger, ACCOUNT)
    memory.keep_complete(["lac", "mer"], NOW)
    yield
    memory.keep_complete(["lac"], NOW + timedelta(hours=3))
    yield
    taking = TakeOver(ledger, ACCOUNT, NOW)
    taking.members("lac", {("zoe", "zoe@example.org"): "found", ("bad", "bad@example.org"): "bad"})
    yield
    taking.places({"recaps": "Préau"})
    yield
    heirs = {("lac", "recaps"): ("lac", "opening"), ("lac", "opening"): ("mer", "recaps")}
    taking.distributions(Heirs(NOW, heirs, {"opening": 2}))
    yield
    ledger.purge(NOW - timedelta(days=1), NOW)
    yield


def memory_of(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    return {
        table: sorted(map(tuple, ledger.rows(f"SELECT {', '.join(columns)} FROM {table}", [])), key=repr)
        for table, columns in copy._columns().items()
    }


def test_they_answer_the_same(both: tuple[Ledger, Ledger]) -> None:
    for ours, theirs in zip(*map(answers, both), strict=True):
        assert ours == theirs


@pytest.mark.dear
def test_they_keep_the_same_and_still_answer_the_same(both: tuple[Ledger, Ledger]) -> None:
    for _deeds in zip(*map(deeds, both), strict=True):
        assert memory_of(both[0]) == memory_of(both[1])
    for ours, theirs in zip(*map(answers, both), strict=True):
        assert ours == theirs


def test_they_forget_the_same(both: tuple[Ledger, Ledger]) -> None:
    erased = [erase(ledger, WHO, {"zoé martin"}, NOW) for ledger in both]
    for ledger in both:
        sweep(ledger)

    assert erased[0] == erased[1]
    kept = [
        [
            (e.status, e.key.kind, e.is_forgotten, e.by_hand, e.member_name)
            for e in ledger.told_since(ACCOUNT, BEFORE)
        ]
        for ledger in both
    ]
    assert kept[0] == kept[1]
    assert both[0].forgotten(ACCOUNT) == both[1].forgotten(ACCOUNT)
    words = repr(memory_of(both[1])).casefold()
    assert "zoe@example.org" not in words.replace("'lists'", "")
