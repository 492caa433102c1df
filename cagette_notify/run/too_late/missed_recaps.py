"""Report recaps that were missed, and runs that unreadable data stopped whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.notices import Reason
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning.missed_recaps import missed_problem, want_of_orders
from cagette_notify.run.too_late.late_orders import late_orders

if TYPE_CHECKING:
    from cagette_notify.core.errors import Problem
    from cagette_notify.planning.plan import Plan
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork
    from cagette_notify.run.reading.read_data import RunData


def serves_nobody(run: Run, work: DueWork, data: RunData) -> bool:
    """Tell whether everything that is due is stopped by data that can't be read whole."""
    due = [window for window in work.windows if window.is_open(run.now)]
    stopped = [
        window
        for window in due
        if window.distribution.group_id in data.unreadable_groups
        or (window.kind.traits.needs_order and window.distribution.id in data.unreadable_orders)
    ]
    return bool(due) and len(stopped) == len(due)


def missed_recaps(run: Run, work: DueWork, data: RunData, made: Plan) -> list[Problem]:
    """Say which distributions started without recaps, as nobody knew the orders: missed, not in silence."""
    missed = {**_without_orders(run, work, data, made), **late_orders(run, data, made.expired)}
    told = {
        entry.key.distribution_id
        for entry in run.ledger.entries(run.account, missed)
        if entry.key.kind.traits.needs_order and entry.may_have_arrived
    }
    return [
        missed_problem(run.distributions[id_], want_of_orders(book), was_told=id_ in told)
        for id_, book in missed.items()
    ]


def _without_orders(run: Run, work: DueWork, data: RunData, made: Plan) -> dict[str, OrderBook]:
    """Return the orders of distributions that have begun, and of which somebody waits for theirs."""
    # What begun before anybody could be told is looked at until its old start: this is said once.
    closed = {
        (window.kind, window.distribution.id)
        for window in work.windows
        if not window.is_open(run.now) and window.distribution.id not in work.begun
    }
    waited = [
        skip
        for skip in made.skipped
        if skip.reason is Reason.WAITING_FOR_ORDERS and (skip.kind, skip.distribution_id) in closed
    ]
    ids = {skip.distribution_id for skip in waited}
    unknown = {id_: book for id_, book in data.books.items() if id_ in ids and _is_unknown(book)}
    # Whoever ordered nothing while the orders were known lacks no mail once their file is gone.
    served = SkipBook(run.ledger, run.account).reasons(unknown) if unknown else {}
    lacking = {
        skip.distribution_id
        for skip in waited
        if served.get((skip.kind, skip.distribution_id, skip.member_id), skip.reason) == skip.reason
    }
    return {id_: book for id_, book in unknown.items() if id_ in lacking}


def _is_unknown(book: OrderBook) -> bool:
    return book.state is not OrdersState.READY
