"""Lock a run or the edit of a file with flock, and say how long to wait for it."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.errors import DataError, LaterError, Problem
from cagette_notify.core.files import refuse_what_is_not_ours, why_refused
from cagette_notify.core.i18n import _
from cagette_notify.core.ledger_place import own_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cagette_notify.core.ledger_place import LedgerPlace

SUSPICIOUS_AFTER = timedelta(minutes=30)
_LONGEST_NOTE = 1_000_000  # bytes
STAYS = b"!"
"""Begins a note that stays, whoever holds the lock meanwhile, until another is left in its place."""

RUN_LOCK_WAIT = timedelta(seconds=60)
"""How long a command that somebody typed waits for a run to end."""

EDIT_LOCK_WAIT = timedelta(seconds=10)
"""How long a change of a file waits for another; one takes milliseconds."""


class LockHeldError(LaterError):
    """Another run is at work. Holds a problem only if it has been for suspiciously long."""


class Lock:
    """A lock that is held, and the note that its last holder left in it, of which only the next knows."""

    def __init__(self, descriptor: int, now: datetime, deadline: float) -> None:
        """Read the note, and write in its place when this run began, for one that finds the lock held.

        ``deadline`` is until when, by ``time.monotonic``, another machine's lock is waited for, too.
        """
        self.deadline = deadline
        self.note = os.pread(descriptor, _LONGEST_NOTE, 0)
        self._descriptor = descriptor
        self._left = self.note if self.note.startswith(STAYS) else b""
        with suppress(OSError):  # a full disk is no matter
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, now.isoformat().encode(), 0)
        self.stamped_at = os.fstat(descriptor).st_mtime_ns
        """When that was, by the disk's clock, in nanoseconds."""

    def leave(self, note: bytes) -> None:
        """Leave a note for the next holder, once this one ends well."""
        self._left = note

    def forget_note(self) -> None:
        """Leave none: this holder has done what it asks for."""
        self.note = self._left = b""

    def end(self) -> None:
        """Put the note in place; if that fails, there is none."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, self._left[:_LONGEST_NOTE], 0)


@contextmanager
def run_lock(ledger: LedgerPlace, now: datetime, *, patience: timedelta = timedelta(0)) -> Iterator[Lock]:
    """Hold the lock of everything that sends or settles; wait for it up to ``patience``.

    It is ``flock`` on a file of its own that is never unlinked: two runs that each locked another
    file of the same name would both think themselves alone. SQLite's own locks guard single
    transactions, not a run. Does not work over NFS. Other machines that share a ledger are kept out once it
    is opened with this lock.
    """
    deadline = _deadline(patience)
    with _opened(own_name(ledger)) as (descriptor, path):
        if not _acquire(descriptor, deadline):
            raise LockHeldError(*_what_is_odd(descriptor, path, now))
        lock = Lock(descriptor, now, deadline)
        try:
            yield lock
        finally:
            lock.end()


@contextmanager
def edit_lock(edited: Path, *, patience: timedelta = EDIT_LOCK_WAIT) -> Iterator[None]:
    """Hold the lock of all that read a file, change it and write it; raise ``LaterError`` if it is held.

    It lies beside the file: the file itself is replaced by each change, and a lock on it with it.
    """
    with _opened(edited) as (descriptor, _path):
        if not _acquire(descriptor, _deadline(patience)):
            raise LaterError(Problem(_("another command is changing it; try again"), str(edited)))
        yield


def lock_of(guarded: Path) -> Path:
    """Return the file whose lock guards another file."""
    return guarded.with_name(guarded.name + ".lock")


@contextmanager
def _opened(guarded: Path) -> Iterator[tuple[int, Path]]:
    # Before the lock is made: root's, beside somebody else's file, would lock its owner out for good.
    refuse_what_is_not_ours(guarded)  # and before it is named: a folder may have no name, as / has none
    path = lock_of(guarded)
    refuse_what_is_not_ours(path)
    descriptor = _open(path)
    try:
        yield descriptor, path
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataError(Problem(why_refused(path, error), str(path))) from None


def _deadline(patience: timedelta) -> float:
    return time.monotonic() + patience.total_seconds()


def _acquire(descriptor: int, deadline: float) -> bool:
    while not _has_locked(descriptor):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)
    return True


def _has_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _what_is_odd(descriptor: int, path: Path, now: datetime) -> list[Problem]:
    try:
        since = datetime.fromisoformat(os.pread(descriptor, 64, 0).decode())
        is_old = abs(now - since) > SUSPICIOUS_AFTER  # ahead of now if the clock was
    except (ValueError, TypeError, OSError):
        return []  # the other run has just started: it writes the time once it holds the lock
    if not is_old:
        return []
    message = _("another run has been at work since {since}; is it stuck?", since=since.isoformat(" "))
    return [Problem(message, str(path))]
