from __future__ import annotations

import sqlite3
import stat
import time
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.core.errors import DataError, LaterError
from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import Outcome
from cagette_notify.core.notices import Entry, Reason, Skip, Status
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.history import HistoryBook, HistoryFilter
from cagette_notify.ledger.rows import kind_to_write, utc_text
from cagette_notify.ledger.schema import APPLICATION_ID, MIGRATIONS
from cagette_notify.ledger.skips import SkipBook
from tests.fixtures.builders import a_distribution, a_mail, a_mailbox, a_member, a_notice, paris
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.ledger.sqlite import SqliteEngine

NOW = utc("2026-06-11T16:30")
LATER = utc("2026-06-11T16:40")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def ledger(place: LedgerPlace) -> Iterator[Ledger]:
    with open_ledger(place) as opened:
        yield opened


def with_each(ledger: Ledger, *statuses: Status) -> None:
    """Leave a mail of each status, claimed and settled at ``NOW``."""
    for status in statuses:
        notice = a_notice(member=a_member(id=status.value))
        ledger.claim("outbox", [(a_mail((notice,), custom_id=status.value), "")], NOW)
        if status is not Status.CLAIMED:
            ledger.settle({status.value: Outcome(status)}, NOW)


def test_a_claim_is_there_for_the_next_run_before_anything_is_sent(path: Path) -> None:
    with open_ledger(path) as ledger:
        ledger.claim("outbox", [(a_mail(custom_id="a", campaign="c"), "print")], NOW)

    with open_ledger(path) as ledger:
        (entry,) = ledger.unfinished("outbox")
    assert (entry.status, entry.custom_id, entry.campaign) == (Status.CLAIMED, "a", "c")
    assert entry.key == a_notice().key
    assert (entry.claimed_at, entry.fingerprint) == (NOW, "print")
    assert entry.starts_at == a_distribution().starts_at


def test_a_row_keeps_all_that_a_later_run_decides_by(ledger: Ledger) -> None:
    notice = a_notice(revision=3)
    ledger.claim("outbox", [(a_mail((notice,)), "print")], NOW)
    ledger.settle({"lac.1": Outcome(Status.FAILED, "no", "7", about_content=True)}, LATER)

    (entry,) = ledger.entries("outbox", ["2026-06-12"])

    assert entry == Entry(
        *("outbox", notice.key, "lac", notice.mailbox.address, Status.FAILED, "lac.1", "lac.recap", 3),
        starts_at=notice.distribution.starts_at,
        place=notice.distribution.place,
        due_at=notice.due_at,
        too_late_at=notice.too_late_at,
        claimed_at=NOW,
        settled_at=LATER,
        detail="no",
        message_id="7",
        fingerprint="print",
        about_content=True,
        member_name="zoe martin",
    )


@pytest.mark.long
def test_what_is_claimed_again_forgets_the_outcome_of_before(ledger: Ledger) -> None:
    ledger.claim("outbox", [(a_mail(), "")], NOW)
    ledger.settle({"lac.1": Outcome(Status.FAILED, "no", about_content=True)}, NOW)

    ledger.claim("outbox", [(a_mail(), "")], LATER)

    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    assert (entry.detail, entry.about_content) == ("", False)
    assert (entry.claimed_at, entry.settled_at) == (LATER, None)


@pytest.mark.parametrize(
    ("before", "is_incomplete"),
    [
        (Status.CLAIMED, True),
        (Status.IN_DOUBT, True),
        (Status.DEFERRED, False),
        (Status.FAILED, False),
        (Status.DROPPED, False),
    ],
)
def test_a_recap_that_may_have_left_incomplete_stays_so_when_it_leaves_again(
    ledger: Ledger, before: Status, is_incomplete: bool
) -> None:
    notice = a_notice(has_unread=True)
    ledger.claim("outbox", [(a_mail((notice,), custom_id="a"), "")], NOW)
    if before is not Status.CLAIMED:
        ledger.settle({"a": Outcome(before)}, NOW)

    ledger.claim("outbox", [(a_mail((replace(notice, has_unread=False),), custom_id="a"), "")], LATER)
    ledger.settle({"a": Outcome(Status.SENT)}, LATER)

    [record] = HistoryBook(ledger, "outbox").find(HistoryFilter())
    assert (record.status, record.is_incomplete) == ("sent", is_incomplete)


