"""The language in which commands speak: gettext catalogs shipped with the package."""

from __future__ import annotations

import gettext
from pathlib import Path

CATALOGS = Path(__file__).parent / "locale"
_speech: gettext.NullTranslations = gettext.NullTranslations()


def speak(language: str) -> None:
    """Make every later message come in ``language`` (``fr`` or ``en``)."""
    global _speech  # noqa: PLW0603 - a process speaks one language; threading it through every message would drown the code
    _speech = gettext.translation("cagette_notify", CATALOGS, [language], fallback=True)


def _(message: str, /, **values: object) -> str:
    """Translate ``message``, then fill in its ``{named}`` places."""
    return _speech.gettext(message).format(**values)
