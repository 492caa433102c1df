"""Copy a ledger's memory to another place, and close the one that it came from."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.ledger_place import own_name
from cagette_notify.core.lock import run_lock
from cagette_notify.ledger.closed import CLOSED, goes_on_at, refuse_closed
from cagette_notify.ledger.connection import opened_engine, opened_if_made
from cagette_notify.ledger.left_behind import LEFT_BEHIND
from cagette_notify.ledger.marks_sql import DELETE_MARK, SET_MARK
from cagette_notify.ledger.sqlite import opened_empty

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from cagette_notify.core.ledger_place import LedgerPlace
    from cagette_notify.ledger.engine import Connection, Engine

_COPY = ("", "", "copy")
"""The mark of the last copy to or from a ledger: a name that both have, as their places have many names."""


def copy_ledger(source: LedgerPlace, target: LedgerPlace, now: datetime, *, patience: timedelta) -> int:
    """Copy a ledger to where none is, close it, and return how many notices it knows.

    At no moment are both open, whatever ends this: while it is at work the new one is closed, then both are.
    Given again, it begins anew, or does what is left. What was copied the other way is gone back to. Where it
    is refused, nothing is made.
    """
    _look_before_anything_is_made(source, target)
    with ExitStack() as until_done:
        lock = until_done.enter_context(run_lock(source, now, patience=patience))
        old = until_done.enter_context(opened_engine(source, lock=lock))
        if own_name(target) != own_name(source):  # on servers, both are locked here by one file
            lock = until_done.enter_context(run_lock(target, now, patience=patience))
        new = until_done.enter_context(opened_engine(target, lock=lock))
        if not _is_copied(old, new):
            _copy(old, new)
        with new.transaction(erases=False, is_news=True) as connection:
            connection.execute(DELETE_MARK, CLOSED)
            (count,) = connection.execute("SELECT count(*) FROM notices").fetchone()
        return int(count)


def is_same_ledger(one: LedgerPlace, other: LedgerPlace) -> bool:
    """Tell whether two places are one, by whatever names: each ledger has an id, and what changes with it."""
    with opened_if_made(one) as first, opened_if_made(other) as second:
        return bool(first and second and _is_one(first, second))


def _look_before_anything_is_made(source: LedgerPlace, target: LedgerPlace) -> None:
    with opened_engine(source, read_only=True) as old, opened_if_made(target) as new:
        if new and _is_one(old, new):
            raise UsageError(Problem(_("FROM and TO are the same ledger"), field="TO"))
        if not (new and _is_copied(old, new)):
            with old.in_plain_words():
                refuse_closed(old.connection, old.name)
            if new:
                with new.in_plain_words():
                    _refuse_another_memory(new.connection, new, old)


def _is_one(one: Engine, other: Engine) -> bool:
    return one.ledger_id() == other.ledger_id() and one.state() == other.state()


def _is_copied(old: Engine, new: Engine) -> bool:
    """Tell whether all is done but to open the new one."""
    names = []
    for engine in (old, new):
        with engine.in_plain_words():
            names.append(goes_on_at(engine.connection) and _copied_last(engine.connection))
    return bool(names[0]) and names[0] == names[1]


def _copied_last(connection: Connection) -> str:
    query = "SELECT value FROM marks WHERE account = ? AND group_id = ? AND name = ?"
    row = connection.execute(query, _COPY).fetchone()
    return row["value"] if row else ""


def _copy(old: Engine, new: Engine) -> None:
    columns, name = _columns(), secrets.token_hex(8)
    machine = "" if old.machine else os.uname().nodename  # a file is one machine's
    with new.transaction(erases=False, is_news=True) as writing:
        _refuse_another_memory(writing, new, old)
        writing.execute("UPDATE identity SET ledger_id = ?", (old.ledger_id(),))
        writing.execute(SET_MARK, (*CLOSED, old.name))
    # From its first row on nobody writes to the old one: a broadcast is recorded without the lock.
    with old.transaction(erases=False, is_news=True) as reading:
        refuse_closed(reading, old.name)
        with new.transaction(erases=True, is_news=True) as writing:
            for table in columns:
                writing.execute(f"DELETE FROM {table}")  # noqa: S608 - ours
            for table, names in columns.items():
                _copy_table(reading, writing, table, names)
            writing.execute(SET_MARK, (*CLOSED, old.name))
            writing.execute(SET_MARK, (*_COPY, name))
            writing.execute(SET_MARK, ("", old.name, LEFT_BEHIND, machine))
            new.go_on_counting()
        reading.execute(SET_MARK, (*_COPY, name))
        reading.execute(SET_MARK, (*CLOSED, new.name))


def _refuse_another_memory(connection: Connection, new: Engine, old: Engine) -> None:
    """Raise ``DataError`` unless it is empty, or holds an earlier state of what comes, and is closed."""
    if goes_on_at(connection) and new.ledger_id() == old.ledger_id():
        return
    for table in _columns():
        if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 - ours
            message = _("it has a memory of its own: name a place where no ledger is")
            raise DataError(Problem(message, new.name))


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
