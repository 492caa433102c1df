"""Put the ledger's statements into psycopg's words. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

# A plus before a column is for SQLite alone; in quotes and comments nothing is meant.
_PARTS = re.compile(r"'[^']*'|--[^\n]*|\?|(?<![:\w]):(\w+)|%|(?<=[\s(])\+(?=[a-z])")


@lru_cache(maxsize=1024)
def for_psycopg(query: str) -> str:
    """Return a statement with psycopg's placeholders, and without what is for SQLite alone."""
    return _PARTS.sub(_translated, query)


def _translated(part: re.Match[str]) -> str:
    if part[0] == "?":
        return "%s"
    if part[1]:
        return f"%({part[1]})s"
    return "" if part[0] == "+" else part[0].replace("%", "%%")
