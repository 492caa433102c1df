"""Open the ledger's file or make a new one; refuse a damaged one."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.files import prove_writable, refuse_what_is_not_ours, sync_folder
from cagette_notify.core.i18n import _
from cagette_notify.ledger.errors import damaged, in_plain_words, no_writable_ledger
from cagette_notify.ledger.ledger import Ledger
from cagette_notify.ledger.schema import (
    APPLICATION_ID,
    COLUMNS_SINCE,
    MIGRATIONS,
    migrate,
    room_needed,
    version_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

_MB = 1024**2
_HALF_MADE = re.compile(r"\.[0-9a-f]{8}\.new(?:-journal)?")


@contextmanager
def open_ledger(path: Path, *, read_only: bool = False) -> Iterator[Ledger]:
    """Give the ledger at ``path``, newly made if there is none, and close it afterwards.

    Under ``read_only`` nothing is written, but for the tables that an older ledger lacks, and a missing
    ledger is an empty one: ``status`` must tell what is the matter on a full disk, too. Raises
    ``DataError`` where it can't be trusted: damaged, another program's, a newer version's, another user's,
    a symbolic link. It never starts afresh over a file that is there.
    """
    refuse_what_is_not_ours(path)
    # What SQLite rolls back from: another user's could not be, and a pipe would be waited for.
    refuse_what_is_not_ours(path.with_name(f"{path.name}-journal"))
    with in_plain_words(path):
        connection = _connection(path, read_only=read_only)
    try:
        with in_plain_words(path):
            _bring_up_to_date(connection, path, least=COLUMNS_SINCE if read_only else len(MIGRATIONS))
            connection.execute(f"PRAGMA query_only = {int(read_only)}")
            names = [row["ledger_id"] for row in connection.execute("SELECT ledger_id FROM identity")]
        if len(names) != 1 or not isinstance(names[0], str):
            raise damaged(_("it has lost its own name"), path)
        yield Ledger(connection, path, names[0])
    finally:
        connection.close()


def prove_ledger(path: Path) -> None:
    """Raise what a run would of the ledger at ``path``, read whole; one that isn't there will be made."""
    if path.exists() and not os.access(path, os.W_OK):
        raise no_writable_ledger(path)
    with in_plain_words(path):
        prove_writable(path.parent)
    with open_ledger(path, read_only=True) as ledger:
        found = [row[0] for row in ledger.rows("PRAGMA quick_check(1)", [])]
    if found != ["ok"]:
        raise damaged(
            "database disk image is malformed", path
        )  # as SQLite says it, once it comes to that page


def sweep_half_made(path: Path, before: datetime) -> None:
    """Delete the new ledgers, last written before then, of commands that were killed while they made one.

    Younger ones may belong to a command at work: the first readers and broadcasts hold no lock.
    """
    with suppress(OSError):
        for file in path.parent.iterdir():
            if _HALF_MADE.fullmatch(file.name.removeprefix(path.name)):
                _sweep(file, before)


def _sweep(file: Path, before: datetime) -> None:
    found = file.lstat()
    # With two names it is the ledger itself, written to ever since: only this name was left behind.
    if found.st_nlink > 1 or found.st_mtime < before.timestamp():
        file.unlink()


def _connection(path: Path, *, read_only: bool) -> sqlite3.Connection:
    if not path.exists() and read_only:
        return _new_ledger(":memory:")
    if not path.exists():
        _make(path)
    # A killed run leaves a journal that only a writer can roll back: hence rw, for readers too.
    return _connect(path.absolute().as_uri() + "?mode=rw")


def _random_id() -> str:
    # Only who makes a ledger pays for it.
    import secrets

    return secrets.token_hex(4)


def _make(path: Path) -> None:
    """Make a whole ledger beside ``path`` and move it there, so that half of one never counts."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{_random_id()}.new")
    new.touch(mode=0o600, exist_ok=False)
    try:
        _new_ledger(new.absolute().as_uri() + "?mode=rw").close()
        # A link, not a rename: of two commands that make it at once, the second must not replace
        # what the first has written into already.
        with suppress(FileExistsError):
            path.hardlink_to(new)
    finally:
        new.unlink(missing_ok=True)
    sync_folder(path.parent)


def _new_ledger(address: str) -> sqlite3.Connection:
    with ExitStack() as until_it_is_whole:
        connection = _connect(address)
        until_it_is_whole.callback(connection.close)
        migrate(connection)
        connection.execute("INSERT INTO identity (ledger_id) VALUES (?)", (_random_id(),))
        until_it_is_whole.pop_all()
    return connection


def _connect(address: str) -> sqlite3.Connection:
    # Only the thread that claims and settles touches the ledger; transports work on messages alone.
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)
    with ExitStack() as until_it_is_set_up:
        until_it_is_set_up.callback(connection.close)
        connection.row_factory = sqlite3.Row
        # DELETE with EXTRA syncs the folder after the journal is gone: with FULL, the last commit could
        # vanish with the power, and a mail would leave twice. WAL does not sync each commit.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = EXTRA")
        until_it_is_set_up.pop_all()
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, *, least: int) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise _no_ledger(path)
    _refuse_cut_short(connection, path)
    if version_of(connection) < least:
        _refuse_little_room(connection, path)
        migrate(connection)
    if version_of(connection) > len(MIGRATIONS):
        raise DataError(Problem(_("written by a newer cagette-notify; install that version"), str(path)))


def _refuse_little_room(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ``DataError`` if the disk would fill up on the way: SQLite gives up only after all the work."""
    import shutil  # with its archives, a tenth of a run with nothing due

    needed, free = room_needed(connection), shutil.disk_usage(path.parent).free
    if free < needed:
        message = _(
            "to bring the ledger up to date takes {needed} MB of free disk, and there are {free} MB: "
            "make room; nothing was changed",
            needed=-(-needed // _MB),
            free=free // _MB,
        )
        raise DataError(Problem(message, str(path)))


def _refuse_cut_short(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ``DataError`` if the end of the last page is missing: SQLite would take it for zeros."""
    if not _is_cut_short(connection, path):
        return
    # Once more, now that nobody can make it longer or shorter meanwhile.
    connection.execute("BEGIN")
    try:
        if _is_cut_short(connection, path):
            raise damaged(_("its end is missing"), path)
    finally:
        connection.execute("ROLLBACK")


def _is_cut_short(connection: sqlite3.Connection, path: Path) -> bool:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return path.exists() and path.stat().st_size < pages * size


def _no_ledger(path: Path) -> DataError:
    if path.exists() and not path.stat().st_size:
        return damaged(_("the file is empty"), path)
    message = _("another program's database, not a ledger of cagette-notify: put the ledger back, or name it")
    return DataError(Problem(message, str(path)))
