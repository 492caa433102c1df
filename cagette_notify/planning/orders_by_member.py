"""Split a distribution's orders by household, shared lines included. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.core.model import OrderBook, OrderLine


def members_with_order(book: OrderBook) -> set[str]:
    """Return the ids of members with an order, shared ones included, of total quantity above 0."""
    return above_zero(lines_by_member(book))


def lines_by_member(book: OrderBook) -> dict[str, tuple[OrderLine, ...]]:
    """Return the lines of each member's order, those that somebody shares with them included."""
    lines: dict[str, list[OrderLine]] = defaultdict(list)
    for line in book.lines:
        lines[line.member_id].append(line)
        if line.shared_with and line.shared_with != line.member_id:
            lines[line.shared_with].append(line)
    return {member_id: tuple(theirs) for member_id, theirs in lines.items()}


def above_zero(by_member: Mapping[str, tuple[OrderLine, ...]]) -> set[str]:
    """Return the ids of those whose order is of a total quantity above 0."""
    return {member_id for member_id, lines in by_member.items() if sum(one.quantity for one in lines) > 0}
