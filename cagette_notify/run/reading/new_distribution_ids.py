"""Let distributions that bear other ids now take over what was told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.ledger.heirs import Heirs
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.ledger.take_over import TakeOver
from cagette_notify.planning.changed_ids.renamed_distributions import (
    RenamedDistributions,
    renamed_distributions,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger


def distributions_renamed(
    ledger: Ledger, account: str, calendar: Calendar, now: datetime
) -> RenamedDistributions:
    """Return which distributions have other ids than they were told under."""
    told = ledger.last_told_ahead(account, now)
    if not told:
        return RenamedDistributions()
    distributions = {one.id: one for one in calendar.distributions}
    set_aside = calendar.inputs.distributions.set_aside
    found = renamed_distributions(told, distributions, now, set_aside=set_aside)
    if not found.doubtful:
        return found
    before = ledger.told_of_over(account, set(found.doubtful.values()), now)
    return renamed_distributions(told, distributions, now, set_aside=set_aside, told_before=before)


def as_taken_over(
    ledger: Ledger, account: str, calendar: Calendar, now: datetime, accepted: Collection[str] = ()
) -> Ledger:
    """Return the ledger as the next run reads it, which lets new ids take over: for who may write nothing."""
    heirs = _heirs(ledger, account, calendar, now, accepted)
    return ledger.under(heirs) if heirs.ids else ledger


def take_over_distributions(  # noqa: PLR0913, PLR0917 - whose books, by which data, for whom
    ledger: Ledger,
    account: str,
    calendar: Calendar,
    now: datetime,
    accepted: Collection[str],
    group_ids: Collection[str],
) -> None:
    """Record, for these groups or all, under which ids what was told of their distributions is kept now.

    How many orders an id had says nothing of what it means now, and is forgotten first: a run that is
    killed in between finds the same ids to take over.
    """
    heirs = _heirs(ledger, account, calendar, now, accepted, group_ids)
    if not heirs.ids:
        return
    RunMemory(ledger, account).keep_sizes(RunMemory(ledger.under(heirs), account).sizes())
    TakeOver(ledger, account, now).distributions(heirs)


def _heirs(  # noqa: PLR0913, PLR0917 - as above
    ledger: Ledger,
    account: str,
    calendar: Calendar,
    now: datetime,
    accepted: Collection[str],
    group_ids: Collection[str] = (),
) -> Heirs:
    found = distributions_renamed(ledger, account, calendar, now).accepted(accepted)
    ids = {
        (group_id, old): (group_id, new)
        for (group_id, old), new in found.items()
        if not group_ids or group_id in group_ids
    }
    if not ids:
        return Heirs(now, {})
    return Heirs(now, ids, ledger.told_of_over(account, {new for _group, new in ids.values()}, now))
