"""Copy a ledger's memory to another place, and close the one that it came from."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.lock import run_lock
from cagette_notify.ledger.closed import CLOSED, copied_to, goes_on_at, refuse_closed
from cagette_notify.ledger.connection import opened_engine
from cagette_notify.ledger.marks_sql import SET_MARK
from cagette_notify.ledger.sqlite import opened_empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.engine import Connection, Engine

_OPEN = "DELETE FROM marks WHERE account = ? AND group_id = ? AND name = ?"


def copy_ledger(source: LedgerPlace, target: LedgerPlace, now: datetime, *, patience: timedelta) -> int:
    """Copy a ledger to where none is, close it, and return how many notices it knows.

    At no moment are both open, whatever ends this: while it is at work the new one is closed, then both are.
    Given again, it begins anew, or does what is left. What was copied the other way is gone back to.
    """
    with ExitStack() as until_done:
        engines = []
        for place in (source, target):
            lock = until_done.enter_context(run_lock(place, now, patience=patience))
            engines.append(until_done.enter_context(opened_engine(place, lock=lock)))
        old, new = engines
        with old.in_plain_words():
            is_done = goes_on_at(old.connection) == new.name
        if not is_done:
            _copy(old, new)
        with new.transaction(erases=False, is_news=True) as connection:
            if is_done and goes_on_at(connection) != old.name:
                raise copied_to(new.name, old.name)
            connection.execute(_OPEN, CLOSED)
            (count,) = connection.execute("SELECT count(*) FROM notices").fetchone()
        return int(count)


def _copy(old: Engine, new: Engine) -> None:
    columns = _columns()
    # From its first row on nobody writes to the old one: a broadcast is recorded without the lock.
    with old.transaction(erases=False, is_news=True) as reading:
        refuse_closed(reading, old.name)
        with new.transaction(erases=False, is_news=True) as writing:
            _empty(writing, columns, new.name, old.name)
            for table, names in columns.items():
                _copy_table(reading, writing, table, names)
            writing.execute("UPDATE identity SET ledger_id = ?", (old.ledger_id(),))
            writing.execute(SET_MARK, (*CLOSED, old.name))
            new.go_on_counting()
        reading.execute(SET_MARK, (*CLOSED, new.name))


def _empty(connection: Connection, tables: Mapping[str, object], name: str, instead_of: str) -> None:
    """Make room in what is empty, or holds an earlier state of what comes."""
    if goes_on_at(connection) != instead_of:
        for table in tables:
            if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 - ours
                raise DataError(
                    Problem(_("it has a memory of its own: name a place where no ledger is"), name)
                )
    for table in tables:
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - ours


def _copy_table(reading: Connection, writing: Connection, table: str, names: Sequence[str]) -> None:
    order = " ORDER BY rowid" if table == "broadcasts" else ""
    columns = ", ".join(names)
    rows = reading.execute(f"SELECT {columns} FROM {table}{order}")  # noqa: S608 - ours
    places = ", ".join("?" * len(names))
    writing.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", map(tuple, rows))  # noqa: S608 - ours


def _columns() -> dict[str, list[str]]:
    """Return the tables that both databases have, but for the ledger's name, and their columns."""
    with opened_empty("") as engine:
        tables = engine.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'identity'"
        ).fetchall()
        return {
            name: [row["name"] for row in engine.connection.execute(f"PRAGMA table_info({name})")]
            for (name,) in tables
        }
