"""A ledger on a server: one machine at a time writes, and knows when it is the one no more."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.core.errors import ConfigError, DataError, LaterError
from cagette_notify.core.kinds import Kind
from cagette_notify.core.ledger_place import SharedLedger
from cagette_notify.core.lock import LockHeldError, run_lock
from cagette_notify.core.model import Mailbox
from cagette_notify.core.notices import Reason, Skip
from cagette_notify.ledger import postgresql_lock, psycopg_wire
from cagette_notify.ledger.connection import open_ledger, prove_ledger
from cagette_notify.ledger.forget import erase, sweep
from cagette_notify.ledger.history import HistoryBook, HistoryFilter, Person
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.ledger.schema import MIGRATIONS
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.ledger.unsubscriptions import UnsubscriptionBook
from tests.fixtures.builders import a_mail, a_member, a_notice
from tests.fixtures.memory import utc
from tests.fixtures.postgresql import database_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cagette_notify.ledger.ledger import Ledger
    from tests.fixtures.postgresql import PostgresqlServer

NOW = utc("2026-06-11T16:30")
ZOE = "zoe.0@example.org"
END_ITS_SESSION = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


psycopg = pytest.importorskip("psycopg")


@pytest.fixture
def shared(postgresql: PostgresqlServer, tmp_path: Path) -> SharedLedger:
    return postgresql.ledger(tmp_path)


@pytest.fixture
def theirs(shared: SharedLedger, tmp_path: Path) -> SharedLedger:
    """Give the same ledger as another machine has it."""
    (tmp_path / "theirs").mkdir()
    return replace(shared, beside=tmp_path / "theirs" / "ledger.postgresql")


@pytest.fixture
def locked(shared: SharedLedger) -> Iterator[Ledger]:
    with run_lock(shared, NOW) as lock, open_ledger(shared, lock=lock) as ledger:
        yield ledger


def opened(place: SharedLedger) -> AbstractContextManager[Ledger]:
    return open_ledger(place)


def test_whoever_only_reads_makes_no_tables(postgresql: PostgresqlServer, tmp_path: Path) -> None:
    postgresql.do("CREATE DATABASE untouched")
    place = SharedLedger(postgresql.url("untouched"), tmp_path / "ledger.postgresql")

    with open_ledger(place, read_only=True) as ledger:
        assert ledger.unfinished("mailjet") == []

    assert postgresql.do("SELECT to_regclass('identity')", database="untouched") == [(None,)]


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
def test_whoever_finds_that_the_tables_are_being_made_waits_and_goes_on_with_them(
    postgresql: PostgresqlServer, tmp_path: Path, isolation: str
) -> None:
    name = f"first_runs_{isolation.partition(' ')[0]}"
    postgresql.do(f"CREATE DATABASE {name}")
    postgresql.do(f"ALTER DATABASE {name} SET default_transaction_isolation = '{isolation}'")
    place = SharedLedger(postgresql.url(name), tmp_path / "ledger.postgresql")

    with postgresql.connect(name) as first, ThreadPoolExecutor() as threads:
        with first.transaction():
            first.execute("SELECT pg_advisory_xact_lock(hashtextextended('cagette-notify: tables', 0))")
            others = [
                threads.submit(use, place) for use in (opened_and_closed, opened_and_closed, prove_ledger)
            ]
            while postgresql.do(WAITING, database=name) != [(len(others),)]:
                assert not any(other.done() for other in others)
        for other in others:
            other.result()

    assert postgresql.do("SELECT count(*) FROM identity", database=name) == [(1,)]


def opened_and_closed(place: SharedLedger) -> None:
    with opened(place):
        pass


def test_the_second_machine_is_kept_out_until_the_first_has_ended(
    shared: SharedLedger, theirs: SharedLedger
) -> None:
    with run_lock(shared, NOW) as lock, open_ledger(shared, lock=lock):
        with (
            run_lock(theirs, NOW) as other,
            pytest.raises(LockHeldError) as said,
            open_ledger(theirs, lock=other),
        ):
            pass
        assert said.value.problems == ()

    with run_lock(theirs, NOW) as other, open_ledger(theirs, lock=other) as ledger:
        assert ledger.lease().holds()


def test_several_transactions_keep_the_lock(locked: Ledger, theirs: SharedLedger) -> None:
    locked.claim("mailjet", [(a_mail(), "")], NOW)
    locked.set_marks("mailjet", "x", {"": "1"})

    with run_lock(theirs, NOW) as other, pytest.raises(LockHeldError), open_ledger(theirs, lock=other):
        pass
    assert locked.lease().holds()


def test_who_has_lost_the_lock_neither_posts_nor_writes(
    postgresql: PostgresqlServer, shared: SharedLedger, locked: Ledger
) -> None:
    lease = locked.lease()
    locked.claim("mailjet", [(a_mail(), "")], NOW)
    postgresql.do(END_ITS_SESSION, database=database_of(shared))

    with pytest.raises(LaterError):
        lease.holds()
    with pytest.raises(LaterError):
        locked.set_marks("mailjet", "x", {"": "1"})
    assert locked.marks("mailjet", "x") == {}


def test_of_a_long_log_few_rows_are_fetched_at_a_time(
    postgresql: PostgresqlServer, shared: SharedLedger, locked: Ledger
) -> None:
    boxes = [Mailbox(f"m{number}@example.org") for number in range(300)]
    mails = [(a_mail([a_notice(mailbox=box)], custom_id=f"lac.{box.address}"), "") for box in boxes]
    locked.claim("mailjet", mails, NOW)
    records = HistoryBook(locked, "mailjet").find(HistoryFilter())
    next(records)

    asked = "SELECT query FROM pg_stat_activity WHERE application_name LIKE 'cagette-notify%'"
    assert any("FETCH" in query for (query,) in postgresql.do(asked, database=database_of(shared)))
    assert sum(1 for _record in records) == len(mails) - 1


def test_a_claim_lives_for_two_minutes(locked: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = locked.lease()
    passed = postgresql_lock.boot_time()

    monkeypatch.setattr(postgresql_lock, "boot_time", lambda: passed + 119)
    assert lease.holds()
    monkeypatch.setattr(postgresql_lock, "boot_time", lambda: passed + 121)
    assert not lease.holds()


def test_a_claim_lives_for_two_minutes_of_the_servers(
    postgresql: PostgresqlServer, shared: SharedLedger
) -> None:
    clock = postgresql.with_a_clock(shared)
    with run_lock(clock.place, NOW) as lock, open_ledger(clock.place, lock=lock) as ledger:
        lease = ledger.lease()
        clock.shift(timedelta(seconds=115))
        assert lease.holds()
        clock.shift(timedelta(seconds=121))
        assert not lease.holds()


def test_all_machines_go_by_the_servers_clock(postgresql: PostgresqlServer, shared: SharedLedger) -> None:
    clock = postgresql.with_a_clock(shared)
    clock.shift(timedelta(days=1))

    with open_ledger(clock.place) as ledger:
        tomorrow = ledger.clock(lambda: NOW)()

    assert tomorrow.microsecond == 0
    assert timedelta(hours=23) < tomorrow - datetime.now(timezone.utc) < timedelta(hours=25)


def test_a_server_that_is_away_is_for_the_next_run(tmp_path: Path) -> None:
    away = SharedLedger(f"postgresql://notify@/notify?host={tmp_path}", tmp_path / "ledger.postgresql")

    with pytest.raises(LaterError, match="out of reach"), open_ledger(away):
        pass


def test_a_database_that_is_not_there_is_for_somebody_to_mend(
    postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    nowhere = SharedLedger(postgresql.url("nowhere"), tmp_path / "ledger.postgresql")

    with pytest.raises(ConfigError, match=r"it refuses: .*nowhere"), open_ledger(nowhere):
        pass


def test_a_parameter_that_nobody_knows_is_for_somebody_to_mend(shared: SharedLedger) -> None:
    with (
        pytest.raises(ConfigError, match="can't be asked"),
        open_ledger(replace(shared, url=f"{shared.url}&x=1")),
    ):
        pass


@pytest.mark.parametrize("table", ["identity", "notices", "marks"])
def test_another_programs_tables_are_left_alone(
    postgresql: PostgresqlServer, tmp_path: Path, table: str
) -> None:
    name = f"others_{table}"
    postgresql.do(f"CREATE DATABASE {name}")
    postgresql.do(f"CREATE TABLE {table} (name text)", database=name)
    place = SharedLedger(postgresql.url(name), tmp_path / "ledger.postgresql")

    for use in (reading, opened_and_closed, prove_ledger):
        with pytest.raises(DataError, match="another program's"):
            use(place)
    assert postgresql.do("SELECT to_regclass('planned')", database=name) == [(None,)]


def test_another_programs_tables_in_another_schema_are_no_hindrance(
    postgresql: PostgresqlServer, tmp_path: Path
) -> None:
    postgresql.do("CREATE DATABASE beside_others")
    postgresql.do("CREATE TABLE notices (name text)", "CREATE SCHEMA led", database="beside_others")
    url = f"{postgresql.url('beside_others')}&options=-c%20search_path%3Dled,public"
    place = SharedLedger(url, tmp_path / "ledger.postgresql")

    for use in (reading, prove_ledger, opened_and_closed, reading):
        use(place)
    assert postgresql.do("SELECT count(*) FROM led.identity", database="beside_others") == [(1,)]


def reading(place: SharedLedger) -> None:
    with open_ledger(place, read_only=True):
        pass


def test_an_older_version_stops_also_when_the_newer_one_comes_in_mid_run(
    postgresql: PostgresqlServer, shared: SharedLedger, locked: Ledger
) -> None:
    postgresql.do(f"UPDATE identity SET version = {len(MIGRATIONS) + 1}", database=database_of(shared))

    with pytest.raises(DataError, match="newer"):
        locked.set_marks("mailjet", "x", {"": "1"})
    with pytest.raises(DataError, match="newer"), open_ledger(shared):
        pass
    with pytest.raises(DataError, match="newer"):
        prove_ledger(shared)


def test_what_is_news_to_others_is_told_from_what_is_not(shared: SharedLedger, theirs: SharedLedger) -> None:
    with opened(shared) as mine, opened(theirs) as other:
        seen, state = mine.data_version(), mine.state()
        mine.set_marks("mailjet", "x", {"": "1"})
        assert (mine.data_version(), mine.state() == state) == (seen, False)

        state = mine.state()
        RunMemory(other, "mailjet").keep_complete(["lac"], NOW)
        assert (mine.data_version(), mine.state()) == (seen, state)

        other.set_marks("mailjet", "x", {"": "2"})
        mine.set_marks("mailjet", "y", {"": "1"})
        assert mine.data_version() == seen + 1


def test_texts_come_back_as_they_were_but_for_nul(shared: SharedLedger) -> None:
    with opened(shared) as ledger:
        ledger.set_marks("mailjet", "x", {"%s :a ? 'é'": "100 % + l'été\0"})

        assert ledger.marks("mailjet", "x") == {"%s :a ? 'é'": "100 % + l'été\N{REPLACEMENT CHARACTER}"}


def test_a_commit_is_durable_whatever_the_servers_default(
    postgresql: PostgresqlServer, shared: SharedLedger
) -> None:
    postgresql.do(f"ALTER DATABASE {database_of(shared)} SET synchronous_commit = off")

    with opened(shared) as ledger:
        assert ledger.rows("SHOW synchronous_commit", [])[0][0] == "on"


def test_a_run_that_has_been_at_work_for_long_is_named(
    shared: SharedLedger, theirs: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_lock, "SUSPICIOUS_AFTER", timedelta(0))
    monkeypatch.setenv("PGAPPNAME", "paris")

    with (
        run_lock(shared, NOW) as lock,
        open_ledger(shared, lock=lock),
        run_lock(theirs, NOW) as other,
        pytest.raises(LockHeldError, match="a run on paris has been at work since"),
        open_ledger(theirs, lock=other),
    ):
        pass


def test_a_machine_without_the_driver_says_what_to_install(
    shared: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with (
        pytest.raises(ConfigError, match=r"pip install 'cagette-notify\[postgresql\]'"),
        open_ledger(shared),
    ):
        pass


def test_a_line_that_breaks_as_soon_as_it_is_there_is_for_the_next_run(
    shared: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(psycopg.Connection, "execute", broken)

    with pytest.raises(LaterError, match="out of reach: server closed"), open_ledger(shared):
        pass


def of_her(postgresql: PostgresqlServer, shared: SharedLedger) -> list[str]:
    """Name the files of a ledger's database in which her address stands."""
    database = database_of(shared)
    ((oid,),) = postgresql.do(f"SELECT oid FROM pg_database WHERE datname = '{database}'")
    postgresql.do("CHECKPOINT")
    files = (postgresql.folder / "d" / "base" / str(oid)).iterdir()
    return [file.name for file in files if ZOE.encode() in file.read_bytes()]


