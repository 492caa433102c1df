"""Skip runs of cron while nothing can be due: note the files' and the ledger's state.

Whoever comes 288 times a day mostly finds nothing to do. A run in full that had nothing to do, or found
all served that it looked at, leaves a note of what it looked into and of when that can change by itself:
until then, with the same files and the same ledger, every run would find the same.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, json
from msgspec.structs import replace

from cagette_notify import __version__
from cagette_notify.core.cron_alive import CRON_ALIVE_WITHIN
from cagette_notify.core.errors import NotifyError
from cagette_notify.core.ledger_place import LedgerPlace, is_shared, own_name, shared_ledger
from cagette_notify.core.lock import STAYS, Lock, lock_of, run_lock
from cagette_notify.core.stamps import Stamps, stamps
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.run_memory import RunMemory

if TYPE_CHECKING:
    from cagette_notify.data.camap.source import DatabaseState
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.run_report import NothingDue

_SECOND = 1_000_000_000  # in nanoseconds, as all times of files here
_SETTLED = _SECOND // 2  # longer than the grain of a disk's clock, and than a configuration takes to read
_COARSE = 2 * _SECOND  # the grain of old file systems, whose times are whole seconds
_OF_FILE = 4  # values of a stamp; a folder has fewer
_LARGEST = 1_000_000  # bytes of a configuration
_LEDGER = re.compile(rb"^ledger:[ \t]*[\"']?([^\"'#\n]*[^\"'#\s])", re.MULTILINE)


class DatabaseNote(Struct, frozen=True):
    """Which database was read, and how it was: who it is for needs no configuration to ask it again."""

    user: str
    name: str
    host: str
    port: int
    unix_socket: str
    ssl_ca: str
    credentials: str
    since: datetime
    state: str


class NothingDueNote(Struct, frozen=True):
    """What a run that had nothing to do read, and until when there is nothing to do."""

    program: str
    account: str
    read: Stamps
    ledger: tuple[int, bytes]  # its state
    group_ids: frozenset[str]
    last_run: datetime
    until: datetime
    database: DatabaseNote | None = None


def nothing_can_be_due(config: Path, now: datetime) -> bool:
    """Tell whether nothing can be due, as an earlier run found; if so, record that this one ran.

    Whatever is odd in any way is left to a run in full, which says what there is to say.
    """
    try:
        ledger = _ledger_named_in(config)
        return lock_of(own_name(ledger)).exists() and _rests(config, ledger, now)
    except (OSError, NotifyError, ValueError):  # a note that was cut, or what no file can be called
        return False


def leave_note(  # noqa: PLR0913, PLR0917 - all that has to be the same still
    lock: Lock,
    read: Stamps,
    state: tuple[int, bytes],
    account: str,
    quiet: NothingDue,
    now: datetime,
) -> None:
    """Let the next runs rest while nothing changes.

    Not if a file changed just before: it might again within one tick of the disk's clock, unseen.
    """
    files = (stamp for stamp in read.values() if stamp and len(stamp) == _OF_FILE)
    if any(not _is_settled(changed_at, lock.stamped_at) for *_, changed_at in files):
        return
    until = min(quiet.until, now + CRON_ALIVE_WITHIN)
    database = _note_of(quiet.database) if quiet.database else None
    note = NothingDueNote(__version__, account, read, state, quiet.group_ids, now, until, database)
    with suppress(UnicodeEncodeError):  # the name of a file that is no text
        lock.leave(json.encode(note))


def _rests(config: Path, ledger: LedgerPlace, now: datetime) -> bool:
    with run_lock(ledger, now) as lock:
        if lock.note.startswith(STAYS):
            return False
        note = json.decode(lock.note, type=NothingDueNote)
        if str(config.absolute()) not in note.read:
            return False
        with open_ledger(ledger) as opened:  # without others' lock: it says no more than that it looked
            now = opened.clock(lambda: now)()
            version = opened.data_version()  # first: a broadcast is recorded without the lock
            if not _holds(note, own_name(ledger), opened.state(), now):
                return False
            RunMemory(opened, note.account).keep_complete(note.group_ids, now)
            if opened.machine:
                _note_machine(opened, now)
            state = opened.state()
            if opened.data_version() == version:
                lock.leave(json.encode(replace(note, last_run=now, ledger=state)))
    return True


def _note_machine(ledger: Ledger, now: datetime) -> None:
    from cagette_notify.ledger.machines import MachineBook  # only who shares a ledger pays for it

    MachineBook(ledger).note_run(now)


def _holds(note: NothingDueNote, ledger: Path, state: tuple[int, bytes], now: datetime) -> bool:
    """Tell whether what the note says is still so; after a pause or a step of the clock, nobody knows."""
    return (
        note.program == __version__
        and timedelta(0) <= now - note.last_run <= CRON_ALIVE_WITHIN
        and now < note.until
        and note.ledger == state
        and note.read == stamps(map(Path, note.read), own=ledger.name)
        and (note.database is None or _is_as_it_was(note.database))
    )


def _note_of(database: DatabaseState) -> DatabaseNote:
    url, source = database.source.url, database.source
    return DatabaseNote(
        *(url.user, url.name, url.host, url.port, url.unix_socket),
        ssl_ca=str(source.ssl_ca or ""),
        credentials=str(source.credentials or ""),
        since=database.since,
        state=database.state,
    )


def _is_as_it_was(note: DatabaseNote) -> bool:
    from cagette_notify.config.camap import CamapSource, DatabaseUrl
    from cagette_notify.data.camap.idle import state_of

    url = DatabaseUrl(note.user, note.name, note.host, note.port, note.unix_socket)
    credentials, ssl_ca = (Path(path) if path else None for path in (note.credentials, note.ssl_ca))
    return state_of(CamapSource(url, {}, credentials, ssl_ca), note.since) == note.state


def _is_settled(changed_at: int, seen_at: int) -> bool:
    return seen_at - changed_at > (_SETTLED if changed_at % _SECOND else _COARSE)


def _ledger_named_in(config: Path) -> LedgerPlace:
    """Return where a configuration most likely has its ledger: the note there tells whether it does."""
    if not config.is_file() or config.stat().st_size > _LARGEST:
        raise FileNotFoundError
    named = _LEDGER.search(config.read_bytes())
    name, folder = os.fsdecode(named[1]) if named else "ledger.sqlite3", config.absolute().parent
    return shared_ledger(name, folder) if is_shared(name) else folder / name
