"""List the column names of Cagette's exports, by the field they fill; tell which export a header is of.

They are those of the exports' headers: members as exported now, members as exported until 2020, the
model for imports, the orders of a day and the orders of one catalog.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from cagette_notify.data.rows.column_matching import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

MEMBER_COLUMNS: Final = {
    "first_name": ("Prénom", "firstName"),
    "last_name": ("Nom", "lastName"),
    "email": ("Email", "E-mail", "Courriel"),
    "partner_first_name": (
        "Prénom partenaire",
        "Prénom du conjoint",
        "Prénom conjoint",
        "Prénom conjoint(e)",
    ),
    "partner_last_name": ("Nom partenaire", "Nom du conjoint", "Nom conjoint", "Nom conjoint(e)"),
    "partner_email": (
        "Email partenaire",
        "E-mail du conjoint",
        "Email conjoint",
        "Email conjoint(e)",
        "Courriel partenaire",
        "Courriel du conjoint",
        "Courriel conjoint",
        "Courriel conjoint(e)",
    ),
}

ORDER_COLUMNS: Final = {
    "member": ("userId",),
    "member_name": ("userName", "Nom"),
    "product": ("productName",),
    "quantity": ("Quantité",),
    "price": ("prix TTC",),
    "fees": ("frais",),
    "total": ("total",),  # frais are in it
    "paid": ("Payé",),
    "catalog": ("catalogName",),
}

UNNEEDED_COLUMNS: Final = (
    *("Ville", "commune", "Code postal", "Adresse 1", "Adresse 2", "address1", "address2"),
    *(
        "Téléphone",
        "Téléphone portable",
        "Téléphone partenaire",
        "Téléphone conjoint",
        "Téléphone conjoint(e)",
    ),
    *("téléphone du conjoint", "Référence", "catalogId", "vendorId"),
)
"""Columns that no mail needs."""

HOUSEHOLD_SEPARATOR: Final = " / "
"""Between the two people of a household, each written "NOM Prénom"."""

_DAYS_ORDERS: Final = ("userId", "productName")
_CATALOGS_ORDERS: Final = ("Nom", "productName", "Quantité")
_MEMBERS: Final = (
    ("id", "Prénom", "Nom", "Prénom partenaire", "Email partenaire"),
    ("firstName", "lastName", "e-mail du conjoint"),
    ("Prénom", "Nom", "Email", "Prénom partenaire"),
)
_SUBLIST: Final = ("firstName", "lastName", "email")


class Export(str, Enum):
    """What an export of Cagette's holds."""

    MEMBERS = "members"
    ORDERS_OF_A_DAY = "orders of a day"
    ORDERS_OF_A_CATALOG = "orders of a catalog"

    __str__ = str.__str__


def export_with(header: Iterable[str]) -> Export | None:
    """Tell which export of Cagette's has such a header; None if it is none."""
    names = frozenset(map(plain, header))
    if names.issuperset(map(plain, _DAYS_ORDERS)):
        return Export.ORDERS_OF_A_DAY
    if names.issuperset(map(plain, _CATALOGS_ORDERS)):
        return Export.ORDERS_OF_A_CATALOG
    is_sublist = names == frozenset(map(plain, _SUBLIST))
    return (
        Export.MEMBERS
        if is_sublist or any(names.issuperset(map(plain, columns)) for columns in _MEMBERS)
        else None
    )
