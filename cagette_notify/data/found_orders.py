"""Hold the orders of a day that were found against the members that were, before any file names them."""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.model import Distribution
from cagette_notify.core.order_book import StrangerLine
from cagette_notify.core.text import quoted
from cagette_notify.data.members.member_lookup import MemberLookup
from cagette_notify.data.members.read import MembersScope, read_members
from cagette_notify.data.orders.order_files import book_of
from cagette_notify.data.orders.orders_of_nobody import orders_of_nobody
from cagette_notify.data.orders.read import OrdersScope, read_orders
from cagette_notify.data.replaced_orders import other_orders_in
from cagette_notify.data.rows.read_rows import file_at
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cagette_notify.core.order_book import OrderBook, UnreadLine
    from cagette_notify.data.files.found_tables import FoundTable
    from cagette_notify.data.members.read import SetAside


_NAMED = 5


class _Held(NamedTuple):
    """Orders as those of a group's members, those whose row is set aside among them."""

    book: OrderBook
    lookup: MemberLookup
    reach: OrdersScope
    day: Distribution
    problems: Sequence[Problem]


def count_known(members: FoundTable, orders: FoundTable, home: Path) -> int:
    """Return how many members are among those who ordered."""
    held = _held(members, orders, home)
    return len({line.member_id for line in held.book.lines}) if held else 0


def doubts_of_orders(
    members: FoundTable, orders: FoundTable, older: Sequence[FoundTable], home: Path
) -> tuple[Problem, ...]:
    """Return what is wrong between orders and members, and which older orders of the day are replaced.

    Nothing where rows name their distributions: those are of no day in particular.
    """
    held = _held(members, orders, home)
    if held is None:
        return ()
    of_file = (one for one in held.problems if not one.line)
    nobodys = [*orders_of_nobody(held.book, held.lookup, held.day.group_id)]
    sources = (file_at(home / one.name, home) for one in older)
    others = other_orders_in(sources, held.book, held.reach, held.day)
    return (*of_file, *(nobodys or _of_strangers(held.book, members)), *others)


def _held(members: FoundTable, orders: FoundTable, home: Path) -> _Held | None:
    if orders.day is None or orders.names_distributions:
        return None
    group_ids, zone = frozenset(members.group_names) or frozenset((members.name,)), timezone.utc
    aside: list[SetAside] = []
    scope = MembersScope(group_ids, None, zone)
    people = read_members(file_at(home / members.name, home), scope, [], aside, members.name)
    if people is None:
        return None
    id_ = orders.day.isoformat()
    day = Distribution(id_, min(group_ids), datetime.combine(orders.day, time.min, zone))
    lookup = MemberLookup(people, [one.member for one in aside])
    reach = OrdersScope({id_: (day, lookup)}, frozenset((id_,)), id_)
    source, problems = file_at(home / orders.name, home), list[Problem]()
    try:
        book = book_of(source.name, read_orders(source, reach, problems)[id_])
    except Unreadable:
        return None
    return _Held(book, lookup, reach, day, problems)


def _of_strangers(book: OrderBook, members: FoundTable) -> Iterator[Problem]:
    """Yield who ordered and is in no list by that name, if anybody."""
    rows: list[StrangerLine | UnreadLine] = [
        *book.strangers,
        *(each for each in book.unread if each.reference),
    ]
    rows.sort(key=lambda each: each.origin.line)
    names = list(dict.fromkeys(map(_called, rows)))
    if names:
        said, more = ", ".join(map(quoted, names[:_NAMED])), len(names) - _NAMED
        yield Problem(
            _n(
                "{count} of those who ordered is in {list} by no such name: {names}",
                "{count} of those who ordered are in {list} by no such names: {names}",
                len(names),
                list=members.name,
                names=_("{names} and {count} more", names=said, count=more) if more > 0 else said,
            ),
            book.file,
            is_warning=True,
        )


def _called(line: StrangerLine | UnreadLine) -> str:
    return line.called if isinstance(line, StrangerLine) else line.reference
