"""Read the hours of a distribution as people write them: ``18h-19h30``, ``de 18 h à 19 h 30``. Pure."""

from __future__ import annotations

import re
from datetime import time

from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted

AN_HOUR = r"[0-9]{1,2}\s*(?:[hH:]\s*[0-9]{2}(?::00)?|[hH])"
"""An hour that is none but an hour, as a pattern."""

_PERHAPS_AN_HOUR = rf"{AN_HOUR}|[0-9]{{1,2}}"
_HOURS = re.compile(
    rf"(?:(?:de|from)\s+)?({_PERHAPS_AN_HOUR})(?:\s*(?:[-–—/àa]|to|jusqu.?[àa])?\s*({_PERHAPS_AN_HOUR}))?"
)
# Midnight of a day is where it ends: orders that close on Tuesday at midnight are open all of Tuesday.
_WORDS_FOR_HOURS = (
    (re.compile(r"\b([0-9]{1,2}) ?heures?\b", re.IGNORECASE), r"\1h"),
    (re.compile(r"\b(?:minuit|midnight)\b", re.IGNORECASE), "23h59"),
    (re.compile(r"\b(?:midi|noon)\b", re.IGNORECASE), "12h"),
)


def hours_of_distribution(text: str) -> tuple[time, time | None]:
    """Read ``18h-19h30``, ``de 18 h à 19 h 30``, ``18 heures à minuit``, ``18:00`` or ``18h``."""
    found = _HOURS.fullmatch(in_figures(" ".join(text.split())))
    if not found:
        raise ValueError(_("expected hours such as 18h-19h30, not {value}", value=quoted(text)))
    start, end = hour_of(found[1]), hour_of(found[2]) if found[2] else None
    if end and end <= start:
        raise ValueError(_("it ends before it starts: {value}", value=quoted(text)))
    return start, end


def in_figures(text: str) -> str:
    """Return a text with its hours as figures: ``9 heures`` and ``midi`` as 9h and 12h."""
    for words, figures in _WORDS_FOR_HOURS:
        text = words.sub(figures, text)
    return text


def hour_of(text: str) -> time:
    """Read ``18h``, ``18:30`` or ``18``."""
    found = re.fullmatch(r"([0-9]{1,2})\s*(?:[hH:]\s*([0-9]{2})?(?::00)?)?", text.strip())
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else time(24)
    except ValueError:
        raise ValueError(
            _("no such hour: {value} (hours go from 00:00 to 23:59)", value=quoted(text))
        ) from None
