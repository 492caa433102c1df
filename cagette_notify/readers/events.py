"""Define the stream of events that YAML and JSON are read as."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from cagette_notify.core.i18n import _

MAX_DEPTH = 40
"""How deep lists and tables may nest: more is no data of a co-op."""


class Unreadable(Exception):  # noqa: N818 - it is said of a text
    """A text that can't be taken in as a whole. ``line`` counts from 1; 0 is unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        """Keep the sentence for people and the place it speaks of."""
        super().__init__(message)
        self.message = message
        self.line = line


class DocumentEventType(Enum):
    """The sorts of events."""

    TABLE = "{"
    ITEMS = "["
    END = "]"
    SCALAR = "="
    ALIAS = "*"


class DocumentEvent(NamedTuple):
    """One step through a document. ``text`` is a scalar (None: null) or the name of an alias.

    ``anchor`` is the name that the node goes by from here on.
    """

    what: DocumentEventType
    line: int
    text: str | None = None
    anchor: str | None = None


def nested_too_deep(line: int) -> Unreadable:
    """Make the refusal of a text that nests without end."""
    return Unreadable(_("nested more than {limit} levels deep", limit=MAX_DEPTH), line)
