"""Find the orders files that the newest of a day replaces, though they are no earlier export of the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _n
from cagette_notify.core.order_book import OrderBook, OrderLine, OrdersState
from cagette_notify.data.calendar import shelf_of
from cagette_notify.data.files.newest_file import passed_over
from cagette_notify.data.files_in_use import MOST_PASSED_OVER
from cagette_notify.data.members.member_lookup import MemberLookups
from cagette_notify.data.orders.read import OrdersScope, read_orders
from cagette_notify.data.rows.columns import ORDERS
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.orders.order_files import OrderFiles
    from cagette_notify.data.rows.read_rows import RowSource

    Ordered = frozenset[tuple[str, tuple[str, str]]]  # by whom, of which catalog, and what


def replaced_orders(
    calendar: Calendar,
    distributions: Iterable[Distribution],
    books: Mapping[str, OrderBook],
    members: Iterable[Member],
    *,
    set_aside: Iterable[Member],
) -> Iterator[Problem]:
    """Yield a warning for each such file of those ``distributions`` whose orders were read into ``books``.

    An earlier export of the same orders is replaced rightly, though some have changed since: in another file
    most of the orders, and of the members or the products, are those of no newer one.
    """
    shelf, people = shelf_of(calendar.inputs), MemberLookups(members, set_aside)
    homes, known = shelf.homes(), shelf.known_ids()
    for one in distributions:
        book = books.get(one.id)
        if book is None or book.state is not OrdersState.READY:
            continue
        scope = OrdersScope({one.id: (one, people.of(one.group_id))}, known, homes.get(one.id, ""))
        older = _of_its_day(shelf, one, is_for_one=bool(scope.home))
        yield from other_orders_in(older, book, scope, one)


def other_orders_in(
    files: Iterable[RowSource], book: OrderBook, scope: OrdersScope, one: Distribution
) -> Iterator[Problem]:
    """Yield that warning for each of the older ``files`` of a day, the newest first, beside its ``book``."""
    kept = _ordered(book.lines)
    for older in files:
        found = _ordered_in(older, scope, one.id)
        if _is_another(found, kept):
            yield _warning(older, book.file, one, len(found - kept))
        kept |= found


def _of_its_day(shelf: OrderFiles, one: Distribution, *, is_for_one: bool) -> tuple[RowSource, ...]:
    """Return the older files of a distribution's orders, unless they may well be those of other days."""
    feed = shelf.feed_of(one)
    if not feed or not feed.is_pattern:
        return ()
    is_of_a_day = one.starts_at.date().isoformat() in feed.name
    return passed_over(feed, ORDERS, MOST_PASSED_OVER) if is_of_a_day or not is_for_one else ()


def _ordered_in(source: RowSource, scope: OrdersScope, id_: str) -> Ordered:
    try:
        lines = read_orders(source, scope, [])[id_]
    except Unreadable:
        return frozenset()  # nothing is read from it, whatever it is
    return _ordered(line for line in lines if isinstance(line, OrderLine))


def _ordered(lines: Iterable[OrderLine]) -> Ordered:
    return frozenset((line.member_id, (line.catalog, line.product)) for line in lines if line.quantity > 0)


def _is_another(older: Ordered, newer: Ordered) -> bool:
    members, products = ({each[at] for each in older} - {each[at] for each in newer} for at in (0, 1))
    are_others = 2 * len(members) > len({who for who, _what in older}) or 2 * len(products) > len(
        {what for _who, what in older}
    )
    return are_others and 2 * len(older - newer) > len(older)


def _warning(older: RowSource, newest: str, one: Distribution, count: int) -> Problem:
    message = _n(
        "not read, as {newest} is newer, and of one day only the newest file is; yet {count} order of "
        "{distribution} stands in {older} alone: put the lines of both into one file, below one header, or "
        "keep {older} in another folder if it is but an earlier export",
        "not read, as {newest} is newer, and of one day only the newest file is; yet {count} orders of "
        "{distribution} stand in {older} alone: put the lines of both into one file, below one header, or "
        "keep {older} in another folder if it is but an earlier export",
        count,
        newest=newest,
        older=older.name,
        distribution=one.id,
    )
    return Problem(message, older.name, group_id=one.group_id, is_warning=True)