def test_what_is_put_off_untried_keeps_its_envelope_and_the_reason(ledger: Ledger) -> None:
    ledger.defer("outbox", [a_mail()], "the quota is used up", NOW)

    (entry,) = ledger.unfinished("outbox")
    assert (entry.status, entry.custom_id, entry.campaign) == (Status.DEFERRED, "lac.1", "lac.recap")
    assert (entry.claimed_at, entry.settled_at, entry.detail) == (None, NOW, "the quota is used up")


@pytest.mark.parametrize("doubt", [None, Outcome(Status.IN_DOUBT)])
def test_a_doubt_that_is_put_off_is_still_to_be_looked_up(ledger: Ledger, doubt: Outcome | None) -> None:
    ledger.claim("outbox", [(a_mail(), "")], NOW)
    ledger.settle({"lac.1": doubt} if doubt else {}, NOW)

    ledger.defer("outbox", [a_mail()], "the quota is used up", LATER)

    (entry,) = ledger.unfinished("outbox")
    assert entry.status is (Status.IN_DOUBT if doubt else Status.CLAIMED)


def test_whatever_waits_for_an_answer_or_another_try_is_unfinished(ledger: Ledger) -> None:
    with_each(ledger, *Status)

    unfinished = {entry.status for entry in ledger.unfinished("outbox")}

    assert unfinished == {Status.CLAIMED, Status.IN_DOUBT, Status.DEFERRED}


@pytest.mark.parametrize("ended", [Status.SENT, Status.FAILED, Status.DEFERRED, Status.EXPIRED])
def test_what_has_been_settled_since_is_not_overwritten_by_a_late_answer(
    ledger: Ledger, ended: Status
) -> None:
    ledger.claim("outbox", [(a_mail(), "")], NOW)
    ledger.settle({"lac.1": Outcome(ended)}, NOW)

    ledger.settle({"lac.1": Outcome(Status.IN_DOUBT)}, LATER)

    assert [entry.status for entry in ledger.by_custom_id("lac.1")] == [ended]


def test_a_mail_counts_once_against_the_quota_if_it_left_or_may_have(ledger: Ledger) -> None:
    both = (a_notice(Kind.RECAP_24H), a_notice(Kind.RECAP_4H))
    ledger.claim("outbox", [(a_mail(both, custom_id="claimed"), "")], NOW)
    with_each(ledger, Status.SENT, Status.IN_DOUBT, Status.DEFERRED, Status.FAILED)

    assert ledger.count_between("outbox", NOW, LATER) == 3
    assert ledger.count_between("outbox", NOW - timedelta(days=1), NOW) == 0
    assert ledger.count_between("mailjet", NOW, LATER) == 0


def test_what_waits_for_an_answer_or_another_try_is_never_purged(ledger: Ledger) -> None:
    with_each(ledger, Status.CLAIMED, Status.IN_DOUBT, Status.DEFERRED, Status.SENT, Status.FAILED)

    ledger.purge(a_notice().too_late_at, NOW)
    assert len(ledger.entries("outbox", ["2026-06-12"])) == 5
    ledger.purge(a_notice().too_late_at + timedelta(seconds=1), NOW)

    left = [entry.status for entry in ledger.entries("outbox", ["2026-06-12"])]
    assert left == [Status.CLAIMED, Status.IN_DOUBT, Status.DEFERRED]


def test_a_recap_is_activity_of_its_member_from_the_start_that_it_announced(ledger: Ledger) -> None:
    opening = a_notice(Kind.OPENING, member=a_member(id="1014"))
    ledger.claim("outbox", [(a_mail(), ""), (a_mail((opening,), custom_id="b"), "")], NOW)
    starts_at = a_distribution().starts_at

    assert ledger.members_with_recaps("outbox", starts_at) == {("lac", "1007")}
    assert ledger.members_with_recaps("outbox", starts_at + timedelta(seconds=1)) == frozenset()


