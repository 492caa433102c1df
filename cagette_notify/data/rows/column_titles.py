"""Say what a column that a file lacks may be called, in the language spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def no_column_for(missing: Iterable[Sequence[str]]) -> str:
    """Say which fields no column of a table is for; of those that are alike, one would do."""
    return _("no column for: {fields}", fields=", ".join("/".join(map(title_of, alike)) for alike in missing))


def title_of(field: str) -> str:
    """Return a name that the column of a field may have; of one that no file must have, its own."""
    titles = {
        "id": _("id"),
        "name": _("name"),
        "first_name": _("first_name"),
        "last_name": _("last_name"),
        "partner_first_name": _("partner_first_name"),
        "partner_last_name": _("partner_last_name"),
        "email": _("email"),
        "partner_email": _("partner_email"),
        "group": _("group"),
        "starts_at": _("starts_at"),
        "distribution": _("distribution"),
        "member": _("member"),
        "member_email": _("member_email"),
        "member_name": _("member_name"),
        "product": _("product"),
        "quantity": _("quantity"),
        "role": _("role"),
    }
    return titles.get(field, field)
