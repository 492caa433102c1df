"""Format days, hours, money, quantities and lists, in French and in English.

Moments are given in the group's own time zone. Results carry the no-break spaces that typography
wants, so that ``18 h`` or ``12,50 €`` is never torn apart at the end of a line. They are cached: a
run says the same few things to everybody.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from cagette_notify.core.parsing import to_the_cent

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

# Locales, not their names: babel would look a name up at every call, in half the time of an amount.
LOCALES = {"fr": Locale("fr", "FR"), "en": Locale("en", "GB")}

_NO_BREAK = "\u00a0"
_TWELVE = {0: "midnight", 12: "noon"}
_FRENCH_MARKS = str.maketrans({",": "\u202f", ".": ","})
_SYMBOLS = {unit.lower(): unit for unit in ("g", "kg", "mg", "L", "cl", "dl", "ml", "hl", "m", "cm")}
_PERHAPS_SEVERAL = r"(?<![\w.,])(?P<count>\d{1,9}(?:[.,]\d{1,9})?)(?P<word>\s\w+)\(s\)"
_PIECES = frozenset(
    ("pièce", "pièces", "pièce(s)", "piece", "pieces", "pce", "unité", "unités", "unit", "units", "u")
)


@lru_cache(maxsize=1024)
def long_day(day: date, language: str) -> str:
    """Say ``vendredi 12 juin 2026`` or ``Friday 12 June 2026``."""
    return _day(day, "EEEE d MMMM y", language)


@lru_cache(maxsize=1024)
def short_day(day: date, language: str) -> str:
    """Say ``vendredi 12 juin`` or ``Friday 12 June``: for subjects, where the year is plain."""
    return _day(day, "EEEE d MMMM", language)


@lru_cache(maxsize=1024)
def day_of_month(day: date, language: str) -> str:
    """Say ``12 juin`` or ``12 June``."""
    return _day(day, "d MMMM", language)


@lru_cache(maxsize=1024)
def brief_day(day: date, today: date, language: str) -> str:
    """Say ``ven. 12 juin`` or ``Fri 12 Jun``: for tables; of another year than today's with the year."""
    return _day(day, "EEE d MMM" if day.year == today.year else "EEE d MMM y", language)


def brief_instant(moment: datetime, today: date, language: str) -> str:
    """Say ``ven. 12 juin 18 h`` or ``Fri 12 Jun 6:00 pm``: for tables."""
    return f"{brief_day(moment.date(), today, language)} {clock(moment, language)}"


def nearness(day: date, today: date, language: str) -> str:
    """Say ``aujourd’hui`` or ``demain`` where that is so, else nothing."""
    near = {"fr": ("aujourd’hui", "demain"), "en": ("today", "tomorrow")}[language]
    ahead = (day - today).days
    return near[ahead] if ahead in {0, 1} else ""


@lru_cache(maxsize=1024)
def clock(moment: datetime, language: str) -> str:
    """Say ``18 h``, ``19 h 30`` or ``7:30 pm``; of 12 o'clock, that few tell am from pm, noon or midnight."""
    if language == "fr":
        minutes = f"{_NO_BREAK}{moment:%M}" if moment.minute else ""
        return f"{moment.hour}{_NO_BREAK}h{minutes}"
    if moment.minute == 0 and moment.hour in _TWELVE:
        return _TWELVE[moment.hour]
    return (
        format_time(moment, "h:mm", locale=LOCALES[language])
        + _NO_BREAK
        + ("pm" if moment.hour >= 12 else "am")
    )


def hours(starts_at: datetime, ends_at: datetime | None, language: str) -> str:
    """Say ``de 18 h à 19 h 30``, or ``à 18 h`` when nobody knows until when."""
    start = clock(starts_at, language)
    if ends_at is None or ends_at <= starts_at:
        return {"fr": f"à {start}", "en": f"at {start}"}[language]
    end = clock(ends_at, language)
    if ends_at.date() != starts_at.date():
        last = short_day(ends_at.date(), language)
        return {"fr": f"de {start} au {last} à {end}", "en": f"from {start} to {last} at {end}"}[language]
    return {"fr": f"de {start} à {end}", "en": f"{start} to {end}"}[language]


def short_hours(starts_at: datetime, ends_at: datetime | None, language: str) -> str:
    """Say ``18 h – 19 h 30``: for subjects, which name one day, and so no end on another one."""
    start = clock(starts_at, language)
    if ends_at is None or ends_at <= starts_at or ends_at.date() != starts_at.date():
        return start
    return f"{start} – {clock(ends_at, language)}"


def instant(moment: datetime, language: str) -> str:
    """Say ``mercredi 10 juin 2026 à 20 h`` or ``Wednesday 10 June 2026 at 8:00 pm``."""
    between = {"fr": "à", "en": "at"}[language]
    return f"{long_day(moment.date(), language)} {between} {clock(moment, language)}"