def test_the_rows_of_every_distribution_that_is_asked_for_are_listed(ledger: Ledger) -> None:
    for name in ("a", "b", "c"):
        notice = a_notice(distribution=a_distribution(id=name))
        ledger.claim("outbox", [(a_mail((notice,), custom_id=name), "")], NOW)

    assert [entry.custom_id for entry in ledger.entries("outbox", ["a", "c"])] == ["a", "c"]


def test_an_outcome_settles_every_notice_of_the_mail(ledger: Ledger) -> None:
    both = (a_notice(Kind.RECAP_24H), a_notice(Kind.RECAP_4H))
    ledger.claim("outbox", [(a_mail(both), "")], NOW)

    ledger.settle({"lac.1": Outcome(Status.SENT, message_id="9007199254740993")}, LATER)

    entries = ledger.entries("outbox", ["2026-06-12"])
    assert [(e.status, e.message_id, e.settled_at) for e in entries] == [
        (Status.SENT, "9007199254740993", LATER)
    ] * 2


def test_a_sent_mail_can_be_neither_claimed_nor_settled_nor_ended_again(ledger: Ledger) -> None:
    ledger.claim("outbox", [(a_mail(), "")], NOW)
    ledger.settle({"lac.1": Outcome(Status.SENT)}, NOW)

    with pytest.raises(DataError):
        ledger.claim("outbox", [(a_mail(custom_id="another"), "")], LATER)
    ledger.settle({"lac.1": Outcome(Status.IN_DOUBT)}, LATER)
    ledger.end("outbox", [a_notice().key], Status.DROPPED, LATER)

    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    assert (entry.status, entry.custom_id) == (Status.SENT, "lac.1")


def test_a_claim_that_fails_claims_nothing_of_its_batch(ledger: Ledger, path: Path) -> None:
    ledger.claim("outbox", [(a_mail(), "")], NOW)
    ledger.settle({"lac.1": Outcome(Status.SENT)}, NOW)
    other = a_mail((a_notice(member=a_member(id="1014")),), custom_id="other")

    with pytest.raises(DataError) as caught:
        ledger.claim("outbox", [(other, ""), (a_mail(custom_id="again"), "")], LATER)

    assert str(caught.value) == f"{path}: a mail was already marked as sent; nothing was sent twice"
    assert ledger.by_custom_id("other") == []


def test_outbox_and_mailjet_keep_separate_books(ledger: Ledger) -> None:
    ledger.claim("outbox", [(a_mail(), "")], NOW)

    assert ledger.unfinished("mailjet") == []
    assert ledger.entries("mailjet", ["2026-06-12"]) == []
    ledger.claim("mailjet", [(a_mail(custom_id="m"), "")], NOW)
    assert [entry.custom_id for entry in ledger.unfinished("outbox")] == ["lac.1"]


def test_addresses_are_one_whatever_their_case(ledger: Ledger) -> None:
    shouted = a_notice(mailbox=a_mailbox(address="ZOE.MARTIN@EXAMPLE.ORG"))
    ledger.claim("outbox", [(a_mail(), "")], NOW)
    ledger.claim("outbox", [(a_mail((shouted,), custom_id="second"), "")], LATER)

    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    assert (entry.custom_id, entry.recipient) == ("second", "ZOE.MARTIN@EXAMPLE.ORG")


def test_what_nobody_tried_expires_without_an_envelope(ledger: Ledger) -> None:
    ledger.expire("outbox", [a_notice()], NOW)

    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    assert (entry.status, entry.custom_id, entry.claimed_at) == (Status.EXPIRED, "", None)
    assert entry.settled_at == NOW


def test_what_was_tried_keeps_its_envelope_when_it_expires(ledger: Ledger) -> None:
    ledger.claim("outbox", [(a_mail(), "print")], NOW)
    ledger.settle({"lac.1": Outcome(Status.DEFERRED)}, NOW)

    ledger.expire("outbox", [a_notice()], LATER)

    (entry,) = ledger.entries("outbox", ["2026-06-12"])
    assert (entry.status, entry.custom_id, entry.campaign) == (Status.EXPIRED, "lac.1", "lac.recap")
    assert entry.claimed_at == NOW


