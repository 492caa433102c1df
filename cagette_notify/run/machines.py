"""Note what this machine read, and say where machines that share a ledger read different data."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.files import name_within
from cagette_notify.core.i18n import _
from cagette_notify.ledger.machines import MachineBook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.ledger.ledger import Ledger


def note_what_was_read(config: Config, ledger: Ledger, seen: Iterable[str], now: datetime) -> None:
    """Remember hashes of the files that a run looked into, and of those that earlier ones did.

    Each run reads a part only: what is due decides which. What one read an hour ago may have changed since.
    """
    if not ledger.machine:
        return
    book = MachineBook(ledger)
    always = map(str, (config.path, config.notifications))
    known = {*always, *seen, *(str(config.folder / name) for name in book.read_here())}
    paths = (Path(name) for name in sorted(known))
    read = {name_within(path, config.folder): _hash_of(path) for path in paths if not path.is_dir()}
    book.note_read(read, now)


def of_machines(ledger: Ledger, now: datetime) -> Iterator[Problem]:
    """Yield a warning for each file that isn't the same on all machines that ran lately."""
    notes = MachineBook(ledger).in_use(now)
    for file in sorted({name for note in notes.values() for name in note.read}):
        found = {machine: note.read[file] for machine, note in notes.items() if file in note.read}
        if len(set(found.values())) > 1:
            message = _(
                "not the same on {machines}, as their last runs found it: put the same files on all of them",
                machines=", ".join(sorted(found)),
            )
            yield Problem(message, file, is_warning=True)


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except (OSError, ValueError):
        return ""
