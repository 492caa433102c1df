"""Judge a domain's SPF record, a single one of ten look-ups at most, and propose one that passes. Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_PARTIAL, NotifyError
from cagette_notify.core.i18n import _
from cagette_notify.delivery.account_finding import AccountFinding, DnsRecord
from cagette_notify.delivery.domain_check.mailjets_view import to_check_again
from cagette_notify.delivery.domain_check.spf_look_ups import (
    MECHANISMS,
    MOST_LOOK_UPS,
    Broken,
    TooDear,
    parts_of,
    servers_let_send,
    spf_records,
    terms_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.delivery.domain_check.mailjets_view import MailjetsView
    from cagette_notify.delivery.domain_check.spf_look_ups import Texts

_MAILJETS = "spf.mailjet.com"
_OURS = f"include:{_MAILJETS}"
_SUSPECT = "~all"
_NEUTRAL = "?all"  # RFC 7208, section 4.7: what a record says of all others where it says nothing


def judge_spf(domain: str, view: MailjetsView | None, texts: Texts) -> list[AccountFinding]:
    """Tell whether receivers can read the domain's record, and whether Mailjet wants to stand in it.

    They look for Mailjet's servers under Mailjet's own name, so that these need not be in it for them.
    """
    records = spf_records(texts(domain))
    if len(records) != 1:
        return [_not_one(domain, records, view, texts)]
    (record,) = records
    try:
        senders = servers_let_send(domain, record, texts)
    except Broken as reason:
        message = _(
            "SPF of {domain} can't be read by receivers: {reason}; whoever keeps the domain mends it: "
            "{record}",
            domain=domain,
            reason=reason,
            record=record,
        )
        return [AccountFinding(message, EXIT_PARTIAL)]
    except TooDear as refused:
        return [_too_many(domain, refused)]
    if _lacks_ours(view, senders):
        return [_without_ours(domain, record, view, texts)]
    unseen = to_check_again("SPF", domain, view.spf_status) if view and view.spf_status == "error" else []
    return unseen or [AccountFinding(_("SPF of {domain} is right", domain=domain), is_fine=True)]


def _lacks_ours(view: MailjetsView | None, senders: set[str]) -> bool:
    return bool(view and view.in_account and _MAILJETS not in senders and view.spf_status != "ok")


def _too_many(domain: str, refused: TooDear) -> AccountFinding:
    message = _(
        "SPF of {domain} takes more than {most} look-ups, and receivers give up there; whoever keeps the "
        "domain takes out what sends no mail for it any more: {terms}",
        domain=domain,
        most=MOST_LOOK_UPS,
        terms=_dear(refused),
    )
    return AccountFinding(message, EXIT_PARTIAL)


def _dear(refused: TooDear) -> str:
    """Name the terms that take look-ups, but for Mailjet's: that one sends."""
    return ", ".join(f"{term} ({count})" for term, count in refused.counts.items() if count and term != _OURS)


def _not_one(domain: str, records: Sequence[str], view: MailjetsView | None, texts: Texts) -> AccountFinding:
    what = _("SPF of {domain} is missing", domain=domain)
    if records:
        what = _(
            "SPF of {domain} is wrong: {count} records, of which none counts",
            domain=domain,
            count=len(records),
        )
    try:
        proposals = _merged(records)
    except Broken as reason:
        return AccountFinding(_unreadable(what, reason), EXIT_PARTIAL)
    return _mended(what, domain, proposals, view, texts)


def _without_ours(domain: str, record: str, view: MailjetsView | None, texts: Texts) -> AccountFinding:
    what = _("SPF of {domain} lacks Mailjet, which asks to stand in it", domain=domain)
    version, *terms = record.split()
    return _mended(what, domain, [" ".join((version, _OURS, *terms))], view, texts)


def _mended(
    what: str, domain: str, proposals: Sequence[str], view: MailjetsView | None, texts: Texts
) -> AccountFinding:
    """Return what is wrong, with the first record that passes this very check, or why the first doesn't."""
    refusals = []
    for record in proposals:
        try:
            if _lacks_ours(view, servers_let_send(domain, record, texts)):
                continue
        except Broken as reason:
            refusals.append(_unreadable(what, reason))
        except TooDear as refused:
            refusals.append(_too_dear(what, refused))
        except NotifyError as error:  # what DNS can't tell
            refusals.append(_untold(what, error))
        else:
            message = _(
                "{what}; whoever keeps the domain leaves this record there, and no other of SPF", what=what
            )
            return AccountFinding(message, EXIT_PARTIAL, record=DnsRecord(domain, "TXT", record))
    return AccountFinding(refusals[0], EXIT_PARTIAL)


def _unreadable(what: str, reason: Broken) -> str:
    return _(
        "{what}; in one that would mend it, receivers couldn't read this: {reason}; whoever keeps the domain "
        "mends that first",
        what=what,
        reason=reason,
    )


def _too_dear(what: str, refused: TooDear) -> str:
    return _(
        "{what}; one that would mend it takes more than {most} look-ups, and receivers give up there: "
        "whoever keeps the domain first takes out what sends no mail for it any more: {terms}",
        what=what,
        most=MOST_LOOK_UPS,
        terms=_dear(refused),
    )


def _untold(what: str, error: NotifyError) -> str:
    return _(
        "{what}; which record mends it can't be told now ({reason}); ask again later",
        what=what,
        reason=error.problems[0].message,
    )


def _merged(records: Sequence[str]) -> list[str]:
    """Return one record of all, with Mailjet in it, and another one without it, if none of them has it.

    What none of them names is what they all say of it, else suspect (``~all``): neither let in nor refused
    outright, as somebody doubted it. A ``redirect`` becomes an ``include``: behind the other terms receivers
    would not come to it, and beside ``all`` it is void.
    """
    named: dict[str, str] = {}
    for term in chain.from_iterable(map(_mechanisms, records)):
        named.setdefault(term.casefold().removeprefix("+").rstrip("."), term)
    has_ours = not records or named.pop(_OURS, None) is not None
    of_others = {*map(_of_others, records)}
    terms = (*named.values(), of_others.pop() if len(of_others) == 1 else _SUSPECT)
    # Mailjet's first: behind a term that refuses its servers, it would be of no use.
    proposals = (_OURS, *terms), *(() if has_ours else (terms,))
    return [" ".join(("v=spf1", *each)) for each in proposals]


def _mechanisms(record: str) -> Iterator[str]:
    """Yield what a record says of servers that it names."""
    for term in terms_of(record):
        name, _target = parts_of(term)
        if name == "redirect":
            yield f"include:{term.partition('=')[2]}"
        elif name in MECHANISMS and name != "all":
            yield term


def _of_others(record: str) -> str:
    """Return what a record says of all others, as a term; what it leads to may say anything."""
    said = {parts_of(term)[0]: term.casefold().removeprefix("+") for term in terms_of(record)}
    return _SUSPECT if "redirect" in said else said.get("all", _NEUTRAL)
