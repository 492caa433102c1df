"""Choose the file of a distribution's orders; tell whether it is missing, stale or unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.order_book import OrderBook, OrderLine, OrdersState, StrangerLine, UnreadLine
from cagette_notify.core.stamps import Stamp, stamp_of
from cagette_notify.data.files.newest_file import newest_file
from cagette_notify.data.orders.orders_of_nobody import orders_of_nobody
from cagette_notify.data.orders.read import OrdersScope, read_orders
from cagette_notify.data.rows.columns import ORDERS
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from cagette_notify.core.model import Distribution
    from cagette_notify.data.distributions.read import Distributions
    from cagette_notify.data.files.file_ages import FileAges
    from cagette_notify.data.members.member_lookup import MemberLookups
    from cagette_notify.data.rows.read_rows import RowSource


class OrderFiles(Struct, frozen=True):
    """Where order books are: each distribution's own, or the file for all."""

    distributions: Distributions
    for_all: RowSource | None

    def feed_of(self, distribution: Distribution) -> RowSource | None:
        """Return the orders of a distribution, its day filled in; the name may still be a pattern."""
        own = self.distributions.orders.get(distribution.id)
        return own or (self.for_all.on(distribution.starts_at.date()) if self.for_all else None)

    def feeds(self) -> tuple[RowSource, ...]:
        """Return where the orders of all distributions are, each place once."""
        named = (self.feed_of(one) for one in self.distributions.distributions)
        return tuple({(one.path, one.sheet, id(one.items)): one for one in named if one}.values())

    def homes(self) -> Mapping[str, str]:
        """Return the distributions of the rows that name none, by the distribution that reads them.

        A file for all that has the day in its name needs no column for the distribution on a day with
        only one: an export of a day's orders, as Cagette makes it. Elsewhere rows must name one.
        """
        own = self.distributions.orders
        homes = {id_: id_ for id_ in own}
        if not self.for_all or not self.for_all.is_of_a_day:
            return homes
        by_day: dict[date, list[str]] = {}
        for each in self.distributions.distributions:
            if each.id not in own:
                by_day.setdefault(each.starts_at.date(), []).append(each.id)
        return homes | {alike[0]: alike[0] for alike in by_day.values() if len(alike) == 1}

    def known_ids(self) -> frozenset[str]:
        """Return all the distributions that a row may name, those that are set aside included."""
        return self.distributions.set_aside.union(each.id for each in self.distributions.distributions)


class _OrderFile(Struct, frozen=True):
    """A file that is there, how it was when it was found, and the distributions that wait for it."""

    source: RowSource
    home: str
    stamp: Stamp | None
    distributions: list[Distribution] = field(default_factory=list)


class _Finder:
    """Finds the newest file of each name once, however many distributions have their orders in it."""

    def __init__(self) -> None:
        """Look for nothing yet."""
        self._found: dict[tuple[Path, str], tuple[RowSource, Stamp | None] | None] = {}

    def newest(self, named: RowSource) -> tuple[RowSource, Stamp | None] | None:
        """Return the file, and how it is before it is read: what is written later is written meanwhile."""
        if named.path is None:
            return named, None
        key = (named.path, named.sheet)
        if key not in self._found:
            found = newest_file(named, ORDERS)
            self._found[key] = (found, _stamp_of(found)) if found else None
        return self._found[key]


