"""Recognize values that are none: a spreadsheet's errors and stand-ins, text whose accents went wrong."""

from __future__ import annotations

import re
from datetime import timezone
from functools import lru_cache
from typing import Final

from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import moment
from cagette_notify.core.text import fold, looks_garbled, quoted
from cagette_notify.data.rows.program_text import as_meant, without_tags

# As Excel, LibreOffice and Google's sheets show them, in English and in French, in German and in Spanish.
_SHOWN: Final = """
#N/A #NA #N/D #NV #REF! #NAME? #NOM? #VALUE! #VALEUR! #DIV/0! #NUM! #NOMBRE! #NULL! #NUL! #SPILL!
#PROPAGATION! #EPARS! #CALC! #FIELD! #CHAMP! #BLOCKED! #BLOQUE! #CONNECT! #CONNEXION! #BUSY! #OCCUPE!
#UNKNOWN! #INCONNU! #PYTHON! #ERROR! #ERREUR! #GETTING_DATA
#WERT! #BEZUG! #ZAHL! #¿NOMBRE? #¡VALOR! #¡REF! #¡DIV/0! #¡NUM! #¡NULO!
"""
_ERRORS: Final = frozenset(_SHOWN.split())
_LIBREOFFICE: Final = re.compile(r"ERR(?:EUR)?:\d+")  # Err:502, Erreur :502


# What people, pivot tables and online sheets put where a value is missing, or still on its way.
_MISSING: Final = frozenset(("n/a", "(vide)", "(empty)", "(blank)"))
_STAND_INS: Final = _MISSING.union(("loading...", "loading…", "chargement...", "chargement…"))
_STAND_IN_STARTS: Final = frozenset("nN([lLcCu")
# What programs write for nothing, to the letter: Nan, NAN, Null and NONE may be somebody's names.
_NOTHINGS: Final = frozenset(("nan", "NaN", "None", "undefined", "null", "[object Object]"))
# ="A"&B1, =A1, =-Feuil1!A1, ='Feuille 1'!$A$1, =RECHERCHEV(A1;B:C;2)
_FORMULA: Final = re.compile(
    r"=\s*[-+]?(?:\"|(?:(?:'[^']+'|[\w.]+)!)?(?:\$?[A-Z]{1,3}\$?\d+(?!\w)|[^\W\d_][\w.]*\())", re.IGNORECASE
)
# {prenom}, {{ name }}, ${nom}, %NOM%, <<nom>>: what a program should have put a value in place of.
# And as Mailchimp, Mailjet and Brevo have them: *|FNAME|*, [[data:firstname]], %%first%%.
_PLACE: Final = re.compile(
    r"\$?\{+[\w .-]+\}+|%{1,2}\w+%{1,2}|<<[\w .-]+>>|\*\|[\w:. -]+\|\*|\[\[[^\[\]]+\]\]|\$[^\W\d]\w*"
)
_PLACE_FOR_A_NAME: Final = re.compile(r"[<‹«]+[\w .-]+[>›»]+")  # «NOM» is Word's; «Panier» may be a product
_NAME_TO_COME: Final = re.compile(  # [Ana] is somebody's
    r"\[\s*(?:(?:votre|your)\s)?(?:pr[ée]nom|nom|(?:first|last|full|sur|given|family)?[\s_-]?name)\b[^\[\]]*\]",
    re.IGNORECASE,
)
_NONE: Final = re.compile(  # as people answer a question of a form
    r"[-–—]+|non|none|aucune?|neant|(?:pas|sans) (?:de |d')?(?:adresse|e-?mail|mail|courriel|internet)\b.*"
)
_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d+")  # 3,76E+12 was a barcode or a telephone number
# As a spreadsheet or a program writes yes and no; FAUX is also a family's name.
_NO_NAMES: Final = frozenset(("true", "false", "vrai"))
_NO_PRODUCTS: Final = _NO_NAMES | {"faux"}
# What a spreadsheet shows of 12/6: 12-juin, juin-26, 12/06. Somebody may have typed 12-06 and 1/2.
_MONTHS: Final = (
    r"(?:janv?|f[eé]vr|feb|mars?|a[pv]r|ma[iy]|juin|jun|juil|jul|ao[uû]t|aug|sept?|oct|nov|d[eé]c)\.?"
)
_DAY_SHOWN: Final = re.compile(
    rf"\d{{1,2}}-{_MONTHS}(?:-\d\d)?|{_MONTHS}-\d\d|(?:0[1-9]|[12]\d|3[01])/0[1-9]|0[1-9]/1[0-2]",
    re.IGNORECASE,
)
_SOUND: Final = re.compile(r"[0-9][0-9 :/.,+-]*")  # a number or a time: nothing that anybody looks for
_DASHES: Final = "-–—−"
_NO_LETTER: Final = "?-–—−_./… :0123456789"  # 45819 is a day to a spreadsheet
_LOST_ACCENT: Final = re.compile(r"[^\W\d_]\?[a-zà-ÿ]")  # H?l?ne; NGUY?N is the best that Excel can do
_LOST_LAST: Final = re.compile(r"[^\W\d_]\?(?!\w)")  # Zo?; Zoé? has its accent
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]")
_LINK: Final = re.compile(r"(?:https?|ftp)://|www\.\w")


