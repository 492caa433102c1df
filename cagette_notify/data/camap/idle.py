"""Ask a database, for a run with nothing to do, whether anything is otherwise than when that was found."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from cagette_notify.data.camap.queries import COMING, COMING_CATALOGS, EVERY_CATALOG, EVERY_GROUP, EVERY_PLACE
from cagette_notify.data.camap.snapshot import Snapshot

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.camap import CamapSource


def state_of(source: CamapSource, since: datetime) -> str:
    """Return what changes with any distribution that was to begin after a moment, a place or a group."""
    snapshot = Snapshot(source)
    try:
        return state_in(snapshot, since)
    finally:
        snapshot.give_back()


def state_in(snapshot: Snapshot, since: datetime) -> str:
    """Return the same, of what was read.

    Members, orders and who serves are not looked at: as long as no notice is due, none depends on them.
    """
    coming = (*snapshot.rows(COMING, since), *snapshot.rows(COMING_CATALOGS, since))
    coming += (*snapshot.rows(EVERY_PLACE), *snapshot.rows(EVERY_CATALOG))
    groups = zlib.crc32(repr(snapshot.rows(EVERY_GROUP)).encode())
    return f"{groups} " + " ".join((value or b"").decode() for row in coming for value in row)
