"""Say what the column or key of a field may be called, in the language spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def no_column_for(missing: Iterable[Sequence[str]]) -> str:
    """Say which fields no column of a table is for; of those that are alike, one would do."""
    return _("no column for: {fields}", fields=", ".join("/".join(map(title_of, alike)) for alike in missing))


def title_of(field: str) -> str:
    """Return a name that the column or key of a field may have."""
    return (_titles_of_people() | _titles_of_days() | _titles_of_orders()).get(field, label(field))


def _titles_of_people() -> dict[str, str]:
    return {
        "id": _("id"),
        "name": _("name"),
        "first_name": _("first_name"),
        "last_name": _("last_name"),
        "partner_first_name": _("partner_first_name"),
        "partner_last_name": _("partner_last_name"),
        "email": _("email"),
        "partner_email": _("partner_email"),
        "partner": _("partner"),
        "group": _("group"),
        "groups": _("groups"),
        "members": _("members"),
        "language": _("language"),
        "last_seen": _("last_seen"),
        "contact_name": _("contact_name"),
        "contact_email": _("contact_email"),
        "contact_phone": _("contact_phone"),
        "phone": _("phone"),
        "coordinators": _("coordinators"),
        "timezone": _("timezone"),
        "colour": _("colour"),
        "disabled": _("disabled"),
    }


def _titles_of_days() -> dict[str, str]:
    return {
        "starts_at": _("starts_at"),
        "ends_at": _("ends_at"),
        "orders_open_at": _("orders_open_at"),
        "orders_close_at": _("orders_close_at"),
        "place": _("place"),
        "catalogs": _("catalogs"),
        "fixed": _("fixed"),
        "cancelled": _("cancelled"),
        "repeat": _("repeat"),
        "every": _("every"),
        "until": _("until"),
        "except": _("except"),
        "orders": _("orders"),
    }


def _titles_of_orders() -> dict[str, str]:
    return {
        "distribution": _("distribution"),
        "member": _("member"),
        "member_email": _("member_email"),
        "member_name": _("member_name"),
        "product": _("product"),
        "quantity": _("quantity"),
        "unit": _("unit"),
        "price": _("price"),
        "total": _("total"),
        "paid": _("paid"),
        "catalog": _("catalog"),
        "shared_with": _("shared_with"),
        "role": _("role"),
        "needed": _("needed"),
    }
