"""Read the days on which a distribution is left out, as people type them: dates, or from one to another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.dates_in_words import A_DATE, dated, in_digits
from cagette_notify.core.formatting import long_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_DATES = re.compile(rf"({A_DATE})(?:\s*(?:[-–—]|\b(?:au|to|until)\b)\s*({A_DATE}))?", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;.|]|\b(?:et|and|le|les|du|from|on|the)\b", re.IGNORECASE)


def holidays(text: str, days: Sequence[date], today: date) -> tuple[date, ...]:
    """Return those of the ``days`` of a distribution that a text names, by date or in a stretch of time.

    A date without its year is the next one. One that names no day of them is probably mistyped.
    """
    dates = in_digits(text)
    if _BETWEEN.sub("", _DATES.sub("", dates)):
        example = "25/12/2026, 19/12/2026-03/01/2027"
        raise ValueError(
            _("expected dates such as {example}, not {value}", example=example, value=quoted(text))
        )
    found: set[date] = set()
    for begin, end in _DATES.findall(dates):
        first = dated(begin, today)
        last = dated(end, first) if end else first
        if last < first:
            raise ValueError(_("it ends before it starts: {value}", value=quoted(f"{begin} - {end}")))
        those = [each for each in days if first <= each <= last]
        if not those:
            raise ValueError(_no_day_of_them(begin, end, first, days))
        found.update(those)
    return tuple(sorted(found))


def _no_day_of_them(begin: str, end: str, first: date, days: Sequence[date]) -> str:
    nearest = long_day(min(days, key=lambda each: abs(each - first)), spoken())
    if end:
        return _("no distribution from {begin} to {end}; nearest: {day}", begin=begin, end=end, day=nearest)
    return _("no distribution on {date}; nearest: {day}", date=begin, day=nearest)
