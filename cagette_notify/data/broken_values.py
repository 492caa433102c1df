"""Recognize values that are none: a spreadsheet's errors and stand-ins, text whose accents went wrong."""

from __future__ import annotations

import re
from typing import Final

from cagette_notify.core.i18n import _
from cagette_notify.core.text import looks_garbled, quoted

# As Excel, LibreOffice and Google's sheets show them, in English and in French; #NV is German.
_SHOWN: Final = """
#N/A #NA #N/D #NV #REF! #NAME? #NOM? #VALUE! #VALEUR! #DIV/0! #NUM! #NOMBRE! #NULL! #NUL! #SPILL!
#PROPAGATION! #EPARS! #CALC! #FIELD! #CHAMP! #BLOCKED! #BLOQUE! #CONNECT! #CONNEXION! #BUSY! #OCCUPE!
#UNKNOWN! #INCONNU! #PYTHON! #ERROR! #ERREUR! #GETTING_DATA
"""
_ERRORS: Final = frozenset(_SHOWN.split())
_LIBREOFFICE: Final = re.compile(r"ERR(?:EUR)?:\d+")  # Err:502, Erreur :502


# What people, pivot tables and online sheets put where a value is missing, or still on its way.
_STAND_INS: Final = frozenset(
    ("n/a", "(vide)", "(empty)", "(blank)", "loading...", "loading…", "chargement...", "chargement…")
)
_STAND_IN_STARTS: Final = frozenset("nN(lLcC")
# =A1, =-Feuil1!A1, ='Feuille 1'!$A$1, =RECHERCHEV(A1;B:C;2)
_FORMULA: Final = re.compile(
    r"=\s*[-+]?(?:(?:'[^']+'|[\w.]+)!)?(?:\$?[A-Z]{1,3}\$?\d+(?!\w)|[^\W\d_][\w.]*\()", re.IGNORECASE
)
_NO_LETTER: Final = "?-–—−_./… "


def why_broken(text: str) -> str:
    """Say why a text can be no value; nothing where it may be one."""
    if text[:1] in _STAND_IN_STARTS and text.casefold() in _STAND_INS:
        return _("{value} stands for a value that is missing", value=quoted(text))
    if text[:1] == "=" and _FORMULA.match(text):
        return _("{value} is a formula, not what it comes to", value=quoted(text))
    return why_spoilt(text)


def why_spoilt(text: str) -> str:
    """Say how a program spoilt a value that was one; nothing where none did."""
    if text[:1] in "#Ee" and _is_an_error(text):
        return _("{value} is a spreadsheet's error, not a value", value=quoted(text))
    if looks_garbled(text):
        return _(
            "the accents look wrong: {value}; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)",
            value=quoted(text),
        )
    return ""


def why_no_name(text: str) -> str:
    """Say why a text can name nobody, such as ``?`` or ``-``; nothing where it may."""
    return "" if text.strip(_NO_LETTER) else _("{value} is nobody's name", value=quoted(text))


def _is_an_error(text: str) -> bool:
    word = "".join(text.upper().split())  # French ones may have a blank before their mark
    if _LIBREOFFICE.fullmatch(word):
        return True
    # A column too narrow for its numbers is exported as it is seen.
    return word in _ERRORS or (len(word) > 2 and not word.strip("#"))
