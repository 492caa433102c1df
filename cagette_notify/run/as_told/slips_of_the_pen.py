"""Look for starts that were moved to the past by a slip of the pen, or too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.notices import Entry, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cagette_notify.core.model import Distribution
    from cagette_notify.ledger.ledger import Ledger


def slips_of_the_pen(
    ledger: Ledger, account: str, untold: Iterable[Entry], distributions: Mapping[str, Distribution]
) -> list[Entry]:
    """Leave out of what was told of a start ahead, and has begun, what only openings told.

    An hour that was changed in time, and for which nobody had a recap, is no slip: unless one was owed, and
    came too late.
    """
    found = list(untold)
    opened = {entry.key.distribution_id for entry in found if not entry.key.kind.traits.is_corrected}
    missed = {
        (entry.key.distribution_id, entry.starts_at)
        for entry in ledger.entries(account, opened)
        if entry.status is Status.EXPIRED and entry.key.kind.traits.is_corrected
    }
    starts = {id_: distributions[id_].starts_at for id_ in opened}
    return [
        entry
        for entry in found
        if entry.key.kind.traits.is_corrected
        or (entry.key.distribution_id, starts[entry.key.distribution_id]) in missed
    ]
