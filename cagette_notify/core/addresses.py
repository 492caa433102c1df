"""Validate and compare e-mail addresses; recognize Cagette's placeholder. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from cagette_notify.core.i18n import _

PLACEHOLDER_DOMAIN: Final = "@no.mail"
"""Cagette gives a member without an address one of these: there is no such domain."""

_CONTACT_LISTS = "@lists.mailjet.com"  # such a recipient stands for a whole contact list of the account
_SHOWN = 254  # characters of a bad address that a message repeats

# Most addresses look like this, and all that do are valid. It spares a run with nothing due the
# import of email_validator, and 100,000 members the seconds it takes. Labels with "--" in third
# place are left to it: they may be IDNA, and wrong.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(
    rf"(?=.{{6,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*"
    r"@(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
    re.IGNORECASE | re.ASCII,
)
# What spreadsheets, mail programs and people put around an address. An apostrophe may stand in one, as in
# o'neil@example.org; before one, it is a spreadsheet's mark of a text.
_AROUND = "'\"`´‘’‚“”„«»‹›<>()[]{};,.:… \u00a0\u200b\ufeff"
_MARKS_OF_A_TEXT = ("'", "`")
_BETWEEN = (
    r"[\s,;|<>()\[\]\"\ufffd]+"  # addresses that stand in one text; texts, as compiling costs every run
)
_GLUED = r"[/&+:]"
_WITH_A_NAME = re.compile(r"[^<>@]*<([^<>@\s]{1,64}@[^<>@\s]{1,255})>")


def mailable_address(text: str) -> str:
    """Return the form of an address that mail is sent to: ASCII only, its domain in lower case.

    ValueError says why ``text`` is none. No name server is asked, and names that are reserved for
    examples and tests are addresses like any other.
    """
    text = text.strip()
    if text.casefold().endswith(_CONTACT_LISTS):
        raise ValueError(_("not an address but a contact list of Mailjet: {value!r}", value=text))
    if _PLAIN.fullmatch(text) and not text.startswith(_MARKS_OF_A_TEXT):
        local_part, _at, domain = text.rpartition("@")
        return f"{local_part}@{domain.lower()}"
    if "@" not in text or text.startswith(_MARKS_OF_A_TEXT):
        raise ValueError(_not_an_address(text))
    return _unusual(text)


def address_key(text: str) -> str:
    """Return how an address compares, whoever typed it: the form it is sent to, whatever its case.

    ``léa@café.fr`` is none, and compares as it is written.
    """
    text = text.strip()
    return text.casefold() if text.isascii() else _unusual_key(text)


def addresses_within(text: str) -> tuple[str, ...]:
    """Return the addresses that a text holds which is none itself: several, or one beside a name."""
    pieces = re.split(_BETWEEN, text)
    pieces += [part for piece in pieces if piece.count("@") > 1 for part in re.split(_GLUED, piece)]
    bare = (piece.strip(_AROUND).removeprefix("mailto:").strip(_AROUND) for piece in pieces)
    return tuple(dict.fromkeys(one for one in bare if _PLAIN.fullmatch(one) or _is_unusual(one)))


def naming_those_within(message: str, text: str) -> str:
    """Say of a text that is no address, as a message does, which addresses stand in it."""
    within = addresses_within(text)
    if not within:
        return message
    return _("{what}; one alone would do: {addresses}", what=message, addresses=", ".join(map(repr, within)))


def is_placeholder(text: str) -> bool:
    """Tell whether an address is Cagette's way to say that there is none."""
    return text.strip().casefold().endswith(PLACEHOLDER_DOMAIN)


def _not_an_address(text: str) -> str:
    """Say so, with the address that it would be without what stands around it."""
    message = _("not an address: {value!r}", value=text[:_SHOWN])
    named = _WITH_A_NAME.fullmatch(text)
    near = (named[1] if named else text).strip(_AROUND).removeprefix("mailto:").strip(_AROUND)
    if near == text or not (_PLAIN.fullmatch(near) or _is_unusual(near)):
        return naming_those_within(message, text)
    return _("{message}; did you mean {near!r}?", message=message, near=near)


def readable_address(address: str) -> str:
    """Return an address as people write it, with the accents of its domain."""
    if "xn--" not in address.casefold():
        return address
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        return address


@lru_cache(maxsize=4096)  # orders name one person many times
def _unusual_key(text: str) -> str:
    try:
        return mailable_address(text).casefold()
    except ValueError:
        return normalize("NFC", normalize("NFC", text).casefold())


def _is_unusual(text: str) -> bool:
    """Tell whether a text is an address with accents in its domain."""
    if text.isascii() or "@" not in text:
        return False
    from email_validator import EmailNotValidError, validate_email

    try:
        return bool(validate_email(text, check_deliverability=False, test_environment=True).ascii_email)
    except EmailNotValidError:
        return False


def _unusual(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        # test_environment lets names under .test pass, as the plain ones do.
        valid = validate_email(text, check_deliverability=False, strict=True, test_environment=True)
    except EmailNotValidError:
        raise ValueError(_not_an_address(text)) from None
    if not valid.ascii_email:
        raise ValueError(
            _not_an_address(text)
            if text.strip(_AROUND) != text
            else _("not an address: {value!r} (no accents can be used before the @)", value=text[:_SHOWN])
        )
    return valid.ascii_email
