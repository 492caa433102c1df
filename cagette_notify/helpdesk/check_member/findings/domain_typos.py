"""Guess the domain of a mistyped address, from known providers. Pure.

The providers are those that the members of French co-ops use, and their namesakes elsewhere: a domain
a letter away from one of them is a mistake, unless it is another one of them.
"""

from __future__ import annotations

from typing import Final

_REAL = """
gmail.com googlemail.com orange.fr wanadoo.fr voila.fr orange.com sosh.fr free.fr freesbee.fr
libertysurf.fr worldonline.fr online.fr aliceadsl.fr alicemail.fr proxad.net infonie.fr laposte.net
laposte.fr sfr.fr neuf.fr cegetel.net club-internet.fr 9online.fr 9business.fr noos.fr
numericable.fr red-mail.fr bbox.fr bouygtel.fr bouyguestelecom.fr dartybox.com numericable.com
hotmail.com hotmail.fr hotmail.be hotmail.ch hotmail.co.uk hotmail.it hotmail.es hotmail.de
outlook.com outlook.fr outlook.be outlook.de outlook.es outlook.it live.com live.fr live.be live.ca
live.nl live.co.uk msn.com windowslive.com passport.com yahoo.com yahoo.fr yahoo.be yahoo.ca
yahoo.ch yahoo.de yahoo.es yahoo.it yahoo.in yahoo.co.uk ymail.com rocketmail.com myyahoo.com
aol.com aol.fr aim.com gmx.com gmx.fr gmx.net gmx.de gmx.at gmx.ch mail.com email.com caramail.com
caramail.fr icloud.com me.com mac.com protonmail.com protonmail.ch proton.me pm.me tutanota.com
tutamail.com tuta.io tuta.com posteo.net posteo.de posteo.eu mailbox.org mailo.com mailo.fr
netcourrier.com netc.fr netc.eu ecomail.fr ecomail.bio riseup.net zaclys.com zaclys.net ouvaton.org
gandi.net ovh.fr ovh.net infomaniak.com ik.me ikmail.com zoho.com zohomail.com zohomail.eu
fastmail.com fastmail.fm hey.com hushmail.com runbox.com disroot.org autistici.org inventati.org
lilo.org lautre.net no-log.org herbesfolles.org marsnet.org vivaldi.net ac-bordeaux.fr ac-
toulouse.fr ac-lyon.fr ac-nantes.fr ac-rennes.fr ac-grenoble.fr ac-paris.fr ac-versailles.fr ac-
creteil.fr ac-montpellier.fr ac-lille.fr ac-dijon.fr ac-poitiers.fr ac-amiens.fr skynet.be
telenet.be proximus.be bluewin.ch hispeed.ch sunrise.ch t-online.de web.de freenet.de libero.it
videotron.ca sympatico.ca bell.net mail.ru yandex.com yandex.ru qq.com 163.com comcast.net
verizon.net att.net cox.net btinternet.com sky.com virginmedia.com ntlworld.com tiscali.it
tiscali.co.uk alice.it tele2.fr mail.fr mel.fr email.fr francemel.fr francite.com ifrance.com
lycos.fr tiscali.fr magic.fr nordnet.fr wibox.fr vialis.net evc.net calixo.net estvideo.fr ozone.net
adista.fr nerim.net altern.org mailoo.org yopmail.com cagette.net camap.org amap.org
"""
PROVIDERS: Final = frozenset(_REAL.split())

_KNOWN_TYPOS: Final = {
    "gmail.fr": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.cm": "gmail.com",
    "gmail": "gmail.com",
    "gmailcom": "gmail.com",
    "g-mail.com": "gmail.com",
    "googlemail.fr": "gmail.com",
    "wanadoo.com": "wanadoo.fr",
    "wanado.com": "wanadoo.fr",
    "orange.f": "orange.fr",
    "laposte.com": "laposte.net",
    "la-poste.net": "laposte.net",
    "laposte.nt": "laposte.net",
    "hotmail.co": "hotmail.com",
    "yahoo.co": "yahoo.com",
    "outlook.co": "outlook.com",
    "icloud.fr": "icloud.com",
    "icloud.co": "icloud.com",
    "free.com": "free.fr",
    "sfr.com": "sfr.fr",
    "neuf.com": "neuf.fr",
    "bbox.com": "bbox.fr",
    "fre.fr": "free.fr",
    "freee.fr": "free.fr",
    "sfr.f": "sfr.fr",
    "srf.fr": "sfr.fr",
    "live.f": "live.fr",
    "yaho.fr": "yahoo.fr",
    "yaho.com": "yahoo.com",
    "aol.co": "aol.com",
    "nuef.fr": "neuf.fr",
}
_MISTYPED = """
gmail.com orange.fr wanadoo.fr laposte.net hotmail.com hotmail.fr outlook.com outlook.fr yahoo.com
yahoo.fr icloud.com protonmail.com bouygtel.fr numericable.fr club-internet.fr googlemail.com
aliceadsl.fr free.fr live.fr live.com
"""  # often, as they are often used
_SHORT: Final = 5  # letters before the dot: below, two real names are a letter apart
_WRONG_ENDINGS: Final = {
    "con": "com",
    "cpm": "com",
    "comm": "com",
    "vom": "com",
    "xom": "com",
    "om": "com",
    "cim": "com",
    "fre": "fr",
    "ft": "fr",
    "frr": "fr",
    "f": "fr",
    "rf": "fr",
    "ner": "net",
    "nett": "net",
    "met": "net",
}


def probable_domain(address: str) -> str:
    """Return the domain that was probably meant, or nothing if the address's own may be right."""
    domain = address.rpartition("@")[2].strip().rstrip(".").casefold()
    if not domain or domain in PROVIDERS:
        return ""
    if domain in _KNOWN_TYPOS:
        return _KNOWN_TYPOS[domain]
    name, _dot, ending = domain.rpartition(".")
    mended = f"{name}.{_WRONG_ENDINGS.get(ending, ending)}"
    if mended != domain and mended in PROVIDERS:
        return mended
    return next((known for known in _MISTYPED.split() if _is_a_slip_of(domain, known)), "")


def _is_a_slip_of(domain: str, known: str) -> bool:
    """Tell whether one slip of the finger lies between two domains, in a name long enough to tell."""
    name = known.partition(".")[0]
    begins_alike = domain[0] == known[0] or domain[:2] == known[1::-1]
    if len(name) < _SHORT or abs(len(domain) - len(known)) > 1 or not begins_alike:
        return False
    if name == domain.partition(".")[0]:
        return False  # another country's: hotmail.gr is real
    return _one_edit_apart(domain, known)


def _one_edit_apart(one: str, other: str) -> bool:
    """Tell whether a letter less, more, or other, or two swapped, make one of the other."""
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return len(one) != len(other)
    mine, theirs = one[start:], other[start:]
    swapped = mine[1::-1] + mine[2:] if len(mine) > 1 else mine
    return theirs in (swapped, mine[1:]) or mine[1:] == theirs[1:] or mine == theirs[1:]
