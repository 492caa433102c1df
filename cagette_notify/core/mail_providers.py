"""Name the mail provider behind an address, by its domain. Pure."""

from __future__ import annotations

from typing import Final

_DOMAINS: Final = {
    "Gmail": "gmail.com googlemail.com",
    "Orange": "orange.fr wanadoo.fr voila.fr sosh.fr",
    "Free": "free.fr freesbee.fr libertysurf.fr worldonline.fr online.fr aliceadsl.fr infonie.fr",
    "La Poste": "laposte.net laposte.fr",
    "SFR": "sfr.fr neuf.fr cegetel.net club-internet.fr 9online.fr noos.fr numericable.fr red-mail.fr",
    "Bouygues": "bbox.fr bouygtel.fr",
    "Outlook": """
        hotmail.com hotmail.fr hotmail.be hotmail.ch hotmail.co.uk hotmail.it hotmail.es hotmail.de
        outlook.com outlook.fr outlook.be outlook.de outlook.es outlook.it
        live.com live.fr live.be live.ca live.nl live.co.uk msn.com windowslive.com
    """,
    "Yahoo": "yahoo.com yahoo.fr yahoo.be yahoo.ca yahoo.ch yahoo.de yahoo.es yahoo.it yahoo.co.uk ymail.com",
    "AOL": "aol.com aol.fr aim.com",
    "GMX": "gmx.com gmx.fr gmx.net gmx.de gmx.at gmx.ch",
    "iCloud": "icloud.com me.com mac.com",
    "Proton": "protonmail.com protonmail.ch proton.me pm.me",
}
_NAMES: Final = {domain: name for name, domains in _DOMAINS.items() for domain in domains.split()}

DOMAINS: Final = frozenset(_NAMES)
"""All the domains of these providers."""


def provider_of(address: str) -> str:
    """Return what members call the provider of an address; where nobody knows that, its domain."""
    domain = address.rpartition("@")[2]
    return _NAMES.get(domain.casefold(), domain)
