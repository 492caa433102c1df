"""Look for distributions that have begun by now, though members were told of a start ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.notices import Entry, Status
from cagette_notify.planning.moved_to_the_past import has_moved

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.ledger.ledger import Ledger


def begun_untold(
    ledger: Ledger,
    account: str,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> list[Entry]:
    """Return what was told of a start ahead by whatever kind of mail, of what has begun already."""
    told = [*ledger.told_ahead(account, now), *ledger.last_told_ahead(account, now)]
    return [
        entry
        for entry in told
        if (one := distributions.get(entry.key.distribution_id)) and has_moved(entry, one, groups, now)
    ]


def begun_and_missed(
    ledger: Ledger,
    account: str,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> list[Entry]:
    """Leave out of these what only openings told, unless a recap was owed and came too late.

    An hour that was changed in time, and for which nobody had a recap, is no slip of the pen.
    """
    found = begun_untold(ledger, account, distributions, groups, now)
    opened = {entry.key.distribution_id for entry in found if not entry.key.kind.traits.is_corrected}
    missed = {
        (entry.key.distribution_id, entry.starts_at)
        for entry in ledger.entries(account, opened)
        if entry.status is Status.EXPIRED and entry.key.kind.traits.is_corrected
    }
    starts = {id_: one.starts_at for id_, one in distributions.items()}
    return [
        entry
        for entry in found
        if entry.key.kind.traits.is_corrected
        or (entry.key.distribution_id, starts[entry.key.distribution_id]) in missed
    ]