def time_to_order(
    opens_at: datetime | None, closes_at: datetime | None, language: str, *, is_closed: bool
) -> str:
    """Say ``du lundi 8 juin 2026 à 8 h au jeudi 11 juin 2026 à 12 h``; ``jusqu’au`` once orders are open."""
    closed, open_, since, between, until = {
        "fr": ("commandes closes", "commandes ouvertes", "à partir du {}", "du {} au {}", "jusqu’au {}"),
        "en": ("orders are closed", "orders are open", "from {} on", "from {} until {}", "until {}"),
    }[language]
    if is_closed:
        return closed
    known = [instant(at, language) for at in (opens_at, closes_at) if at]
    if len(known) == 2:
        return between.format(*known)
    return (since if opens_at else until).format(*known) if known else open_


_MOST_TYPED = 6  # digits of a price, behind the comma
_OF_A_QUOTIENT = 4


@lru_cache(maxsize=4096)
def unit_price(amount: Decimal, language: str) -> str:
    """Say a price with the digits that it was given, two at least: else it wouldn't make the line's total.

    Of a spreadsheet's 1/3, with more of them than anybody types, four do.
    """
    plain = abs(amount).normalize()
    if -int(plain.as_tuple().exponent) > _MOST_TYPED:
        plain = round(plain, _OF_A_QUOTIENT).normalize()
    digits = max(2, -int(plain.as_tuple().exponent))
    return _in_euros(f"{plain:,.{digits}f}", language, is_negative=amount < 0)


@lru_cache(maxsize=4096)
def money(amount: Decimal, language: str) -> str:
    """Say ``12,50 €`` or ``€12.50``. Cagette's co-ops all count in euros.

    As babel says it, in a twentieth of its time: no two totals are the same.
    """
    return _in_euros(f"{to_the_cent(abs(amount)):,}", language, is_negative=amount < 0)


def megabytes(count: int, language: str) -> str:
    """Say ``16,4`` or ``16.4`` for as many bytes; a whole number has no decimals."""
    return str(format_decimal(round(count / 1_000_000, 1), locale=LOCALES[language]))


def percents(number: float, language: str) -> str:
    """Say ``99,5`` or ``99.5`` per cent, to the tenth."""
    return str(format_decimal(number, format="0.0", locale=LOCALES[language]))


def _in_euros(digits: str, language: str, *, is_negative: bool) -> str:
    sign = "-" if is_negative else ""
    if language == "fr":
        return f"{sign}{digits.translate(_FRENCH_MARKS)}{_NO_BREAK}€"
    return f"{sign}€{digits}"


@lru_cache(maxsize=4096)
def quantity(number: Decimal, unit: str, language: str) -> str:
    """Say ``1,5 kg``, ``2 pièces``, or ``2 ×`` for what is counted in anything else.

    ``2 botte`` is no French, and its plural is anybody's guess: see ``product``.
    """
    said = symbol(unit) or (_pieces(number, language) if unit.lower() in _PIECES else "×")
    digits = f"{number:,f}"  # all of them: it is what was ordered, and what the total is made of
    count = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{count.translate(_FRENCH_MARKS) if language == 'fr' else count}{_NO_BREAK}{said}"


def product(name: str, unit: str) -> str:
    """Say ``Radis (botte)`` where the unit is no measure, else the name, of ``1 pièce(s)`` as one says it."""
    if "(s)" in name:
        name = re.sub(_PERHAPS_SEVERAL, _as_many, name)
    if not unit or symbol(unit) or unit.lower() in _PIECES:
        return name
    return f"{name} ({unit})"


def _as_many(found: re.Match[str]) -> str:
    # The names are French, whatever the language of the mail: one and a half is no plural.
    is_one = float(found["count"].replace(",", ".")) < 2
    return f"{found['count']}{found['word']}" + ("" if is_one else "s")


def _pieces(number: Decimal, language: str) -> str:
    # French counts two before it says more than one: 1,5 pièce, 2 pièces.
    if language == "fr":
        return "pièce" if number < 2 else "pièces"
    return "piece" if number == 1 else "pieces"


@lru_cache(maxsize=1024)
def symbol(unit: str) -> str:
    """Return the unit as measures are written (``Kg.`` is ``kg``); nothing if it isn't one."""
    return _SYMBOLS.get(unit.lower().rstrip("."), "")


@lru_cache(maxsize=1024)
def listing(items: tuple[str, ...], language: str) -> str:
    """Say ``Légumes, Œufs et Pain``."""
    return format_list(items, locale=LOCALES[language]) if items else ""


def _day(day: date, pattern: str, language: str) -> str:
    said = format_date(day, pattern, locale=LOCALES[language])
    # CLDR has no ordinals, and French wants one on the first of the month.
    return f" {said}".replace(" 1 ", " 1er ", 1)[1:] if language == "fr" and day.day == 1 else said
