"""Clean, fold, compare and quote text of others for a line or a header. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

# Control characters, line ends and lone surrogates; and what turns the direction of the text after it.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_MARKS_OF_DIRECTION = re.compile("[\u061c\u200e\u200f]")  # within words, where no blank may come instead

# What Unicode's decomposition leaves alone, though keyboards and spreadsheets disagree on it.
_LOOKALIKES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "ʼ": "'", "‐": "-", "‑": "-"})
_HYPHENS = re.compile("[-\u2013-\u2015\u2212]")
_APOSTROPHE = re.compile(r"\s*['`]\s*")
_APOSTROPHES = str.maketrans(dict.fromkeys("´‘′", "'"))  # the first one would be an accent and a blank
_NO_DIGIT = re.compile(r"\D+")
_SHOWN = 40  # characters of a bad value that a message repeats
_NAMED = 5  # people or groups that a message names

# What accents become where bytes are read as what they are not. In turn: UTF-8 as Windows-1252, where É is
# "Ã‰" and œ "Å“" (a Portuguese word in capitals may end in Ã before a mark); UTF-8 as Mac Roman, where é is
# "√©", or as a DOS page, "├®"; Mac Roman as Windows-1252, where é is Ž and É is ƒ; a DOS page as it, where é
# is ‚, ê is ˆ, è is Š, ç is ‡ and ï is ‹; Latin-9 as it, where œ is ½ and € is ¤. Windows-1252 as a DOS page,
# where é is Ú and ç is þ, or as Mac Roman, where é is È: capitals where none stand; UTF-8 as Windows-1250,
# where é is "Ă©". A Mac takes accents apart: of ç stay c and "Ì§", "Ãß" or "╠º". A control character of
# Windows-1252 is UTF-8 once more: ’ is "Â’", after the letter of L’. KNEŽEVIĆ and Žofie are names, ZEKÂ’NIN
# is one, and ‚ opens a quotation.
_HIGH = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # the bytes 80 to BF, as Windows-1252 shows them
_MARKS = "\u00a0«»‘’“”…–—"
_LETTER = r"[^\W\d_ˆ]"
_GARBLED = (
    "[\ufffd\u0080-\u0084\u0086-\u009f]",
    rf"Ã(?![{_MARKS}])[{_HIGH}]|(?<![A-ZÀ-Þ])Ã[{_MARKS}]|Ã[{_MARKS}](?={_LETTER})",
    rf"Â[\u00a0-\u00bf€œŒ™]|(?:[a-zß-öø-ÿ]|(?<!{_LETTER})[CDJLMNST]?)Â[‘’“”•–—…]|Å[¡¸½¾]|Å[’“]{_LETTER}|Ä[†‡]|â[€‚]|ðŸ",
    "√[©®¥†ß™´ÆØªπâÄ]|├[^\\s─]",
    "Ì[€§¨Š]|Ã[ÄÅÇàß]|╠[^\\s═]",
    f"[a-zß-öø-ÿ][ŽŠŒŸ]|{_LETTER}[ƒˆ‚]|ƒ{_LETTER}|ˆ{_LETTER}|{_LETTER}[‰†‡‹›]{_LETTER}|{_LETTER}‰",
    rf"{_LETTER}[¼½¾¨¸]{_LETTER}|[¼½](?=u[fv]|il)|¼U[FV]|\d[ \u00a0\u202f]?¤",
    rf"[a-zß-öø-ÿ][ÁÈËÍÎÓÔÙÚÛÞ]|[a-z]þ[aou]|{_LETTER}[¹³¶¯][a-zà-ÿ]|╔{_LETTER}",
    "Ă[©§˘®Ż´ąĽ‰]|[a-z]Ă[¨Ş«»]",
)
MARKS_OF_LOSS = "?\ufffd"
_LACKS_LETTERS = re.compile(rf"\ufffd|\?(?={_LETTER})")
_LACKS_THE_LAST = re.compile(rf"{_LETTER}\?(?!\w)")


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Return text without anything unprintable, and with no more than a blank between words."""
    text = text if text.isascii() else _MARKS_OF_DIRECTION.sub("", text)
    return " ".join(word for word in _UNPRINTABLE.sub(" ", text).split(" ") if word)


def visible(text: str) -> str:
    """Return text with a mark in the place of whatever a terminal or a log would act upon, tabs as blanks."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\t", " "))


def looks_garbled(text: str) -> bool:
    """Tell whether accents went wrong in a text, as where UTF-8 was read as something else.

    Of characters that names may have, only those count that stand where no name has them.
    """
    return not text.isascii() and bool(_garbled().search(text))


def lacks_letters(name: str) -> bool:
    """Tell whether a program put a mark in the place of letters of a name that it doesn't know: NGUY?N.

    Behind a name somebody may have typed it: ``Zoé?`` has its accent.
    """
    return bool(_LACKS_LETTERS.search(name) or (name.isascii() and _LACKS_THE_LAST.search(name)))


@cache
def _garbled() -> re.Pattern[str]:
    # Compiled when it is first asked for: a run that reads nothing but ASCII does without.
    return re.compile("|".join(_GARBLED))


def escaped(document: str) -> str:
    """Return a JSON document with escapes, line ends apart, for whatever a terminal would act upon."""
    return _UNPRINTABLE.sub(lambda found: "".join(map(_escape, found[0])), document)


def _escape(char: str) -> str:
    return char if char == "\n" else f"\\u{ord(char):04x}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that ``word`` was probably meant to be, or nothing."""
    import difflib

    by_fold = {fold(name): name for name in known}
    close = difflib.get_close_matches(fold(word)[:_SHOWN], by_fold, n=1)
    return by_fold[close[0]] if close else ""


