"""Comments in files that are written for people to fill in: in the language that is spoken. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"(?<=# )(?! *[a-z_0-9]+:(?: |$)).+$", re.MULTILINE)
"""What follows the last ``# `` of a line, unless it is a setting to be taken out of its comment."""


def annotated(text: str) -> str:
    """Return a file's text with its comments translated; settings stay as they are."""
    return _COMMENT.sub(lambda found: translated(found[0]), text)


def comments(text: str) -> Iterator[str]:
    """Yield what there is to translate in a file's text."""
    yield from _COMMENT.findall(text)
