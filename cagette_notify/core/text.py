"""Clean, fold, compare and quote text of others for a line or a header. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable

# Control characters, line ends and lone surrogates; and what turns the direction of the text after it.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

# What Unicode's decomposition leaves alone, though keyboards and spreadsheets disagree on it.
_LOOKALIKES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "ʼ": "'", "‐": "-", "‑": "-"})
_SHOWN = 40  # characters of a bad value that a message repeats


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


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that ``word`` was probably meant to be, or nothing."""
    import difflib

    by_fold = {fold(name): name for name in known}
    close = difflib.get_close_matches(fold(word)[:_SHOWN], by_fold, n=1)
    return by_fold[close[0]] if close else ""


def meant(message: str, word: str, known: Iterable[str]) -> str:
    """Add to ``message`` which of the ``known`` words ``word`` was probably meant to be."""
    near = nearest(word, known)
    return _("{message}; did you mean {near!r}?", message=message, near=near) if near else message


def fold(text: str) -> str:
    """Make texts comparable whatever their case, accents, ligatures and blanks."""
    if not text.isascii():
        spelt_out = unicodedata.normalize("NFKD", text.casefold().translate(_LOOKALIKES))
        text = "".join(char for char in spelt_out if unicodedata.category(char) not in ("Mn", "Cf"))
    return " ".join(text.casefold().split())


def quoted(text: str) -> str:
    """Quote a bad value in a message, cut if it is long."""
    return repr(str(text) if len(text) <= _SHOWN else text[:_SHOWN] + "…")


@lru_cache(maxsize=1024)  # a whole column may be wrong, and looking for the nearest is slow
def quoted_with_hint(name: str, known: frozenset[str]) -> str:
    """Quote a name that isn't known, with the one it was probably meant to be."""
    meant = nearest(name, known)
    return _("{name!r} (did you mean {meant!r}?)", name=name, meant=meant) if meant else repr(name)
