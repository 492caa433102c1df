"""Say where a ledger is: in a file of this machine, or on a server that several machines share."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

_WHERE = frozenset(("host", "hostaddr", "port", "dbname", "service"))


class SharedLedger(Struct, frozen=True):
    """A database of PostgreSQL, by its URL, in which no password stands.

    What this machine keeps of its own is called after a file ``beside`` its configuration, which never is:
    its lock with the note of a run at rest, and the drafts.
    """

    url: str
    beside: Path

    def __str__(self) -> str:
        """Return what a configuration calls it."""
        return self.url

    @property
    def shown(self) -> str:
        """What problems call it: where it is, and nothing else that its URL says."""
        address, _, parameters = self.url.partition("?")
        scheme, _, rest = address.partition("://")
        kept = "&".join(one for one in parameters.split("&") if one.partition("=")[0] in _WHERE)
        return f"{scheme}://{rest.rpartition('@')[2]}{kept and '?'}{kept}"


LedgerPlace: TypeAlias = Path | SharedLedger


def is_shared(text: str) -> bool:
    """Tell whether a setting names a server; else it is a file's path."""
    return text.startswith(("postgresql://", "postgres://"))


def shared_ledger(url: str, folder: Path) -> SharedLedger:
    """Return the ledger of a configuration that lies in ``folder``."""
    return SharedLedger(url, folder / "ledger.postgresql")


def own_name(place: LedgerPlace) -> Path:
    """Return the file after which this machine's lock and drafts are called: the ledger, if it is one."""
    return place if isinstance(place, Path) else place.beside
