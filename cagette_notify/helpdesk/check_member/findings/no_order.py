"""Word that no order of a member is known: their rows that come to 0, or where else to look. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, _n
from cagette_notify.core.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.core.errors import Origin


def with_rows_of_nothing(summary: str, rows: Sequence[Origin]) -> str:
    """Return what is so, and which rows are there all the same."""
    if not rows:
        return summary
    return _("; ").join((summary, _("what stands in it comes to 0: {places}", places=_places(rows))))


def if_they_did_order(file: str, rows: Sequence[Origin]) -> str:
    """Say what to look for, if there should be an order."""
    if rows:
        return _("if the member did order: correct the quantity in {places}", places=_places(rows))
    return _("if the member did order: under which name? See {file}", file=file)


def rows_of_nobody(rows: Sequence[Origin]) -> str:
    """Say which rows name nobody who is known: one of them may be theirs; nothing where none does."""
    if not rows:
        return ""
    return _n(
        "{places} names no member of the group: is it of this member? Then correct it, or their name in the "
        "list of members",
        "{places} name no members of the group: is one of them of this member? Then correct it, or their "
        "name in the list of members",
        len(rows),
        places=_places(rows),
    )


def _places(rows: Iterable[Origin]) -> str:
    return shortened([f"{row.file}:{row.line}" for row in rows])
