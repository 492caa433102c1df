"""Tell in which encoding of a byte for each character a text was saved, by what each would make of it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

LATIN_9: Final = "iso-8859-15"
NAMES: Final = {"mac-roman": "Mac Roman", "cp850": "DOS (CP850)"}
"""What people call the encodings that are recognized and not read."""

_WINDOWS: Final = "cp1252"
_SURE: Final = 3  # of strangeness: what no text has by itself

_CAPITAL, _SMALL, _LETTER = "[À-ÖØ-ÞŒŠŽŸ]", "[a-zß-öø-ÿœšž]", r"[^\W\d_ƒˆ]"
_WITHIN: Final = "„†‡‰‹›¤¢£¥§¦©¬¯±¶¹¼½¾¿¡×÷√∂∑∏π∫Ω≈∆◊≤≥≠∞€˜˘˙˚˝˛ˇı"
# What is strange in a text, and how much. One of a sign that people do put between two words, such as a dash
# or an ellipsis, says little; é and è among capitals say nothing, as keyboards lack theirs.
_STRANGE: Final = tuple(
    (weight, re.compile(pattern))
    for weight, pattern in (
        (9, r"[\x00-\x08\x0e-\x1f\x7f-\x9f]"),
        (3, r"[\ufffd\u2500-\u25ff\uf8ff]"),
        # ZoŽ, lÕan, GŸler, CÏur, 5Û, "Prix (Û)"
        (3, rf"{_SMALL}{_CAPITAL}|{_LETTER}[ŒŠŽŸ][a-z]|[ÎÏ][uU]|\d{_CAPITAL}(?!\w)|(?<!\w)Û(?!\w)"),
        (2, rf"[A-Z]{_CAPITAL}{_SMALL}|(?<!\w)[ÂÇ-ÈË-ÓÕ-ÚÜ-ÞßŒŠŽŸ](?![\w.’'-])|(?<!\w)[ëæÒ][a-z]"),
        (3, rf"{_LETTER}[{_WITHIN}]{_LETTER}|{_LETTER}[™®][a-z]|{_LETTER}”{_LETTER}"),
        (3, rf"{_LETTER}“{_LETTER}(?![^“\n]{{0,80}}”)"),  # but: l“atelier”
        (3, rf"{_LETTER}[ƒˆ‚„‰˜]|[ƒˆ]{_LETTER}|(?<!\S)ˆ [a-z]|¯(?!\w)|(?<![\d\s])[;,\s]×[A-Za-z]{{2}}"),
        (3, r"\b[^\W‘]+[aoAO]‘|[ao]•[a-z]{1,2}\b|[a-zA-Z][–ž][tr]\b"),  # No‘l, Lo•c, ao–t
        (3, r"[¼½](?=u[fv]|il|n[io]|U[FV]|IL|N[IO])|(?<![^\W_])¦(?=[a-zà-ÿ])"),  # ½uf, ¦árka
        (3, r"\d[ \xa0]?¤|¤ ?/|\((?:en )?¤|n[¡ø] ?\d"),
        (2, r"[œŒ](?![a-zA-Zéè])|[A-Za-z][¨¸´]"),
        (1, r"[ÞþÐðý¤áíóúìòñãõåøÁÍÓÚÌÒÑÃÕÅØ]|[öü](?!\w)|[aeiou]â|â(?!\w)|à[a-z]|[A-Z]ê|[A-Za-z][…–—][a-z]"),
    )
)


# A word with an accent, and those around it that may tell what it is; bounded, as a file may be one word.
_ACCENTED: Final = re.compile(
    rb"(?<![^\s;])(?:[^\s;]{1,9} )?[^\s;]{0,60}?[\x80-\xff][^\s;]{0,60}(?: [^\s;]{1,30}){0,4}"
)
_ENOUGH: Final = 5000  # of them


def encoding_of(raw: bytes) -> str:
    """Return the encoding of a text that is no UTF-8: Windows-1252, unless another one makes sense of it.

    One character may be strange in any text. Read as what it is not, all of its accents are: so only where
    one reading is stranger than another by a sure mark, it is the wrong one.
    """
    found = (one[0] for one in _ACCENTED.finditer(raw))
    words = b"\n".join(dict.fromkeys(islice(found, _ENOUGH)))
    strangeness = {_WINDOWS: _strangeness(words, _WINDOWS)}
    if strangeness[_WINDOWS] >= _SURE:
        strangeness |= {other: _strangeness(words, other) for other in (LATIN_9, *NAMES)}
    best = min(strangeness, key=strangeness.__getitem__)
    return best if strangeness[best] + _SURE <= strangeness[_WINDOWS] else _WINDOWS


def _strangeness(raw: bytes, encoding: str) -> int:
    """Add up what is strange, each thing once, however often it is there."""
    text = raw.decode(encoding, errors="replace")
    return sum(weight * len(set(strange.findall(text))) for weight, strange in _STRANGE)
