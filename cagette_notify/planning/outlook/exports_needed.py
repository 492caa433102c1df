"""Tell which export of orders is still to be made before recaps can leave, and what waits for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.order_book import OrderBook, OrdersState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.planning.outlook.forecast import PlannedNotice

_USELESS = (OrdersState.WAITING, OrdersState.STALE, OrdersState.UNREADABLE)


class NeededExport(Struct, frozen=True):
    """An export of some distributions' orders, the first notice that needs it, and what it must come after.

    That is the end of orders, if they are open. ``is_there`` tells that a file is there already, from before
    that end, or one with a ``problem``.
    """

    file: str
    planned: PlannedNotice
    distribution_ids: tuple[str, ...]
    closes_at: datetime | None = None
    is_there: bool = False
    problem: Problem | None = None

    @property
    def by(self) -> datetime:
        """When it must be there: by the first recap, or before the start that a correction is of."""
        return self.planned.believed_start or self.planned.at

    @property
    def is_to_be_replaced(self) -> bool:
        """Tell whether what is there will never do, though orders have ended."""
        return self.is_there and self.closes_at is None

    def serves(self, planned: PlannedNotice, closing: Mapping[str, datetime]) -> bool:
        """Tell whether one export can hold the orders for that notice, too: those that close by then."""
        if not _is_too_old_then(planned, closing):
            return True
        return not self.planned.believed_start and closing[planned.distribution_id] <= self.planned.at


def exports_needed(
    upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook], closing: Mapping[str, datetime]
) -> tuple[NeededExport, ...]:
    """Return what notices still need: orders that are missing, unreadable, or can still change.

    ``closing`` has the distributions whose orders are open, with the end of that: what was exported before
    will then be too old.
    """
    needed: list[NeededExport] = []
    for planned in upcoming:
        file = _file_waited_for(planned, books, closing)
        if not file:
            continue
        those = [one for one in needed if one.file == file and one.serves(planned, closing)]
        if those:
            needed[needed.index(those[0])] = _with(those[0], planned, closing)
        else:
            needed.append(_needed(file, planned, books[planned.distribution_id], closing))
    return tuple(needed)


def export_for(one: PlannedNotice, exports: Iterable[NeededExport]) -> NeededExport:
    """Return the export that a notice waits for: the last of its file by then."""
    those = [
        needed
        for needed in exports
        if needed.file == one.export
        and one.distribution_id in needed.distribution_ids
        and (needed.closes_at is None or needed.closes_at <= one.at)
    ]
    return those[-1]


def marked_as_waiting(
    upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook], closing: Mapping[str, datetime]
) -> tuple[PlannedNotice, ...]:
    """Return what is planned, each notice with the file of orders that it waits for, if any.

    To how many it leaves nobody knows then, if it is to none by the file that is there.
    """
    found = []
    for one in upcoming:
        file = _file_waited_for(one, books, closing)
        is_unknown = bool(file) and not (one.addresses or one.already)
        found.append(replace(one, export=file, waits_for_orders=one.waits_for_orders or is_unknown))
    return tuple(found)


def _needed(
    file: str, planned: PlannedNotice, book: OrderBook, closing: Mapping[str, datetime]
) -> NeededExport:
    closes_at = closing[planned.distribution_id] if _is_too_old_then(planned, closing) else None
    return NeededExport(
        file,
        planned,
        (planned.distribution_id,),
        closes_at,
        is_there=book.state is not OrdersState.WAITING,
        problem=None if closes_at else book.problem,
    )


def _with(needed: NeededExport, planned: PlannedNotice, closing: Mapping[str, datetime]) -> NeededExport:
    """Return the export with the orders for one more notice in it."""
    ends = [
        needed.closes_at,
        closing[planned.distribution_id] if _is_too_old_then(planned, closing) else None,
    ]
    return replace(
        needed,
        planned=planned if planned.believed_start else needed.planned,
        distribution_ids=tuple(dict.fromkeys((*needed.distribution_ids, planned.distribution_id))),
        closes_at=max(filter(None, ends), default=None),
    )


def _file_waited_for(
    planned: PlannedNotice, books: Mapping[str, OrderBook], closing: Mapping[str, datetime]
) -> str:
    book = books.get(planned.distribution_id)
    if not (planned.kind.traits.needs_order and book):
        return ""
    return book.file if book.state in _USELESS or _is_too_old_then(planned, closing) else ""


def _is_too_old_then(planned: PlannedNotice, closing: Mapping[str, datetime]) -> bool:
    closes_at = closing.get(planned.distribution_id)
    return closes_at is not None and closes_at < planned.at
