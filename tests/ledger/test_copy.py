"""A ledger copied between a file and a server: all of it, and at no moment are both open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.errors import ConfigError, DataError, UsageError
from cagette_notify.core.kinds import Kind
from cagette_notify.core.ledger_place import SharedLedger
from cagette_notify.core.messages import Outcome
from cagette_notify.core.notices import Status
from cagette_notify.ledger import copy
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import is_made_already, open_ledger, prove_ledger
from cagette_notify.ledger.copy import copy_ledger
from tests.fixtures.builders import a_mail, a_mailbox, a_notice
from tests.fixtures.memory import utc
from tests.fixtures.raw_ledger import SCHEMAS
from tests.ledger.test_broadcasts import a_broadcast, copies_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cagette_notify.core.ledger_place import LedgerPlace
    from tests.fixtures.postgresql import PostgresqlServer

NOW = utc("2026-06-11T16:30")
SOON = timedelta(seconds=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def shared(postgresql: PostgresqlServer, tmp_path: Path) -> SharedLedger:
    return postgresql.ledger(tmp_path)


@pytest.fixture(params=["to a server", "to a file", "from server to server"])
def places(
    request: pytest.FixtureRequest, file: Path, shared: SharedLedger, postgresql: PostgresqlServer
) -> tuple[LedgerPlace, LedgerPlace]:
    """Give where a ledger is with something of everything, and where none is."""
    old: LedgerPlace = file if request.param == "to a server" else shared
    new: LedgerPlace = file if request.param == "to a file" else shared
    if old == new:
        new = postgresql.ledger(file.parent)
    with open_ledger(old) as ledger:
        ledger.claim("mailjet", [(a_mail((a_notice(Kind.OPENING),), custom_id="a"), "x")], NOW)
        ledger.settle({"a": Outcome(Status.SENT, "é", message_id="7")}, NOW)
        ledger.set_marks("mailjet", "complete", {"": NOW.isoformat(), "lac": "1"})
        book = BroadcastBook(ledger, "outbox")
        for attempt in ("b", "a"):
            mail = a_broadcast(attempt=attempt, identity=f"of {attempt}")
            book.record(mail, copies_of(mail))
    return old, new


def copied(old: LedgerPlace, new: LedgerPlace) -> int:
    return copy_ledger(old, new, NOW, patience=SOON)


def memory_of(place: LedgerPlace) -> object:
    with open_ledger(place, read_only=True, even_closed=True) as ledger:
        book = BroadcastBook(ledger, "outbox")
        return (
            ledger.ledger_id,
            ledger.entries("mailjet", ["2026-06-12"]),
            ledger.marks("mailjet", "complete"),
            [(one, book.entries(one.broadcast.attempt)) for one in book.unfinished()],
        )


@pytest.mark.long
def test_all_of_it_is_there_and_the_old_one_names_the_new(places: tuple[LedgerPlace, LedgerPlace]) -> None:
    old, new = places
    before = memory_of(old)

    count = copied(old, new)

    assert count == 1 + 2 * len(copies_of(a_broadcast()))
    assert memory_of(new) == before
    for use in (
        lambda: open_ledger(old).__enter__(),
        lambda: open_ledger(old, read_only=True).__enter__(),
        lambda: prove_ledger(old),
        lambda: copied(old, new),
    ):
        with pytest.raises(ConfigError, match="copied to") as said:
            use()
        assert str(new) in str(said.value)
    prove_ledger(new)


@pytest.mark.long
def test_ids_go_on_after_those_that_were_copied(places: tuple[LedgerPlace, LedgerPlace]) -> None:
    copied(*places)

    with open_ledger(places[1]) as ledger:
        notice = a_notice(Kind.OPENING, mailbox=a_mailbox(address="leo@example.org"))
        ledger.claim("mailjet", [(a_mail((notice,), custom_id="z"), "")], NOW)
        assert [entry.custom_id for entry in ledger.entries("mailjet", ["2026-06-12"])] == ["a", "z"]


@pytest.mark.long
def test_it_goes_there_and_back_again(places: tuple[LedgerPlace, LedgerPlace]) -> None:
    old, new = places
    copied(old, new)
    with open_ledger(new) as ledger:
        ledger.set_marks("mailjet", "complete", {"lac": "2"})
    moved_on = memory_of(new)

    copied(new, old)

    assert memory_of(old) == moved_on
    with pytest.raises(ConfigError, match="copied to"):
        copied(new, old)


@pytest.mark.long
def test_what_was_begun_elsewhere_is_not_written_over(places: tuple[LedgerPlace, LedgerPlace]) -> None:
    old, new = places
    with open_ledger(new) as ledger:
        ledger.set_marks("mailjet", "x", {"": "1"})

    with pytest.raises(DataError, match="a memory of its own"):
        copied(old, new)
    with open_ledger(old) as ledger:
        ledger.set_marks("mailjet", "x", {"": "2"})


def otherwise_called(place: LedgerPlace) -> LedgerPlace:
    """Return the same place by another name."""
    if isinstance(place, SharedLedger):
        return SharedLedger(f"{place.url}&sslmode=prefer", place.beside)
    link = place.parent / "link"
    if not link.exists():
        link.symlink_to(place.parent)
    return link / place.name


def test_a_ledger_is_not_copied_onto_itself_by_whatever_name(places: tuple[LedgerPlace, LedgerPlace]) -> None:
    old, _new = places

    for name in (old, otherwise_called(old)):
        with pytest.raises(UsageError, match="are the same ledger"):
            copied(old, name)

    assert is_open(old)


@pytest.mark.parametrize("is_first_renamed", [False, True])
def test_it_goes_back_by_other_names_of_both_places(
    places: tuple[LedgerPlace, LedgerPlace], is_first_renamed: bool
) -> None:
    old, new = places
    if is_first_renamed:
        copied(otherwise_called(old), otherwise_called(new))
    else:
        copied(old, new)
    before = memory_of(new)

    copied(*((new, old) if is_first_renamed else (otherwise_called(new), otherwise_called(old))))

    assert (is_open(old), is_open(new), memory_of(old)) == (True, False, before)


def test_what_died_before_its_end_is_finished_by_another_name(
    places: tuple[LedgerPlace, LedgerPlace], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = places
    each_step(monkeypatch)[2]()
    with pytest.raises(DataError):
        copied(old, new)
    monkeypatch.undo()

    copied(otherwise_called(old), otherwise_called(new))

    assert (is_open(old), is_open(new)) == (False, True)


def test_what_a_dead_copy_left_stays_closed_once_its_ledger_went_elsewhere(
    places: tuple[LedgerPlace, LedgerPlace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = places
    monkeypatch.setattr(copy, "_copy_table", _die)
    with pytest.raises(DiedError):
        copied(old, new)
    monkeypatch.undo()
    copied(old, tmp_path / "third.sqlite3")

    with pytest.raises(ConfigError, match="copied to"):
        copied(old, new)
    assert not is_open(new)


def test_where_it_is_refused_nothing_is_made(
    places: tuple[LedgerPlace, LedgerPlace], tmp_path: Path, postgresql: PostgresqlServer
) -> None:
    old, new = places
    copied(old, new)
    postgresql.do("DROP DATABASE IF EXISTS bare", "CREATE DATABASE bare")
    bare = SharedLedger(postgresql.url("bare"), tmp_path / "ledger.postgresql")
    before = sorted(tmp_path.rglob("*"))

    for place in (tmp_path / "folder" / "third.sqlite3", bare):
        with pytest.raises(ConfigError, match="copied to"):
            copied(old, place)
        assert not is_made_already(place)
    assert sorted(tmp_path.rglob("*")) == before


def each_step(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Return what lets a copy die before, between and after its transactions."""

    def before_the_new_one_is_written() -> None:
        monkeypatch.setattr(copy, "_copy_table", _die)

    def before_the_old_one_is_closed() -> None:
        monkeypatch.setattr(copy, "_copy", _copy_and_die)

    def before_the_new_one_is_opened() -> None:
        monkeypatch.setattr(copy, "DELETE_MARK", "SELECT 1 / 0 WHERE ? = ? OR ? = '' OR nowhere")

    return [before_the_new_one_is_written, before_the_old_one_is_closed, before_the_new_one_is_opened]