def test_ending_one_notice_of_a_mail_leaves_the_other(ledger: Ledger) -> None:
    both = (a_notice(Kind.RECAP_24H), a_notice(Kind.RECAP_4H))
    ledger.claim("outbox", [(a_mail(both), "")], NOW)
    ledger.settle({"lac.1": Outcome(Status.DEFERRED)}, NOW)

    ledger.end("outbox", [both[0].key], Status.DROPPED, LATER)

    statuses = {entry.key.kind: entry.status for entry in ledger.entries("outbox", ["2026-06-12"])}
    assert statuses == {Kind.RECAP_24H: Status.DROPPED, Kind.RECAP_4H: Status.DEFERRED}


def test_what_is_dropped_by_hand_is_never_claimed_again(ledger: Ledger) -> None:
    ledger.claim("outbox", [(a_mail(), "")], NOW)
    ledger.end_by_hand("lac.1", Status.DROPPED, NOW)

    with pytest.raises(DataError):
        ledger.claim("outbox", [(a_mail(), "")], LATER)


@pytest.mark.parametrize(
    ("status", "starts_at", "told"),
    [
        (Status.SENT, "2026-06-12T16:00", True),
        (Status.IN_DOUBT, "2026-06-12T16:00", True),
        (Status.DEFERRED, "2026-06-12T16:00", False),
        (Status.SENT, "2026-06-11T16:30", False),
    ],
)
def test_told_ahead_is_what_may_have_arrived_of_starts_to_come(
    ledger: Ledger, status: Status, starts_at: str, *, told: bool
) -> None:
    distribution = a_distribution(starts_at=utc(starts_at))
    ledger.claim("outbox", [(a_mail((a_notice(distribution=distribution),)), "")], NOW)
    ledger.settle({"lac.1": Outcome(status)}, NOW)

    assert bool(ledger.told_ahead("outbox", NOW)) is told


def test_the_first_time_of_a_reason_is_kept(ledger: Ledger, path: Path) -> None:
    skip = Skip(Kind.OPENING, "lac", "d", "1007", "a@example.org", Reason.SETTING_OFF)
    SkipBook(ledger, "outbox").note([skip], NOW)
    SkipBook(ledger, "outbox").note([skip], LATER)

    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT reason, noted_at FROM skips").fetchall() == [
            ("setting_off", NOW.isoformat())
        ]
    SkipBook(ledger, "outbox").note([replace(skip, reason=Reason.SUPERSEDED)], LATER)
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT reason, noted_at FROM skips").fetchall() == [
            ("superseded", LATER.isoformat())
        ]


def test_only_its_owner_can_read_it(path: Path) -> None:
    with open_ledger(path):
        pass

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["ledger.sqlite3"]


def test_every_commit_reaches_the_disk(sqlite_engine: SqliteEngine) -> None:
    assert sqlite_engine.connection.execute("PRAGMA synchronous").fetchone()[0] == 3
    assert sqlite_engine.connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_moments_are_kept_in_utc_whatever_the_zone_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Europe/Paris")
        time.tzset()
        stamped = utc_text(paris("2026-06-12T18:00"))
    time.tzset()

    assert stamped == "2026-06-12T16:00:00+00:00"


def test_a_ledger_keeps_its_name(path: Path) -> None:
    with open_ledger(path) as first:
        name = first.ledger_id
    with open_ledger(path) as second:
        assert second.ledger_id == name
    assert len(name) == 8


def test_looking_at_a_ledger_that_is_not_there_makes_none(path: Path) -> None:
    with open_ledger(path, read_only=True) as ledger:
        assert ledger.unfinished("outbox") == []

    assert not path.exists()


def test_a_reader_can_write_nothing(path: Path) -> None:
    with open_ledger(path):
        pass
    with open_ledger(path, read_only=True) as ledger, pytest.raises(DataError):
        ledger.claim("outbox", [(a_mail(), "")], NOW)


