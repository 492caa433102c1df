"""Name the distributions whose opening came before the first run, while their orders are open. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import ALL, list_to_type
from cagette_notify.planning.due_times import windows_of
from cagette_notify.planning.outlook.held_back import lookback_hours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from cagette_notify.core.kinds import Spans
    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.planning.due_times import Window


def openings_before_first_run(
    distributions: Iterable[Distribution],
    groups: Mapping[str, Group],
    spans: Spans,
    floor_of: Callable[[Window], datetime],
    now: datetime,
) -> Iterator[Window]:
    """Yield the openings due before ``floor_of`` their group, of orders that can still be placed.

    What a run was to send, and did not, is said otherwise.
    """
    openings = tuple(kind for kind in spans.kinds if kind.traits.moment == "orders_open_at")
    spans = replace(spans, kinds=openings)
    for one in distributions:
        ends = min(one.starts_at, one.orders_close_at or one.starts_at)
        if one.fixed or not one.is_on(groups) or now >= ends:
            continue
        for window in windows_of(one, spans):
            if window.due_at <= now and window.due_at < floor_of(window):
                yield window


def of_unannounced(
    windows: Iterable[Window], groups: Mapping[str, Group], now: datetime, said: Callable[[datetime], str]
) -> Iterator[Problem]:
    """Say of each which notice doesn't leave, why, and what to type to send it, or to write by hand.

    ``said`` puts a moment in words.
    """
    for window in windows:
        one = window.distribution
        due = said(window.due_at.astimezone(groups[one.group_id].timezone))
        if window.is_open(now):
            message = _(
                "{distribution}: orders opened on {moment}, before the first run: the notice of it doesn't "
                "leave by itself; to send it: cagette-notify send-due --lookback {hours}h",
                distribution=one.id,
                moment=due,
                hours=lookback_hours(window.due_at, now),
            )
        else:
            message = _(
                "{distribution}: orders opened on {moment}, before the first run: the notice of it doesn't "
                "leave any more; to write to everybody by hand: {command}",
                distribution=one.id,
                moment=due,
                command=command_to_type("broadcast", one.group_id, options=["--to", list_to_type(ALL)]),
            )
        yield Problem(message, group_id=one.group_id, is_warning=True)
