"""The fields of the files that are read when something is due: members and orders."""

from __future__ import annotations

from typing import Final

from cagette_notify.data import cagette_export as cagette
from cagette_notify.data.column_matching import Schema, names_of

ADDRESSES: Final = (
    "email",
    "e-mail",
    "courriel",
    "mail",
    "mél",
    "adresse e-mail",
    "adresse mail",
    "adresse électronique",
)
"""What people call an address."""

_PERSON = {
    "first_name": ("prénom",),
    "last_name": ("nom", "nom de famille"),
    "email": ADDRESSES,
}
_PARTNERS_ADDRESSES = (
    *(f"{address} {whose}" for address in ADDRESSES for whose in ("partenaire", "conjoint", "du conjoint")),
    *("email2", "email 2", "e-mail 2", "adresse e-mail 2"),
)
_BEFORE_A_DAY = ("rappel 24h", "récap 24h", "récapitulatif 24h", "24h", "recap 24", "récap 24 h")
_BEFORE_HOURS = ("rappel 4h", "récap 4h", "récapitulatif 4h", "4h", "recap 4", "récap 4 h")

MEMBERS = Schema(
    title="members",
    titles=frozenset(("members", "membres", "adherents")),
    required=(("id", "email", "partner_email"),),
    names=names_of(
        cagette.MEMBERS,
        _PERSON,
        {
            "id": ("identifiant", "user id", "member", "membre", "numéro"),
            "partner_email": _PARTNERS_ADDRESSES,
            "partner": ("partenaire", "conjoint", "conjointe"),
            "groups": ("groupes", "group", "groupe"),
            "language": ("langue",),
            "last_seen": (
                "dernière connexion",
                "dernière visite",
                "dernière utilisation",
                "vu le",
                "last login",
            ),
            "notifications": (),
            "opening": ("ouverture", "ouverture des commandes", "ouvertures"),
            "recap_24h": _BEFORE_A_DAY,
            "recap_4h": _BEFORE_HOURS,
        },
    ),
    nested={
        "partner": names_of({f"partner_{name}": (name, *others) for name, others in _PERSON.items()}),
        "notifications": names_of(
            {
                "opening": ("ouverture", "ouverture des commandes", "ouvertures"),
                "recap_24h": _BEFORE_A_DAY,
                "recap_4h": _BEFORE_HOURS,
            }
        ),
    },
)

ORDERS = Schema(
    title="orders",
    titles=frozenset(("orders", "commandes")),
    required=(("member", "member_email", "member_name"), ("product",), ("quantity",)),
    names=names_of(
        cagette.ORDERS,
        {
            "member": ("member id", "membre", "identifiant", "id membre", "adhérent"),
            "member_email": ADDRESSES,
            "member_name": ("nom du membre", "name"),
            "distribution": ("distribution id", "id distribution"),
            "product": ("produit", "product name", "désignation"),
            "quantity": ("qty", "qté"),
            "unit": ("unité",),
            "price": ("prix", "prix unitaire", "unit price"),
            "total": ("montant", "total TTC"),
            "paid": ("payée", "réglé"),
            "catalog": ("catalogue", "producteur"),
            "shared_with": ("partagé avec", "partagée avec", "partage", "shared"),
        },
    ),
)
