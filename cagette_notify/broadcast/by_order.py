"""Choose the members with, or without, an order; warn where the orders known may not be all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.errors import DataError, Origin, Problem, UsageError
from cagette_notify.core.formatting import instant
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.data.dataset import load_orders
from cagette_notify.data.last_written import orders_modified_at
from cagette_notify.planning.orders.orders_by_member import members_perhaps_with_order, members_with_order
from cagette_notify.planning.orders.orders_so_far import KNOWN_FOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.data.calendar import Calendar


class ByOrder(NamedTuple):
    """Whom a list means, of whom nobody can tell and by which row, and what there is to say of the orders.

    ``set_aside`` would be meant, too, were their own rows not bad. It ``lacks_rows`` where an order may be of
    others than those. ``missing`` says which orders should be known by now, and are not, ``stale`` which are
    from before their close.
    """

    members: list[Member]
    unknown: list[tuple[Member, Origin]]
    set_aside: list[Member]
    said: tuple[Problem, ...]
    books: Mapping[str, OrderBook]
    lacks_rows: bool
    missing: tuple[Problem, ...] = ()
    stale: tuple[Problem, ...] = ()


def members_by_order(  # noqa: PLR0913 - of whom, for what, as of when
    calendar: Calendar,
    members: Sequence[Member],
    set_aside: Sequence[Member],
    distribution: Distribution,
    now: datetime,
    *,
    with_order: bool,
) -> ByOrder:
    """Return the members of a list; whoever perhaps has an order is in neither of the two.

    Raises ``DataError`` where the orders can't be read, ``UsageError`` for "without an order" where not one
    is known: that is everybody, and who wants to reproach everybody can say "all".
    """
    orders = load_orders(calendar, members, [distribution.id], set_aside=set_aside, now=now, hold_stale=False)
    book = orders.books[distribution.id]
    if book.state is not OrdersState.READY:
        raise DataError(*orders.problems, Problem(_not_known(distribution)))
    ordered = members_with_order(book)
    if not ordered and not with_order:
        message = _(
            "not one order of {id} is known, so that everybody would be without one; if you mean everybody: "
            "--to all",
            id=distribution.id,
        )
        raise UsageError(*orders.problems, Problem(message, field="--to"))
    perhaps = members_perhaps_with_order(book)
    known = [member for member in members if member.id not in perhaps]
    group = calendar.groups[distribution.group_id]
    return ByOrder(
        [member for member in known if (member.id in ordered) is with_order],
        [(member, perhaps[member.id].origin) for member in members if member.id in perhaps],
        [one for one in set_aside if one.id in perhaps or (one.id in ordered) is with_order],
        (*orders.problems, *orders_too_old(calendar, distribution, group, now)),
        {distribution.id: book},
        with_order and bool(book.strangers or any(not line.is_certain for line in book.unread)),
        stale=tuple(stale_orders(calendar, distribution, book, now)),
    )


def orders_too_old(
    calendar: Calendar, distribution: Distribution, group: Group, now: datetime
) -> Iterator[Problem]:
    """Say that somebody may have ordered since the orders that are known were written."""
    known_at = orders_modified_at(calendar, distribution, now)
    closed_at = distribution.orders_close_at or distribution.starts_at
    if known_at is None or known_at >= min(closed_at, now - KNOWN_FOR if now < closed_at else closed_at):
        return
    moment = instant(known_at.astimezone(group.timezone), spoken())
    if now < closed_at:
        message = _(
            "the orders of {id} are those of {moment}: whoever ordered since counts as without an order",
            id=distribution.id,
            moment=moment,
        )
    else:
        message = _(
            "the orders of {id} are those of {moment}, older than their close: whoever ordered since counts "
            "as without an order",
            id=distribution.id,
            moment=moment,
        )
    yield Problem(message, group_id=group.id, field="--to", is_warning=True)


def stale_orders(
    calendar: Calendar, distribution: Distribution, book: OrderBook, now: datetime
) -> Iterator[Problem]:
    """Say which export is to be made again, as it is from before orders closed."""
    closed_at, known_at = distribution.orders_close_at, orders_modified_at(calendar, distribution, now)
    if closed_at and known_at and known_at < closed_at <= now:
        message = _(
            "older than the end of orders ({closed_at:%Y-%m-%d %H:%M}): who has ordered for {id} is known "
            "once that is exported again",
            closed_at=closed_at,
            id=distribution.id,
        )
        yield Problem(message, book.file, group_id=distribution.group_id)


def _not_known(distribution: Distribution) -> str:
    return _("the orders of {id} are not known, nor who has one", id=distribution.id)
