"""The fields of each data file, and every name people and exports give them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cagette_notify.data import cagette
from cagette_notify.values import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NO_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Schema:
    """What the rows of one kind of file may hold.

    ``names`` leads from a header's plain form to its field; ``nested`` does the same for the keys
    inside ``contact:`` and the like, and ``alone`` tells what a plain text means there. Of each group
    of ``required`` fields a CSV must have one.
    """

    title: str
    titles: frozenset[str]
    names: Mapping[str, str]
    required: tuple[tuple[str, ...], ...]
    nested: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)


def plain(header: str) -> str:
    """Make headers comparable: ``First name``, ``first_name`` and ``firstName`` are one."""
    return _NO_LETTER.sub("", fold(header))


def _names(*tables: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {
        plain(name): field_name
        for table in tables
        for field_name, others in table.items()
        for name in (field_name, *others)
    }


_MORE_ADDRESSES = ("mail", "adresse e-mail", "adresse mail", "adresse électronique")
_PERSON = {
    "first_name": ("prénom",),
    "last_name": ("nom", "nom de famille"),
    "email": ("e-mail", "courriel", *_MORE_ADDRESSES),
}

GROUPS = Schema(
    title="groups",
    titles=frozenset(("groups", "groupes")),
    required=(("id",), ("name",)),
    names=_names(
        {
            "id": ("identifiant", "groupe", "group"),
            "name": ("nom", "nom du groupe"),
            "contact": (),
            "contact_name": ("nom du contact", "contact nom"),
            "contact_email": (
                "e-mail du contact",
                "contact e-mail",
                "contact mail",
                "courriel du contact",
                "contact courriel",
                "mail du contact",
            ),
            "coordinators": (
                "coordinator",
                "coordinateurs",
                "coordonnateurs",
                "coordinatrices",
                "coordonnatrices",
                "coordination",
            ),
            "timezone": ("time zone", "fuseau", "fuseau horaire"),
            "language": ("langue",),
            "url": ("site", "lien", "adresse web", "site web"),
            "colour": ("color", "couleur"),
            "logo": (),
            "disabled": ("désactivé", "désactivée", "inactif"),
            "members": ("membres", "adhérents"),
        }
    ),
    nested={
        "contact": _names(
            {
                "contact_name": ("name", "nom"),
                "contact_email": ("email", "e-mail", "courriel", "address", *_MORE_ADDRESSES),
            }
        )
    },
    alone={"contact": "contact_email"},
)

MEMBERS = Schema(
    title="members",
    titles=frozenset(("members", "membres", "adherents")),
    required=(("id", "email", "partner_email"),),
    names=_names(
        cagette.MEMBERS,
        _PERSON,
        {
            "id": ("identifiant", "user id", "member", "membre", "numéro"),
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
            "recap_24h": ("rappel 24h", "récap 24h", "récapitulatif 24h", "24h"),
            "recap_4h": ("rappel 4h", "récap 4h", "récapitulatif 4h", "4h"),
        },
    ),
    nested={
        "partner": _names({f"partner_{name}": (name, *others) for name, others in _PERSON.items()}),
        "notifications": _names(
            {
                "opening": ("ouverture", "ouverture des commandes", "ouvertures"),
                "recap_24h": ("rappel 24h", "récap 24h", "récapitulatif 24h", "24h"),
                "recap_4h": ("rappel 4h", "récap 4h", "récapitulatif 4h", "4h"),
            }
        ),
    },
)

_REPEAT = {
    "repeat_every": ("every", "chaque", "tous les", "toutes les"),
    "repeat_until": ("until", "jusqu'au", "jusqu'à"),
    "repeat_except": ("except", "sauf", "sauf le", "excepté"),
}

DISTRIBUTIONS = Schema(
    title="distributions",
    titles=frozenset(("distributions",)),
    required=(("group",), ("starts_at",)),
    names=_names(
        {
            "id": ("identifiant", "distribution"),
            "group": ("groupe", "group id"),
            "starts_at": ("start", "starts", "début", "commence", "date", "date de début", "heure de début"),
            "ends_at": ("end", "ends", "fin", "date de fin", "heure de fin"),
            "orders_open_at": (
                "orders open",
                "opening",
                "ouverture",
                "ouverture des commandes",
                "début des commandes",
                "commandes ouvertes",
            ),
            "orders_close_at": (
                "orders close",
                "closing",
                "fermeture",
                "fermeture des commandes",
                "clôture",
                "clôture des commandes",
                "fin des commandes",
            ),
            "name": ("nom", "title", "titre", "intitulé"),
            "place": ("lieu", "location"),
            "url": ("lien", "adresse web"),
            "catalogs": ("catalog", "catalogues", "catalogue", "producteurs"),
            "fixed": ("fixe", "contrat fixe", "contrats fixes", "fixed contract", "fixed contracts"),
            "cancelled": ("canceled", "annulée", "annulé"),
            "repeat": ("répéter", "répétition", "répète"),
            **_REPEAT,
            "orders": ("commandes",),
        }
    ),
    nested={"repeat": _names(_REPEAT)},
    alone={"repeat": "repeat_every"},
)

ORDERS = Schema(
    title="orders",
    titles=frozenset(("orders", "commandes")),
    required=(("member", "member_email", "member_name"), ("product",), ("quantity",)),
    names=_names(
        cagette.ORDERS,
        {
            "member": ("member id", "membre", "identifiant", "id membre", "adhérent"),
            "member_email": ("email", *_PERSON["email"]),
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
