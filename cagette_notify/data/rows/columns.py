"""Name the CSV columns and YAML keys of every data file, in all their spellings."""

from __future__ import annotations

from typing import Final

from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.data.rows import cagette_export as cagette
from cagette_notify.data.rows.column_matching import FileColumns, fields_by_name, plain

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

_IDS_OF_MEMBERS: Final = (
    *("id membre", "id adhérent", "numéro adhérent", "numéro d'adhérent", "n° adhérent", "n° d'adhérent"),
    *("numéro de membre", "n° membre", "n° de membre"),
)
_NUMBERS: Final = ("numéro", "n°", "nº", "num", "code")
_MORE_IDS_OF_MEMBERS: Final = tuple(
    f"{number} {whose}"
    for number in ("id", "identifiant", *_NUMBERS)
    for whose in ("adh", "adhérent", "d'adhérent", "membre", "de membre", "amapien")
)
_LATER_IDS: Final = frozenset(map(plain, _MORE_IDS_OF_MEMBERS)).difference(map(plain, _IDS_OF_MEMBERS))

GROUPS = FileColumns(
    title="groups",
    titles=frozenset(("groups", "groupes")),
    required=(("id",), ("name",)),
    names=fields_by_name(
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
            "contact_phone": (
                *("téléphone du contact", "contact téléphone", "tél du contact", "contact tél"),
                *("portable du contact", "numéro du contact"),
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
        "contact": fields_by_name(
            {
                "contact_name": ("name", "nom"),
                "contact_email": ("address", *ADDRESSES),
                "contact_phone": ("phone", "téléphone", "tél", "portable"),
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

DISTRIBUTIONS = FileColumns(
    title="distributions",
    titles=frozenset(("distributions",)),
    ids_have_marks=False,  # all of them crossed out: a season is over
    cut_unseen=frozenset(("starts_at", "ends_at", "orders_open_at", "orders_close_at", "place")),
    required=(("group",), ("starts_at",)),
    names=fields_by_name(
        {
            "id": ("identifiant", "distribution"),
            "group": ("groupe", "group id"),
            "starts_at": (
                *("start", "starts", "début", "commence", "date", "date de début", "heure de début"),
                *("jour", "heure"),
            ),
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
            "note": ("à savoir", "consigne", "consignes"),
            "url": ("lien", "adresse web"),
            "catalogs": ("catalog", "catalogues", "catalogue", "producteurs"),
            "fixed": ("fixe", "contrat fixe", "contrats fixes", "fixed contract", "fixed contracts"),
            "cancelled": ("canceled", "annulée", "annulé"),
            "repeat": ("répéter", "répétition", "répète"),
            **_REPEAT,
            "orders": ("commandes",),
        }
    ),
    nested={"repeat": fields_by_name(_REPEAT)},
    alone={"repeat": "repeat_every"},
    days=frozenset(map(plain, ("date", "jour", "date de début", "date de fin"))),
)

_PERSON = {
    "first_name": ("prénom",),
    "last_name": ("nom", "nom de famille"),
    "email": ADDRESSES,
}


_WHOSE = (
    *("partenaire", "conjoint", "conjointe", "du conjoint", "de la conjointe", "du/de la conjointe"),
    *("de votre conjoint", "de votre conjointe"),
)
_CO_MEMBERS = ("co-adhérent", "co-adhérente", "co-amapien", "co-amapienne", "co-amapien(ne)")
_PARTNERS = {
    f"partner_{field}": tuple(f"{name} {whose}" for name in names for whose in _WHOSE)
    for field, names in _PERSON.items()
}
_WHOLE_NAMES_OF_PARTNERS = tuple(
    f"{first} {then}"
    for names in ("nom prénom", "prénom nom", "nom et prénom", "prénom et nom", "nom complet")
    for whose in (*_WHOSE, *_CO_MEMBERS)
    for first, then in ((names, whose), (whose, names))
)
_FIRSTS = {field: tuple(f"{name} 1" for name in (field, *names)) for field, names in _PERSON.items()}
_SECONDS = {
    f"partner_{field}": tuple(f"{name} 2" for name in (field, *names)) for field, names in _PERSON.items()
}
_OWN = {
    field: tuple(f"{name} {whose}" for name in names for whose in ("adhérent", "adhérente"))
    for field, names in _PERSON.items()
}
_LATER_NAMES = frozenset(
    plain(name) for fields in (_FIRSTS, _SECONDS, _OWN) for names in fields.values() for name in names
)
_PAYERS = {"email": tuple(f"{name} {whose}" for name in ADDRESSES for whose in ("payeur", "du payeur"))}


_NOTICES = {
    kind.value: (
        *kind.traits.columns,
        *(
            f"{before} {name}"
            for before in ("notification", "notifications", "notif", "rappel")
            for name in (kind.value, *kind.traits.columns)
        ),
    )
    for kind in NOTICE_KINDS
}


MEMBERS = FileColumns(
    title="members",
    titles=frozenset(("members", "membres", "adherents")),
    cut_unseen=frozenset(("email", "partner_email")),
    required=(("id", "email", "partner_email"),),
    names=fields_by_name(
        cagette.MEMBER_COLUMNS,
        _PERSON,
        _FIRSTS,
        _SECONDS,
        _PARTNERS,
        _OWN,
        _PAYERS,
        {
            "id": (
                "identifiant",
                "user id",
                "member",
                "membre",
                *_NUMBERS,
                *_IDS_OF_MEMBERS,
                *_MORE_IDS_OF_MEMBERS,
            ),
            "partner": ("partenaire", "conjoint", "conjointe", *_CO_MEMBERS, *_WHOLE_NAMES_OF_PARTNERS),
            "partner_name": (),
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
        },
        _NOTICES,
    ),
    nested={
        "partner": fields_by_name({f"partner_{name}": (name, *others) for name, others in _PERSON.items()}),
        "notifications": fields_by_name(_NOTICES),
    },
    alone={"partner": "partner_name"},
    doubtful=frozenset(map(plain, _NUMBERS)),  # of a member, or of a house in its street
    later=_LATER_IDS | _LATER_NAMES,
    latest=frozenset(map(plain, _PAYERS["email"])),
    may_be_counted=True,
)


_LAST_NAMES: Final = ("last name", "nom de famille", "nom adhérent", "nom adhérente")
_FIRST_NAMES: Final = tuple(
    f"prénom {whose}"
    for whose in ("adhérent", "adhérente", "de l'adhérent", "de l'adhérente", "du membre", "du bénévole")
)
_LATER_PARTS_OF_NAMES: Final = frozenset(map(plain, (*_LAST_NAMES, *_FIRST_NAMES)))
_LATER_PRICES: Final = ("PU", "PU TTC", "prix unitaire TTC", "prix à l'unité")
_LATER_TOTALS: Final = ("prix total", "prix total TTC", "montant TTC")

ORDERS = FileColumns(
    title="orders",
    titles=frozenset(("orders", "commandes")),
    cut_unseen=frozenset(("quantity", "price", "total")),
    required=(("member", "member_email", "member_name"), ("product",), ("quantity",)),
    names=fields_by_name(
        cagette.ORDER_COLUMNS,
        {
            "member": (
                "member id",
                "membre",
                "identifiant",
                "adhérent",
                *_IDS_OF_MEMBERS,
                *_MORE_IDS_OF_MEMBERS,
            ),
            "member_email": ADDRESSES,
            "member_name": (
                *("nom du membre", "name", "client", "adhérent nom", "nom de l'adhérent"),
                *_LAST_NAMES,
            ),
            "first_name": ("prénom", *_FIRST_NAMES),
            "distribution": ("distribution id", "id distribution"),
            "product": ("produit", "product name", "désignation"),
            "quantity": ("qty", "qté"),
            "unit": ("unité",),
            "price": ("prix", "prix unitaire", "unit price", *_LATER_PRICES),
            "total": ("montant", "total TTC", "coût produits", *_LATER_TOTALS),
            "paid": ("payée", "réglé"),
            "catalog": ("catalogue", "producteur"),
            "shared_with": ("partagé avec", "partagée avec", "partage", "shared"),
        },
    ),
    later=_LATER_IDS.union(_LATER_PARTS_OF_NAMES, map(plain, (*_LATER_PRICES, *_LATER_TOTALS))),
    vague=frozenset(map(plain, ("price", "prix", "prix TTC"))),
)

DUTIES = FileColumns(
    title="duties",
    titles=frozenset(("duties", "permanences")),
    cut_unseen=frozenset(("needed", "role", "member")),
    required=(("distribution",), ("role",)),
    names=fields_by_name(
        {
            "distribution": ("distribution id", "id distribution", "date", "jour"),
            "group": ("groupe", "group id"),
            "role": ("rôle", "poste", "tâche", "mission"),
            "member": (
                *("member id", "membre", "bénévole", "volunteer", "volontaire", "adhérent", *ADDRESSES),
                *(*_IDS_OF_MEMBERS, *_MORE_IDS_OF_MEMBERS),
            ),
            "member_name": (
                *("nom", "name", "nom et prénom", "prénom et nom", "nom prénom", "prénom nom", "nom complet"),
                *("qui", "who", "personne", "personnes", "inscrit", "inscrits", "inscrite", "inscrit(e)"),
                *("amapien", "amapiens", "amapienne", "amapien(ne)", "amapien(ne)s", "inscrit(e)s"),
                *("bénévoles", "volunteers", "volontaires", "membres", "adhérents", "adhérente"),
                *("adhérent(e)", "adhérent(e)s", "nom du bénévole", "nom du membre", "nom de l'adhérent"),
                *_LAST_NAMES,
            ),
            "first_name": ("prénom", *_FIRST_NAMES),
            "needed": ("besoin", "nombre", "places", "nombre de places"),
        }
    ),
    later=_LATER_PARTS_OF_NAMES.union(map(plain, (*_IDS_OF_MEMBERS, *_MORE_IDS_OF_MEMBERS))),
)

LISTS = FileColumns(
    title="lists",
    titles=frozenset(("lists", "listes")),
    required=(("email", "partner_email", "id", "name", "last_name"),),
    names={
        **{name: "name" for name, field in DUTIES.names.items() if field in {"member", "member_name"}},
        **MEMBERS.names,
    },
    doubtful=MEMBERS.doubtful,
    later=MEMBERS.later,
    latest=MEMBERS.latest,
)
"""What somebody keeps beside the data, to write to: no kind of data file."""

CALENDAR = DISTRIBUTIONS._replace(
    title="calendar",
    required=(("starts_at",),),
    names={
        **DISTRIBUTIONS.names,
        **fields_by_name(
            {
                "starts_at": (
                    *(
                        "date de livraison",
                        "jour de livraison",
                        "date de distribution",
                        "jour de distribution",
                    ),
                    *("date distribution", "date livraison"),
                ),
                "hours": (
                    *("horaire", "horaires", "heure", "heures", "créneau", "plage horaire"),
                    *("heure de distribution", "heures de distribution", "horaires de distribution"),
                ),
                "place": ("lieu de distribution", "lieu de livraison", "endroit", "salle"),
            }
        ),
    },
)
"""What somebody keeps of the days, to copy from: no kind of data file, as much may be missing."""

KINDS: Final = (GROUPS, DISTRIBUTIONS, MEMBERS, ORDERS, DUTIES)
