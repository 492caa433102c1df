"""One run, or one change of a file, at a time: locks that die with the process that holds them."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.errors import DataError, LaterError
from cagette_notify.language import _
from cagette_notify.model import Problem
from cagette_notify.own_files import refuse_what_is_not_ours, why_refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD = timedelta(minutes=30)
_PATIENCE = timedelta(seconds=10)  # a change takes milliseconds


class LockHeldError(LaterError):
    """Another run is at work. Holds a problem only if it has been for suspiciously long."""


@contextmanager
def run_lock(ledger: Path, now: datetime, *, patience: timedelta = timedelta(0)) -> Iterator[None]:
    """Hold the lock of everything that sends or settles; wait for it up to ``patience``.

    It is ``flock`` on a file of its own that is never unlinked: two runs that each locked another
    file of the same name would both think themselves alone. SQLite's own locks guard single
    transactions, not a run. Does not work over NFS.
    """
    with _opened(ledger) as (descriptor, path):
        if not _acquire(descriptor, patience):
            raise LockHeldError(*_what_is_odd(descriptor, path, now))
        with _stamped(descriptor, now):
            yield


@contextmanager
def edit_lock(edited: Path, *, patience: timedelta = _PATIENCE) -> Iterator[None]:
    """Hold the lock of all that read a file, change it and write it; raise ``LaterError`` if it is held.

    It lies beside the file: the file itself is replaced by each change, and a lock on it with it.
    """
    with _opened(edited) as (descriptor, _path):
        if not _acquire(descriptor, patience):
            raise LaterError(Problem(_("another command is changing it; try again"), str(edited)))
        yield


@contextmanager
def _opened(guarded: Path) -> Iterator[tuple[int, Path]]:
    path = guarded.with_name(guarded.name + ".lock")
    # Before the lock is made: root's, beside somebody else's file, would lock its owner out for good.
    refuse_what_is_not_ours(guarded)
    refuse_what_is_not_ours(path)
    descriptor = _open(path)
    try:
        yield descriptor, path
    finally:
        os.close(descriptor)


@contextmanager
def _stamped(descriptor: int, now: datetime) -> Iterator[None]:
    """Leave a note of when the run began, for one that finds the lock held; a full disk is no matter."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, now.isoformat().encode(), 0)
    try:
        yield
    finally:
        with suppress(OSError):
            os.ftruncate(descriptor, 0)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataError(Problem(why_refused(path, error), str(path))) from None


def _acquire(descriptor: int, patience: timedelta) -> bool:
    deadline = time.monotonic() + patience.total_seconds()
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
        is_old = abs(now - since) > OLD  # ahead of now if the clock was
    except (ValueError, TypeError, OSError):
        return []  # the other run has just started: it writes the time once it holds the lock
    if not is_old:
        return []
    message = _("another run has been at work since {since}; is it stuck?", since=since.isoformat(" "))
    return [Problem(message, str(path))]
