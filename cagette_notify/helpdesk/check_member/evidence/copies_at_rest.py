"""Find the copies of broadcasts that don't leave by themselves, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.run.held_broadcasts import why_at_rest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Group
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.held_broadcasts import Rest


def copies_at_rest(
    config: Config, ledger: Ledger, groups: Mapping[str, Group], now: datetime
) -> Mapping[str, Rest]:
    """Return them by CustomID; what is in doubt is none: it is looked up, whatever becomes of the others."""
    book = BroadcastBook(ledger, config.account)
    return {
        copy.custom_id: why
        for progress in book.unfinished()
        if (why := why_at_rest(progress, now, groups, config.daily_quota))
        for copy in book.copies(progress.broadcast, ())
    }
