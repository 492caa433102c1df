"""Tell which export of orders is still to be made before recaps can leave, and what waits for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.model import OrderBook, OrdersState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.planning.forecast import PlannedNotice

_MISSING = (OrdersState.WAITING, OrdersState.STALE)


class NeededExport(Struct, frozen=True):
    """The first recap that an export is needed for, and the end of orders that it must come after, if any.

    ``is_there`` tells that a file is there already, from before that end.
    """

    planned: PlannedNotice
    closes_at: datetime | None = None
    is_there: bool = False


def exports_needed(
    upcoming: Iterable[PlannedNotice], books: Mapping[str, OrderBook], closing: Mapping[str, datetime]
) -> dict[str, NeededExport]:
    """Return, by file, what recaps still need: orders that are missing, or that people can still change.

    ``closing`` has the distributions whose orders are open, with the end of that: what was exported before
    will then be too old.
    """
    needed: dict[str, NeededExport] = {}
    for planned in upcoming:
        if file := _file_waited_for(planned, books, closing):
            is_too_old_then = _is_too_old_then(planned, closing)
            needed.setdefault(
                file,
                NeededExport(
                    planned,
                    closing[planned.distribution_id] if is_too_old_then else None,
                    is_there=books[planned.distribution_id].state is not OrdersState.WAITING,
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
    return book.file if book.state in _MISSING or _is_too_old_then(planned, closing) else ""


def _is_too_old_then(planned: PlannedNotice, closing: Mapping[str, datetime]) -> bool:
    closes_at = closing.get(planned.distribution_id)
    return closes_at is not None and closes_at < planned.at
