"""Parse durations, yes or no, numbers, days, moments, colours and web addresses.

Every function raises ValueError with a sentence that says what was expected.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from msgspec import Struct

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.text import fold, meant, quoted

YES = frozenset(("yes", "true", "1", "on", "oui", "vrai", "x"))
NO = frozenset(("no", "false", "0", "off", "non", "faux"))

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "j": "days"}
_LONGEST = timedelta(days=36_525)  # a century: now minus that is still a date
_YEARS = range(1970, 2201)

_DURATION = re.compile(r"([0-9]{1,10})\s*([smhdj])", re.IGNORECASE)
_CENT = Decimal("0.01")
_NUMBER = re.compile(
    r"(?P<sign>[-+−]?)\s*(?P<whole>[0-9]{1,9}|[0-9]{1,3}(?:\s[0-9]{3}){1,2})(?:[.,](?P<decimals>[0-9]{1,20}))?"
    r"\s*(?P<currency>€|eur|euros?)?",
    re.IGNORECASE,
)
_DAY = r"""(?: (?P<year>[0-9]{4}) - (?P<month>[0-9]{1,2}) - (?P<day>[0-9]{1,2})
             | (?P<day2>[0-9]{1,2}) / (?P<month2>[0-9]{1,2}) / (?P<year2>(?:[0-9]{2}){1,2}) )"""
_HOUR = r"""(?P<hour>[0-9]{1,2}) (?: : (?P<minute>[0-9]{2}) (?: : (?P<second>[0-9]{2}) (?:\.0+)? )?
                                   | \s* h (?: \s* (?P<minute2>[0-9]{2}) )? )"""
_OFFSET = r"(?P<offset> z | [-+][0-9]{2}:?[0-9]{2} )"
_ONLY_DAY = re.compile(_DAY, re.VERBOSE)
_MOMENT = re.compile(rf"{_DAY} (?: (?: t | \s+ ) {_HOUR} (?: \s* {_OFFSET} )? )?", re.VERBOSE | re.IGNORECASE)
_LANGUAGES = {
    "fr": "fr",
    "francais": "fr",
    "french": "fr",
    "en": "en",
    "anglais": "en",
    "english": "en",
}
# Texts, not compiled patterns: few runs meet what they are for, and compiling costs every run.
_TELEPHONE = r"\+?[0-9(][0-9 ().\-/\u00a0\u202f]*"
_FEWEST_DIGITS, _MOST_DIGITS = 3, 15  # of an emergency's number, and of any (ITU-T E.164)
_COLOUR = r"#(?:[0-9a-f]{3}|[0-9a-f]{6})"
_WEB_ADDRESS = r"""https?://[^][\s/?#@"'<>\\]+(?:[/?#][^\s"'<>\\]*)?"""
_SHOWN = 80  # characters of a bad value that a message repeats


_ONLY_HOURS = r"[0-9]{1,2}\s*(?::[0-9]{2}(?::[0-9]{2})?|[hH]\s*[0-9]{0,2})"


class Moment(Struct, frozen=True):
    """An instant, and whether the clocks showed its local time twice that night."""

    at: datetime
    ambiguous: bool = False


def duration(text: str) -> timedelta:
    """Read ``90s``, ``10m``, ``4h`` or ``2d`` (``2j`` too)."""
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise ValueError(_("expected a duration such as 90s, 10m, 4h or 2d, not {value}", value=quoted(text)))
    try:
        length = timedelta(**{_UNITS[found[2].lower()]: int(found[1])})
    except OverflowError:
        length = timedelta.max
    if length > _LONGEST:
        raise ValueError(_("too long a duration: {value}", value=quoted(text)))
    return length


def yes_no(text: str) -> bool:
    """Read yes or no in English or French; a cross is a yes."""
    word = fold(text)
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(_("expected yes or no, not {value}", value=quoted(text)))


def number(text: str) -> Decimal:
    """Read ``2.5``, ``2,5`` or ``1 234,50``; a euro sign after it is no matter.

    A point and a comma are both decimal marks, so thousands can only be told apart by blanks:
    ``1.234,50`` is refused rather than guessed. So is a billion: sums of such are no amounts any more.
    """
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        raise ValueError(_("expected a number such as 2.5 or 1 234,50, not {value}", value=quoted(text)))
    sign = found["sign"].replace("−", "-")
    whole = "".join(found["whole"].split())
    return Decimal(f"{sign}{whole}.{found['decimals'] or ''}")


def has_currency(text: str) -> bool:
    """Tell whether a number is an amount of money."""
    found = _NUMBER.fullmatch(text.strip())
    return bool(found and found["currency"])


