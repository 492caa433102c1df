"""Hold the lock of a shared ledger, and prove just before each call that it is held still."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import LaterError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.lock import SUSPICIOUS_AFTER, LockHeldError
from cagette_notify.ledger.psycopg_wire import connect

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.ledger_place import SharedLedger
    from cagette_notify.ledger.psycopg_wire import ServerWire

CLAIM_LIVES = timedelta(minutes=2)
"""How old a claim may be when it is posted: long before ``settle_after``, when others may send it."""

_KEY = "hashtextextended('cagette-notify:' || ?, 0)"
_LOCKING = f"""
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32 | objid::bigint) = {_KEY}
"""  # noqa: S608 - a literal of this module

# By its number alone a session could be taken for another's, much later.
_PROOF = f"""
    SELECT clock_timestamp(), EXISTS (
        SELECT 1 FROM pg_stat_activity WHERE pid = ? AND backend_start = ? AND pid IN ({_LOCKING})
    )
"""  # noqa: S608 - a literal of this module
_HOLDER = f"""
    SELECT application_name, backend_start, clock_timestamp() - backend_start AS held_for
    FROM pg_stat_activity WHERE pid IN ({_LOCKING}) AND backend_start IS NOT NULL  -- another user's is hidden
"""  # noqa: S608 - a literal of this module
_OWN_SESSION = "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"


class HeldLock:
    """A lock that belongs to a session of its own, in which nothing else is done.

    A transaction's would end with the first claim. A session of a pool is nobody's own.
    """

    def __init__(self, place: SharedLedger, ledger_id: str, deadline: float) -> None:
        """Take it, waiting until a moment of ``time.monotonic``; raises ``LockHeldError``."""
        self._name = place.shown
        self._ledger_id = ledger_id
        self._wire = connect(place)
        try:
            with self._wire.in_plain_words():
                self._session = tuple(self._wire.execute(_OWN_SESSION).fetchone())
                while not self._is_taken():
                    if time.monotonic() >= deadline:
                        raise LockHeldError(*self._what_is_odd())
                    time.sleep(0.1)
            self.prove()
        except BaseException:
            self.close()
            raise

    def prove(self) -> datetime:
        """Return the server's clock; raises ``LaterError`` if the lock was lost. From any thread."""
        with self._wire.in_plain_words():
            return self.prove_to(self._wire)

    def prove_to(self, wire: ServerWire) -> datetime:
        """Do so by another session."""
        at, is_held = wire.execute(_PROOF, (*self._session, self._ledger_id)).fetchone()
        if not is_held:
            raise lock_lost(self._name)
        found: datetime = at
        return found

    def close(self) -> None:
        """Let go of it."""
        self._wire.close()

    def _is_taken(self) -> bool:
        query = f"SELECT pg_try_advisory_lock({_KEY})"
        return bool(self._wire.execute(query, (self._ledger_id,)).fetchone()[0])

    def _what_is_odd(self) -> list[Problem]:
        row = self._wire.execute(_HOLDER, (self._ledger_id,)).fetchone()
        if row is None or row["held_for"] <= SUSPICIOUS_AFTER:
            return []
        machine = row["application_name"].removeprefix("cagette-notify ")
        message = _(
            "a run on {machine} has been at work since {since}; is it stuck?",
            machine=machine,
            since=row["backend_start"].replace(microsecond=0).isoformat(" "),
        )
        return [Problem(message, self._name)]


class TimedLease(Struct, frozen=True):
    """A claim's begin, by the server's clock and by one of this machine's that counts when it is paused."""

    lock: HeldLock
    begun_at: datetime
    begun: float

    def holds(self) -> bool:
        """Tell whether the claim is young enough to be sent; raises ``LaterError`` if the lock was lost."""
        age = max(self.lock.prove() - self.begun_at, timedelta(seconds=boot_time() - self.begun))
        return age <= CLAIM_LIVES


def boot_time() -> float:
    """Return seconds that go on while this machine is suspended, too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def lock_lost(name: str) -> LaterError:
    """Return what is said once others may be at work: what is in doubt is theirs to settle."""
    return LaterError(Problem(_("the lock was lost in mid-run; the next run goes on"), name))
