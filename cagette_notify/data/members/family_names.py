"""Tell whose name a text is but for a part of the family's: LE GOFF-MARTIN Anne may be Anne Le Goff."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.core.model import Member

_MOST_WORDS = 8  # of one person's name


class FamilyNames:
    """The members with a text's first name whose family name holds the rest of it, or is held by that.

    Found by the first name with a word of the other: of very many, few have both.
    """

    def __init__(self, names: Iterable[tuple[str, str, Member]]) -> None:
        """Index first and last names, which are folded; all may stand in either of them."""
        self._found: dict[tuple[str, str], list[tuple[frozenset[str], Member]]] = defaultdict(list)
        for first, last, member in names:
            for name, family in (
                [(first, frozenset(last.split()))] if first and last else _ways(first or last)
            ):
                for word in family:
                    self._found[name, word].append((family, member))

    def meant_by(self, text: str) -> Iterator[Member]:
        """Yield the members whose name a folded text may be, whichever name is the first."""
        for name, rest in _ways(text):
            for word in rest:
                for family, member in self._found.get((name, word), ()):
                    if family <= rest or rest <= family:
                        yield member


def _ways(name: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what may be the first name, at either end of all of it, with the words of the other."""
    words: Sequence[str] = name.split()
    for at in range(1, len(words) if len(words) <= _MOST_WORDS else 0):
        yield " ".join(words[:at]), frozenset(words[at:])
        yield " ".join(words[at:]), frozenset(words[:at])