def read_books(  # noqa: PLR0913 - what is read, for whom, and how old it may be
    order_files: OrderFiles,
    distributions: Iterable[Distribution],
    people: MemberLookups,
    problems: list[Problem],
    ages: FileAges,
    *,
    over: Collection[str] = (),
    unsaid: list[Problem] | None = None,
    only_there: bool = False,
) -> dict[str, OrderBook]:
    """Return the order book of each distribution; each file is read once. ``problems`` grows.

    ``ages`` tells which files are too old to be believed, and which so young that they can wait. What
    only distributions that are ``over`` need goes to ``unsaid``: no mail waits for it. ``only_there`` leaves
    out those whose file is not there.
    """
    books: dict[str, OrderBook] = {}
    finds: dict[tuple[Path | None, str, str], _OrderFile] = {}
    unsaid = [] if unsaid is None else unsaid
    finder, homes = _Finder(), order_files.homes()
    for distribution in distributions:
        named = order_files.feed_of(distribution)
        said = unsaid if distribution.id in over else problems
        if named is None:
            books[distribution.id] = OrderBook(OrdersState.READY)
            continue
        newest = finder.newest(named)
        if newest is None:
            if not only_there:
                books[distribution.id] = _waiting(distribution, named, said)
            continue
        found, stamp = newest
        if stale := _if_stale(distribution, found, ages, said):
            books[distribution.id] = stale
        elif ages.is_fresh(found, distribution):
            books[distribution.id] = OrderBook(OrdersState.FRESH, file=found.name)
        else:
            home = homes.get(distribution.id, "")
            key = (found.path, found.sheet, home)
            find = finds.get(key) or finds.setdefault(key, _OrderFile(found, home, stamp))
            find.distributions.append(distribution)
    for find in finds.values():
        is_over = all(each.id in over for each in find.distributions)
        books.update(_read(find, order_files, people, unsaid if is_over else problems))
    return books


def _waiting(distribution: Distribution, source: RowSource, problems: list[Problem]) -> OrderBook:
    message = _("not there yet: the recaps of {id} wait for it", id=distribution.id)
    problems.append(Problem(message, source.name, group_id=distribution.group_id))
    return OrderBook(OrdersState.WAITING, file=source.name)


def _if_stale(
    distribution: Distribution, source: RowSource, ages: FileAges, problems: list[Problem]
) -> OrderBook | None:
    """Return what is known of orders that are too old; None if they can be read, as in a rehearsal."""
    if not ages.is_stale(source, distribution):
        return None
    message = _(
        "older than the end of orders ({closed_at:%Y-%m-%d %H:%M}): the recaps of {id} wait for a new export",
        closed_at=distribution.orders_close_at,
        id=distribution.id,
    )
    if ages.is_rehearsal:
        message = _(
            "older than the end of orders ({closed_at:%Y-%m-%d %H:%M}): it is read, as this is a rehearsal; "
            "the real run would wait for a new export, and send no recap of {id} before",
            closed_at=distribution.orders_close_at,
            id=distribution.id,
        )
    problems.append(
        Problem(message, source.name, group_id=distribution.group_id, is_warning=ages.is_rehearsal)
    )
    return None if ages.is_rehearsal else OrderBook(OrdersState.STALE, file=source.name)


def _stamp_of(source: RowSource) -> Stamp | None:
    return stamp_of(source.path) if source.path else None


def _read(
    find: _OrderFile, order_files: OrderFiles, people: MemberLookups, problems: list[Problem]
) -> Mapping[str, OrderBook]:
    wanted = {each.id: (each, people.of(each.group_id)) for each in find.distributions}
    of_rows: list[Problem] = []
    try:
        lines = read_orders(find.source, OrdersScope(wanted, order_files.known_ids(), find.home), of_rows)
        if _stamp_of(find.source) != find.stamp:
            raise Unreadable(_("it changed while it was read"))
    except Unreadable as trouble:
        problems += of_rows
        groups = {each.group_id for each in find.distributions}
        problem = find.source.problem(trouble, group_id=groups.pop() if len(groups) == 1 else "")
        problems.append(problem)
        unread = OrderBook(OrdersState.UNREADABLE, file=find.source.name, problem=problem)
        return dict.fromkeys(wanted, unread)
    books = {each: book_of(find.source.name, found) for each, found in lines.items()}
    for each, (distribution, lookup) in wanted.items():
        problems += orders_of_nobody(books[each], lookup, distribution.group_id)
    problems += of_rows
    return books


def book_of(file: str, found: Sequence[OrderLine | UnreadLine | StrangerLine]) -> OrderBook:
    """Return the orders of a distribution that were read whole from a file."""
    read = tuple(line for line in found if isinstance(line, OrderLine))
    unread = tuple(line for line in found if isinstance(line, UnreadLine))
    strangers = tuple(line for line in found if isinstance(line, StrangerLine))
    return OrderBook(OrdersState.READY, read, file, unread, strangers)
