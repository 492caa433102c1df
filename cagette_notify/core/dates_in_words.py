"""Read dates as people say them, and as this program shows them (``1er janvier``), by way of their digits."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.parsing import day
from cagette_notify.core.text import fold

if TYPE_CHECKING:
    from datetime import date

A_DATE = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{2,4})?"
"""Their digits, as a pattern."""

_SHORTEST = 3  # letters that tell a day of the week in both languages
_DAY = r"[0-9]{1,2}"
_MARK = r"(?:er|st|nd|rd|th)?"
_REMARK = r"(?:\s*\((?P<remark>[^()0-9]*)\))?"  # without a figure, of which one would be an hour, or a day
_BEGINS = re.compile(
    rf"(?:(?:le|the) )?(?:(?P<word>[a-z]+)[.,]* )?(?P<date>{A_DATE})(?:[ ,:;–—-]+(?P<rest>.*?))?{_REMARK}"
)
_IN_WORDS = re.compile(rf"(?:(?P<word>[^\W\d_]+)[.,]*\s+)?(?P<date>{A_DATE})(?P<rest>[^()]*?){_REMARK}")
_THEN = r"\s*(?:[,;–—-]|\b(?:et|and|au|to|until)\b)\s*(?:le\s+)?"


def in_digits(text: str) -> str:
    """Return a text with ``25 décembre 2026`` as ``25/12/2026``, without the day of the week before it."""
    weekdays = "|".join(_weekdays())
    return months_in_digits(re.sub(rf"\b(?:{weekdays})\s+(?=[0-9])", "", fold(text)))


def months_in_digits(text: str) -> str:
    """Return a text with ``25 décembre 2026`` as ``25/12/2026``, folded.

    Days may share their month: ``24 et 31 décembre``, ``du 19 au 26 décembre``.
    """
    months = _months()
    dates = re.compile(
        rf"(?<![0-9/.-])(?P<before>(?:{_DAY}{_MARK}{_THEN})*)(?P<day>{_DAY}){_MARK}\s+"
        rf"(?P<month>{'|'.join(sorted(months, key=len, reverse=True))})\b\.?(?:\s+(?P<year>[0-9]{{4}})\b)?"
    )

    def written(found: re.Match[str]) -> str:
        rest = f"/{months[found['month']]}" + (f"/{found['year']}" if found["year"] else "")
        before = re.sub(rf"({_DAY}){_MARK}(?![0-9])", rf"\g<1>{rest}", found["before"])
        return f"{before}{found['day']}{rest}"

    return dates.sub(written, fold(text))


def dated(text: str, not_before: date) -> date:
    """Read a date in digits; without its year, it is the next one."""
    if text.count("/") != 1:
        return day(text)
    found = day(f"{text}/{not_before.year}")
    return found if found >= not_before else day(f"{text}/{not_before.year + 1}")


@cache
def _months() -> dict[str, int]:
    from cagette_notify.core.formatting import LOCALES

    return {
        fold(name).rstrip("."): number
        for locale in LOCALES.values()
        for width in ("wide", "abbreviated")
        for number, name in locale.months["format"][width].items()
    }


def begins_with_day(text: str, first: date, last: date) -> tuple[date | None, str]:
    """Return the day that a text begins with, ``vendredi 18 décembre``, and what stands behind it, folded.

    Without its year it is the only one from ``first`` to ``last``. If its day of the week is wrong, it is
    none. A remark in brackets at the end is none of it: ``22/12 (mardi !)``.
    """
    found = _BEGINS.fullmatch(months_in_digits(text))
    if not found or (found["word"] and not weekdays_in(found["word"])):
        return None, ""
    has_year = found["date"].count("/") != 1
    years = [""] if has_year else [f"/{year}" for year in range(first.year, last.year + 1)]
    days = [each for year in years if (each := _day_or_none(found["date"] + year))]
    weekdays = weekdays_in(found["word"] or "") | _weekdays_named(found["remark"] or "")
    fit = [
        each
        for each in days
        if (has_year or first <= each <= last) and (not weekdays or each.weekday() in weekdays)
    ]
    return (fit[0] if len(fit) == 1 else None), found["rest"] or ""


def in_figures_alone(text: str) -> str:
    """Return a date in digits without the day of the week before it, or a remark in brackets behind it.

    Any other text stays as it is. Raises ValueError where that is another day of the week.
    """
    found = _IN_WORDS.fullmatch(text.strip())
    weekdays = weekdays_in(found["word"] or "") if found else set()
    if not found or (found["word"] and not weekdays) or not (read := _day_or_none(found["date"])):
        return text
    if others := (weekdays | _weekdays_named(found["remark"] or "")) - {read.weekday()}:
        raise ValueError(_("{date} is no {day}", date=found["date"], day=name_of_day(others.pop())))
    return f"{found['date']}{found['rest']}"


def name_of_day(weekday: int) -> str:
    """Return what a day of the week is called in the language spoken."""
    from cagette_notify.core.formatting import LOCALES

    return str(LOCALES[spoken()].days["format"]["wide"][weekday])


def _day_or_none(text: str) -> date | None:
    try:
        return day(text)
    except ValueError:
        return None


def weekdays_in(text: str) -> set[int]:
    """Return the days of the week that a text names, of which Monday is 0; ``ven.`` is enough."""
    words = [word.rstrip("s") for word in re.findall(r"[a-z]+", fold(text))]
    return {at for word in words for name, at in _weekdays().items() if _may_be(word, name)}


def _weekdays_named(text: str) -> set[int]:
    """Return the days of the week whose whole name stands in a remark: ``(jeu de boules)`` has none."""
    return {_weekdays()[word] for word in re.findall(r"[a-z]+", fold(text)) if word in _weekdays()}


def _may_be(word: str, name: str) -> bool:
    return len(word) >= _SHORTEST and name.startswith(word)


@cache
def _weekdays() -> dict[str, int]:
    from cagette_notify.core.formatting import LOCALES

    return {
        fold(name): at for locale in LOCALES.values() for at, name in locale.days["format"]["wide"].items()
    }
