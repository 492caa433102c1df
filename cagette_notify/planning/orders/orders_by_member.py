"""Split a distribution's orders by household, shared lines included. Pure."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cagette_notify.core.errors import Origin
    from cagette_notify.core.order_book import OrderBook, OrderLine, UnreadLine


def members_with_order(book: OrderBook) -> set[str]:
    """Return the ids of members with an order, shared ones included, of total quantity above 0.

    A row that was set aside counts by its quantity, where that can be read.
    """
    quantities: dict[str, Decimal] = defaultdict(Decimal)
    counted: list[OrderLine | UnreadLine] = [*book.lines, *book.unread]
    for line in counted:
        for member_id in _readers_of(line):
            quantities[member_id] += line.quantity or 0
    return {member_id for member_id, quantity in quantities.items() if quantity > 0}


def has_surely_none(book: OrderBook, member_id: str) -> bool:
    """Tell whether a member has no order by what is known: 0 of something is none, whoever can read it.

    A row of theirs whose quantity can't be read may be one.
    """
    may_be = any(line.quantity is None and member_id in _readers_of(line) for line in book.unread)
    return not may_be and member_id not in members_with_order(book)


def where_rows_stand(book: OrderBook) -> tuple[Origin, ...]:
    """Return where the rows of one member's book stand, those set aside that are surely theirs among them."""
    rows = {line.origin for line in book.lines}
    rows |= {line.origin for line in book.unread if line.is_certain}
    return tuple(sorted(rows, key=lambda row: (row.file, row.line)))


def members_with_unread(book: OrderBook) -> set[str]:
    """Return the ids of members of whose orders a row was set aside."""
    return {member_id for line in book.unread for member_id in _readers_of(line)}


def unread_by_member(book: OrderBook) -> dict[str, tuple[UnreadLine, ...]]:
    """Return the rows set aside that are, or may be, of each member's order."""
    unread: dict[str, list[UnreadLine]] = defaultdict(list)
    for line in book.unread:
        for member_id in _readers_of(line):
            unread[member_id].append(line)
    return {member_id: tuple(theirs) for member_id, theirs in unread.items()}


def members_of_unknown_order(book: OrderBook) -> set[str]:
    """Return the ids of members of whose order no line can be shown, as its rows were set aside.

    They may have none; and a recap without a line would be theirs for good, when the rows are mended.
    """
    unread = (line for line in book.unread if line.quantity is None or line.quantity > 0)
    unknown = {member_id for line in unread for member_id in _readers_of(line)}
    if not unknown:
        return unknown
    return unknown - {id_ for line in book.lines if line.quantity > 0 for id_ in _readers_of(line)}


def members_of_unreadable_order(book: OrderBook) -> set[str]:
    """Return those among them of whom a row is surely theirs, whatever it says."""
    certain = {id_ for line in book.unread if line.is_certain for id_ in _readers_of(line)}
    return members_of_unknown_order(book) & certain


def members_named_by_unread(book: OrderBook) -> set[str]:
    """Return those among them whom a row names, or nearly does, if perhaps others as well."""
    named = {id_ for line in book.unread if not line.is_anybodys for id_ in _readers_of(line)}
    return members_of_unknown_order(book) & named


def members_counting_on_it(book: OrderBook) -> set[str]:
    """Return the ids of members with an order, or with rows of one that nobody can read."""
    return members_with_order(book) | members_of_unreadable_order(book)


def members_perhaps_with_order(book: OrderBook) -> dict[str, UnreadLine]:
    """Return the ids of members of whom no order is known, each with a row that may be one."""
    unread = {
        id_: next((line for line in lines if line.quantity is None), None)
        for id_, lines in unread_by_member(book).items()
    }
    ordered = members_with_order(book)
    return {id_: line for id_, line in unread.items() if line and id_ not in ordered}


def lines_by_member(book: OrderBook) -> dict[str, tuple[OrderLine, ...]]:
    """Return the lines of each member's order, those that somebody shares with them included."""
    lines: dict[str, list[OrderLine]] = defaultdict(list)
    for line in book.lines:
        for member_id in _readers_of(line):
            lines[member_id].append(line)
    return {member_id: tuple(theirs) for member_id, theirs in lines.items()}


def _readers_of(line: OrderLine | UnreadLine) -> tuple[str, ...]:
    if line.shared_with in {"", line.member_id}:
        return (line.member_id,)
    return (line.member_id, line.shared_with)
