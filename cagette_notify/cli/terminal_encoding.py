"""Replace characters that the terminal's encoding lacks by the nearest ones."""

from __future__ import annotations

import codecs
import io
import sys

LEGIBLY = "cagette_notify.legibly"
"""The name of the way to deal with characters that can't be encoded."""

_NEAR = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "…": "...", "œ": "oe", "Œ": "OE", "\u00a0": " "}


def write_legibly() -> None:
    """Let standard output and standard error take any text, whatever their encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.encoding.casefold().startswith("utf"):
            stream.reconfigure(errors=LEGIBLY)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_NEAR.get(char, "?") for char in lacking), error.end


codecs.register_error(LEGIBLY, _nearest)
