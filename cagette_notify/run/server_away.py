"""Say once a day that a shared ledger's server is away, as only this machine's lock can remember it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import LaterError
from cagette_notify.core.lock import Lock, LockHeldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.ledger_place import LedgerPlace

_AWAY = b"away, said at "
_AGAIN_AFTER = timedelta(days=1)


@contextmanager
def said_once_a_day(place: LedgerPlace, lock: Lock, now: datetime) -> Iterator[None]:
    """Let what must be tried later be raised without a word where an earlier run of that day has said it."""
    try:
        yield
    except LockHeldError:
        raise
    except LaterError as error:
        if isinstance(place, Path):
            raise
        said_at = _said_at(lock.note)
        is_said = said_at is not None and timedelta(0) <= now - said_at < _AGAIN_AFTER
        lock.leave(lock.note if is_said else _AWAY + now.isoformat().encode())
        raise LaterError(*(() if is_said else error.problems)) from None


def keep_said(lock: Lock) -> bool:
    """Leave the note for the run that follows if it is such a one; say whether it is."""
    is_one = _said_at(lock.note) is not None
    if is_one:
        lock.leave(lock.note)
    return is_one


def _said_at(note: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(note.removeprefix(_AWAY).decode()) if note.startswith(_AWAY) else None
    except ValueError:
        return None
