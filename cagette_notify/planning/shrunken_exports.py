"""Hold groups whose exports lost everybody, or over half of their members, addresses or orders. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.commands_to_type import command_to_accept
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.model import AddressState, Distribution, Group, Member, Sizes
from cagette_notify.core.order_book import OrderBook, OrdersState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime


_NOTICEABLE = 10  # members, addresses or orders: a smaller list may well lose half of itself in a day


def sizes_of(members: tuple[Member, ...], books: Mapping[str, OrderBook]) -> Sizes:
    """Count a group's members, their addresses, and the orders of each of its distributions read whole.

    None is a count, too: accepted, it is the new measure.
    """
    read = {id_: book for id_, book in books.items() if book.state is OrdersState.READY}
    boxes = (box for member in members for box in member.mailboxes)
    addresses = {box.key for box in boxes if box.state is AddressState.USABLE}
    return Sizes(len(members), {id_: len(book.lines) for id_, book in read.items()}, len(addresses))


def shrunken(
    group: Group, before: Sizes, after: Sizes, now: datetime, *, orders_read: Iterable[Distribution]
) -> list[Problem]:
    """Say which of a group's exports lost over half of what they held when mail last left.

    ``orders_read`` are the distributions whose orders were read whole in this run. Once one has begun, its
    orders serve nothing any more: the file is the next one's, and holds nobody.
    """
    lines = [*_lost_members(group, before, after)]
    command = command_to_accept(group.id)
    for distribution in orders_read:
        was, left = before.orders.get(distribution.id, 0), after.orders.get(distribution.id, 0)
        if distribution.starts_at > now and has_shrunk(was, left):
            message = _(
                "distribution {distribution} has {now} orders, down from {before}: nothing is sent to group "
                "{group}; if that is right: {command}",
                distribution=distribution.id,
                group=group.id,
                command=command,
                now=left,
                before=was,
            )
            lines.append(message)
    return [Problem(line, group_id=group.id) for line in lines]


def _lost_members(group: Group, before: Sizes, after: Sizes) -> Iterator[str]:
    """Yield that members are gone, or else their addresses: the column has another name, or was emptied.

    A list of nobody is no list of a group that had mail, however small that was.
    """
    command = command_to_accept(group.id)
    is_emptied = before.members > 0 and not (after.members or group.disabled)
    if is_emptied or has_shrunk(before.members, after.members):
        yield _(
            "group {group} has {now} members, down from {before}: nothing is sent to it; if that is right: "
            "{command}",
            group=group.id,
            command=command,
            now=after.members,
            before=before.members,
        )
    elif has_shrunk(before.addresses, after.addresses):
        yield _(
            "group {group} has {now} addresses that can be written to, down from {before}: nothing is sent "
            "to it; if that is right: {command}",
            group=group.id,
            command=command,
            now=after.addresses,
            before=before.addresses,
        )


def as_believed(book: OrderBook, before: int) -> OrderBook:
    """Return a book for what it is worth: with over half of the orders gone it proves nobody to have none.

    Nor does it once the distribution has begun, and it holds nobody any more: what it had held was owed.
    """
    is_doubtful = book.state is OrdersState.READY and has_shrunk(before, len(book.lines))
    return replace(book, state=OrdersState.SHRUNKEN) if is_doubtful else book


def has_shrunk(before: int, now: int) -> bool:
    """Tell whether a list lost more than half of what it held, so much of it that this is no accident."""
    return before >= _NOTICEABLE and now * 2 < before
