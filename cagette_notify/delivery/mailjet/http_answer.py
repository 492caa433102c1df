"""Hold Mailjet's HTTP answer, or its silence, before it is interpreted. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

Json: TypeAlias = Mapping[str, object]

YEARS = range(1970, 2200)
"""The years of a time that can be believed; at the ends of the calendar it can't even be reckoned with."""

_SURROGATES = re.compile(r"[\ud800-\udfff]")


class HttpAnswer(Struct, frozen=True):
    """What came back: an HTTP status, the body, and the ``Date`` header as it was sent."""

    status: int
    body: bytes
    date: str = ""

    def document(self) -> Json:
        """Return the JSON object in the body, empty if there is none."""
        try:
            document = json.loads(self.body)
        except (ValueError, RecursionError):  # a proxy's page; brackets nested without end
            return {}
        return document if isinstance(document, dict) else {}


class Silence(Struct, frozen=True):
    """Nothing usable came back. ``nothing_left`` only where that is proven.

    ``was_refused_here``: the package itself would not put such a question.
    """

    nothing_left: bool
    reason: str
    was_refused_here: bool = False


def as_text(value: object) -> str:
    """Return a number or a text as text, as Mailjet mixes them; nothing for anything else.

    MessageIDs are above 2**53: as text they survive whatever reads our JSON. Lone surrogates, which
    JSON can hold and neither SQLite nor a terminal takes, are replaced.
    """
    return _SURROGATES.sub("\ufffd", str(value)) if isinstance(value, (str, int)) else ""