def commonly_her(postgresql: PostgresqlServer, shared: SharedLedger) -> list[tuple[str, str]]:
    """Name the columns of whose values the server's statistics know her address."""
    query = "SELECT tablename, attname FROM pg_stats WHERE concat(histogram_bounds, most_common_vals) LIKE"
    return sorted(postgresql.do(f"{query} '%{ZOE}%'", database=database_of(shared)))


def test_nothing_that_the_server_keeps_names_whoever_was_forgotten(
    postgresql: PostgresqlServer, shared: SharedLedger
) -> None:
    with open_ledger(shared) as ledger:
        for number in range(120):
            address = f"zoe.{number}@example.org"
            notice = a_notice(member=a_member(id=f"m{number}"), mailbox=Mailbox(address))
            ledger.claim("mailjet", [(a_mail((notice,), custom_id=f"c{number}"), "")], NOW)
        skips = [Skip(Kind.OPENING, "lac", day, "m0", ZOE, Reason.SETTING_OFF) for day in ("d1", "d2")]
        SkipBook(ledger, "mailjet").note(skips, NOW)
        UnsubscriptionBook(ledger, "mailjet").switch_on([ZOE], [Kind.OPENING], NOW)
        postgresql.do("ANALYZE", database=database_of(shared))
        known = [("notices", "address"), ("notices", "recipient"), ("skips", "address")]
        assert (commonly_her(postgresql, shared), bool(of_her(postgresql, shared))) == (known, True)

        erase(ledger, Person(addresses=frozenset({ZOE})), frozenset(), NOW)
        assert sweep(ledger)

    assert (commonly_her(postgresql, shared), of_her(postgresql, shared)) == ([], [])


def test_whoever_reads_the_tables_at_length_lets_only_their_rebuilding_wait(
    postgresql: PostgresqlServer, shared: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(psycopg_wire._OPTIONS, "lock_timeout", 100)
    with open_ledger(shared) as ledger:
        ledger.claim("mailjet", [(a_mail((a_notice(mailbox=Mailbox(ZOE)),)), "")], NOW)
        with postgresql.connect(database_of(shared)) as dump, dump.transaction():
            dump.execute("SELECT * FROM notices")
            erased = erase(ledger, Person(addresses=frozenset({ZOE})), frozenset(), NOW)
            assert (erased.mails, sweep(ledger)) == (1, False)
        assert of_her(postgresql, shared)

        assert sweep(ledger)

    assert of_her(postgresql, shared) == []
