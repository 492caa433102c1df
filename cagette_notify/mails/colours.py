"""Choose a group's colour, or green where white text on it could not be read (WCAG contrast). Pure."""

from __future__ import annotations

import re
from functools import lru_cache

PLAIN_ACCENT = "#2e6b46"  # of groups without a colour, or with one on which white can't be read


_READABLE = 4.5  # contrast asked by WCAG 2.2, 1.4.3


_COLOUR = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@lru_cache(maxsize=256)
def accent(colour: str) -> str:
    """Return ``colour`` as ``#rrggbb`` if white text can be read on it, else a plain green."""
    colour = colour.strip()
    if not _COLOUR.fullmatch(colour):
        return PLAIN_ACCENT
    digits = colour.lstrip("#").lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}" if _contrast_with_white(digits) >= _READABLE else PLAIN_ACCENT


def _contrast_with_white(digits: str) -> float:
    """Compute the contrast ratio as WCAG 2.2 defines it."""
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
