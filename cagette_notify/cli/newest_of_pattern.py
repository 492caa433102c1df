"""Say which file a name with ``*`` means now."""

from __future__ import annotations

from cagette_notify.core.i18n import _


def newest_of_pattern(chosen: tuple[str, str]) -> str:
    """Return the line that ``check`` and ``status`` say of a name and the file that it means."""
    pattern, file = chosen
    return _("{pattern}: {file} is the newest", pattern=pattern, file=file)
