"""Tell whose name or address a text is but for a letter: too many, too few, another, or two in turn."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.core.model import Member

_NO_DIGIT = re.compile(r"\D+")
_SHORTEST = 6  # letters of a name in which one may be wrong


class Misspelt:
    """The members that texts mean but for a letter.

    Wherever that is, half of a name is right: only names with such a half are compared, of very many.
    """

    def __init__(self, names: Iterable[tuple[str, Member]]) -> None:
        """Index the halves of the names, which are folded."""
        self._by_half: dict[str, list[tuple[str, Member]]] = defaultdict(list)
        for name, member in names:
            if len(name) >= _SHORTEST:
                for half in _halves(name, len(name)):
                    self._by_half[half].append((name, member))

    def meant_by(self, text: str) -> Iterator[Member]:
        """Yield the members whose name a folded text is, but for a letter; other digits make another name."""
        for length in (len(text) - 1, len(text), len(text) + 1):
            for half in _halves(text, length):
                for name, member in self._by_half.get(half, ()):
                    if is_a_letter_apart(name, text):
                        yield member


def is_a_letter_apart(one: str, other: str) -> bool:
    """Tell whether two texts differ in one letter, or in the order of two."""
    if _NO_DIGIT.sub("", one) != _NO_DIGIT.sub("", other):
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    start = min(len(one), len(other)) if start is None else start
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one != other and (max(len(one), len(other)) == 1 or (len(one) == 2 and one == other[::-1]))


def _halves(text: str, length: int) -> Iterator[str]:
    """Yield what the halves of a name of that length are, if they are the text's."""
    half = length // 2
    yield f"{length}<{text[:half]}"
    yield f"{length}>{text[half - length :]}"
    if len(text) == length:  # two letters that changed places may stand on both sides
        yield f"{length}={text[: half - 1]}"
