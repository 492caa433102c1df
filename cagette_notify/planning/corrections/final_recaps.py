"""Find corrections that left while orders could change: a recap of the final order is still to come. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.notices import Status

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Mailbox, Member
    from cagette_notify.core.notices import Entry, Notice
    from cagette_notify.planning.due_times import Window
    from cagette_notify.planning.plan_index import PlanIndex


def shows_order_so_far(entry: Entry, distribution: Distribution, due_at: datetime) -> bool:
    """Tell whether a correction left before orders closed, and such a recap is ``due_at`` a moment after.

    Any other stands for its revision's recap, which could show no order that is more final. Of one in doubt
    nobody knows when it will have left.
    """
    closes_at = distribution.orders_close_at
    if not (entry.is_correction and entry.key.kind.traits.needs_order and entry.status is Status.SENT):
        return False
    return bool(closes_at and entry.claimed_at and entry.claimed_at < closes_at <= due_at)


def notice_due(index: PlanIndex, window: Window, member: Member, mailbox: Mailbox) -> Notice:
    """Return the notice of a window which the mailbox would get, as another one than such a correction."""
    notice = index.notice(window, member, mailbox)
    if not notice.kind.traits.needs_order:
        return notice
    entry = index.entries.get(notice.key)
    is_final = entry is not None and shows_order_so_far(entry, notice.distribution, notice.due_at)
    return replace(notice, is_final=True) if is_final else notice
