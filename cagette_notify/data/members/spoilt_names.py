"""Tell whose name a text was before a program put a ? in the place of letters that it doesn't know."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.text import MARKS_OF_LOSS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.core.model import Member

_LOST = f"[{MARKS_OF_LOSS}]+"
_WHATEVER = r"[\w' ]{0,3}"  # a letter apart from its accents, a ligature, an apostrophe: O’BRIEN


class SpoiltNames:
    """The members whose name fits a text with any letters in the place of those that are lost.

    Found by the longest word that is whole: where none is, nobody knows.
    """

    def __init__(self, names: Iterable[tuple[str, Member]]) -> None:
        """Index folded names by their words."""
        self._by_word: dict[str, list[tuple[str, Member]]] = defaultdict(list)
        for name, member in names:
            for word in set(name.split()):
                self._by_word[word].append((name, member))

    def meant_by(self, text: str) -> Iterator[Member]:
        """Yield the members whose name a folded text was."""
        whole = [word for word in text.split() if not re.search(_LOST, word)]
        fits = re.compile(_WHATEVER.join(map(re.escape, re.split(_LOST, text))))
        for name, member in self._by_word.get(max(whole, key=len, default=""), ()):
            if fits.fullmatch(name):
                yield member
