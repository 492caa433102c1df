"""Hold the orders of a day that were found against the members that were, before any file names them."""

from __future__ import annotations

from datetime import datetime, time, timezone
from typing import TYPE_CHECKING

from cagette_notify.core.model import Distribution
from cagette_notify.data.members.member_lookup import MemberLookup
from cagette_notify.data.members.read import MembersScope, read_members
from cagette_notify.data.orders.order_files import book_of
from cagette_notify.data.orders.orders_of_nobody import orders_of_nobody
from cagette_notify.data.orders.read import OrdersScope, read_orders
from cagette_notify.data.replaced_orders import other_orders_in
from cagette_notify.data.rows.read_rows import file_at
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cagette_notify.core.errors import Problem
    from cagette_notify.data.files.found_tables import FoundTable
    from cagette_notify.data.members.read import SetAside


def doubts_of_orders(
    members: FoundTable, orders: FoundTable, older: Sequence[FoundTable], home: Path
) -> tuple[Problem, ...]:
    """Return what is wrong with all orders of a file at once, and which older ones of its day it replaces.

    Nothing where rows name their distributions: those are of no day in particular.
    """
    if orders.day is None or orders.names_distributions:
        return ()
    group_ids, zone = frozenset(members.group_names) or frozenset((members.name,)), timezone.utc
    aside: list[SetAside] = []
    scope = MembersScope(group_ids, None, zone)
    people = read_members(file_at(home / members.name, home), scope, [], aside, members.name)
    if people is None:
        return ()
    id_ = orders.day.isoformat()
    day = Distribution(id_, min(group_ids), datetime.combine(orders.day, time.min, zone))
    lookup = MemberLookup(people, [one.member for one in aside])
    reach = OrdersScope({id_: (day, lookup)}, frozenset((id_,)), id_)
    source, *sources = (file_at(home / one.name, home) for one in (orders, *older))
    problems: list[Problem] = []
    try:
        book = book_of(source.name, read_orders(source, reach, problems)[id_])
    except Unreadable:
        return ()
    of_file = (one for one in problems if not one.line)
    nobodys = orders_of_nobody(book, lookup, day.group_id)
    return (*of_file, *nobodys, *other_orders_in(sources, book, reach, day))
