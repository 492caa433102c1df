"""Keep a ledger on a server of PostgreSQL, which several machines share."""

from __future__ import annotations

import secrets
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.ledger.errors import name_among, newer_version
from cagette_notify.ledger.postgresql_lock import HeldLock, TimedLease, boot_time, lock_lost
from cagette_notify.ledger.postgresql_schema import has_namesakes, is_made, make_tables, version_in
from cagette_notify.ledger.psycopg_wire import ServerWire, connect, machine_name
from cagette_notify.ledger.schema import COLUMNS_SINCE, MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cagette_notify.core.ledger_place import SharedLedger
    from cagette_notify.core.lock import Lock
    from cagette_notify.ledger.engine import LedgerRow, Values

_ERASED = (
    *("notices", "broadcasts", "copies", "attachments", "planned_rows", "skips", "fates", "marks"),
    *("unsubscribed", "switched_on"),
)


class PostgresqlEngine:
    """A ledger's database, and the lock of whoever sends, if this is that one."""

    def __init__(self, wire: ServerWire, place: SharedLedger) -> None:
        """Wrap an open connection; see ``opened_on_server``."""
        self.connection = wire
        self.name = place.url
        self._shown = place.shown
        self.machine = machine_name()
        self._lock: HeldLock | None = None
        self._seen = ""
        self._changes_of_others = 0
        (at,) = wire.execute("SELECT clock_timestamp()").fetchone()
        self._begun_at: datetime = at
        self._begun = boot_time()

    def hold(self, lock: HeldLock) -> None:
        """From here on write under that lock alone."""
        self._lock = lock

    @contextmanager
    def in_plain_words(self) -> Iterator[None]:
        """Turn the server's errors into ours."""
        with self.connection.in_plain_words():
            yield

    def stream(self, query: str, values: Values, /) -> Iterator[LedgerRow]:
        """Yield the rows of a query one by one, however many there are."""
        with self.connection.in_plain_words():
            yield from self.connection.stream(query, values)

    @contextmanager
    def transaction(self, *, erases: bool, is_news: bool) -> Iterator[ServerWire]:  # noqa: ARG002 - see build_anew
        """Do everything in the block, durably, or nothing of it; nobody else writes meanwhile."""
        with self.connection.in_plain_words(), self.connection.transaction():
            self._enter(is_news=is_news)
            yield self.connection

    def _enter(self, *, is_news: bool) -> None:
        """Wait for other writers, and refuse to write what a newer version keeps, or without the lock.

        Whoever takes the lock over writes after this transaction: what it reads then is settled.
        """
        version, changed = self.connection.execute(
            "SELECT version, changed FROM identity FOR UPDATE"
        ).fetchone()
        if version > len(MIGRATIONS):
            raise newer_version(self._shown)
        self._note(changed)
        if self._lock:
            self._lock.prove_to(self.connection)
        if is_news:
            self._seen = secrets.token_hex(8)
            self.connection.execute("UPDATE identity SET changed = ?", (self._seen,))

    def ledger_id(self) -> str:
        """Return the ledger's own name."""
        with self.connection.in_plain_words():
            return name_among(self.connection, self._shown)

    def data_version(self) -> int:
        """Return how often others were seen to have written what is news."""
        with self.connection.in_plain_words():
            self._note(self._changed())
        return self._changes_of_others

    def _note(self, changed: str) -> None:
        self._changes_of_others += changed != self._seen
        self._seen = changed

    def _changed(self) -> str:
        (changed,) = self.connection.execute("SELECT changed FROM identity").fetchone()
        return str(changed)

    def state(self) -> tuple[int, bytes]:
        """Return what stands there at random since the last change: a database put back has another."""
        with self.connection.in_plain_words():
            return 0, self._changed().encode()

    def clock(self, own: Callable[[], datetime]) -> Callable[[], datetime]:  # noqa: ARG002 - others' differ
        """Return the server's clock as it stood when this was opened, and this machine's seconds since."""

        def now() -> datetime:
            return self._now().replace(microsecond=0)

        return now

    def _now(self) -> datetime:
        return self._begun_at + timedelta(seconds=boot_time() - self._begun)

    def lease(self) -> TimedLease:
        """Begin to count; only whoever has the lock claims anything."""
        if self._lock is None:
            raise lock_lost(self._shown)
        return TimedLease(self._lock, self._now(), boot_time())

    def go_on_counting(self) -> None:
        """Give ids after those that were written with theirs."""
        query = (
            "SELECT setval(pg_get_serial_sequence('notices', 'id'), coalesce(max(id), 0) + 1) FROM notices"
        )
        self.connection.execute(query)

    def build_anew(self) -> None:
        """Leave nothing in the tables' files of what was deleted; the server's log is not ours to empty."""
        for table in _ERASED:
            self.connection.execute(f"VACUUM (FULL, ANALYZE) {table}")
            if not self.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 - ours
                self._forget_statistics(table)
        # What ANALYZE replaced. To who doesn't own the database this says nothing, and does nothing.
        self.connection.execute("VACUUM FULL pg_statistic")

    def _forget_statistics(self, table: str) -> None:
        """Let the server forget which values were common in a table that is empty: ANALYZE doesn't."""
        query = """
            SELECT attname FROM pg_stats JOIN pg_attribute USING (attname)
            WHERE tablename = ? AND attrelid = to_regclass(?) AND atttypid = to_regtype('text')
        """
        for (column,) in self.connection.execute(query, [table, table]).fetchall():
            self.connection.execute(
                f'ALTER TABLE {table} ALTER COLUMN {column} SET DATA TYPE text COLLATE "C"'
            )

    def sweep_half_made(self, before: datetime) -> None:
        """Do nothing: tables are made in one transaction."""


