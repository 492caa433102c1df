"""Texts that only data files hold, turned into values. ValueError says what was expected."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from cagette_notify.clean_text import fold, nearest
from cagette_notify.language import _
from cagette_notify.values import zone

_LANGUAGES = {
    "fr": "fr",
    "francais": "fr",
    "french": "fr",
    "en": "en",
    "anglais": "en",
    "english": "en",
}
# Texts, not compiled patterns: few runs meet what they are for, and compiling costs every run.
_COLOUR = r"#(?:[0-9a-f]{3}|[0-9a-f]{6})"
_WEB_ADDRESS = r"""https?://[^][\s/?#@"'<>\\]+(?:[/?#][^\s"'<>\\]*)?"""
_SHOWN = 80  # characters of a bad value that a message repeats


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


timezone = cache(zone)
"""Read the name of a time zone."""


def colour(text: str) -> str:
    """Read ``#rgb`` or ``#rrggbb``: what every mail program understands."""
    if not re.fullmatch(_COLOUR, text, re.IGNORECASE):
        raise ValueError(_("expected a colour such as #2a7 or #22aa77, not {value!r}", value=text[:_SHOWN]))
    return text.lower()


@lru_cache(maxsize=1024)  # a whole column may be wrong, and looking for the nearest is slow
def unknown(name: str, known: frozenset[str]) -> str:
    """Quote a name that isn't known, with the one it was probably meant to be."""
    meant = nearest(name, known)
    return _("{name!r} (did you mean {meant!r}?)", name=name, meant=meant) if meant else repr(name)
