"""Choose the members with an order in a catalog; say of which distributions the orders aren't known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.broadcast.by_order import ByOrder, orders_too_old, stale_orders
from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.order_book import OrderBook, OrderLine, OrdersState
from cagette_notify.core.text import fold, one_line
from cagette_notify.data.dataset import load_orders
from cagette_notify.planning.orders.orders_by_member import members_with_order, unread_by_member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.errors import Origin
    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.data.calendar import Calendar

BOUGHT_WITHIN = timedelta(days=30)
"""How long after a distribution who has ordered for it counts as a customer of its catalogs."""


def members_by_catalog(  # noqa: PLR0913 - of whom, in what, as of when
    calendar: Calendar,
    group: Group,
    members: Sequence[Member],
    set_aside: Sequence[Member],
    name: str,
    *,
    now: datetime,
) -> tuple[str, ByOrder]:
    """Return what the catalog is called, and who has ordered of it, as far as orders are known.

    Raises ``UsageError`` for a catalog that there is not, ``DataError`` where no orders are known at all.
    """
    asked = [
        one
        for one in calendar.distributions
        if one.group_id == group.id and one.starts_at >= now - BOUGHT_WITHIN
    ]
    ids = {one.id for one in asked}
    orders = load_orders(calendar, members, ids, set_aside=set_aside, now=now, hold_stale=False)
    not_there = {one.file for one in orders.books.values() if one.state is OrdersState.WAITING}
    problems = tuple(one for one in orders.problems if one.file not in not_there)
    books = {id_: one for id_, one in orders.books.items() if one.state is OrdersState.READY and one.file}
    if not books:
        message = _("no orders are known of distributions ahead or of the last 30 days, nor who has one")
        raise DataError(*problems, Problem(message, field="--to"))
    catalog = _catalog_called(name, asked, books)
    ordered, perhaps = _customers(catalog, asked, books)
    unknown = _unknown(asked, books, now)
    ahead = [one for one in asked if one.id in books and one.starts_at > now]
    awaited = [one for one in unknown if _is_awaited(one, orders.books[one.id], now)]
    unread = {orders.books[one.id].file for one in awaited}
    found = ByOrder(
        [member for member in members if member.id in ordered],
        [(member, perhaps[member.id]) for member in members if member.id in perhaps],
        [one for one in set_aside if one.id in ordered or one.id in perhaps],
        (
            *problems,
            *(said for one in ahead for said in orders_too_old(calendar, one, group, now)),
            *_said_of(unknown),
        ),
        books,
        any(book.strangers or any(not line.is_certain for line in book.unread) for book in books.values()),
        (*(one for one in problems if one.file in unread), *_said_of(awaited)),
        tuple(said for one in ahead for said in stale_orders(calendar, one, books[one.id], now)),
    )
    return catalog, found


def _catalog_called(name: str, asked: Iterable[Distribution], books: Mapping[str, OrderBook]) -> str:
    """Return a catalog's name as the data have it; raise ``UsageError`` with those that there are."""
    known = {
        fold(one): one_line(one)
        for distribution in asked
        for one in (*distribution.catalogs, *_named_in(books.get(distribution.id)))
    }
    if fold(name) in known:
        return known[fold(name)]
    if not known:
        raise UsageError(Problem(_("no catalog {name!r}: the data name none here", name=name), field="--to"))
    listed = ", ".join(sorted(known.values(), key=fold))
    message = _("no catalog {name!r}; known here: {known}", name=name, known=listed)
    raise UsageError(Problem(message, field="--to"))


def _named_in(book: OrderBook | None) -> Iterator[str]:
    yield from dict.fromkeys(line.catalog for line in book.lines if line.catalog) if book else ()


def _customers(
    catalog: str, asked: Iterable[Distribution], books: Mapping[str, OrderBook]
) -> tuple[set[str], dict[str, Origin]]:
    """Return the ids of those with an order, and of those who may have one, with a row that can't be read.

    Of which catalog such a row is, nobody can tell.
    """
    ordered: set[str] = set()
    perhaps: dict[str, Origin] = {}
    for distribution in asked:
        if book := books.get(distribution.id):
            lines = tuple(
                line for line in book.lines if fold(_catalog_of(line, distribution)) == fold(catalog)
            )
            ordered |= members_with_order(replace(book, lines=lines, unread=()))
            for id_, unread in unread_by_member(book).items():
                if rows := [line.origin for line in unread if line.quantity is None or line.quantity > 0]:
                    perhaps[id_] = rows[0]
    return ordered, {id_: row for id_, row in perhaps.items() if id_ not in ordered}


def _catalog_of(line: OrderLine, distribution: Distribution) -> str:
    """Return a line's catalog: the distribution's where the export names none, and that has but one."""
    only = distribution.catalogs[0] if len(distribution.catalogs) == 1 else ""
    return line.catalog or only


def _unknown(
    asked: Iterable[Distribution], books: Mapping[str, OrderBook], now: datetime
) -> list[Distribution]:
    """Return of which distributions orders may be known, and aren't: who ordered only there is missing."""
    opened = (one for one in asked if one.orders_open_at is None or one.orders_open_at <= now)
    return [one for one in opened if one.id not in books and not one.cancelled]


def _is_awaited(distribution: Distribution, book: OrderBook, now: datetime) -> bool:
    """Tell whether orders should be known: their file can't be read, or is not there though they closed."""
    has_closed = (distribution.orders_close_at or distribution.starts_at) <= now
    return book.state is OrdersState.UNREADABLE or (book.state is OrdersState.WAITING and has_closed)


def _said_of(unknown: Sequence[Distribution]) -> Iterator[Problem]:
    if unknown:
        message = _(
            "the orders of {ids} are not known: who ordered only there is not written to",
            ids=", ".join(one.id for one in unknown),
        )
        yield Problem(message, field="--to", is_warning=True)
