"""Open the ledger, wherever it is, or make a new one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.ledger.errors import damaged
from cagette_notify.ledger.ledger import Ledger
from cagette_notify.ledger.sqlite import opened, prove_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def open_ledger(path: Path, *, read_only: bool = False) -> Iterator[Ledger]:
    """Give the ledger at ``path``, newly made if there is none, and close it afterwards.

    Under ``read_only`` nothing is written, but for the tables that an older ledger lacks, and a missing
    ledger is an empty one: ``status`` must tell what is the matter on a full disk, too. Raises
    ``DataError`` where it can't be trusted: damaged, another program's, a newer version's, another user's,
    a symbolic link. It never starts afresh over a file that is there.
    """
    with opened(path, read_only=read_only) as engine:
        with engine.in_plain_words():
            names = [row["ledger_id"] for row in engine.connection.execute("SELECT ledger_id FROM identity")]
        if len(names) != 1 or not isinstance(names[0], str):
            raise damaged(_("it has lost its own name"), engine.name)
        yield Ledger(engine, names[0])


def prove_ledger(path: Path) -> None:
    """Raise what a run would of the ledger at ``path``, read whole; one that isn't there will be made."""
    prove_file(path)
    with open_ledger(path, read_only=True):
        pass
