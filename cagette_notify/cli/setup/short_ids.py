"""Make ids that are short to type of what groups are called."""

from __future__ import annotations

import re

from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold


def short_id(name: str) -> str:
    """Return the id of a group that rows call so: the same, unless there are blanks or accents in it."""
    return name if name.isascii() and " " not in name else id_of(name)


def id_of(name: str) -> str:
    """Return a short name for commands and files."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or _("my-group")
