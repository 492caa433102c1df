"""Text of others made fit for a header or a line. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

# Control characters, line ends and lone surrogates; and what turns the direction of the text after it.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Return text without anything unprintable, and with no more than a blank between words."""
    return " ".join(word for word in _UNPRINTABLE.sub(" ", text).split(" ") if word)


def visible(text: str) -> str:
    """Return text with a mark in the place of whatever a terminal or a log would act upon."""
    return _UNPRINTABLE.sub("\ufffd", text)


def escaped(document: str) -> str:
    """Return a JSON document with escapes, line ends apart, for whatever a terminal would act upon."""
    return _UNPRINTABLE.sub(lambda found: "".join(map(_escape, found[0])), document)


def _escape(char: str) -> str:
    return char if char == "\n" else f"\\u{ord(char):04x}"
