"""Keep a ledger in a file of SQLite: open it or make a new one, refuse a damaged one."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, LaterError, Problem
from cagette_notify.core.files import prove_writable, refuse_what_is_not_ours, sync_folder, why_refused
from cagette_notify.core.i18n import _
from cagette_notify.ledger.errors import damaged, name_among, newer_version, no_writable_ledger
from cagette_notify.ledger.schema import (
    APPLICATION_ID,
    COLUMNS_SINCE,
    MIGRATIONS,
    migrate,
    room_needed,
    version_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cagette_notify.ledger.engine import Values

_MB = 1024**2
_HALF_MADE = re.compile(r"\.[0-9a-f]{8}\.new(?:-journal)?")
_CHANGES = slice(24, 28)  # the file's header: a counter that each transaction increments


class SqliteEngine:
    """A ledger's file. One machine has it, whose run lock lets nobody else send: no lease ever ends."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Wrap an open connection; see ``opened_file``."""
        self.connection = connection
        self.name = str(path)
        self.machine = ""
        self._path = path

    @contextmanager
    def in_plain_words(self) -> Iterator[None]:
        """Turn SQLite's errors into ours."""
        with _in_plain_words(self._path):
            yield

    def stream(self, query: str, values: Values, /) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query one by one, however many there are."""
        with _in_plain_words(self._path):
            yield from self.connection.execute(query, values)

    @contextmanager
    def transaction(self, *, erases: bool, is_news: bool) -> Iterator[sqlite3.Connection]:  # noqa: ARG002 - to a file's counter all is news
        """Do everything in the block, durably, or nothing of it."""
        with _in_plain_words(self._path):
            if erases:
                self.connection.execute("PRAGMA secure_delete = ON")
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def ledger_id(self) -> str:
        """Return the ledger's own name."""
        with _in_plain_words(self._path):
            return name_among(self.connection, self.name)

    def data_version(self) -> int:
        """Return a number that changes whenever another connection has written."""
        (version,) = self.connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def state(self) -> tuple[int, bytes]:
        """Return the file's inode, and the counter of its changes.

        Not within a transaction: whoever closes a file gives up all the locks that SQLite holds on it for
        this process.
        """
        with self._path.open("rb") as file:
            return os.fstat(file.fileno()).st_ino, file.read(_CHANGES.stop)[_CHANGES]

    def clock(self, own: Callable[[], datetime]) -> Callable[[], datetime]:
        """Return this machine's."""
        return own

    def lease(self) -> SqliteEngine:
        """Return what never ends."""
        return self

    def holds(self) -> bool:
        """Say so."""
        return True

    def go_on_counting(self) -> None:
        """Do nothing: SQLite counts on from the last row."""

    def build_anew(self) -> None:
        """Leave nothing in the file of what was deleted: SQLite moves rows from page to page."""
        self.connection.execute("VACUUM")

    def sweep_half_made(self, before: datetime) -> None:
        """Delete the new ledgers, last written before then, of commands that were killed as they made one.

        Younger ones may belong to a command at work: the first readers and broadcasts hold no lock.
        """
        with suppress(OSError):
            for file in self._path.parent.iterdir():
                if _HALF_MADE.fullmatch(file.name.removeprefix(self._path.name)):
                    _sweep(file, before)


@contextmanager
def opened_empty(name: str) -> Iterator[SqliteEngine]:
    """Give what stands for a ledger that nobody has made yet, to whoever only reads."""
    connection = _new_ledger(":memory:")
    try:
        yield SqliteEngine(connection, Path(name))
    finally:
        connection.close()


@contextmanager
def opened_file(path: Path, *, read_only: bool) -> Iterator[SqliteEngine]:
    """Give the ledger at ``path``; see ``open_ledger``."""
    refuse_what_is_not_ours(path)
    # What SQLite rolls back from: another user's could not be, and a pipe would be waited for.
    refuse_what_is_not_ours(path.with_name(f"{path.name}-journal"))
    with _in_plain_words(path):
        connection = _connection(path, read_only=read_only)
    try:
        with _in_plain_words(path):
            _bring_up_to_date(connection, path, least=COLUMNS_SINCE if read_only else len(MIGRATIONS))
            connection.execute(f"PRAGMA query_only = {int(read_only)}")
        yield SqliteEngine(connection, path)
    finally:
        connection.close()


def prove_file(path: Path) -> None:
    """Raise what a run would of the ledger at ``path``, read whole; one that isn't there will be made."""
    if path.exists() and not os.access(path, os.W_OK):
        raise no_writable_ledger(path)
    with _in_plain_words(path):
        prove_writable(path.parent)
    with opened_file(path, read_only=True) as engine, _in_plain_words(path):
        found = [row[0] for row in engine.connection.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise damaged(
            "database disk image is malformed", path
        )  # as SQLite says it, once it comes to that page


def _sweep(file: Path, before: datetime) -> None:
    found = file.lstat()
    # With two names it is the ledger itself, written to ever since: only this name was left behind.
    if found.st_nlink > 1 or found.st_mtime < before.timestamp():
        file.unlink()


@contextmanager
def _in_plain_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours: what can't be recorded must stop the run, not the interpreter."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _refusal(path, str(error)) from None
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # What SQLite can't make sense of it quotes, and Python can't always decode the quote.
        raise damaged(error, path) from None
    except OSError as error:
        raise DataError(Problem(why_refused(path, error), str(path))) from None


def _refusal(path: Path, text: str) -> DataError | LaterError:
    if "locked" in text:
        return LaterError(Problem(_("another program holds the ledger; close it"), str(path)))
    if "readonly" in text:
        return no_writable_ledger(path)
    return DataError(Problem(_("the ledger can't be used: {error}", error=text), str(path)))


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
        raise newer_version(str(path))


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
