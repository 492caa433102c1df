"""Planned mails in the ledger: whole, in nobody's way, kept until they leave, and without whom it forgot."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.core.messages import Attachment, Broadcast, Content, Copy, PlannedMail, PlannedRow
from cagette_notify.core.model import Contact, Mailbox
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.forget import erase
from cagette_notify.ledger.history import Person
from cagette_notify.ledger.planned import PlannedBook
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.ledger import Ledger

NOW = utc("2026-06-03T08:00")
TIME = utc("2026-06-04T16:00")
LIST = "file:/srv/list.csv"
OFF = "told:d1"
ADDRESS = "zoe.martin@example.org"
ZOE = Person(frozenset((("lac", "7"),)), frozenset((ADDRESS,)))
WORDS = frozenset((ADDRESS, "zoé martin", "martin zoé", "1007"))


@pytest.fixture
def ledger(place: LedgerPlace) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


@pytest.fixture
def book(ledger: Ledger) -> PlannedBook:
    return PlannedBook(ledger, "outbox")


def a_plan(*rows: PlannedRow, send_at: Any = TIME, **overrides: Any) -> PlannedMail:
    given: dict[str, Any] = {
        "attempt": "att",
        "identity": "same",
        "account": "outbox",
        "group_id": "lac",
        "audience": "all",
        "sender": Contact("noreply@example.org"),
        "content": Content("Salut", "Bonjour,", "<p>Bonjour,</p>"),
        "confirmed_at": NOW,
        "attachments": (Attachment("plan.txt", "text/plain", "eA=="),),
        **overrides,
    }
    return PlannedMail(Broadcast(**given), send_at, (LIST, OFF), 2, rows, (OFF,))


def a_row(*names: str, addresses: tuple[str, ...] = (), shown: str = "") -> PlannedRow:
    return PlannedRow(LIST, "list.csv", 2, addresses, names, shown or ", ".join((*addresses, *names)))


def a_copy(planned: PlannedMail) -> Copy:
    return Copy("copy-1", "campaign", planned.broadcast, Mailbox(ADDRESS))


def test_it_is_there_as_it_was_given_and_no_broadcast_to_anybody_else(
    ledger: Ledger, book: PlannedBook
) -> None:
    plan = a_plan(a_row("7", "Zoé Martin"), a_row(addresses=("léa@exemple.org",)))

    assert book.plan(plan) == "att"

    others = BroadcastBook(ledger, "outbox")
    assert (book.all(), book.one("att"), book.same_mail("former", "same")) == ([plan], plan, plan)
    assert (others.unfinished(), others.same_mail("same"), others.attempt("att")) == ([], None, None)
    assert others.newest_to("lac", NOW) is None
    assert PlannedBook(ledger, "mailjet").all() == []


def test_they_are_due_in_their_order_from_their_second_on(book: PlannedBook) -> None:
    for name, send_at in (("late", TIME), ("soon", TIME - timedelta(hours=1))):
        book.plan(a_plan(send_at=send_at, attempt=name, identity=name))

    assert [one.broadcast.attempt for one in book.due(TIME)] == ["soon", "late"]
    assert [one.broadcast.attempt for one in book.due(TIME - timedelta(seconds=1))] == ["soon"]
    nexts = (NOW, TIME - timedelta(hours=1), TIME)
    assert [book.next_departure(at) for at in nexts] == [TIME - timedelta(hours=1), TIME, None]


def test_the_purge_leaves_what_is_planned_and_takes_it_once_it_has_left_and_is_old(
    ledger: Ledger, book: PlannedBook
) -> None:
    plan = a_plan()
    book.plan(plan)

    ledger.purge(TIME, TIME)

    assert book.all() == [plan]
    assert book.depart(plan.broadcast, [a_copy(plan)])
    assert (book.all(), book.depart(plan.broadcast, [a_copy(plan)])) == ([], False)
    (left,) = BroadcastBook(ledger, "outbox").unfinished()
    assert left.broadcast == plan.broadcast


def test_the_purge_takes_what_was_never_wanted_again(ledger: Ledger, book: PlannedBook) -> None:
    book.plan(a_plan(a_row("7", "Zoé Martin")))

    ledger.purge(TIME + timedelta(seconds=1), TIME)

    tables = ("planned", "planned_rows", "broadcasts", "attachments")
    assert [[*ledger.rows(f"SELECT * FROM {table}", [])] for table in tables] == [[]] * 4


@pytest.mark.parametrize(
    ("row", "is_hers"),
    [
        (a_row(addresses=("Zoe.Martin@example.org",)), True),
        (a_row("7", "Zoé Martin"), True),
        (a_row("lac/7"), True),
        (a_row("MARTIN ZOE"), True),
        (a_row("7", "Zoé Martin", addresses=("old@example.org",)), True),
        (a_row("70", "Zoé Martin", addresses=(ADDRESS,)), True),
        (a_row("70", "Z. Martin", addresses=(ADDRESS,)), True),
        (a_row("77", "Zoé Martinez"), False),
        (a_row("Anne Zoé Martin"), False),
        (a_row("Zoé Martin-Durand"), False),
        (a_row("70", "Zoé Martin", addresses=("autre@example.org",)), False),  # of the same name
        (a_row("7", "Léa Roux", addresses=("lea@example.org",)), False),  # who had the id then
        (a_row("70", "Léa Roux", addresses=("lea@example.org",), shown="70, Léa, 06 00 00 1007"), False),
        (a_row(addresses=("moi.zoe.martin@example.org.fr",)), False),
    ],
)
def test_whoever_is_forgotten_leaves_the_lists_of_planned_mails(
    ledger: Ledger, book: PlannedBook, row: PlannedRow, is_hers: bool
) -> None:
    leo = a_row("8", "Léo Petit")
    book.plan(a_plan(row, leo))

    erase(ledger, ZOE, WORDS, NOW)

    (left,) = book.all()
    assert left.rows == ((leo,) if is_hers else (row, leo))


@pytest.mark.parametrize(
    ("row", "left"),
    [
        (
            a_row("8", "Léo Petit", addresses=("leo@example.org", ADDRESS), shown="Léo Petit"),
            a_row("8", "Léo Petit", addresses=("leo@example.org",), shown="Léo Petit"),
        ),
        (a_row(addresses=("leo@example.org", ADDRESS)), a_row(addresses=("leo@example.org",))),
        (
            a_row("8", "Léo Petit", addresses=("leo@example.org",), shown="8, voisin de Zoé Martin"),
            a_row("8", "Léo Petit", addresses=("leo@example.org",), shown="Léo Petit"),
        ),
        (a_row("77", shown="77, voisine de Zoé Martin"), a_row("77")),
    ],
)
def test_what_others_rows_say_of_whom_it_forgets_goes_and_they_stay(
    ledger: Ledger, book: PlannedBook, row: PlannedRow, left: PlannedRow
) -> None:
    book.plan(a_plan(row))

    erase(ledger, ZOE, WORDS, NOW)

    (plan,) = book.all()
    assert plan.rows == (left,)


def test_a_planned_text_that_names_whom_it_forgets_is_needed_until_it_has_left(
    ledger: Ledger, book: PlannedBook
) -> None:
    plan = a_plan(content=Content("Salut", f"Répondez à {ADDRESS}", ""))
    book.plan(plan)

    erased = erase(ledger, ZOE, WORDS, NOW)

    assert (erased.needed, erased.replies, book.all()) == (1, 0, [plan])