class DiedError(Exception):
    """The end of a process."""


def _die(*_arguments: object) -> None:
    raise DiedError


_whole_copy = copy._copy


def _copy_and_die(old: object, new: object) -> None:
    _whole_copy(old, new)  # type: ignore[arg-type]
    raise DiedError


@pytest.mark.long
@pytest.mark.parametrize("step", range(3))
def test_a_copy_that_died_is_given_again_and_both_are_never_open(
    places: tuple[LedgerPlace, LedgerPlace], monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    old, new = places
    before = memory_of(old)
    each_step(monkeypatch)[step]()

    with pytest.raises((DiedError, DataError)):
        copied(old, new)
    monkeypatch.undo()

    assert not (is_open(old) and is_open(new))
    copied(old, new)
    assert (is_open(old), is_open(new), memory_of(new)) == (False, True, before)


def is_open(place: LedgerPlace) -> bool:
    try:
        with open_ledger(place):
            return True
    except ConfigError:
        return False


@pytest.mark.long
@pytest.mark.parametrize("version", [1, 6, 12])
def test_kept_ledgers_of_earlier_versions_are_copied_whole(
    tmp_path: Path, shared: SharedLedger, version: int
) -> None:
    file = tmp_path / "kept.sqlite3"
    file.write_bytes((SCHEMAS / f"v{version}.sqlite3").read_bytes())
    file.chmod(0o600)
    again = tmp_path / "again.sqlite3"

    copied(file, shared)
    copied(shared, again)

    with (
        open_ledger(file, read_only=True, even_closed=True) as one,
        open_ledger(again, read_only=True) as other,
    ):
        for table in ("notices", "broadcasts", "copies", "attachments", "skips", "fates", "planned_rows"):
            query = f"SELECT * FROM {table} ORDER BY 1, 2, 3"
            assert [tuple(row) for row in one.rows(query, [])] == [
                tuple(row) for row in other.rows(query, [])
            ]
