"""Copy the days that a calendar lists: what it says of each, and what was answered for all."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time
from typing import TYPE_CHECKING

from cagette_notify.cli.setup.answers import RepeatedDistribution
from cagette_notify.core.formatting import day_of_month, listing
from cagette_notify.core.hours_in_words import hours_of_distribution
from cagette_notify.core.i18n import _, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from cagette_notify.data.files.listed_days import ListedDay

    OrdersBefore = Callable[[datetime], tuple[datetime | None, datetime | None]]


def usual_hours(listed: Sequence[ListedDay]) -> str:
    """Return the hours that most days have, as the calendar has them; nothing where none have any."""
    return _most_common(each.hours for each in listed)


def usual_place(listed: Sequence[ListedDay]) -> str:
    """Return the place that most days have."""
    return _most_common(each.cells.get("place", "") for each in listed)


def all_say(listed: Sequence[ListedDay], field: str) -> bool:
    """Tell whether a calendar has something for each of its days, of which there are some."""
    return bool(listed) and not _without(listed, field)


def asked_for(listed: Sequence[ListedDay], field: str) -> str:
    """Say of which days a calendar lacks something; nothing where it has it for none."""
    days = _without(listed, field)
    if len(days) in {0, len(listed)}:
        return ""
    said = listing(tuple(day_of_month(day, spoken()) for day in days), spoken())
    return _("Asked for the days of which the calendar doesn't say it: {days}.", days=said)


def copied_days(
    listed: Sequence[ListedDay], hours: str, place: str, orders_before: OrdersBefore
) -> tuple[RepeatedDistribution, ...]:
    """Return a distribution for each day: ``hours`` and ``place`` are those of all that have none.

    ``orders_before`` a start returns when orders open and close.
    """
    copied = []
    for each in listed:
        text = each.hours or hours
        starts_at, ends_at = hours_of_distribution(text) if text else (None, None)
        opens, closes = orders_before(datetime.combine(each.day, starts_at or time.max))
        where = each.cells.get("place") or place
        cells = {field: text for field, text in each.cells.items() if field != "place"}
        copied.append(
            RepeatedDistribution(each.day, 0, starts_at, ends_at, where, opens, closes, cells=cells)
        )
    return tuple(copied)


def _without(listed: Sequence[ListedDay], field: str) -> list[date]:
    return [each.day for each in listed if not (each.hours if field == "hours" else each.cells.get(field))]


def _most_common(texts: Iterable[str]) -> str:
    return next((text for text, _count in Counter(filter(None, texts)).most_common(1)), "")
