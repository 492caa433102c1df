"""Translate messages with gettext, into the language that commands speak."""

from __future__ import annotations

import gettext
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CATALOGS = Path(__file__).parents[1] / "locale"
DOMAIN = "cagette_notify"
_spoken = "en"
_choose: Callable[[], str] | None = None


def speak(language: str) -> None:
    """Make every later message come in ``language`` (``fr`` or ``en``).

    Its catalog is read when there is something to say: under cron there seldom is.
    """
    global _spoken, _choose
    _spoken, _choose = language, None


def speak_once_asked(otherwise: str, choose: Callable[[], str]) -> None:
    """Make later messages come in the language that ``choose`` returns: it is called for the first of them.

    So nothing is read for a language in which nothing is said. Until it returns, and where it returns
    nothing, they come in the language ``otherwise``.
    """
    global _choose  # noqa: PLW0603 - as above
    speak(otherwise)
    _choose = choose


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Make messages come in ``language`` within: what is written for somebody else than who is spoken to."""
    global _spoken, _choose
    before = _spoken, _choose
    speak(language)
    try:
        yield
    finally:
        _spoken, _choose = before


def spoken() -> str:
    """Return the language in which messages come."""
    choose, otherwise = _choose, _spoken
    if choose:
        speak(otherwise)
        speak(choose() or otherwise)
    return _spoken


def of_locale(environ: Mapping[str, str]) -> str:
    """Return the language of the person's locale: French if it is, else English."""
    return "fr" if _named(environ).startswith("fr") else "en"


def language_of_mails(environ: Mapping[str, str]) -> str:
    """Return the language to begin with for mails: French, unless the person's locale is English.

    A server's locale is often none at all (C, POSIX): that says nothing of the members.
    """
    return "en" if _named(environ).startswith("en") else "fr"


def _named(environ: Mapping[str, str]) -> str:
    named = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), "").casefold()


def _(message: str, /, **values: object) -> str:
    """Translate ``message``, then fill in its ``{named}`` places."""
    return translated(message).format(**values)


def _n(one: str, several: str, /, count: int, **values: object) -> str:
    """Translate whichever of two messages fits a ``{count}``, then fill in their places."""
    return _speech().ngettext(one, several, count).format(count=count, **values)


def translated(message: str) -> str:
    """Translate a message that has no places to fill in, or whose braces are meant."""
    # gettext's word for nothing is the head of the catalog.
    return _speech().gettext(message) if message else ""


def why(error: OSError | ValueError) -> str:
    """Return what the system says of an error: its own words, which are English, in the language spoken."""
    return translated(getattr(error, "strerror", None) or str(error))


def _speech() -> gettext.NullTranslations:
    try:
        return _catalog(spoken())
    except (MemoryError, OSError):  # what is to be said may be just that: better in English than not at all
        return gettext.NullTranslations()


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, CATALOGS, [language], fallback=True)
