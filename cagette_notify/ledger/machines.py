"""Remember which machines share a ledger: when each ran, and hashes of what it read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, json

from cagette_notify.ledger.errors import as_written
from cagette_notify.ledger.rows import from_utc_text, utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.ledger.ledger import Ledger

_ALL_DELIVERIES = ""
_READ = "machine_read"
_RAN = "machine_ran"
_STILL_IN_USE = timedelta(hours=25)


class MachineNote(Struct, frozen=True):
    """What a machine's last run in full read: hashes by the names of files, nothing where there was none."""

    at: datetime
    read: dict[str, str]


class MachineBook:
    """The machines that share a ledger; none of them are known of one that nobody shares."""

    def __init__(self, ledger: Ledger) -> None:
        """Look at a ledger."""
        self._ledger = ledger

    def note_run(self, now: datetime) -> None:
        """Remember that this machine looked, though maybe at nothing."""
        if self._ledger.machine:
            self._set(_RAN, utc_text(now))

    def note_read(self, read: Mapping[str, str], now: datetime) -> None:
        """Remember what this machine's run read."""
        self._set(_READ, json.encode(MachineNote(now, dict(read))).decode())

    def _set(self, name: str, value: str) -> None:
        # It is no news to another machine: each would look again because the other one did.
        self._ledger.set_marks(_ALL_DELIVERIES, name, {self._ledger.machine: value}, is_news=False)

    def read_here(self) -> dict[str, str]:
        """Return what this machine read last."""
        note = self._notes().get(self._ledger.machine)
        return note.read if note else {}

    def in_use(self, now: datetime) -> dict[str, MachineNote]:
        """Return the machines of which a run got to its end lately, by name."""
        ran = {name: from_utc_text(at) for name, at in self._ledger.marks(_ALL_DELIVERIES, _RAN).items()}
        notes = self._notes().items()
        return {name: note for name, note in notes if now - ran.get(name, note.at) < _STILL_IN_USE}

    def last(self) -> str:
        """Return the machine that ran last."""
        ran = self._ledger.marks(_ALL_DELIVERIES, _RAN)
        return max(ran, key=lambda name: ran[name], default="")

    def _notes(self) -> dict[str, MachineNote]:
        texts = self._ledger.marks(_ALL_DELIVERIES, _READ)
        with as_written():
            return {name: json.decode(text, type=MachineNote) for name, text in texts.items()}
