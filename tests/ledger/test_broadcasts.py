"""Coordinators' mails as the ledger keeps them: whole, once, and counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from cagette_notify.core.errors import DataError
from cagette_notify.core.messages import Attachment, Broadcast, Content, Copy, Outcome
from cagette_notify.core.notices import Status
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.forget import erase
from cagette_notify.ledger.history import Person
from tests.fixtures.builders import a_contact, a_mailbox
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.ledger import Ledger

NOW = utc("2026-06-11T16:30")
LATER = utc("2026-06-11T16:40")
LEO = a_mailbox(address="leo@example.org", first_name="Léo")


@pytest.fixture
def ledger(place: LedgerPlace) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


@pytest.fixture
def book(ledger: Ledger) -> BroadcastBook:
    return BroadcastBook(ledger, "outbox")


def a_broadcast(**overrides: Any) -> Broadcast:
    sender = a_contact(address="noreply@mj.cagette.net", name="Lac")
    content = Content("On change de salle", "Bonjour", "<p>Bonjour</p>")
    broadcast = Broadcast("attempt", "same", "outbox", "lac", "all", sender, content, NOW, a_contact())
    return replace(broadcast, **overrides)


def copies_of(broadcast: Broadcast) -> list[Copy]:
    name = broadcast.attempt
    return [
        Copy(f"{name}-zoe", f"{name}-campaign", broadcast, a_mailbox()),
        Copy(f"{name}-leo", f"{name}-campaign", broadcast, LEO),
    ]


def recorded(book: BroadcastBook, repeats: str = "", **overrides: Any) -> str:
    broadcast = a_broadcast(**overrides)
    return book.record(broadcast, copies_of(broadcast), repeats=repeats)


def finish(ledger: Ledger, broadcast: Broadcast, status: Status = Status.SENT) -> None:
    ledger.claim(broadcast.account, [(copy, "") for copy in copies_of(broadcast)], NOW)
    ledger.settle({copy.custom_id: Outcome(status) for copy in copies_of(broadcast)}, NOW)


def test_a_mail_left_when_the_last_of_its_copies_did(ledger: Ledger, book: BroadcastBook) -> None:
    recorded(book)
    zoe, leo = copies_of(a_broadcast())
    ledger.claim("outbox", [(zoe, ""), (leo, "")], NOW)
    times = []
    for copies, status, at in (
        ([zoe, leo], Status.IN_DOUBT, NOW),
        ([zoe], Status.SENT, LATER),
        ([leo], Status.FAILED, LATER + timedelta(hours=1)),
    ):
        ledger.settle({copy.custom_id: Outcome(status) for copy in copies}, at)
        progress = book.attempt("attempt")
        times.append(progress and progress.left_at)

    assert times == [None, LATER, LATER]


@pytest.mark.parametrize("reply_to", [None, a_contact()])
def test_what_is_confirmed_is_kept_whole(book: BroadcastBook, reply_to: object) -> None:
    files = (
        *(Attachment(name, "text/plain", name) for name in ("b.txt", "a.txt")),
        Attachment("lac.png", "image/png", "AAAA", "1a2b@inline"),
    )
    broadcast = a_broadcast(reply_to=reply_to, attachments=files)

    book.record(broadcast, copies_of(broadcast))

    progress = book.attempt("attempt")
    assert progress is not None
    assert progress.broadcast == broadcast
    assert (progress.sent, progress.unfinished, progress.total) == (0, 2, 2)
    assert book.copies(broadcast, ()) == copies_of(broadcast)
    assert book.attempt("another") is None


def test_a_copy_that_was_sent_or_dropped_by_hand_can_not_be_claimed_again(
    ledger: Ledger, book: BroadcastBook
) -> None:
    recorded(book)
    zoe, leo = copies_of(a_broadcast())
    ledger.claim("outbox", [(zoe, ""), (leo, "")], NOW)
    ledger.settle({zoe.custom_id: Outcome(Status.SENT)}, NOW)
    ledger.end_by_hand(leo.custom_id, Status.DROPPED, NOW)

    for copy in (zoe, leo):
        with pytest.raises(DataError):
            ledger.claim("outbox", [(copy, "")], LATER)

    ended = [ledger.by_custom_id(copy.custom_id)[0].status for copy in (zoe, leo)]
    assert ended == [Status.SENT, Status.DROPPED]


@pytest.mark.parametrize(
    ("status", "lost", "is_owed"),
    [
        (Status.DEFERRED, frozenset(), True),
        (Status.CLAIMED, frozenset(), False),
        (Status.IN_DOUBT, frozenset(), False),
        (Status.CLAIMED, {"attempt-zoe"}, True),
        (Status.IN_DOUBT, {"attempt-zoe"}, True),
        (Status.SENT, {"attempt-zoe"}, False),
        (Status.FAILED, frozenset(), False),
    ],
)
def test_copies_to_send_are_those_that_surely_did_not_leave(
    ledger: Ledger, book: BroadcastBook, status: Status, lost: frozenset[str], is_owed: bool
) -> None:
    recorded(book)
    zoe, leo = copies_of(a_broadcast())
    ledger.claim("outbox", [(zoe, "")], NOW)
    ledger.settle({zoe.custom_id: Outcome(status)}, NOW)

    assert book.copies(a_broadcast(), lost) == ([zoe, leo] if is_owed else [leo])


def test_the_unfinished_are_listed_from_the_oldest(ledger: Ledger, book: BroadcastBook) -> None:
    for minutes, name in enumerate(("first", "second", "third", "done")):
        recorded(book, attempt=name, identity=name, confirmed_at=NOW + timedelta(minutes=minutes))
    finish(ledger, a_broadcast(attempt="done"))

    assert [one.broadcast.attempt for one in book.unfinished()] == ["first", "second", "third"]


def test_the_same_mail_given_again_goes_on_confirmed_anew_and_stopped_no_more(book: BroadcastBook) -> None:
    recorded(book)
    book.stop("attempt")
    assert [one.broadcast for one in book.unfinished()] == [a_broadcast(is_stopped=True)]

    assert recorded(book, attempt="again", confirmed_at=LATER) == "attempt"

    progress = book.same_mail("same")
    assert progress is not None
    assert progress.broadcast == a_broadcast(confirmed_at=LATER)
    assert book.attempt("again") is None


def test_a_finished_mail_is_done_again_only_by_who_knows_the_attempt_that_they_repeat(
    ledger: Ledger, book: BroadcastBook
) -> None:
    recorded(book)
    finish(ledger, a_broadcast())

    assert recorded(book, attempt="unaware") == "attempt"
    assert recorded(book, attempt="second", repeats="attempt", confirmed_at=LATER) == "second"
    finish(ledger, a_broadcast(attempt="second"))
    assert recorded(book, attempt="outdated", repeats="attempt") == "second"


@pytest.mark.long
def test_a_copy_of_a_mail_that_was_stopped_is_not_claimed(ledger: Ledger, book: BroadcastBook) -> None:
    recorded(book)
    recorded(book, attempt="other", identity="other")
    those = [copy for one in book.unfinished() for copy in book.copies(one.broadcast, ())]
    book.stop("attempt")

    assert ledger.claim("outbox", [(copy, "") for copy in those], LATER) == {"attempt"}

    claimed = {one.broadcast.attempt: one.gone for one in book.unfinished()}
    assert (claimed["attempt"], claimed["other"] > 0) == (0, True)


@pytest.mark.long
def test_only_what_has_not_left_at_all_is_withdrawn(ledger: Ledger, book: BroadcastBook) -> None:
    recorded(book)
    recorded(book, attempt="other", identity="other")
    (first, *_others) = book.copies(a_broadcast(attempt="other"), ())
    ledger.claim("outbox", [(first, "")], LATER)

    assert (book.withdraw("attempt"), book.withdraw("other")) == (True, False)
    stopped = {one.broadcast.attempt: one.broadcast.is_stopped for one in book.unfinished()}
    assert stopped == {"attempt": True, "other": False}


@pytest.mark.long
def test_stopping_one_stops_no_other(book: BroadcastBook) -> None:
    recorded(book)
    recorded(book, attempt="other", identity="other")

    book.stop("attempt")

    stopped = {one.broadcast.attempt: one.broadcast.is_stopped for one in book.unfinished()}
    assert stopped == {"attempt": True, "other": False}


@pytest.mark.long
def test_the_newest_mail_to_a_group_is_no_test_and_not_from_before(book: BroadcastBook) -> None:
    recorded(book, attempt="older", identity="1")
    recorded(book, attempt="newer", identity="2", confirmed_at=LATER)
    recorded(book, attempt="test", identity="3", confirmed_at=LATER, audience="test")
    recorded(book, attempt="elsewhere", identity="4", confirmed_at=LATER, group_id="mer")

    found = book.newest_to("lac", NOW)

    assert found is not None
    assert found.broadcast.attempt == "newer"
    assert book.newest_to("lac", LATER + timedelta(seconds=1)) is None
    older = book.newest_to("lac", NOW, but=["2"])
    assert older is not None
    assert older.broadcast.attempt == "older"


def test_the_other_delivery_has_broadcasts_of_its_own(ledger: Ledger, book: BroadcastBook) -> None:
    recorded(book)
    mailjet = BroadcastBook(ledger, "mailjet")

    assert (mailjet.attempt("attempt"), mailjet.same_mail("same"), mailjet.unfinished()) == (None, None, [])
    assert recorded(mailjet, attempt="live", account="mailjet") == "live"


def test_what_an_earlier_version_recorded_goes_on_by_its_former_identity(book: BroadcastBook) -> None:
    recorded(book, identity="former")
    anew = a_broadcast(attempt="anew", identity="today's")

    found = book.same_mail("today's", "former")
    attempt = book.record(anew, copies_of(anew), former_identities=["former"])

    assert (found is not None, attempt) == (True, "attempt")


def of_part(ledger: Ledger, book: BroadcastBook) -> Broadcast:
    """Record a mail that lacked Léo, and have it sent."""
    broadcast = a_broadcast(of_part=True)
    (zoe, _leo) = copies_of(broadcast)
    book.record(broadcast, [zoe])
    ledger.claim("outbox", [(zoe, "")], NOW)
    ledger.settle({zoe.custom_id: Outcome(Status.SENT)}, NOW)
    return broadcast


def test_a_mail_of_part_of_its_readers_goes_on_in_its_campaign_with_who_had_no_copy(
    ledger: Ledger, book: BroadcastBook
) -> None:
    of_part(ledger, book)

    attempt = recorded(book, attempt="second", confirmed_at=LATER)

    (left,) = book.copies(a_broadcast(), ())
    (zoe,) = ledger.by_custom_id("attempt-zoe")
    (leo,) = ledger.by_custom_id(left.custom_id)
    assert (attempt, left.mailbox) == ("attempt", LEO)
    assert left.campaign == "attempt-campaign"
    assert leo.due_at == zoe.due_at  # or the purge would take the one and leave the other
    progress = book.attempt("attempt")
    assert progress
    assert (progress.broadcast.of_part, progress.broadcast.confirmed_at) == (False, LATER)


def test_a_mail_of_part_waits_for_others_until_it_is_of_all(ledger: Ledger, book: BroadcastBook) -> None:
    of_part(ledger, book)
    recorded(book, attempt="second", of_part=True)

    progress = book.attempt("attempt")

    assert progress
    assert (progress.broadcast.of_part, progress.unfinished, progress.total) == (True, 1, 2)
    assert book.addressed("attempt") == {"zoe.martin@example.org", "leo@example.org"}


@pytest.mark.long
def test_an_unfinished_mail_of_part_goes_on_with_who_was_missing_too(book: BroadcastBook) -> None:
    broadcast = a_broadcast(of_part=True)
    book.record(broadcast, copies_of(broadcast)[:1])
    book.stop("attempt")

    recorded(book, attempt="second")

    assert [copy.mailbox.address for copy in book.copies(broadcast, ())] == [
        "zoe.martin@example.org",
        "leo@example.org",
    ]


@pytest.mark.long
def test_a_mail_of_part_whose_text_was_forgotten_leaves_with_the_one_that_is_confirmed(
    ledger: Ledger, book: BroadcastBook
) -> None:
    of_part(ledger, book)
    erase(ledger, Person(frozenset(), frozenset({a_contact().address.casefold()})), (), NOW)

    recorded(book, attempt="second")

    progress = book.attempt("attempt")
    assert progress
    assert progress.broadcast.content == a_broadcast().content
    assert progress.broadcast.reply_to == a_contact()


def test_that_a_mail_was_of_part_is_forgotten_with_it(ledger: Ledger, book: BroadcastBook) -> None:
    of_part(ledger, book)
    ledger.purge(NOW, NOW)
    assert ledger.marks("outbox", "of_part") == {"attempt": ""}

    ledger.purge(LATER, LATER)

    assert ledger.marks("outbox", "of_part") == {}
