"""Find the DMARC record that rules a domain, as RFC 9989 walks up the tree, and judge it. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import EXIT_PARTIAL
from cagette_notify.core.i18n import _
from cagette_notify.delivery.account_finding import AccountFinding, DnsRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_VERSION = re.compile(r"v\s*=\s*DMARC1\s*(;|$)")
_HIGHEST = 7  # labels of the second name that is asked for, so that there are eight questions at most
_REPORTS = re.compile(r"mailto:[^\s@]+@[^\s@]+|https?://\S+", re.IGNORECASE)
_POLICIES = frozenset(("none", "quarantine", "reject"))


class DmarcRecord(Struct, frozen=True):
    """A record, and the domain at whose ``_dmarc`` it stands."""

    domain: str
    text: str
    others: int = 0  # records beside it: then none of them counts

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags in small letters, and their values."""
        pairs = (part.partition("=") for part in self.text.split(";"))
        return {name.strip().casefold(): value.strip() for name, _equals, value in pairs if name.strip()}

    @property
    def asks_for_reports(self) -> bool:
        """Whether it says where reports are to go, which laposte.net wants."""
        return bool(_REPORTS.match(self.tags.get("rua", "")))

    @property
    def policy(self) -> str:
        """What receivers do with forged mail; without a word on it, nothing, if they may report at least."""
        said = self.tags.get("p", "").casefold()
        return said if said in _POLICIES else "none" if self.asks_for_reports else ""


def ruling_record(domain: str, texts: Callable[[str], list[str]]) -> DmarcRecord | None:
    """Return the record that receivers go by: the domain's own, else that of its organization, if any.

    That is the domain with the fewest labels that has one, unless a record says by ``psd`` where the
    organization ends: RFC 9989, section 4.10.
    """
    ruling: DmarcRecord | None = None
    for name in _up_the_tree(domain):
        # A resolver gives records in any order: the same one is proposed each time.
        found = sorted(
            filter(_VERSION.match, texts(f"_dmarc.{name}")), key=lambda text: ("rua" not in text, text)
        )
        if found and name == domain:
            return DmarcRecord(name, found[0], others=len(found) - 1)
        if len(found) != 1:
            continue
        record = DmarcRecord(name, found[0])
        is_registry_s = record.tags.get("psd", "").casefold() == "y"
        ruling = ruling if ruling and is_registry_s else record
        if is_registry_s or record.tags.get("psd", "").casefold() == "n":
            break
    return ruling


def _up_the_tree(domain: str) -> list[str]:
    labels = domain.split(".")
    lengths = range(min(len(labels) - 1, _HIGHEST), 0, -1)
    return [domain, *(".".join(labels[-length:]) for length in lengths)]


def judge_dmarc(domain: str, signer: str, record: DmarcRecord | None) -> list[AccountFinding]:
    """Tell whether receivers find a policy by which mail that ``signer`` signs is the domain's."""
    plain = f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
    if record is None:
        message = _(
            "DMARC of {domain}: there is no record, and Orange, laposte.net and Gmail may refuse mail "
            "without one; whoever keeps the domain adds this one, its address one at which somebody reads "
            "the reports",
            domain=domain,
        )
        return [_wrong(message, DnsRecord(f"_dmarc.{domain}", "TXT", plain))]
    if record.others:
        message = _(
            "DMARC of {domain}: {count} records, of which none counts: receivers go by a single one; leave "
            "this one",
            domain=domain,
            count=record.others + 1,
        )
        return [_wrong(message, DnsRecord(f"_dmarc.{record.domain}", "TXT", record.text))]
    if not record.policy:
        message = _(
            "DMARC of {domain}: the record has neither a policy (p) nor an address for reports (rua), and "
            "doesn't count; put this one in its place, its address one at which somebody reads the reports",
            domain=domain,
        )
        return [_wrong(message, DnsRecord(f"_dmarc.{record.domain}", "TXT", plain))]
    return [*_alignment(domain, signer, record), *_reports(domain, record)] or [_right(domain, record)]


def _alignment(domain: str, signer: str, record: DmarcRecord) -> list[AccountFinding]:
    if signer == domain or record.tags.get("adkim", "").casefold() != "s":
        return []
    message = _(
        "DMARC of {domain} asks for the very same domain in signatures (adkim=s), and Mailjet signs as "
        "{signer}: every mail fails; put this record in its place",
        domain=domain,
        signer=signer,
    )
    return [_wrong(message, DnsRecord(f"_dmarc.{record.domain}", "TXT", _with(record, "adkim", "r")))]


def _reports(domain: str, record: DmarcRecord) -> list[AccountFinding]:
    if record.asks_for_reports:
        return []
    message = _(
        "DMARC of {domain} names no address for reports (rua), which laposte.net asks for; put this record "
        "in its place, its address one at which somebody reads them",
        domain=domain,
    )
    value = _with(record, "rua", f"mailto:dmarc@{record.domain}")
    return [
        AccountFinding(message, is_advice=True, record=DnsRecord(f"_dmarc.{record.domain}", "TXT", value))
    ]


def _right(domain: str, record: DmarcRecord) -> AccountFinding:
    message = _(
        "DMARC of {domain} is right (p={policy}, at _dmarc.{where})",
        domain=domain,
        policy=record.policy,
        where=record.domain,
    )
    return AccountFinding(message, is_fine=True)


def _with(record: DmarcRecord, tag: str, value: str) -> str:
    return "; ".join(f"{name}={said}" for name, said in {**record.tags, tag: value}.items())


def _wrong(message: str, record: DnsRecord) -> AccountFinding:
    return AccountFinding(message, EXIT_PARTIAL, record=record)