def as_known(name: str, known: Collection[str]) -> str:
    """Return the known name that is ``name`` but for case and accents, if there is one; else ``name``.

    Where none is, what parts the words is no matter: ``AMAP du Lac`` names ``amap-du-lac``.
    """
    if name in known:
        return name
    for comparable in (fold, _letters):
        alike = [one for one in known if comparable(one) == comparable(name)]
        if len(alike) == 1:
            return alike[0]
    return name


def _letters(text: str) -> str:
    return re.sub(r"[\s_'-]+", "", fold(text))


@lru_cache(maxsize=1024)
def all_near(word: str, known: frozenset[str]) -> frozenset[str]:
    """Return each known word that ``word`` may have been meant to be: whatever its case, else letters apart.

    Other digits, as many, make another name, not a misspelt one: that of another day, as a rule.
    """
    import difflib

    by_fold = {fold(name): name for name in known}
    wanted = fold(word)[:_SHOWN]
    if wanted in by_fold:
        return frozenset((by_fold[wanted],))
    close = difflib.get_close_matches(wanted, by_fold, n=len(by_fold) or 1)
    return frozenset(by_fold[name] for name in close if not _is_another_number(name, wanted))


def _is_another_number(one: str, other: str) -> bool:
    digits, others = _NO_DIGIT.sub("", one), _NO_DIGIT.sub("", other)
    return digits != others and len(digits) == len(others)


def meant(message: str, word: str, known: Iterable[str]) -> str:
    """Add to ``message`` which of the ``known`` words ``word`` was probably meant to be."""
    near = nearest(word, known)
    return _("{message}; did you mean {near!r}?", message=message, near=near) if near else message


def fold(text: str) -> str:
    """Make texts comparable whatever their case, accents, ligatures and blanks."""
    if not text.isascii():
        spelt_out = unicodedata.normalize("NFKD", text.casefold().translate(_LOOKALIKES))
        text = "".join(char for char in spelt_out if unicodedata.category(char) not in ("Mn", "Cf"))
    return " ".join(text.casefold().split())


@lru_cache(maxsize=1024)
def _words_of(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text))) or text


def is_same_place(told: str, place: str) -> bool:
    """Tell whether two texts lead to one place: their words and numbers do, however they are written."""
    return told == place or _words_of(told) == _words_of(place)


def fold_name(name: str) -> str:
    """Make names of people comparable: beside what ``fold`` does, hyphens are blanks, apostrophes have none.

    Lists tie the halves of a name as they like: LE GALL - HERVÉ, Le Gall-Hervé. Addresses stay as they are.
    """
    folded = fold(name if name.isascii() else name.translate(_APOSTROPHES))
    if "@" in folded or folded.isalpha():
        return folded
    return " ".join(_APOSTROPHE.sub("'", _HYPHENS.sub(" ", folded)).split())


def bare_id(text: str) -> str:
    """Return an id without what spreadsheets and people add or take: leading zeros, ``.0``, marks, case."""
    bare = re.sub(r"[.,]0+$", "", fold(text))
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[\W_]+", "", bare))


def id_with_name(address: str, name: str) -> str:
    """Return the id of one of several who have an address and no id of their own."""
    return f"{address} {fold(name)}".rstrip()


def quoted(text: str) -> str:
    """Quote a bad value in a message, cut if it is long."""
    return repr(str(text) if len(text) <= _SHOWN else text[:_SHOWN] + "…")


@lru_cache(maxsize=1024)  # a whole column may be wrong, and looking for the nearest is slow
def quoted_with_hint(name: str, known: frozenset[str]) -> str:
    """Quote a name that isn't known, with the one it was probably meant to be."""
    return quoted_with(name, nearest(name, known))


def quoted_with(name: str, meant: str) -> str:
    """Quote a name that isn't known, with the one it was probably meant to be, if there is one."""
    return _("{name!r} (did you mean {meant!r}?)", name=name, meant=meant) if meant else repr(name)


def shortened(names: Sequence[str]) -> str:
    """Return the first of some names, as one line holds them."""
    return ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")


def names_any(text: str, words: Collection[str], longer: Collection[str] = ()) -> bool:
    """Tell whether one of the words stands whole in a text, and not in a ``longer`` name of somebody else."""
    return any(found.group() in words for found in whole_words({*words, *longer}).finditer(text))


def whole_words(words: Collection[str]) -> re.Pattern[str]:
    """Return what finds one of the words where it is no part of another, nor of an address; of none, nothing.

    Of two that begin at the same place it finds the longer one.
    """
    longest_first = "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
    return re.compile(rf"(?<!\w)(?<!\w[-.+])(?:{longest_first})(?!\w|[-.@]\w)" if words else r"(?!)")
