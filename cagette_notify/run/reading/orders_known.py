"""Read who has ordered so far, where a notice leaves to those who have not, and it is known afresh."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.notices import Reason
from cagette_notify.data.dataset import load_orders
from cagette_notify.data.files.file_ages import NextRun
from cagette_notify.data.last_written import orders_modified_at
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning.orders.orders_so_far import (
    KNOWN_FOR,
    OrdersSoFar,
    asking_for_orders,
    orders_so_far,
)
from cagette_notify.run.reading.fresh_orders import can_wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Member
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.planning.due_times import Window


def orders_known(  # noqa: PLR0913 - whose orders, of what, and how fresh
    config: Config,
    calendar: Calendar,
    ledger: Ledger,
    windows: Iterable[Window],
    everybody: Sequence[Member],
    *,
    set_aside: Iterable[Member],
    now: datetime,
    next_run: NextRun | None = None,
) -> dict[str, OrdersSoFar]:
    """Return, by distribution, what is known of its orders.

    What is wrong with them is nobody's trouble yet: whoever wants the reminder gets it then, in which
    nothing is said of orders. Who had one when somebody looked needs none later, though nobody looks again.
    """
    asked = {window.distribution.id: window for window in asking_for_orders(windows, now)}
    if not asked:
        return {}
    open_now = [window for window in asked.values() if window.is_open(now)]
    times = {one.distribution.id: orders_modified_at(calendar, one.distribution, now) for one in open_now}
    orders = load_orders(
        calendar,
        everybody,
        {id_ for id_, at in times.items() if at and timedelta(0) <= now - at < KNOWN_FOR},
        set_aside=set_aside,
        now=now,
        hold_stale=False,
        next_run=next_run and NextRun(next_run.clock, can_wait(open_now, now)),
    )
    noted: dict[str, list[str]] = defaultdict(list)
    for id_, member_id in SkipBook(ledger, config.account).noted_as(Reason.HAS_ORDER, asked):
        noted[id_].append(member_id)
    return {id_: orders_so_far(orders.books.get(id_), times.get(id_), noted[id_]) for id_ in asked}


def forget_orders_taken_back(ledger: Ledger, account: str, so_far: Mapping[str, OrdersSoFar]) -> None:
    """Forget who was left out as they had ordered, if by now it is known that they have no order."""
    known = [id_ for id_, one in so_far.items() if one.known_at]
    noted = SkipBook(ledger, account).noted_as(Reason.HAS_ORDER, known)
    taken_back = {(id_, member_id) for id_, member_id in noted if member_id not in so_far[id_].with_order}
    SkipBook(ledger, account).take_back(Reason.HAS_ORDER, taken_back)
