"""Find the notices that a group's first run held back and --lookback would still send. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, _n
from cagette_notify.core.labels import notice_label
from cagette_notify.core.notices import WAITING
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.planning.due_times import windows_of
from cagette_notify.planning.envelopes import envelope_ahead

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from cagette_notify.core.kinds import Spans
    from cagette_notify.core.model import Distribution
    from cagette_notify.core.notices import Skip
    from cagette_notify.planning.due_times import Window
    from cagette_notify.planning.timeline import TimelineEvent

    Held = Skip | TimelineEvent


def held_by_first_run(
    events: Iterable[TimelineEvent], groups_seen: Collection[str]
) -> tuple[TimelineEvent, ...]:
    """Return those of ``events`` that the plan found to be held back.

    Of a group that no run has seen, nothing is yet. What waits for its orders, too, is among them.
    """
    return tuple(event for event in events if event.is_held_back and event.group_id in groups_seen)


def held_in_words(
    held: Iterable[Held],
    distributions: Mapping[str, Distribution],
    spans: Spans,
    books: Mapping[str, OrderBook],
    now: datetime,
) -> Iterator[tuple[str, list[Held]]]:
    """Say what a first run holds back, and by what it is sent: what it waits for may have to come before."""
    waiting: dict[Window, list[Held]] = defaultdict(list)
    ready: list[Held] = []
    due = []
    for one in held:
        window = _window_of(one, distributions[one.distribution_id], spans)
        if one.reason in WAITING:
            waiting[window].append(one)
        else:
            ready.append(one)
            due.append(window.due_at)
    if ready:
        yield _of_ready(mails_held(ready), lookback_hours(min(due), now)), ready
    for window, those in waiting.items():
        book = books.get(window.distribution.id, OrderBook(OrdersState.WAITING))
        if book.state is not OrdersState.FRESH:  # then it waits for the next run alone
            yield _of_waiting(window, book), those


def _window_of(one: Held, distribution: Distribution, spans: Spans) -> Window:
    return next(window for window in windows_of(distribution, spans) if window.kind is one.kind)


def _of_ready(count: int, hours: int) -> str:
    return _n(
        "due before the first run, and held back so that nobody is flooded: {count} mail; "
        "to send it: cagette-notify send-due --lookback {hours}h",
        "due before the first run, and held back so that nobody is flooded: {count} mails; "
        "to send them: cagette-notify send-due --lookback {hours}h",
        count,
        hours=hours,
    )


def _of_waiting(window: Window, book: OrderBook) -> str:
    values = {
        "notice": notice_label(window.kind.value, is_correction=False),
        "id": window.distribution.id,
        "hours": lookback_until_the_end(window.due_at, window.too_late_at),
    }
    if window.kind.traits.needs_order:
        return _(
            "{notice} of distribution {id}: due before the first run, and held back so that nobody is "
            "flooded; once its orders are there ({file}), this sends it: "
            "cagette-notify send-due --lookback {hours}h",
            file=book.file or _("no file"),
            **values,
        )
    return _(
        "{notice} of distribution {id}: due before the first run, and held back so that nobody is flooded; "
        "once it is known who serves, this sends it: cagette-notify send-due --lookback {hours}h",
        **values,
    )


def lookback_until_the_end(due_at: datetime, too_late_at: datetime) -> int:
    """Return how many hours back a run must look for what was due then, whenever that can still leave."""
    return -((due_at - too_late_at) // timedelta(hours=1))


def mails_held(held: Iterable[Held]) -> int:
    """Return how many mails a look back would send of these: openings of a group share theirs."""
    return len({envelope_ahead(one) for one in held})


def lookback_hours(due_at: datetime, now: datetime) -> int:
    """Return how many hours back a run must look for what was due then, also if typed some minutes later."""
    return (now - due_at) // timedelta(hours=1) + 1
