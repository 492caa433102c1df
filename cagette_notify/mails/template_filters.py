"""Define the Jinja2 filters of templates: upfirst, wrap, breakable."""

from __future__ import annotations

import re
import textwrap
from functools import lru_cache

from markupsafe import Markup, escape

_BLANKS = re.compile(r"[ \t\r\n]+")
# One sign: a place for a name, or a character with its marks, its selectors and what it is joined to.
_SIGN = re.compile(
    r"\ue000[a-z]+\ue001"
    r"|.(?:[\u0300-\u036f\u064b-\u065f\u0e31-\u0e4e\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|\u200d.)*",
    re.DOTALL,
)


def upfirst(text: str) -> str:
    """Make the first letter a capital and leave the others alone, which ``capitalize`` doesn't."""
    return text[:1].upper() + text[1:]


@lru_cache(maxsize=1024)
def wrap(text: str, *, indent: int = 0, width: int = 72, is_column: bool = False) -> str:
    """Fill lines of so many characters; no-break spaces hold, links and addresses stay whole.

    But not in a column, where what stands beside them would move.
    """
    margin = " " * indent
    return textwrap.fill(
        _BLANKS.sub(" ", text).strip(" "),
        width,
        initial_indent=margin,
        subsequent_indent=margin,
        break_long_words=is_column,
        break_on_hyphens=False,
    )


@lru_cache(maxsize=4096)
def breakable(text: str, longest: int, *, is_link: bool = False) -> Markup:
    """Return HTML in which a word longer than ``longest`` may be broken, so that phones needn't scroll.

    A line may end between two of its boxes, which every program knows and nobody copies along; webmails know
    neither ``word-break`` nor ``<wbr>``. A link's line does not reach into such boxes: they have their own.
    """
    if len(text) <= longest:
        return escape(text)
    words = (
        _in_boxes(word, longest, is_link=is_link) if len(word) > longest else escape(word)
        for word in text.split(" ")
    )
    return Markup(" ").join(words)


def _in_boxes(word: str, size: int, *, is_link: bool) -> Markup:
    line = ";text-decoration:underline" if is_link else ""
    signs = _SIGN.findall(word)
    *parts, end = ("".join(signs[at : at + size]) for at in range(0, len(signs), size))
    # As few as will do: filters take words that are cut often for an attempt to hide them. The end has none:
    # a line might end behind it, too, and a comma begin the next.
    boxes = (Markup('<span style="display:inline-block{}">{}</span>').format(line, part) for part in parts)
    return Markup("").join((*boxes, end))
