"""The fields of the files that every run reads: groups and distributions."""

from __future__ import annotations

from cagette_notify.data.column_matching import Schema, names_of
from cagette_notify.data.household_fields import ADDRESSES

GROUPS = Schema(
    title="groups",
    titles=frozenset(("groups", "groupes")),
    required=(("id",), ("name",)),
    names=names_of(
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
        "contact": names_of(
            {
                "contact_name": ("name", "nom"),
                "contact_email": ("address", *ADDRESSES),
            }
        )
    },
    alone={"contact": "contact_email"},
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
    names=names_of(
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
    nested={"repeat": names_of(_REPEAT)},
    alone={"repeat": "repeat_every"},
)
