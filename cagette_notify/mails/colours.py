"""Make a group's colour safe to write on, and to be seen on a light and a dark page."""

from __future__ import annotations

import re
from functools import lru_cache

PLAIN_ACCENT = "#2e6b46"  # of groups without a colour, or with one on which white can't be read
_READABLE = 4.5  # contrast asked by WCAG 2.2, 1.4.3
_SEEN = 3.0  # and by 1.4.11, of what is no text
_DARK = 0.0060  # the luminance of #121212, which dark pages are about
_COLOUR = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_STEPS = 20  # from a colour to white


@lru_cache(maxsize=256)
def accent(colour: str) -> str:
    """Return ``colour`` as ``#rrggbb`` if white text can be read on it, else a plain green."""
    colour = colour.strip()
    if not _COLOUR.fullmatch(colour):
        return PLAIN_ACCENT
    digits = colour.lstrip("#").lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}" if _contrast(_luminance(digits), 1) >= _READABLE else PLAIN_ACCENT


def edge(accent: str) -> str:
    """Return an accent, or the nearest lighter colour that stands out from a dark page."""
    channels = _channels(accent.lstrip("#"))
    steps = ([c + (255 - c) * n // _STEPS for c in channels] for n in range(_STEPS))
    colours = ("".join(f"{c:02x}" for c in mixed) for mixed in steps)
    return next(f"#{digits}" for digits in colours if _contrast(_luminance(digits), _DARK) >= _SEEN)


def _channels(digits: str) -> list[int]:
    return [int(digits[at : at + 2], 16) for at in (0, 2, 4)]


def _luminance(digits: str) -> float:
    """Compute the relative luminance as WCAG 2.2 defines it."""
    shares = [channel / 255 for channel in _channels(digits)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: float, other: float) -> float:
    darker, lighter = sorted((one, other))
    return (lighter + 0.05) / (darker + 0.05)
