"""Tell which export of orders is still to be made before recaps can leave, and what waits for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.model import OrderBook, OrdersState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.planning.forecast import PlannedNotice

_USELESS = (OrdersState.WAITING, OrdersState.STALE, OrdersState.UNREADABLE)


class NeededExport(Struct, frozen=True):
    """The first recap that an export is needed for, and the end of orders that it must come after, if any.

    ``is_there`` tells that a file is there already, from before that end, or one with a ``problem``.
    """

    planned: PlannedNotice
    closes_at: datetime | None = None
    is_there: bool = False
    problem: Problem | None = None

    @property
    def is_to_be_replaced(self) -> bool:
        """Tell whether what is there will never do, though orders have ended."""
        return self.is_there and self.closes_at is None


def exports_needed(
    upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook], closing: Mapping[str, datetime]
) -> dict[str, NeededExport]:
    """Return, by file, what recaps still need: orders that are missing, unreadable, or can still change.

    ``closing`` has the distributions whose orders are open, with the end of that: what was exported before
    will then be too old.
    """
    needed: dict[str, NeededExport] = {}
    for planned in upcoming:
        if file := _file_waited_for(planned, books, closing):
            book, is_too_old_then = books[planned.distribution_id], _is_too_old_then(planned, closing)
            needed.setdefault(
                file,
                NeededExport(
                    planned,
                    closing[planned.distribution_id] if is_too_old_then else None,
                    is_there=book.state is not OrdersState.WAITING,
                    problem=None if is_too_old_then else book.problem,
                ),
            )
    return needed


def marked_as_waiting(
    upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook], closing: Mapping[str, datetime]
) -> tuple[PlannedNotice, ...]:
    """Return what is planned, each notice with the file of orders that it waits for, if any."""
    return tuple(replace(one, export=_file_waited_for(one, books, closing)) for one in upcoming)


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
