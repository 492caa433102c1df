"""Tell whom rows of notifications.csv seem to mean that can't be read, and what they may turn off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.kinds import CORRECTION, NOTICE_KINDS, Kind
from cagette_notify.core.parsing import YES, day, yes_no
from cagette_notify.core.text import all_near, fold
from cagette_notify.data.rows.cells import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cagette_notify.data.rows.cells import Cell

_NAMES = frozenset(name for kind in NOTICE_KINDS for name in (kind.value, *kind.traits.aliases))
_ANY_NAME = frozenset(("rappel", "reminder"))  # of any kind, though one letter from another name
# What may part a name's letters from its hours, and those from their unit: ``récapp 24 heures`` is one name.
_PARTS = re.compile(r"[\W_]+(?=\d)|(?<=\d)[\W_]+(?=h(?:eures?)?$)")
_NO_DIGIT, _DIGITS = re.compile(r"\D+"), re.compile(r"\d+")


def guess_of(row: Row) -> Row:
    """Return a row that can't be read as it was probably meant: ``1007 opening no`` is three cells."""
    return Row(row.file, row.line, _parted(row.as_guessed.cells))


def perhaps_turned_off(guess: Row, kind_named: Callable[[str], str]) -> tuple[Kind, ...]:
    """Return the kinds that a row may turn off, unless it says yes: those that it names, or nearly, else any.

    A mail to somebody who wants none can't be called back; one that was held back is asked for.
    """
    said = guess.text("value") or guess.text("kind")
    if not said or _says_yes(said):
        return ()
    text = guess.text("kind")
    named = kind_named(text)
    if named in {CORRECTION, *(kind.value for kind in Kind)}:
        return tuple(kind for kind in NOTICE_KINDS if kind.value == named)
    meant = {kind_named(name) for name in _nearly_named(_PARTS.sub("", fold(text)))}
    return tuple(kind for kind in NOTICE_KINDS if kind.value in meant) or NOTICE_KINDS


def _says_yes(text: str) -> bool:
    """Tell whether a text is a yes, whatever marks are beside it: ``Oui !``."""
    return re.sub(r"[\W_]+", "", fold(text)) in YES


def _nearly_named(name: str) -> list[str]:
    """Return the names that one may be that is misspelt: of its own hours, or all but for those."""
    if not name.isidentifier() or name.removesuffix("s") in _ANY_NAME:
        return []
    hours, letters = _NO_DIGIT.sub("", name), _DIGITS.sub("", name)
    of_hours = [one for one in all_near(name, _NAMES) if _NO_DIGIT.sub("", one) == hours]
    near = all_near(letters, frozenset(_DIGITS.sub("", one) for one in _NAMES))
    return of_hours or [one for one in _NAMES if _DIGITS.sub("", one) in near]


def day_of(guess: Row) -> str:
    """Return the day of a row; nothing where that can't be read, either."""
    changed_on = guess.read("date", day)
    return changed_on.isoformat() if changed_on else ""


def _parted(cells: Mapping[str, Cell]) -> Mapping[str, Cell]:
    alone = cells.get("member", "") if len(cells) == 1 else ""
    words = alone.split() if isinstance(alone, str) else []
    for at in range(2, min(len(words), 5)):  # a date may follow, and names have blanks, too
        try:
            yes_no(words[at])
        except ValueError:
            continue
        return {"member": " ".join(words[: at - 1]), "kind": words[at - 1], "value": words[at]}
    return cells
