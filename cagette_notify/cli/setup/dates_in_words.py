"""Write dates as people say them, and as this program shows them (``1er janvier``), in digits."""

from __future__ import annotations

import re
from functools import cache

from cagette_notify.core.text import fold

_DAY = r"[0-9]{1,2}"
_MARK = r"(?:er|st|nd|rd|th)?"
_THEN = r"\s*(?:[,;–—-]|\b(?:et|and|au|to|until)\b)\s*(?:le\s+)?"


def in_digits(text: str) -> str:
    """Return a text with ``25 décembre 2026`` as ``25/12/2026``; a day of the week before a date is left out.

    Days may share their month: ``24 et 31 décembre``, ``du 19 au 26 décembre``.
    """
    months, weekdays = _months(), "|".join(_weekdays())
    dates = re.compile(
        rf"(?<![0-9/.-])(?P<before>(?:{_DAY}{_MARK}{_THEN})*)(?P<day>{_DAY}){_MARK}\s+"
        rf"(?P<month>{'|'.join(sorted(months, key=len, reverse=True))})\b\.?(?:\s+(?P<year>[0-9]{{4}})\b)?"
    )

    def written(found: re.Match[str]) -> str:
        rest = f"/{months[found['month']]}" + (f"/{found['year']}" if found["year"] else "")
        before = re.sub(rf"({_DAY}){_MARK}(?![0-9])", rf"\g<1>{rest}", found["before"])
        return f"{before}{found['day']}{rest}"

    return dates.sub(written, re.sub(rf"\b(?:{weekdays})\s+(?=[0-9])", "", fold(text)))


@cache
def _months() -> dict[str, int]:
    from cagette_notify.core.formatting import LOCALES

    return {
        fold(name).rstrip("."): number
        for locale in LOCALES.values()
        for width in ("wide", "abbreviated")
        for number, name in locale.months["format"][width].items()
    }


@cache
def _weekdays() -> tuple[str, ...]:
    from cagette_notify.core.formatting import LOCALES

    return tuple(fold(name) for one in LOCALES.values() for name in one.days["format"]["wide"].values())
