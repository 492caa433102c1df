"""Judge a domain's SPF record: a single one, of ten look-ups at most. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_PARTIAL
from cagette_notify.core.i18n import _
from cagette_notify.delivery.account_finding import AccountFinding, DnsRecord
from cagette_notify.delivery.domain_check.mailjets_view import to_check_again

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView

    _Texts = Callable[[str], list[str]]

_VERSION = re.compile(r"v=spf1(\s|$)", re.IGNORECASE)
_MECHANISM = re.compile(r"[+?~-]?([a-z0-9]+)(?::([^/\s]+))?(?:/\S*)?", re.IGNORECASE)
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(\S*)", re.IGNORECASE)
_KNOWN = frozenset(("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"))
_LOOKED_UP = frozenset(("include", "a", "mx", "ptr", "exists", "redirect"))
_MOST = 10  # RFC 7208, section 4.6.4: above that a receiver gives up
_FOLLOWED = 40  # of records that lead to others, so that a maze ends
_MAILJETS = "spf.mailjet.com"
_OURS = f"include:{_MAILJETS}"
_NO_PASS = ("-", "~", "?")  # before a term: what it finds may not send


class _Broken(Exception):  # noqa: N818 - what is wrong with a record, not with the program
    """A receiver can't make sense of the record."""


def judge_spf(domain: str, view: MailjetsView | None, texts: _Texts) -> list[AccountFinding]:
    """Tell whether receivers can read the domain's record, and whether Mailjet wants to stand in it.

    They look for Mailjet's servers under Mailjet's own name, so that these need not be in it for them.
    """
    records = _records(texts(domain))
    if len(records) != 1:
        return [_not_one(domain, records)]
    (record,) = records
    try:
        counts, passed = _look_ups(domain, record, texts)
    except _Broken as reason:
        message = _(
            "SPF of {domain} can't be read by receivers: {reason}; whoever keeps the domain mends it: "
            "{record}",
            domain=domain,
            reason=reason,
            record=record,
        )
        return [AccountFinding(message, EXIT_PARTIAL)]
    if sum(counts.values()) > _MOST:
        return [_too_many(domain, counts)]
    if view and view.in_account and _MAILJETS not in passed and view.spf_status != "ok":
        return [_without_ours(domain, record)]
    unseen = to_check_again("SPF", domain, view.spf_status) if view and view.spf_status == "error" else []
    return unseen or [AccountFinding(_("SPF of {domain} is right", domain=domain), is_fine=True)]


def _records(texts: Sequence[str]) -> list[str]:
    return sorted(text for text in texts if _VERSION.match(text))  # a resolver gives them in any order


def _not_one(domain: str, records: Sequence[str]) -> AccountFinding:
    if not records:
        message = _("SPF of {domain} is missing: whoever keeps the domain adds this record", domain=domain)
    else:
        message = _(
            "SPF of {domain} is wrong: {count} records, of which none counts; whoever keeps the domain puts "
            "this one in their place",
            domain=domain,
            count=len(records),
        )
    return AccountFinding(message, EXIT_PARTIAL, record=DnsRecord(domain, "TXT", _merged(records)))


def _merged(records: Sequence[str]) -> str:
    """Return one record of all; what is of none of them is suspect (``~all``), and not refused outright."""
    terms = (term for record in records for term in record.split()[1:])
    kept = [
        term for term in dict.fromkeys((*terms, _OURS)) if not re.fullmatch("[+?~-]?all", term, re.IGNORECASE)
    ]
    return " ".join(("v=spf1", *kept, "~all"))


def _without_ours(domain: str, record: str) -> AccountFinding:
    message = _(
        "SPF of {domain} lacks Mailjet, which asks to stand in it: whoever keeps the domain puts this "
        "record in its place",
        domain=domain,
    )
    version, *terms = record.split()
    value = " ".join((version, _OURS, *terms))
    return AccountFinding(message, EXIT_PARTIAL, record=DnsRecord(domain, "TXT", value))


def _too_many(domain: str, counts: dict[str, int]) -> AccountFinding:
    dear = ", ".join(f"{term} ({count})" for term, count in counts.items() if count)
    message = _(
        "SPF of {domain} takes more than {most} look-ups, and receivers give up there; whoever keeps the "
        "domain takes out what sends no mail for it any more: {terms}",
        domain=domain,
        most=_MOST,
        terms=dear,
    )
    return AccountFinding(message, EXIT_PARTIAL)


def _look_ups(domain: str, record: str, texts: _Texts) -> tuple[dict[str, int], set[str]]:
    """Return how many look-ups each term of a record takes, those of what it leads to included.

    And the names that it leads to whose servers may send for the domain.
    """
    followed = iter(range(_FOLLOWED))
    passed: set[str] = set()

    def cost(term: str, above: tuple[str, ...], *, passes: bool = True) -> int:
        name, target = _parts(term)
        if name not in _LOOKED_UP:
            return 0
        passes = passes and not term.startswith(_NO_PASS)
        if name in ("include", "redirect") and passes:
            passed.add(target)
        if name not in ("include", "redirect") or "%" in target or next(followed, None) is None:
            return 1
        if target in above:
            raise _Broken(_("{term} leads back to where it came from", term=term))
        found = _records(texts(target))
        if len(found) != 1:
            raise _Broken(
                _("{term} leads to {count} SPF records instead of one", term=term, count=len(found))
            )
        return 1 + sum(cost(each, (*above, target), passes=passes) for each in _terms(found[0]))

    return {term: cost(term, (domain.casefold(),)) for term in _terms(record)}, passed


def _terms(record: str) -> list[str]:
    """Return the terms of a record that a receiver looks at: none behind ``all``, nor then a ``redirect``."""
    terms = record.split()[1:]
    names = [_parts(term)[0] for term in terms]  # a receiver reads them all before it looks at the first
    if "all" not in names:
        return terms
    end = names.index("all") + 1
    return [term for term, name in zip(terms[:end], names, strict=False) if name != "redirect"]


def _parts(term: str) -> tuple[str, str]:
    """Return the name of a term and what it leads to, both in small letters."""
    found = _MODIFIER.fullmatch(term) or _MECHANISM.fullmatch(term)
    name = found[1].casefold() if found else ""
    is_modifier = "=" in term.partition(":")[0]
    if not found or not (is_modifier or name in _KNOWN):
        raise _Broken(_("{term} is no term of SPF", term=term))
    return name, (found[2] or "").rstrip(".").casefold()