def _damage(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 4000)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _replace_by_text(path: Path) -> None:
    path.write_text("not a database " * 100)


def _make_another_programs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA application_id = 42")
        raw.commit()


def _make_newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        raw.commit()


def _make_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def _cut_the_last_page(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _take_its_name(path: Path) -> None:
    change(path, "DELETE FROM identity")


def _spoil_a_time(path: Path) -> None:
    change(path, "UPDATE notices SET claimed_at = '2026,06-11T16:05'")


def _spoil_a_kind(path: Path) -> None:
    change(path, "PRAGMA ignore_check_constraints = 1; UPDATE notices SET kind = 'recap'")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (_damage, "the ledger is damaged"),
        (_truncate, "the ledger is damaged"),
        (_empty, "the ledger is damaged (the file is empty)"),
        (_replace_by_text, "the ledger is damaged"),
        (_make_another_programs, "another program's database, not a ledger of cagette-notify"),
        (_make_newer, "written by a newer cagette-notify; install that version"),
        (_make_link, "it must be a plain file, not a symbolic link"),
        (_cut_the_last_page, "the ledger is damaged"),
        (_take_its_name, "the ledger is damaged"),
    ],
)
def test_a_ledger_that_cannot_be_trusted_is_never_started_afresh(
    path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    with open_ledger(path) as ledger:
        ledger.claim("outbox", [(a_mail(), "")], NOW)
    spoil(path)
    before = path.read_bytes()

    with pytest.raises(DataError) as caught, open_ledger(path) as ledger:
        ledger.unfinished("outbox")

    assert len(caught.value.problems) == 1
    assert str(caught.value).startswith(f"{path}: {why}")
    assert path.read_bytes() == before


@pytest.mark.parametrize("spoil", [_spoil_a_time, _spoil_a_kind])
def test_a_row_that_nobody_can_have_written_is_damage(path: Path, spoil: Callable[[Path], None]) -> None:
    with open_ledger(path) as ledger:
        ledger.claim("outbox", [(a_mail(), "")], NOW)
    spoil(path)
    before = path.read_bytes()

    with pytest.raises(DataError) as caught, open_ledger(path) as ledger:
        ledger.unfinished("outbox")

    assert len(caught.value.problems) == 1
    assert str(caught.value).startswith("the ledger is damaged (")
    assert path.read_bytes() == before


def test_what_breaks_while_it_is_read_is_said_of_its_file(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE notices")

    with pytest.raises(DataError) as at_once:
        ledger.unfinished("outbox")
    with pytest.raises(DataError) as one_by_one:
        list(HistoryBook(ledger, "outbox").find(HistoryFilter()))

    said = f"{path}: the ledger can't be used: no such table: notices"
    assert (str(at_once.value), str(one_by_one.value)) == (said, said)


def test_a_ledger_in_another_programs_hands_is_for_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *args, **kwargs: connect(*args, **{**kwargs, "timeout": 0})
    )
    with open_ledger(path) as ledger, closing(connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(LaterError):
            ledger.claim("outbox", [(a_mail(), "")], NOW)


@pytest.mark.usefixtures("ledger")
def test_a_ledger_says_what_it_is(path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_an_account_that_nobody_has_is_a_bug_and_writes_nothing(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="'mailjte'"):
        ledger.claim("mailjte", [(a_mail(), "")], NOW)

    assert ledger.rows("SELECT * FROM notices", []) == []


def test_a_kind_that_nobody_knows_is_a_bug_and_not_written() -> None:
    with pytest.raises(ValueError, match="'recap_12h'"):
        kind_to_write("recap_12h")  # type: ignore[arg-type]


@pytest.mark.parametrize("column", ["kind", "account"])
def test_a_kind_or_an_account_that_nobody_can_have_written_is_damage(path: Path, column: str) -> None:
    with open_ledger(path) as ledger:
        with_each(ledger, Status.SENT)
    change(path, f"UPDATE notices SET {column} = 'other'")

    with open_ledger(path) as ledger, pytest.raises(DataError, match="'other' is not a valid"):
        ledger.by_custom_id("sent")
