"""Say that a distribution began without recaps, and tell how long it is under way. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.order_book import OrdersState

if TYPE_CHECKING:
    from cagette_notify.core.model import Distribution
    from cagette_notify.core.order_book import OrderBook

_USUALLY_OVER_AFTER = timedelta(hours=4)


def takes_place_now(one: Distribution, now: datetime) -> bool:
    """Tell whether people still come for what they ordered."""
    return one.starts_at <= now < (one.ends_at or one.starts_at + _USUALLY_OVER_AFTER)


def missed_problem(one: Distribution, why: str, *, was_told: bool, is_warning: bool = False) -> Problem:
    """Say that no recap could leave, or not all of them where somebody ``was_told``."""
    text = (
        _("distribution {id} has started, and not all of its mails could leave: {why}", id=one.id, why=why)
        if was_told
        else _("distribution {id} has started, and no recap of it could leave: {why}", id=one.id, why=why)
    )
    return Problem(text, group_id=one.group_id, is_warning=is_warning)


def want_of_orders(book: OrderBook) -> str:
    """Say for want of what recaps waited that could not leave."""
    if book.state is OrdersState.READY:
        return _("its orders came too late ({file})", file=book.file)
    return _("its orders were {state} ({file})", state=_(book.state), file=book.file)
