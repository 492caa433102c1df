"""Say what ``check`` found of a database: its version, each group's households, rights that are too many."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cagette_notify.config.camap import CAMAP
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.data.dataset import Survey


def database_lines(surveyed: Survey) -> Iterator[str]:
    """Yield which version of the tables was found, and how many households each group adds."""
    camap = surveyed.calendar.inputs.camap
    if camap is None:
        return
    if camap.is_old():
        yield _("The database has the tables of an old Cagette, in which no group is disabled.")
    else:
        yield _("The database has the tables of CAMAP.")
    counts = Counter(group_id for member in surveyed.members.members for group_id in member.group_ids)
    for id_, group in surveyed.calendar.groups.items():
        count = counts[id_]
        yield _n("{group}: {count} household", "{group}: {count} households", count, group=group.name)


def rights_in_words(surveyed: Survey) -> Iterator[Problem]:
    """Yield a warning for what the database's user may do and need not."""
    camap = surveyed.calendar.inputs.camap
    if camap is None:
        return
    found = camap.rights()
    if found.beside_reading:
        message = _(
            "its user may do more than read: {rights}; SELECT suffices",
            rights=", ".join(found.beside_reading),
        )
        yield Problem(message, CAMAP, is_warning=True)
    if found.reads_passwords:
        message = _(
            "its user can read the passwords of all accounts: of the table User a few columns suffice "
            "(docs/data-files.md)"
        )
        yield Problem(message, CAMAP, is_warning=True)
