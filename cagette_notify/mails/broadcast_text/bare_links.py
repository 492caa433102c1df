"""Find the links in a text that nobody marked as such, up to where people would say that they end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from linkify_it.tlds import TLDS  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from linkify_it.main import Match  # type: ignore[import-untyped]

# Quotes, dashes, ellipses, arrows, emoji, a last colon and what can't be seen: linkify-it takes them into it.
# Letters, accents and the places for names (the two private-use characters) may stand in one, and an
# apostrophe in a word.
_ENDS = re.compile(
    r"(?!(?<=\w)[’·]\w)[^\x00-\x7f\w\ue000\ue001\u0300-\u036f]|[-=]+>|-{2,}(?!\S)|`|~~(?!\w)|:(?!\S)"
)
# The colon of ``Mail:claire@example.org`` and its like, which linkify-it takes into the mailbox's name.
_LABEL = re.compile(
    r"(?<![\w.@:/?#&=%+-])(?!mailto:)([\w-]{1,40})[:=](?=[\w.+-]{1,64}@|www\.)", re.IGNORECASE
)
_BULLET = re.compile(r"(?<!\S)[-+.]{1,3}(?=\w[\w.+-]{0,63}@)")
_NEXT_MAILBOX = re.compile(r"(@[\w.-]{1,255})[,;](?=[\w.+-]{1,64}@)")


class BareLinks(LinkifyIt):  # type: ignore[misc]
    """linkify-it, kept to what reads as a link by itself: with its scheme, with ``www.``, or a mailbox.

    It would also take ``Merci.de`` and ``liste.md`` for sites.
    """

    def __init__(self) -> None:
        """Know every domain there is."""
        super().__init__()
        self.tlds(TLDS)
        self._latest = self._latest_parted = ""

    def test(self, text: str) -> bool:
        """Tell whether there may be a link."""
        return bool(super().test(self._parted(text)))

    def pretest(self, text: str) -> bool:
        """Tell whether there may be a link, at a glance."""
        return bool(super().pretest(self._parted(text)))

    def match(self, text: str) -> list[Match] | None:
        """Return the links, or nothing."""
        found = super().match(self._parted(text)) or []
        return [one for one in found if one.schema or one.raw.lower().startswith("www.")] or None

    def match_at_start(self, text: str) -> Match | None:
        """Return the link with a scheme that the text begins with, if it does."""
        return super().match_at_start(self._parted(text))

    def _parted(self, text: str) -> str:
        # markdown-it asks for what is left of a paragraph at each of its links: parted anew, that would take
        # the square of it.
        if not self._latest.endswith(text):
            self._latest, self._latest_parted = text, _parted(text)
        return self._latest_parted[len(self._latest_parted) - len(text) :]


def _parted(text: str) -> str:
    """Return the text, as long as before, with blanks where no address goes on."""
    text = _ENDS.sub(lambda found: " " * len(found[0]), text)
    text = _BULLET.sub(lambda found: " " * len(found[0]), _LABEL.sub(r"\1 ", text))
    return _NEXT_MAILBOX.sub(r"\1 ", text)
