"""Colour on a terminal what its words say as well: what is wrong, what is odd, what is fine."""

from __future__ import annotations

import os
import re
import sys
from enum import Enum
from typing import TYPE_CHECKING, TextIO

import click

from cagette_notify.core.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping


class Tone(str, Enum):
    """How it stands, by its colour."""

    PROBLEM = "red"
    WARNING = "yellow"
    FINE = "green"


def tone_of(said: str | Problem) -> Tone | None:
    """Return how bad a problem is; of what is only said, nothing."""
    if not isinstance(said, Problem):
        return None
    return Tone.WARNING if said.is_warning else Tone.PROBLEM


def coloured(text: str, tone: Tone | None, stream: TextIO) -> str:
    """Return a line in its colour, where ``stream`` shows any."""
    return click.style(text, fg=tone.value) if tone and text and _shows_colours(stream) else text


def bold(text: str, stream: TextIO) -> str:
    """Return a text in bold, where ``stream`` shows that."""
    return click.style(text, bold=True) if _shows_colours(stream) else text


def painted(text: str, tones: Mapping[str, Tone]) -> str:
    """Return lines for standard output, with words in their colours where a line or a cell begins with them.

    Only what is laid out already: a colour has no width, and a terminal obeys none that data hold.
    """
    if not tones or not _shows_colours(sys.stdout):
        return text
    words = "|".join(map(re.escape, sorted(tones, key=len, reverse=True)))
    return re.sub(
        rf"(?m)(?:^|(?<=  ))(?:{words})(?![\w-])",
        lambda found: coloured(found[0], tones[found[0]], sys.stdout),
        text,
    )


def _shows_colours(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal whose user hasn't said no: each may be another one, or a file."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
