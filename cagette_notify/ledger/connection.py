"""Open the ledger, wherever it is, or make a new one."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.ledger.closed import refuse_closed
from cagette_notify.ledger.ledger import Ledger
from cagette_notify.ledger.sqlite import opened_empty, opened_file, prove_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from cagette_notify.core.ledger_place import LedgerPlace, SharedLedger
    from cagette_notify.core.lock import Lock
    from cagette_notify.ledger.engine import Engine
    from cagette_notify.ledger.server_facts import ServerFacts


@contextmanager
def open_ledger(
    place: LedgerPlace, *, read_only: bool = False, lock: Lock | None = None, even_closed: bool = False
) -> Iterator[Ledger]:
    """Give the ledger at ``place``, newly made if there is none, and close it afterwards.

    Whoever sends or settles names the ``lock`` of this machine that it holds; where other machines share the
    ledger, their lock is taken as well, or ``LockHeldError`` raised.

    Under ``read_only`` nothing is written, but for the tables that an older ledger lacks, and a missing
    ledger is an empty one: ``status`` must tell what is the matter on a full disk, too. Raises
    ``DataError`` where it can't be trusted: damaged, another program's, a newer version's, another user's,
    a symbolic link. It never starts afresh over a file that is there. Raises ``LaterError`` where its server
    is away, ``ConfigError`` where it was copied elsewhere: it knows nothing of what was sent since, and
    nothing leaves from it. Only whoever tells no more than what was opens it ``even_closed``.
    """
    with opened_engine(place, read_only=read_only, lock=lock) as engine:
        if not even_closed:
            with engine.in_plain_words():
                refuse_closed(engine.connection, engine.name)
        yield Ledger(engine, engine.ledger_id())


def prove_ledger(place: LedgerPlace) -> None:
    """Raise what a run would of the ledger at ``place``; what it would make is made, and taken back.

    A file is read whole.
    """
    if isinstance(place, Path):
        prove_file(place)
    else:
        from cagette_notify.ledger.postgresql import prove_server  # only who has one pays for it

        prove_server(place)
    with open_ledger(place, read_only=True):
        pass


def is_made_already(place: LedgerPlace) -> bool:
    """Tell whether there is a ledger that nobody would have to make."""
    with opened_if_made(place) as engine:
        return engine is not None


def server_of(place: SharedLedger) -> ServerFacts:
    """Return how durable the server is on which a ledger stands."""
    from cagette_notify.ledger.server_facts import server_facts  # only who has one pays for it

    return server_facts(place)


@contextmanager
def opened_engine(
    place: LedgerPlace, *, read_only: bool = False, lock: Lock | None = None
) -> Iterator[Engine]:
    """Give the database of a ledger, closed or not; see ``open_ledger``."""
    if isinstance(place, Path):
        with opened_file(place, read_only=read_only) as of_file:
            yield of_file
        return
    with _opened_on_server(place, read_only=read_only, lock=lock) as of_server:
        if of_server:
            yield of_server
            return
    with opened_empty(place.shown) as of_nobody:
        yield of_nobody


@contextmanager
def opened_if_made(place: LedgerPlace) -> Iterator[Engine | None]:
    """Give the database of a ledger to whoever only reads, closed or not; None where there is none."""
    if not isinstance(place, Path):
        with _opened_on_server(place, read_only=True, lock=None) as of_server:
            yield of_server
    elif place.exists():
        with opened_file(place, read_only=True) as of_file:
            yield of_file
    else:
        yield None


def _opened_on_server(
    place: SharedLedger, *, read_only: bool, lock: Lock | None
) -> AbstractContextManager[Engine | None]:
    # Only who has one pays for it.
    from cagette_notify.ledger.postgresql import opened_on_server

    return opened_on_server(place, read_only=read_only, lock=lock)