@contextmanager
def opened_on_server(
    place: SharedLedger, *, read_only: bool, lock: Lock | None
) -> Iterator[PostgresqlEngine | None]:
    """Give the ledger on a server, with its own lock where this machine's ``lock`` is held; None if none is.

    Only whoever writes makes one.
    """
    with ExitStack() as until_closed:
        wire = connect(place, read_only=read_only)
        until_closed.callback(wire.close)
        with wire.in_plain_words():
            _refuse_others(wire, place.shown)
            is_there = not read_only or is_made(wire)
            if is_there:
                _bring_up_to_date(wire, place.shown, read_only=read_only)
            engine = PostgresqlEngine(wire, place) if is_there else None
        if engine and lock:
            held = HeldLock(place, engine.ledger_id(), lock.deadline)
            until_closed.callback(held.close)
            engine.hold(held)
        yield engine


def prove_server(place: SharedLedger) -> None:
    """Raise what a run would, which makes the tables or writes to them; nothing of that stays."""

    class AllIsProved(Exception):  # noqa: N818 - what is raised to take it back
        pass

    with closing(connect(place)) as wire, wire.in_plain_words():
        _refuse_others(wire, place.shown)
        with suppress(AllIsProved), wire.transaction():
            if _lacks_tables_since(len(MIGRATIONS), wire):
                make_tables(wire)
            wire.execute("UPDATE identity SET changed = changed WHERE FALSE")
            raise AllIsProved


def _bring_up_to_date(wire: ServerWire, name: str, *, read_only: bool) -> None:
    if _lacks_tables_since(COLUMNS_SINCE if read_only else len(MIGRATIONS), wire):
        with wire.transaction():
            make_tables(wire)
    if version_in(wire) > len(MIGRATIONS):
        raise newer_version(name)


def _lacks_tables_since(version: int, wire: ServerWire) -> bool:
    return not is_made(wire) or version_in(wire) < version


def _refuse_others(wire: ServerWire, name: str) -> None:
    is_anothers = not _is_ours(wire) if is_made(wire) else has_namesakes(wire)
    if is_anothers:
        message = _(
            "another program's database, not a ledger of cagette-notify: put the ledger back, or name it"
        )
        raise DataError(Problem(message, name))


def _is_ours(wire: ServerWire) -> bool:
    query = """
        SELECT count(*) FROM pg_attribute
        WHERE attrelid = to_regclass('identity') AND attname IN ('ledger_id', 'version', 'changed')
    """
    (columns,) = wire.execute(query).fetchone()
    return bool(columns == 3)
