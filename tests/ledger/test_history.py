"""What the ledger tells of people: the right rows, in order, and without reading all the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import Broadcast, Content, Copy, Outcome
from cagette_notify.core.model import Contact, Mailbox
from cagette_notify.core.notices import Notice, Reason, Skip, Status
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.history import HistoryBook, HistoryFilter, Person
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.ledger.skips import SkipBook
from tests.fixtures.builders import a_distribution, a_group, a_mail, a_mailbox, a_member, a_notice
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.ledger.sqlite import SqliteEngine

NOW = utc("2026-06-11T16:30")
LATER = utc("2026-06-11T16:40")
ZOE, LEO = "zoe.martin@example.org", "leo@example.org"


@pytest.fixture
def ledger(place: LedgerPlace) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


@pytest.fixture
def book(ledger: Ledger) -> HistoryBook:
    return HistoryBook(ledger, "outbox")


def of_leo(kind: Kind = Kind.RECAP_24H, **overrides: Any) -> Notice:
    return a_notice(kind, member=a_member(id="1014"), mailbox=a_mailbox(address=LEO), **overrides)


def sent(ledger: Ledger, notice: Notice, custom_id: str, *, account: str = "outbox") -> None:
    ledger.claim(account, [(a_mail((notice,), custom_id=custom_id), "")], NOW)
    ledger.settle({custom_id: Outcome(Status.SENT, message_id="12")}, NOW)


def skipped(ledger: Ledger, address: str, *, member_id: str = "1007", group_id: str = "lac") -> None:
    skip = Skip(Kind.OPENING, group_id, "d9", member_id, address, Reason.SETTING_OFF)
    SkipBook(ledger, "outbox").note([skip], LATER)


def found(book: HistoryBook, **wanted: Any) -> list[tuple[str, str]]:
    return [(record.status, record.address) for record in book.find(HistoryFilter(**wanted))]


def test_the_newest_comes_first(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(), "a")
    skipped(ledger, ZOE)
    sent(ledger, of_leo(), "b")

    assert found(book) == [("skipped", ZOE), ("sent", LEO), ("sent", ZOE)]


def test_a_record_says_all_that_is_known(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(), "a")

    (record,) = book.find(HistoryFilter())
    assert (record.at, record.kind, record.group_id, record.distribution_id) == (
        *(NOW, Kind.RECAP_24H, "lac", "2026-06-12"),
    )
    assert (record.member_id, record.custom_id, record.message_id) == ("1007", "a", "12")


def test_a_broadcast_goes_by_its_subject(ledger: Ledger, book: HistoryBook) -> None:
    broadcast = Broadcast(
        *("att", "same", "outbox", "lac", "all", Contact("noreply@example.org"), Content("Salut", "t", "h")),
        confirmed_at=NOW,
    )
    copies = [Copy("c-1", "camp", broadcast, Mailbox(ZOE, "Zoé", "Martin"))]
    BroadcastBook(ledger, "outbox").record(broadcast, copies)

    (record,) = book.find(HistoryFilter(kind="broadcast"))
    assert (record.subject, record.status, record.address) == ("Salut", "deferred", ZOE)


@pytest.mark.parametrize(
    ("wanted", "addresses"),
    [
        ({"kind": "recap_24h"}, [LEO, ZOE]),
        ({"kind": "opening"}, [ZOE]),
        ({"status": "sent"}, [LEO, ZOE]),
        ({"status": "skipped"}, [ZOE]),
        ({"group_id": "mer"}, [LEO]),
        ({"since": NOW}, [ZOE, LEO, ZOE]),
        ({"since": LATER}, [ZOE]),
        ({"since": utc("2026-06-11T16:40:01")}, []),
        ({"status": "sent", "group_id": "lac"}, [ZOE]),
    ],
)
def test_each_filter_narrows(
    ledger: Ledger, book: HistoryBook, wanted: dict[str, Any], addresses: list[str]
) -> None:
    sent(ledger, a_notice(), "a")
    skipped(ledger, ZOE)
    sent(ledger, of_leo(group=a_group(id="mer")), "b")

    assert [address for _status, address in found(book, **wanted)] == addresses
    assert book.count(HistoryFilter(**wanted)) == len(addresses)


def test_the_other_delivery_has_books_of_its_own(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(), "a", account="mailjet")

    assert found(book) == []
    assert book.groups() == frozenset()


def test_a_limit_leaves_the_newest(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(), "a")
    skipped(ledger, ZOE)

    assert [record.status for record in book.find(HistoryFilter(), limit=1)] == ["skipped"]


def test_somebody_is_found_by_id_and_by_address_and_each_record_once(
    ledger: Ledger, book: HistoryBook
) -> None:
    sent(ledger, a_notice(), "by both")
    sent(ledger, a_notice(Kind.OPENING), "by address")
    sent(ledger, a_notice(mailbox=a_mailbox(address="old@example.org")), "by id")
    sent(ledger, of_leo(), "another's")
    zoe = Person(frozenset((("lac", "1007"),)), frozenset((ZOE,)))

    custom_ids = [record.custom_id for record in book.find(HistoryFilter(person=zoe))]

    assert sorted(custom_ids) == ["by address", "by both", "by id"]
    assert book.count(HistoryFilter(person=zoe)) == 3


def test_an_id_means_somebody_within_a_group_only(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(), "a")
    skipped(ledger, "another@example.org", group_id="mer")

    assert found(book, person=Person(ids=frozenset((("lac", "1007"),)))) == [("sent", ZOE)]


def test_a_shared_address_shows_what_went_there(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(), "a")
    sent(ledger, a_notice(member=a_member(id="1014")), "b")

    assert len(found(book, person=Person(addresses=frozenset((ZOE,))))) == 2


def test_nobody_is_not_everybody(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(), "a")

    assert found(book, person=Person()) == []


def plan_of(engine: SqliteEngine, ask: Any) -> list[str]:
    """Return how SQLite finds what is asked for."""
    asked: list[str] = []
    engine.connection.set_trace_callback(asked.append)
    ask()
    engine.connection.set_trace_callback(None)
    found = (engine.connection.execute(f"EXPLAIN QUERY PLAN {query}") for query in asked)
    return [row["detail"] for rows in found for row in rows]


ZOES = Person(frozenset((("lac", "1007"), ("mer", "1007"))), frozenset((ZOE, "maelle@example.org")))


@pytest.mark.parametrize(
    "wanted",
    [
        HistoryFilter(ZOES),
        HistoryFilter(ZOES, "lac", "opening", "sent", NOW),
        HistoryFilter(ZOES, kind="broadcast"),
    ],
)
def test_somebody_is_found_without_reading_what_is_about_others(
    ledger: Ledger, sqlite_engine: SqliteEngine, wanted: HistoryFilter
) -> None:
    steps = plan_of(sqlite_engine, lambda: list(HistoryBook(ledger, "outbox").find(wanted)))

    looked_up = [step for step in steps if step.startswith("SEARCH ")]
    assert sum("notices USING INDEX notices_by_" in step for step in looked_up) == 4
    assert sum("skips USING INDEX skips_by_" in step for step in looked_up) == 4
    assert not [step for step in steps if step.startswith("SCAN ") and ("notices" in step or "skips" in step)]


def test_traces_are_found_without_reading_what_is_about_others(
    ledger: Ledger, sqlite_engine: SqliteEngine
) -> None:
    traces = KnownPeople(ledger)

    steps = plan_of(
        sqlite_engine,
        lambda: (
            *(traces.names(ZOE), traces.members_at(ZOE)),
            *(traces.members_called("lac/1007"), traces.addresses_of(("lac", "1007"))),
        ),
    )

    assert [step for step in steps if step.startswith("SEARCH notices")]
    assert not [step for step in steps if step.startswith(("SCAN notices", "SCAN skips"))]


def test_traces_lead_from_an_address_to_ids_and_back(ledger: Ledger) -> None:
    sent(ledger, a_notice(mailbox=a_mailbox(address="Zoe.Martin@example.org")), "a", account="mailjet")
    skipped(ledger, "OLD@example.org", group_id="a/b")
    traces = KnownPeople(ledger)

    assert traces.names(ZOE)
    assert not traces.names("lea@example.org")
    assert traces.members_at("old@example.org") == {("a/b", "1007")}
    assert traces.members_called("1007") == {("lac", "1007"), ("a/b", "1007")}
    assert traces.members_called("a/b/1007") == {("a/b", "1007")}
    assert traces.members_called("lac/1007") == {("lac", "1007")}
    sent(ledger, a_notice(Kind.OPENING), "of nobody in particular")
    assert traces.members_called("") == frozenset()
    assert traces.addresses_of(("a/b", "1007")) == {"old@example.org"}


def test_who_got_nothing_is_recorded_with_the_reason(ledger: Ledger, book: HistoryBook) -> None:
    skipped(ledger, LEO, member_id="1014")

    (record,) = book.find(HistoryFilter())

    assert (record.status, record.reason, record.at) == ("skipped", "setting_off", LATER)
    assert (record.kind, record.group_id, record.distribution_id) == (Kind.OPENING, "lac", "d9")
    assert (record.member_id, record.address, record.custom_id) == ("1014", LEO, "")


def test_records_come_one_by_one(ledger: Ledger, book: HistoryBook) -> None:
    notices = [a_notice(distribution=a_distribution(id=f"d{number}")) for number in range(3)]
    for number, notice in enumerate(notices):
        sent(ledger, notice, f"c{number}")

    records = book.find(HistoryFilter())

    assert next(records).custom_id == "c2"
    assert [record.custom_id for record in records] == ["c1", "c0"]


def test_an_id_may_hold_a_slash_as_a_groups_may(ledger: Ledger) -> None:
    skipped(ledger, ZOE, member_id="7/b")
    skipped(ledger, LEO, member_id="b", group_id="lac/7")

    assert KnownPeople(ledger).members_called("lac/7/b") == {("lac", "7/b"), ("lac/7", "b")}


def test_the_last_order_is_that_of_the_latest_distribution_of_any_of_their_ids(
    ledger: Ledger, book: HistoryBook
) -> None:
    later = a_distribution(id="later", starts_at=LATER)
    earlier = a_distribution(id="earlier", starts_at=NOW)
    sent(ledger, a_notice(distribution=earlier), "a")
    sent(ledger, of_leo(distribution=later), "b")

    both = Person(frozenset({("lac", "1007"), ("lac", "1014")}))

    assert book.last_order_at(both) == LATER
    assert book.last_order_at(Person(frozenset({("lac", "1007")}))) == NOW
    assert book.last_order_at(Person(frozenset({("mer", "1007")}))) is None


def test_groups_are_those_that_got_mail_or_did_not(ledger: Ledger, book: HistoryBook) -> None:
    sent(ledger, a_notice(group=a_group(id="mer")), "a")
    sent(ledger, of_leo(group=a_group(id="elsewhere")), "b", account="mailjet")
    skipped(ledger, ZOE)

    assert book.groups() == {"mer", "lac"}
