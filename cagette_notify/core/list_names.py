"""Name the lists that ``--to`` takes: as they are kept, and in the language of whoever types them. Pure."""

from __future__ import annotations

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.text import fold

ALL = "all"
COORDINATORS = "coordinators"
WITH_ORDER = "with-order"
WITHOUT_ORDER = "without-order"
TOLD = "told"
VOLUNTEERS = "volunteers"
CATALOG = "catalog"
FILE = "file"
OF_A_DISTRIBUTION = (WITH_ORDER, WITHOUT_ORDER, TOLD, VOLUNTEERS)
_IN_FRENCH = {
    ALL: "tous",
    COORDINATORS: "coordination",
    WITH_ORDER: "avec-commande",
    WITHOUT_ORDER: "sans-commande",
    TOLD: "prévenus",
    VOLUNTEERS: "bénévoles",
    CATALOG: "catalogue",
    FILE: "fichier",
}


def kind_of_list(typed: str) -> str:
    """Return the kind of list that a word means, in either language; what means none comes back folded."""
    word = fold(typed)
    return next((kind for kind, french in _IN_FRENCH.items() if fold(french) == word), word)


def list_to_type(name: str) -> str:
    """Return a list's name as messages show it, and ``--to`` takes it: in French ``prévenus:d1``."""
    kind, colon, about = name.partition(":")
    return f"{_IN_FRENCH.get(kind, kind)}{colon}{about}" if spoken() == "fr" else name


def recorded_list_to_show(name: str) -> str:
    """Return a list as a draft or a plan has it in words: of a file, not where it lies."""
    kind, _colon, path = name.partition(":")
    return list_to_type(f"{kind}:{path.rpartition('/')[2]}" if kind == FILE else name)


def sent_list_to_show(name: str) -> str:
    """Return a list as a mail that was confirmed has it in words: of a file it keeps but whom it named."""
    return _("a file") if name.partition(":")[0] == FILE else list_to_type(name)
