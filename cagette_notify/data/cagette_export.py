"""List the column names of Cagette's exports, by the field they fill.

They are those of the exports' headers: members as exported now, members as exported until 2020, the
model for imports, the orders of a day and the orders of one catalog.
"""

from __future__ import annotations

from typing import Final

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
    *("téléphone du conjoint", "Référence", "catalogId", "vendorId", "frais"),
)
"""Columns that no mail needs."""

HOUSEHOLD_SEPARATOR: Final = " / "
"""Between the two people of a household, each written "NOM Prénom"."""
