"""Say which file a name with ``*`` means now, and which it means no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.formatting import clock, day_of_month
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.data.files_in_use import MOST_PASSED_OVER

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.data.files_in_use import ChosenFile


def newest_of_pattern(config: Config, chosen: ChosenFile) -> str:
    """Return the line that ``check`` and ``status`` say of a name and the file that it means."""
    said = {"pattern": chosen.pattern, "file": chosen.file, "day": _when(config, chosen, chosen.modified_at)}
    words = {
        "groups": _("Groups are read from {file} (of {day}), the newest of {pattern}.", **said),
        "orders": _("Orders are read from {file} (of {day}), the newest of {pattern}.", **said),
        "distributions": _("Distributions are read from {file} (of {day}), the newest of {pattern}.", **said),
    }
    return words.get(chosen.kind) or _(
        "Members are read from {file} (of {day}), the newest of {pattern}.", **said
    )


def older_of_pattern(config: Config, chosen: ChosenFile) -> str:
    """Return the line that ``check`` says of the files that count no more; nothing where there is none.

    One of them may be meant: what was copied or unpacked just now keeps the age that it had.
    """
    if not chosen.older:
        return ""
    named = [
        _("{file} (of {day})", file=file, day=_when(config, chosen, at))
        for file, at in chosen.older[:MOST_PASSED_OVER]
    ]
    files = ", ".join((*named, *("…" for _file in chosen.older[MOST_PASSED_OVER:])))
    return "  " + _n(
        "passed over, older: {files}", "passed over, older: {files}", len(chosen.older), files=files
    )


def _when(config: Config, chosen: ChosenFile, at: datetime) -> str:
    """Say the day of a file, with the year if it is not the newest one's, and the hour where that tells."""
    local = at.astimezone(config.timezone)
    moments = (chosen.modified_at, *(moment for _file, moment in chosen.older))
    days = [moment.astimezone(config.timezone).date() for moment in moments]
    year = "" if local.year == days[0].year else f" {local.year}"
    day = f"{day_of_month(local.date(), spoken())}{year}"
    if days.count(local.date()) == 1:
        return day
    return _("{day} at {hour}", day=day, hour=clock(local, spoken()))
