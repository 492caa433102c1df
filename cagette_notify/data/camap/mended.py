"""Mend texts, times and numbers as an old server stores them: wrong charsets, zero dates, doubles."""

from __future__ import annotations

import codecs
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

_YEARS = range(1970, 2201)
_PLACES = 20
_UNUSED = b"\x81\x8d\x8f\x90\x9d"
# MySQL's latin1 is Windows-1252, in which these five bytes are letters, too: those of Á, Í, Ï, Ð and Ý are
# among their UTF-8.
_LATIN1 = "".join(chr(byte) if byte in _UNUSED else bytes([byte]).decode("cp1252") for byte in range(256))
_TO_LATIN1 = codecs.charmap_build(_LATIN1)


@lru_cache(maxsize=2**15)  # names of products, catalogs and roles come again and again
def mended(stored: bytes | None) -> str:
    """Return a text whose bytes are UTF-8, Windows-1252, or UTF-8 that was taken for that and encoded again.

    All three live side by side in one database. Nothing of ``cœur`` is doubly encoded, and ``cÅ“ur`` is.
    """
    if stored is None or stored.isascii():
        return (stored or b"").decode("ascii").strip()
    try:
        text = stored.decode("utf-8")
    except UnicodeDecodeError:
        text = codecs.charmap_decode(stored, "strict", _LATIN1)[0]
    return _undone(text).strip()


def _undone(text: str) -> str:
    """Undo that the bytes of a text were taken for letters; half a letter may end it, cut by a column."""
    try:
        raw = codecs.charmap_encode(text, "strict", _TO_LATIN1)[0]
    except UnicodeEncodeError:
        return text
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        whole = raw[: error.start]
        is_cut = error.reason == "unexpected end of data" and not whole.isascii()
        return whole.decode("utf-8") if is_cut else text


def wall_clock(stored: bytes | None) -> datetime | None:
    """Return the time that a clock on the wall shows; a zero date, as lax servers keep them, is none."""
    try:
        at = datetime.fromisoformat((stored or b"").decode("ascii"))
    except ValueError:
        return None
    return at if at.year in _YEARS else None


@lru_cache(maxsize=4096)
def decimal_of(stored: bytes | None) -> Decimal:
    """Return a double as people typed it: its text is the shortest that means it."""
    return Decimal((stored or b"0").decode("ascii"))


@lru_cache(maxsize=4096)
def typed(stored: bytes | None) -> str:
    """Return a double as a file has it: without an exponent, and of its dust no more than twenty places."""
    whole, point, places = f"{decimal_of(stored):f}".partition(".")
    return f"{whole}{point}{places[:_PLACES]}"


def whole_of(stored: bytes | None) -> int:
    """Return a whole number; 0 for none."""
    return int(stored or 0)


def rights_in(stored: bytes | None) -> frozenset[str]:
    """Return which rights a JSON text grants; none if it is empty, or cut. ValueError if it can't be read."""
    import json  # a run at rest does without

    text = mended(stored)
    granted = json.loads(text) if text else None
    if not isinstance(granted, list):
        return frozenset()
    return frozenset(one["right"] for one in granted if isinstance(one, dict) and "right" in one)


def numbers_in(stored: bytes | None) -> tuple[int, ...]:
    """Return the ids in ``1,2,,2``, each once."""
    parts = (part.strip() for part in mended(stored).split(","))
    return tuple(dict.fromkeys(int(part) for part in parts if part.isdecimal()))
