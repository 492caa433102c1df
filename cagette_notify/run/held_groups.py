"""Look in the ledger for groups that are held, as they stand under another id than was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.planning.renamed_groups import RenamedGroup, renamed_groups

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Member
    from cagette_notify.data.dataset import Calendar
    from cagette_notify.ledger.ledger import Ledger


def groups_renamed(
    ledger: Ledger, account: str, calendar: Calendar, members: Mapping[str, Sequence[Member]], now: datetime
) -> dict[str, RenamedGroup]:
    """Return, by their ids of today, the groups that seem to be ones that are gone; ``members`` by group."""
    if ledger.groups_ahead(account, now) <= calendar.groups.keys():
        return {}
    distributions = {one.id: one for one in calendar.distributions}
    return renamed_groups(ledger.told_since(account, now), members, calendar.groups, distributions)
