"""What templates can do to a text beyond Jinja2's own filters."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache

from markupsafe import Markup, escape

_BLANKS = re.compile(r"[ \t\r\n]+")


def upfirst(text: str) -> str:
    """Make the first letter a capital and leave the others alone, which ``capitalize`` doesn't."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1024)
def wrap(text: str, *, indent: int = 0) -> str:
    """Fill lines of 72 characters; no-break spaces hold, links and addresses stay whole."""
    margin = " " * indent
    return textwrap.fill(
        _BLANKS.sub(" ", text).strip(" "),
        72,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


@lru_cache(maxsize=4096)
def breakable(text: str, longest: int) -> Markup:
    """Return HTML in which a word longer than ``longest`` may be broken, so that phones needn't scroll.

    Only such words carry the style: several webmails don't know it, and most mails need none.
    """
    words = (
        Markup('<span style="word-break:break-all;">{}</span>').format(word)
        if len(word) > longest
        else escape(word)
        for word in text.split(" ")
    )
    return Markup(" ").join(words)
