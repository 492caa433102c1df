"""Name what is wrong with the subject or the text of a letter, in the language of whoever reads it. Pure."""

from __future__ import annotations

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _


def of_subject(message: str) -> Problem:
    """Return what is wrong with a subject."""
    return Problem(message, field="subject", title=_("subject"))


def of_body(message: str, *, file: str = "", line: int = 0, is_warning: bool = False) -> Problem:
    """Return what is wrong with a text, or may be, in a line counted from 1 if it is known."""
    return Problem(message, file, line, "body", is_warning=is_warning, title=_("body"))
