"""Say which file a name with ``*`` means now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.formatting import day_of_month
from cagette_notify.core.i18n import _, spoken

if TYPE_CHECKING:
    from cagette_notify.config.load import Config
    from cagette_notify.data.files_in_use import ChosenFile


def newest_of_pattern(config: Config, chosen: ChosenFile) -> str:
    """Return the line that ``check`` and ``status`` say of a name and the file that it means."""
    day = chosen.modified_at.astimezone(config.timezone).date()
    said = {"pattern": chosen.pattern, "file": chosen.file, "day": day_of_month(day, spoken())}
    words = {
        "groups": _("Groups are read from {file} (of {day}), the newest of {pattern}.", **said),
        "distributions": _("Distributions are read from {file} (of {day}), the newest of {pattern}.", **said),
    }
    return words.get(chosen.kind) or _(
        "Members are read from {file} (of {day}), the newest of {pattern}.", **said
    )
