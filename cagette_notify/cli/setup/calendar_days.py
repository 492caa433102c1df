"""Copy the days that a calendar lists: what it says of each, and what was answered for all."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from cagette_notify.cli.setup.answers import RepeatedDistribution
from cagette_notify.core.formatting import day_of_month, listing
from cagette_notify.core.hours_in_words import hours_of_distribution
from cagette_notify.core.i18n import _, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cagette_notify.data.files.listed_days import ListedDay

    OrdersBefore = Callable[[datetime], tuple[datetime | None, datetime | None]]


def usual_hours(listed: Sequence[ListedDay]) -> str:
    """Return the hours that most days have, as the calendar has them; nothing where none can be read."""
    return _most_common(each.hours for each in listed if _hours_in(each.hours))


def usual_place(listed: Sequence[ListedDay]) -> str:
    """Return the place that most days have."""
    return _most_common(each.cells.get("place", "") for each in listed)


def own_hours(listed: Sequence[ListedDay]) -> dict[date, str]:
    """Return the hours of days that have others than most."""
    usual = usual_hours(listed)
    return {each.day: each.hours for each in listed if each.hours != usual and _hours_in(each.hours)}


def own_places(listed: Sequence[ListedDay]) -> dict[date, str]:
    """Return the places of days that have another than most."""
    places = {each.day: each.cells.get("place", "") for each in listed}
    return {day: place for day, place in places.items() if place not in {"", usual_place(listed)}}


def kept_said(own: Mapping[date, str]) -> str:
    """Say which days keep what the calendar says of them, whatever is answered for all others."""
    said = tuple(
        _("{what} on {day}", what=text, day=day_of_month(day, spoken())) for day, text in own.items()
    )
    kept = _("As the calendar says: {days}.", days=listing(said, spoken()))
    return f"  {kept}" if said else ""


def all_say(listed: Sequence[ListedDay], field: str) -> bool:
    """Tell whether a calendar has something for each of its days, of which there are some."""
    return bool(listed) and all(field in each.cells for each in listed)


def copied_days(
    listed: Sequence[ListedDay], hours: str, place: str, orders_before: OrdersBefore
) -> tuple[RepeatedDistribution, ...]:
    """Return a distribution for each day: the hours and the place are those of all that have no others.

    ``orders_before`` a start returns when orders open and close.
    """
    other_hours, other_places = own_hours(listed), own_places(listed)
    copied = []
    for each in listed:
        starts_at, ends_at = _hours_in(other_hours.get(each.day, hours)) or (None, None)
        opens, closes = orders_before(datetime.combine(each.day, starts_at or time.max))
        where = other_places.get(each.day, place)
        cells = {field: text for field, text in each.cells.items() if field != "place"}
        copied.append(
            RepeatedDistribution(each.day, 0, starts_at, ends_at, where, opens, closes, cells=cells)
        )
    return tuple(copied)


def _most_common(texts: Iterable[str]) -> str:
    return next((text for text, _count in Counter(filter(None, texts)).most_common(1)), "")


def _hours_in(text: str) -> tuple[time, time | None] | None:
    try:
        return hours_of_distribution(text) if text else None
    except ValueError:
        return None