def stands_for_nothing(text: str) -> bool:
    """Tell whether a text says that there is no value, rather than what became of one."""
    return text in _NOTHINGS or text.casefold() in _MISSING


def answers_none(text: str) -> bool:
    """Tell whether somebody answered that there is no address, or no partner: ``non``, ``néant``, a dash."""
    return "@" not in text and _NONE.fullmatch(fold(text)) is not None


def why_broken(text: str) -> str:
    """Say why a text can be no value; nothing where it may be one."""
    return "" if _may_be_a_value(text) else _why_broken(text)


@lru_cache(maxsize=4096)
def _may_be_a_value(text: str) -> bool:
    # Columns repeat themselves: products, catalogs, units, ids of distributions. Those of times are long.
    return bool(_SOUND.fullmatch(text)) or not _why_broken(text)


def _why_broken(text: str) -> str:
    if text[:1] in _STAND_IN_STARTS and (text in _NOTHINGS or text.casefold() in _STAND_INS):
        return _("{value} stands for a value that is missing", value=quoted(text))
    if text[:1] in "{$%<*[" and _PLACE.fullmatch(text):
        return _to_be_filled_in(text)
    if "E+" in text and _SHORTENED.fullmatch(text):
        return _("{value} is what a spreadsheet left of a long number", value=quoted(text))
    if text[:1] == "=" and _FORMULA.match(text):
        return _("{value} is a formula, not what it comes to", value=quoted(text))
    if "<" in text and (meant := without_tags(text)) != text:
        return _written_by_a_program(text, meant)
    return why_spoilt(text)


def why_spoilt(text: str) -> str:
    """Say how a program spoilt a value that was one; nothing where none did."""
    if text[:1] in "#Ee" and is_an_error(text):
        return _("{value} is a spreadsheet's error, not a value", value=quoted(text))
    if looks_garbled(text) or ("?" in text and "://" not in text and _LOST_ACCENT.search(text)):
        return _accents_wrong(text)
    if "://" not in text and (meant := as_meant(text)) != text:  # a link with &amp; in it works
        return _written_by_a_program(text, meant)
    return ""


def _written_by_a_program(text: str, meant: str) -> str:
    return _(
        "{value} is how a program writes {meant}: correct it, or make the export anew",
        value=quoted(text),
        meant=quoted(" ".join(meant.split())),
    )


def why_no_name(text: str) -> str:
    """Say why a text can name nobody, such as ``?``, ``45819`` or ``Zo?``; nothing where it may."""
    if holds_an_address(text):
        return _("{value} is nobody's name: there is an address in it", value=quoted(text))
    if text.isascii() and _LOST_LAST.search(text):
        return _accents_wrong(text)
    if _PLACE_FOR_A_NAME.fullmatch(text) or (text[0] == "[" and _NAME_TO_COME.fullmatch(text)):
        return _to_be_filled_in(text)
    is_none = text.casefold() in _NO_NAMES or not text.strip(_NO_LETTER)
    is_none = is_none or ("." in text and _LINK.match(text) is not None)
    return _("{value} is nobody's name", value=quoted(text)) if is_none else ""


def why_no_product(text: str) -> str:
    """Say why a text can be no product: a day or a yes, as spreadsheets have them, or a lone dash.

    A number may be somebody's shorthand.
    """
    if not text.strip(_DASHES):
        return _("{value} stands for a value that is missing", value=quoted(text))
    is_none = text.casefold() in _NO_PRODUCTS or (text[0].isdigit() and _is_a_day(text))
    is_none = is_none or (("-" in text or "/" in text) and _DAY_SHOWN.fullmatch(text) is not None)
    return _("{value} is no product", value=quoted(text)) if is_none else ""


@lru_cache(maxsize=1024)
def _is_a_day(text: str) -> bool:
    try:
        moment(text, timezone.utc, require_time=False)
    except ValueError:
        return False
    return True


def _to_be_filled_in(text: str) -> str:
    return _("{value} was to be filled in by a program", value=quoted(text))


def holds_an_address(text: str) -> bool:
    """Tell whether somebody's address stands in a text, or is the whole of it."""
    return "@" in text and bool(_ADDRESS.search(text))


def _accents_wrong(text: str) -> str:
    return _(
        "the accents look wrong: {value}; save the file as UTF-8 (in a spreadsheet: CSV UTF-8)",
        value=quoted(text),
    )


def is_an_error(text: str) -> bool:
    """Tell whether a text is what a spreadsheet shows in the place of a value: ``#N/A``."""
    word = "".join(text.upper().split())  # French ones may have a blank before their mark
    if _LIBREOFFICE.fullmatch(word):
        return True
    # A column too narrow for its numbers is exported as it is seen.
    return word in _ERRORS or (len(word) > 2 and not word.strip("#"))
