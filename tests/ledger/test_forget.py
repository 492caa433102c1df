"""A person leaves every table of the ledger, and its counts stay what they were."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.core.errors import DataError
from cagette_notify.core.kinds import CORRECTION, Kind
from cagette_notify.core.mailjet_fates import Fate
from cagette_notify.core.messages import Broadcast, Content, Copy, Outcome
from cagette_notify.core.model import Contact, Mailbox
from cagette_notify.core.notices import Notice, Reason, Skip, Status, hash_of
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.fates import FateBook
from cagette_notify.ledger.forget import Erased, custom_ids_of, erase, sweep
from cagette_notify.ledger.history import HistoryBook, HistoryFilter, Person
from cagette_notify.ledger.run_memory import LastSaid, RunMemory
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning.envelopes import envelopes
from cagette_notify.planning.plan import Owed
from tests.fixtures.builders import a_distribution, a_mail, a_mailbox, a_member, a_notice
from tests.fixtures.memory import kept_fates, utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.ledger import Ledger

NOW = utc("2026-06-11T16:30")
LATER = utc("2026-06-11T16:40")
TOO_LATE = utc("2026-06-12T16:00")
JUST_BEFORE_AND_AT = [(TOO_LATE - timedelta(seconds=1), True), (TOO_LATE, False)]
ADDRESS = "zoe.martin@example.org"
LEO = "leo@example.org"
ZOE = Person(frozenset((("lac", "membre-1007"),)), frozenset((ADDRESS,)))
TELLING = (b"zoe.martin", b"martin", b"membre-1007", b"lac.zoe")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(place: LedgerPlace) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


def hers(kind: Kind = Kind.RECAP_24H, **overrides: Any) -> Notice:
    return a_notice(kind, **{"member": a_member(id="membre-1007"), **overrides})


def of_leo(kind: Kind = Kind.RECAP_24H, **overrides: Any) -> Notice:
    leo = a_member(id="1014", first_name="Léo", last_name="Petit")
    return a_notice(kind, member=leo, mailbox=a_mailbox(address=LEO), **overrides)


def tried(
    ledger: Ledger, custom_id: str, *notices: Notice, status: Status = Status.SENT, account: str = "outbox"
) -> None:
    ledger.claim(account, [(a_mail(notices, custom_id=custom_id, campaign=custom_id), "print")], NOW)
    if status is not Status.CLAIMED:
        detail = f"refused: {notices[0].mailbox.address}"
        ledger.settle({custom_id: Outcome(status, detail, "12")}, NOW)


def a_broadcast(**overrides: Any) -> Broadcast:
    given: dict[str, Any] = {
        "attempt": "att",
        "identity": "same",
        "content": Content("Salut", "Bonjour,", "<p>Bonjour,</p>"),
        "confirmed_at": NOW,
        **overrides,
    }
    return Broadcast(
        account="outbox", group_id="lac", audience="all", sender=Contact("noreply@example.org"), **given
    )


def record(ledger: Ledger, broadcast: Broadcast, *, status: Status) -> None:
    copies = [
        Copy(f"{broadcast.attempt}-zoe", "camp", broadcast, Mailbox(ADDRESS, "Zoé", "Martin")),
        Copy(f"{broadcast.attempt}-leo", "camp", broadcast, Mailbox(LEO, "Léo", "Roux")),
    ]
    BroadcastBook(ledger, "outbox").record(broadcast, copies)
    if status is not Status.DEFERRED:
        ledger.claim("outbox", [(copy, "") for copy in copies], NOW)
        ledger.settle({copy.custom_id: Outcome(status) for copy in copies}, NOW)


def forget(ledger: Ledger, *words: str, now: datetime = LATER) -> Erased:
    return erase(ledger, ZOE, frozenset(words), now)


def rows(ledger: Ledger, account: str = "outbox") -> list[tuple[str, str, str]]:
    """Name the status, member and address of each mail, a token cut to what it begins with."""
    found = [
        (record.status, record.member_id, record.address)
        for record in HistoryBook(ledger, account).find(HistoryFilter())
    ]
    return sorted((s, m, a.partition("-")[0]) for s, m, a in found)


def hashes(ledger: Ledger, *notices: Notice) -> list[str]:
    return sorted(hash_of(notice.key, ledger.ledger_id) for notice in notices)


def test_no_byte_of_her_is_left(ledger: Ledger, path: Path) -> None:
    for number in range(40):
        distribution = a_distribution(id=f"d{number}")
        tried(ledger, f"lac.zoe-{number}", hers(distribution=distribution), status=Status.DEFERRED)
        tried(ledger, f"lac.zoe-{number}", hers(distribution=distribution))
        tried(ledger, f"leo-{number}", of_leo(distribution=distribution))
    tried(ledger, "lac.zoe-o", hers(Kind.OPENING))
    tried(ledger, "lac.zoe-m", hers(), account="mailjet")
    SkipBook(ledger, "mailjet").note(
        [Skip(Kind.OPENING, "lac", "d", "membre-1007", "", Reason.NO_ADDRESS)], NOW
    )
    reply_to, content = Contact("Zoe.Martin@example.org", "Zoé Martin"), Content("Salut", f"à {ADDRESS}", "h")
    record(ledger, a_broadcast(reply_to=reply_to, content=content), status=Status.SENT)
    FateBook(ledger, "mailjet").note([Fate("lac.zoe-m", "12", ADDRESS, NOW, "sent")])
    RunMemory(ledger, "mailjet").keep_troubles({f"members.csv:2: email: {ADDRESS}": LastSaid(NOW, "")})
    assert all(word in path.read_bytes().lower() for word in TELLING)

    forget(ledger)
    sweep(ledger)

    assert [word for word in TELLING if word in path.read_bytes().lower()] == []
    assert [file.name for file in path.parent.iterdir()] == ["ledger.sqlite3"]
    assert rows(ledger).count(("sent", "1014", LEO)) == 40


@pytest.mark.long
def test_all_ids_and_addresses_of_a_person_are_forgotten(ledger: Ledger) -> None:
    second = "zoe@example.net"
    tried(ledger, "by id", hers(mailbox=a_mailbox(address="long.ago@example.org")))
    tried(ledger, "by address", hers(Kind.OPENING))
    for number, status in enumerate([Status.SENT, Status.DEFERRED]):
        for address in (ADDRESS, second):
            name = f"{number}-{address}"
            broadcast = a_broadcast(attempt=name, identity=name, reply_to=Contact(address))
            record(ledger, broadcast, status=status)
    whole = Person(ZOE.ids, ZOE.addresses | {second})

    assert {"by id", "by address"} < custom_ids_of(ledger, whole)
    erased = erase(ledger, whole, (), LATER)

    assert erased == Erased(mails=2 + 4, ended=2, replies=2, needed=2)
    assert {address for _status, _member, address in rows(ledger)} == {"forgotten", LEO}


@pytest.mark.long
def test_both_deliveries_forget(ledger: Ledger) -> None:
    tried(ledger, "a", hers())
    tried(ledger, "b", hers(), account="mailjet")

    assert forget(ledger).mails == 2
    assert rows(ledger) == rows(ledger, "mailjet") == [("sent", "", "forgotten")]


@pytest.mark.long
def test_others_keep_what_is_theirs(ledger: Ledger) -> None:
    tried(ledger, "a", of_leo())
    SkipBook(ledger, "outbox").note(
        [Skip(Kind.OPENING, "mer", "d", "membre-1007", LEO, Reason.SETTING_OFF)], NOW
    )
    before = rows(ledger)

    assert forget(ledger) == Erased()
    assert rows(ledger) == before


@pytest.mark.long
def test_counts_stay(ledger: Ledger) -> None:
    tried(ledger, "a", hers(), hers(Kind.RECAP_4H))
    tried(ledger, "b", hers(Kind.OPENING))
    tried(ledger, "c", of_leo())
    tried(ledger, "d", of_leo(Kind.OPENING), status=Status.FAILED)
    record(ledger, a_broadcast(), status=Status.SENT)
    count = ledger.count_between("outbox", NOW, NOW + timedelta(days=1))

    forget(ledger)

    assert ledger.count_between("outbox", NOW, NOW + timedelta(days=1)) == count == 5
    assert HistoryBook(ledger, "outbox").count(HistoryFilter(status="sent")) == 6
    progress = BroadcastBook(ledger, "outbox").attempt("att")
    assert progress is not None
    assert (progress.sent, progress.unfinished, progress.total) == (2, 0, 2)


@pytest.mark.long
@pytest.mark.parametrize("is_shared", [True, False])
def test_a_correction_stays_one_and_no_more_is_left_of_its_campaign(
    ledger: Ledger, *, is_shared: bool
) -> None:
    owed = [Owed(one(correction=True, revision=1, address_is_shared=is_shared)) for one in (hers, of_leo)]
    ledger.claim("outbox", [(mail, "") for mail in envelopes(owed, ledger.ledger_id)], NOW)

    forget(ledger)

    left, his = ledger.entries("outbox", [owed[0].notice.distribution.id])
    assert left.is_forgotten
    assert left.is_correction
    assert left.campaign == f"{ledger.ledger_id}-correction-"
    assert his.campaign != left.campaign
    assert HistoryBook(ledger, "outbox").count(HistoryFilter(kind=CORRECTION)) == 2


@pytest.mark.long
def test_notices_that_shared_a_mail_still_do_and_its_fate_follows(ledger: Ledger) -> None:
    tried(ledger, "a", hers(), hers(Kind.RECAP_4H), account="mailjet")
    tried(ledger, "b", hers(Kind.OPENING), account="mailjet")
    book = FateBook(ledger, "mailjet")
    book.note([Fate("a", "12", ADDRESS, NOW, "bounce", 3)])

    assert forget(ledger).mails == 2

    entries = ledger.entries("mailjet", ["2026-06-12"])
    by_mail = {(entry.custom_id, entry.key.address, entry.recipient) for entry in entries}
    assert len(entries) == 3
    assert len(by_mail) == 2
    assert all(custom_id == address == recipient for custom_id, address, recipient in by_mail)
    (fate,) = kept_fates(ledger).values()
    assert (fate.status, fate.state, fate.message_id) == ("bounce", 3, "")
    assert {entry.custom_id for entry in entries if entry.key.kind is not Kind.OPENING} == {fate.custom_id}
    assert {(e.campaign, e.detail, e.message_id, e.fingerprint) for e in entries} == {("", "", "", "")}


@pytest.mark.long
def test_what_nobody_tried_gets_no_envelope(ledger: Ledger) -> None:
    ledger.expire("outbox", [hers(), hers(Kind.RECAP_4H)], NOW)

    assert forget(ledger).mails == 2
    assert {entry.custom_id for entry in ledger.entries("outbox", ["2026-06-12"])} == {""}


@pytest.mark.long
@pytest.mark.parametrize("status", [Status.CLAIMED, Status.IN_DOUBT, Status.DEFERRED])
def test_what_was_unfinished_is_dropped_for_good(ledger: Ledger, status: Status) -> None:
    tried(ledger, "a", hers(), status=status)

    assert forget(ledger).ended == 1

    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    assert (entry.status, entry.by_hand, entry.settled_at) == (Status.DROPPED, True, LATER)
    assert ledger.unfinished("outbox") == []


@pytest.mark.long
@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED])
def test_what_was_settled_stays_as_it_was(ledger: Ledger, status: Status) -> None:
    tried(ledger, "a", hers(), status=status)

    assert forget(ledger).ended == 0

    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    assert (entry.status, entry.by_hand, entry.settled_at) == (status, False, NOW)


@pytest.mark.parametrize(
    ("status", "is_kept"),
    [
        (Status.SENT, True),
        (Status.CLAIMED, True),
        (Status.IN_DOUBT, True),
        (Status.DEFERRED, False),
        (Status.FAILED, False),
    ],
)
def test_a_hash_guards_what_may_have_arrived(ledger: Ledger, status: Status, *, is_kept: bool) -> None:
    tried(ledger, "a", hers(), status=status)

    forget(ledger)

    assert sorted(ledger.forgotten("outbox")) == (hashes(ledger, hers()) if is_kept else [])
    assert ledger.forgotten("mailjet") == frozenset()


def test_a_hash_guards_what_an_operator_dropped(ledger: Ledger) -> None:
    tried(ledger, "a", hers(), status=Status.IN_DOUBT)
    ledger.end_by_hand("a", Status.DROPPED, NOW)

    forget(ledger)

    assert sorted(ledger.forgotten("outbox")) == hashes(ledger, hers())


@pytest.mark.parametrize(("now", "is_kept"), JUST_BEFORE_AND_AT)
def test_a_hash_guards_nothing_that_is_too_late(ledger: Ledger, now: datetime, *, is_kept: bool) -> None:
    tried(ledger, "a", hers())

    forget(ledger, now=now)

    assert bool(ledger.forgotten("outbox")) is is_kept


@pytest.mark.parametrize(
    ("last_run", "is_kept"), [(TOO_LATE - timedelta(seconds=1), True), (TOO_LATE, False)]
)
def test_a_hash_guards_what_a_run_would_find_missed(
    ledger: Ledger, last_run: datetime, *, is_kept: bool
) -> None:
    tried(ledger, "a", hers())
    RunMemory(ledger, "outbox").keep_complete(["lac"], last_run)
    RunMemory(ledger, "mailjet").keep_complete(["lac"], NOW)

    forget(ledger, now=TOO_LATE + timedelta(minutes=5))

    assert bool(ledger.forgotten("outbox")) is is_kept


def test_a_hash_guards_what_was_not_too_late_before_the_clock_leapt(ledger: Ledger) -> None:
    tried(ledger, "a", hers())
    memory, wrong = RunMemory(ledger, "outbox"), NOW + timedelta(days=4000)
    memory.keep_complete(["lac"], NOW)
    memory.note_leap(["lac"], wrong, timedelta(days=400))
    memory.keep_complete(["lac"], wrong)

    forget(ledger, now=wrong)

    assert bool(ledger.forgotten("outbox"))


@pytest.mark.long
@pytest.mark.parametrize(("now", "is_kept"), JUST_BEFORE_AND_AT)
def test_a_hash_goes_when_it_guards_nothing_any_more(ledger: Ledger, now: datetime, *, is_kept: bool) -> None:
    tried(ledger, "a", hers())
    forget(ledger)

    ledger.purge(now - timedelta(days=400), now)

    assert bool(ledger.forgotten("outbox")) is is_kept
    assert len(ledger.entries("outbox", ["2026-06-12"])) == 1


@pytest.mark.long
def test_no_hash_is_kept_of_a_broadcast(ledger: Ledger) -> None:
    record(ledger, a_broadcast(), status=Status.SENT)

    assert forget(ledger).mails == 1
    assert ledger.forgotten("outbox") == frozenset()


def test_an_unfinished_broadcast_goes_on_without_her(ledger: Ledger) -> None:
    record(ledger, a_broadcast(), status=Status.DEFERRED)

    assert forget(ledger).ended == 1

    (progress,) = BroadcastBook(ledger, "outbox").unfinished()
    assert (progress.unfinished, progress.total) == (1, 2)
    (copy,) = BroadcastBook(ledger, "outbox").copies(progress.broadcast, frozenset())
    assert copy.mailbox == Mailbox(LEO, "Léo", "Roux")


def test_a_broadcast_that_waited_for_her_alone_is_finished(ledger: Ledger) -> None:
    hers_alone = a_broadcast(reply_to=Contact(ADDRESS, "Zoé Martin"))
    copy = Copy("c", "camp", hers_alone, Mailbox(ADDRESS, "Zoé", "Martin"))
    BroadcastBook(ledger, "outbox").record(hers_alone, [copy])

    done = forget(ledger)

    assert (done.replies, done.needed) == (1, 0)
    assert BroadcastBook(ledger, "outbox").unfinished() == []


@pytest.mark.long
@pytest.mark.parametrize(("status", "reply_to"), [(Status.SENT, None), (Status.DEFERRED, ADDRESS)])
def test_replies_to_her_are_needed_until_the_broadcast_has_left(
    ledger: Ledger, status: Status, reply_to: str | None
) -> None:
    content = Content("Salut", f"Réponses à {ADDRESS}", f"<p>{ADDRESS}</p>")
    record(ledger, a_broadcast(reply_to=Contact(ADDRESS, "Zoé"), content=content), status=status)

    done = forget(ledger)

    progress = BroadcastBook(ledger, "outbox").attempt("att")
    assert progress is not None
    kept = progress.broadcast.reply_to
    assert (kept.address if kept else None) == reply_to
    assert progress.broadcast.content == (content if reply_to else Content("Salut", "", ""))
    assert (done.replies, done.needed) == ((0, 1) if reply_to else (1, 0))


@pytest.mark.long
def test_a_broadcast_that_only_mentions_her_keeps_its_author(ledger: Ledger) -> None:
    content = Content(f"Écrire à {ADDRESS}", "t", "h")
    record(ledger, a_broadcast(reply_to=Contact(LEO, "Léo"), content=content), status=Status.SENT)

    forget(ledger)

    progress = BroadcastBook(ledger, "outbox").attempt("att")
    assert progress is not None
    assert progress.broadcast.reply_to == Contact(LEO, "Léo")
    assert progress.broadcast.content == Content("", "", "")


def test_troubles_that_name_her_are_forgotten_and_others_stand(ledger: Ledger) -> None:
    memory = RunMemory(ledger, "outbox")
    lines = [
        f"a: '{ADDRESS.upper()}'",
        "b: 'Zoé Martin'",
        "c: membre-1007",
        f"d: x{ADDRESS}",
        "e: membre-10071",
    ]
    memory.keep_troubles(dict.fromkeys(lines, LastSaid(NOW, "lac")))

    forget(ledger, "zoé martin", "membre-1007")

    assert list(memory.troubles()) == lines[3:]


def test_skips_are_forgotten_by_id_and_by_address(ledger: Ledger) -> None:
    skips = [
        Skip(Kind.OPENING, "lac", "d", "membre-1007", "old@example.org", Reason.SETTING_OFF),
        Skip(Kind.OPENING, "lac", "d", "1014", ADDRESS.upper(), Reason.DUPLICATE_ADDRESS),
        Skip(Kind.OPENING, "lac", "d", "1014", LEO, Reason.SETTING_OFF),
    ]
    SkipBook(ledger, "outbox").note(skips, NOW)

    assert forget(ledger).skips == 2
    assert rows(ledger) == [("skipped", "1014", LEO)]


def test_the_mails_of_a_person_have_names(ledger: Ledger) -> None:
    tried(ledger, "a", hers())
    tried(ledger, "b", hers(Kind.OPENING), account="mailjet")
    tried(ledger, "c", of_leo())
    ledger.expire("outbox", [hers(Kind.RECAP_4H)], NOW)

    assert custom_ids_of(ledger, ZOE) == {"a", "b"}


def test_all_of_it_or_nothing(ledger: Ledger, path: Path) -> None:
    tried(ledger, "a", hers())
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TRIGGER no BEFORE DELETE ON skips BEGIN SELECT raise(ABORT, 'no'); END")
        raw.commit()
    SkipBook(ledger, "outbox").note(
        [Skip(Kind.OPENING, "lac", "d", "membre-1007", "", Reason.NO_ADDRESS)], NOW
    )
    before = rows(ledger)

    with pytest.raises(DataError):
        forget(ledger)

    assert rows(ledger) == before
    assert ledger.forgotten("outbox") == frozenset()


def test_a_ledger_is_swept_once(ledger: Ledger, path: Path) -> None:
    tried(ledger, "a", hers())
    forget(ledger)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE ballast AS SELECT randomblob(100000) AS bytes")
        raw.execute("DROP TABLE ballast")
        raw.commit()
    unswept = path.stat().st_size

    sweep(ledger)
    swept = path.stat().st_size
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE ballast AS SELECT randomblob(100000) AS bytes")
        raw.execute("DROP TABLE ballast")
        raw.commit()
    sweep(ledger)

    assert swept < unswept <= path.stat().st_size


@pytest.mark.parametrize("other", [f"l.{ADDRESS}", f"a{ADDRESS}", f"{ADDRESS}.fr", f"moi+{ADDRESS}"])
@pytest.mark.parametrize("status", [Status.SENT, Status.DEFERRED])
def test_an_address_within_another_s_is_not_hers(ledger: Ledger, other: str, status: Status) -> None:
    content = Content(f"Écrire à {other}", f"Réponses à {other}.", f"<p>{other}</p>")
    record(ledger, a_broadcast(reply_to=Contact(other, "Léo"), content=content), status=status)

    done = forget(ledger)

    progress = BroadcastBook(ledger, "outbox").attempt("att")
    assert progress is not None
    assert (done.replies, done.needed, progress.broadcast.content) == (0, 0, content)


@pytest.mark.parametrize(
    "said", [f"Réponses à {ADDRESS}.", f"<a href='mailto:{ADDRESS}'>", f"({ADDRESS.upper()})"]
)
def test_an_address_of_hers_is_found_whatever_stands_beside_it(ledger: Ledger, said: str) -> None:
    record(ledger, a_broadcast(content=Content("Salut", said, "")), status=Status.SENT)

    assert forget(ledger).replies == 1