def to_the_cent(amount: Decimal) -> Decimal:
    """Round half up, as people and invoices do."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


@lru_cache(maxsize=2**15)  # a federation has the same hours over and over
def moment(text: str, zone: tzinfo, *, require_time: bool = True) -> Moment:
    """Read ``2026-06-12 18:00``, ``12/06/2026 18h`` and the like as an instant in ``zone``.

    Without an offset the hours are those of ``zone``. Without hours it is midnight, unless
    ``require_time``. The answer's tzinfo is always ``zone``: compare two of them in UTC, since
    Python compares times of one zone by the wall clock.
    """
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise ValueError(
            _(
                "expected a date and an hour such as {example}, not {value}",
                example=_with_an_hour(date(2026, 6, 12), is_french=spoken() == "fr"),
                value=quoted(text),
            )
        )
    if require_time and not found["hour"]:
        raise ValueError(
            _(
                "expected a date and an hour such as {example}: there is no hour in {value}",
                example=_with_an_hour(_date(found, text), is_french=bool(found["day2"]) or spoken() == "fr"),
                value=quoted(text),
            )
        )
    hour, minute, second = (
        int(part or 0) for part in (found["hour"], found["minute"] or found["minute2"], found["second"])
    )
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(_("no such hour: {value} (hours go from 00:00 to 23:59)", value=quoted(text)))
    naive = datetime.combine(_date(found, text), datetime.min.time()).replace(
        hour=hour, minute=minute, second=second
    )
    if not found["offset"]:
        return local(naive, zone)
    return Moment(naive.replace(tzinfo=_offset(found["offset"], text)).astimezone(zone))


def _with_an_hour(day: date, *, is_french: bool) -> str:
    return f"{day:%d/%m/%Y} 18h00" if is_french else f"{day} 18:00"


def is_moment(text: str) -> bool:
    """Tell whether a text is a day with an hour."""
    try:
        moment(text, timezone.utc)
    except ValueError:
        return False
    return True


def is_only_hours(text: str) -> bool:
    """Tell whether a text is an hour without its day: ``18:00``, ``18h``."""
    return bool(re.fullmatch(_ONLY_HOURS, text))


def local(naive: datetime, zone: tzinfo) -> Moment:
    """Place a wall-clock time in ``zone``; ValueError if the clocks skip it that night.

    A time that comes twice is the first of the two. In a gap the offset before it (fold 0) is the
    smaller one, in a repeated hour the greater one: PEP 495.
    """
    first = naive.replace(tzinfo=zone, fold=0)
    second = naive.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before == after:
        return Moment(first)
    if before < after:
        raise ValueError(
            _(
                "no such local time: {time} ({zone}: the clocks go forward over it)",
                time=f"{naive:%Y-%m-%d %H:%M}",
                zone=zone,
            )
        )
    return Moment(first, ambiguous=True)


def comes_twice(when: Moment) -> str:
    """Say what was made of a time that the clocks showed twice that night."""
    return _("{time} comes twice that night: the first is taken", time=f"{when.at:%Y-%m-%d %H:%M}")


def day(text: str) -> date:
    """Read ``2026-06-12``, ``12/06/2026`` or ``12/06/26``."""
    found = _ONLY_DAY.fullmatch(text.strip())
    if not found:
        raise ValueError(
            _("expected a date such as 2026-06-12 or 12/06/2026, not {value}", value=quoted(text))
        )
    return _date(found, text)


@cache
def zone(text: str) -> tzinfo:
    """Read the name of a time zone, such as Europe/Paris."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(text)
    except (KeyError, OSError, ValueError):  # a wrong name is each of them in turn
        known = available_timezones()
    if not known:
        raise ValueError(_("this machine has no time zone database: pip install tzdata"))
    raise ValueError(meant(_("no such time zone: {value}", value=quoted(text)), text, known))


def language(text: str) -> str:
    """Read ``fr`` or ``en``."""
    try:
        return _LANGUAGES[fold(text)]
    except KeyError:
        raise ValueError(_("expected fr or en, not {value!r}", value=text)) from None


def web_address(text: str) -> str:
    """Read the address of a page: http or https, with a host, and nothing that a link can't hold."""
    if not re.fullmatch(_WEB_ADDRESS, text, re.IGNORECASE) or not text.isprintable():
        raise ValueError(
            _("expected an address such as https://exemple.org, not {value!r}", value=text[:_SHOWN])
        )
    return text


def telephone(text: str) -> str:
    """Read a telephone number as people write it, for people of any country.

    Where a spreadsheet took one for a number, its first 0 is gone: nine digits are none, but with a ``+``.
    """
    digits = len(re.sub("[^0-9]", "", text))
    if not re.fullmatch(_TELEPHONE, text) or not _FEWEST_DIGITS <= digits <= _MOST_DIGITS:
        raise ValueError(
            _("expected a telephone number such as 06 12 34 56 78, not {value}", value=quoted(text[:_SHOWN]))
        )
    if re.fullmatch("[1-9][0-9]{8}", text):
        raise ValueError(
            _("has lost its first 0: write it as a text, or as {value}", value=quoted(f"+33{text}"))
        )
    return text


def colour(text: str) -> str:
    """Read ``#rgb`` or ``#rrggbb``: what every mail program understands."""
    if not re.fullmatch(_COLOUR, text, re.IGNORECASE):
        # With quotes: in YAML, whatever follows a blank and # is a comment.
        raise ValueError(
            _('expected a colour such as "#2a7" or "#22aa77", not {value!r}', value=text[:_SHOWN])
        )
    return text.lower()


def local_path(text: str) -> str:
    """Read the path of a file or a folder on this machine: an address on the network is none."""
    if "://" in text:
        raise ValueError(
            _("only files and folders of this machine are supported here, not {value}", value=quoted(text))
        )
    return text


def _date(found: re.Match[str], text: str) -> date:
    year, month, day_of_month = (int(found[part] or found[f"{part}2"]) for part in ("year", "month", "day"))
    if found["year2"] and len(found["year2"]) == 2:
        year += 2000
    try:
        read = date(year, month, day_of_month)
    except ValueError:
        raise ValueError(_("no such date: {value}", value=quoted(text))) from None
    if year not in _YEARS:
        raise ValueError(
            _(
                "a year between {first} and {last} was expected: {value}",
                first=_YEARS[0],
                last=_YEARS[-1],
                value=quoted(text),
            )
        )
    return read


def _offset(written: str, text: str) -> timezone:
    if written in "zZ":
        return timezone.utc
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(_("no such offset: {value} (expected one such as +02:00)", value=quoted(text)))
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(-ahead if written[0] == "-" else ahead)
