"""Tell the words by which a calendar says that there is no distribution on a day. Pure."""

from __future__ import annotations

import re

from cagette_notify.core.text import fold

# Whatever else a row says.
_NONE = re.compile(
    r"\b(?:pas|sans|aucune?|no)(?: de| d')? ?(?:distri|livraison|panier|amap\b|deliver)"
    r"|\bannul|\bsupprim|\breportee? (?:au|a)\b|\brelache\b|\bcancell?ed\b|\bpostponed\b"
)
# Beside hours they may as well be about something else: "the gate is closed at 7 pm".
_PERHAPS = re.compile(
    r"\b(?:vacances|conges?|feriee?s?|ferme(?:e|s|es)?|fermeture|treve|holidays?|closed|vacation)\b"
)
_FEW = 4  # words of which the day off is no aside


def begins_with_off(text: str) -> bool:
    """Tell whether a text begins with the words that there is no distribution."""
    return bool(_NONE.match(fold(text)))


def says_none(text: str, *, beside_hours: bool, is_usual: bool) -> bool:
    """Tell whether a cell says that there is no distribution.

    ``beside_hours`` the row has hours of its own; what ``is_usual`` stands in most rows.
    """
    folded = fold(text)
    if _NONE.search(folded):
        return True
    is_aside = beside_hours and (is_usual or len(folded.split()) > _FEW)
    return bool(_PERHAPS.search(folded)) and not is_aside
