"""Read days of the week, hours, and moments before a distribution, as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from cagette_notify.core.dates_in_words import A_DATE, dated, months_in_digits, name_of_day, weekdays_in
from cagette_notify.core.hours_in_words import AN_HOUR, hour_of, in_figures
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold, quoted

_WEEK = timedelta(days=7)
_DATE = re.compile(A_DATE)
_WEEKS = re.compile(r"\bsur (\w+)|\b(\w+) (?:semaines|weeks)\b")
_TWO_WEEKS = re.compile(
    r"\b(?:quinzaine|(?:14|15|quinze) jours|14 days|every (?:other|second)|fortnight\w*)\b"
)
_NUMBERS = {"les": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4}
# A figure that is neither of how often it comes again nor of an hour may be that of a date: none is dropped.
_MORE_FIGURES = re.compile(r"[0-9]")
_OF_A_MONTH = re.compile(r"\b(?:mois|mensuel\w*|months?|monthly)\b")
_FIGURES_TAKEN = re.compile(
    rf"{AN_HOUR}|\b1 (?=[^0-9]*\bsur\b)|\bsur [0-9]+|[0-9]+ (?:jours|days|semaines|weeks)\b"
)
_DAYS_BEFORE = re.compile(r"(?:[jd] ?- ?([0-9]{1,2})|([0-9]{1,2}) ?(?:jours?|days?|j|d) (?:avant|before))\b")
_MOST_WEEKS = 8


class DaysOfDistributions(Struct, frozen=True):
    """On which day of the week (Monday is 0), every how many days, from which first one if said."""

    weekday: int
    every: int = 7
    first: date | None = None

    def first_from(self, today: date, known: date | None) -> date:
        """Return the first day: the one that was said, else the ``known`` one if it fits, else the next."""
        if self.first:
            return self.first
        if known and known.weekday() == self.weekday:
            return known
        return today + timedelta(days=(self.weekday - today.weekday()) % 7)


class MomentBefore(Struct, frozen=True):
    """A moment before a distribution: so many days, or the last such day of the week, and the hour."""

    at: time
    weekday: int | None = None
    days: int = 0

    def ahead_of(self, start: datetime, latest: datetime | None = None) -> datetime:
        """Return that moment before a start; the last such day of the week before ``latest``."""
        if self.weekday is None:
            return datetime.combine(start.date() - timedelta(days=self.days), self.at)
        last = latest or start
        found = datetime.combine(last.date() - timedelta(days=(last.weekday() - self.weekday) % 7), self.at)
        return found - _WEEK if found >= last else found


def days_of_distributions(text: str, today: date) -> DaysOfDistributions:
    """Read ``vendredi``, ``un vendredi sur deux``, or the date of the first one: ``jeudi 17 décembre``."""
    folded = months_in_digits(text)
    dates, rest = _DATE.findall(folded), _DATE.sub(" ", folded)
    weekdays = weekdays_in(rest)
    if _OF_A_MONTH.search(folded) or len(weekdays) > 1 or len(dates) > 1:
        raise ValueError(
            _(
                "expected one day, each week or every so many; for other days leave this empty (-): each "
                "then becomes a row of its own in distributions.yaml, as docs/data-files.md shows"
            )
        )
    first = dated(dates[0], today) if dates else None
    if first and weekdays - {first.weekday()}:
        raise ValueError(_("{date} is no {day}", date=f"{first:%d/%m/%Y}", day=name_of_day(*weekdays)))
    if not (first or weekdays) or _MORE_FIGURES.search(_FIGURES_TAKEN.sub(" ", rest)):
        raise ValueError(
            _("expected a day of the week, or the date of the first one, not {value}", value=quoted(text))
        )
    return DaysOfDistributions(first.weekday() if first else weekdays.pop(), _every(rest), first)


def _every(folded: str) -> int:
    """Return after how many days it comes again."""
    if _TWO_WEEKS.search(folded):
        return 14
    found = _WEEKS.search(folded)
    word = (found[1] or found[2]) if found else "1"
    weeks = int(word) if word.isdecimal() else _NUMBERS.get(word, 0)
    if not 1 <= weeks <= _MOST_WEEKS:
        raise ValueError(
            _("expected from 1 to {most} weeks, not {value}", most=_MOST_WEEKS, value=quoted(word))
        )
    return 7 * weeks


def moment_before(text: str, example: str = "") -> MomentBefore:
    """Read ``mercredi 20h``, or so many days before: ``J-7 8h``; else say so with an ``example``."""
    folded = in_figures(fold(text))
    found = re.search(rf"{AN_HOUR}\s*$", folded)
    before = folded[: found.start()] if found else ""
    days, weekdays = _DAYS_BEFORE.search(before), weekdays_in(before)
    if not found or bool(days) + len(weekdays) != 1:
        raise ValueError(_no_moment(text, folded, example or example_of_moment(2, "20h")))
    at = hour_of(found[0])
    return MomentBefore(at, days=int(days[1] or days[2])) if days else MomentBefore(at, weekdays.pop())


def _no_moment(text: str, folded: str, example: str) -> str:
    expected = _(
        "expected a day and an hour such as {example}, not {value}", example=example, value=quoted(text)
    )
    is_a_day = _DAYS_BEFORE.search(f"{folded} avant") or weekdays_in(folded)
    if is_a_day and not re.search(AN_HOUR, folded):
        return _("the hour is missing: {expected}", expected=expected)
    if re.search(rf"{AN_HOUR}\s*$", folded) and not is_a_day:
        return _("the day is missing: {expected}", expected=expected)
    return expected


def example_of_moment(weekday: int, at: str) -> str:
    """Return how one types a moment before a distribution, in the language spoken."""
    return f"{name_of_day(weekday)} {at}"
