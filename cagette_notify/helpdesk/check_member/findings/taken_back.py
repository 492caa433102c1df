"""Say of which distributions a member was told that are off, or another group's. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.unsubscriptions import deaf_to_letters
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter
from cagette_notify.planning.announced import latest, when_and_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from cagette_notify.core.notices import Entry
    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence

PERHAPS_SAID = "perhaps_said"
"""Why the reply does not say of what is off that nobody had told of it: a mail to everybody may have."""

NEVER_TOLD = "never_told"
"""Why the reply names no reminder of what takes place after all: none had left."""


def taken_back(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions that the member was told of and that are off: no mail says so by itself."""
    moved = {one.distribution.id for one in case.uncorrected}
    for one in case.taken_back:
        last = latest(one.told)
        if last.key.distribution_id in moved:
            continue  # which says it, too
        addresses = dict.fromkeys(entry.recipient for entry in one.told)
        values = {
            "distribution": last.key.distribution_id,
            "addresses": ", ".join(addresses),
            "told": when_and_where(case.zone, last.starts_at, last.place),
        }
        if one.perhaps:
            yield _in_doubt(one.perhaps, values)
            continue
        had_recap = last.key.kind.traits.is_corrected
        advice = _advice_to_the_deaf(case, addresses) or _advice(last, one.command)
        days = (last.starts_at.astimezone(case.zone).date(),)
        if one.is_back_on:
            summary = _(
                "distribution {distribution} takes place as {addresses} was told, for {told}, but a mail had "
                "said since that it is off: no mail takes that back by itself",
                **values,
            )
            why = "" if had_recap else NEVER_TOLD
            matter = Matter.BACK_ON
            yield Finding(Check.LAST_MESSAGES, Health.WARNING, summary, advice, matter, days=days, why=why)
            continue
        summary = _(
            "distribution {distribution} {why}, but {addresses} was told of it for {told}: no mail takes "
            "that back by itself",
            why=one.why,
            **values,
        )
        why = ""
        if one.perhaps_said_at:
            summary, why = (
                _perhaps_said(case, summary, one.perhaps_said_in, one.perhaps_said_at),
                PERHAPS_SAID,
            )
        matter = Matter.CALLED_OFF if had_recap else Matter.OFF_ONCE_OPEN
        yield Finding(Check.LAST_MESSAGES, Health.WARNING, summary, advice, matter, days=days, why=why)


def misled(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the distributions that take place, of which the member has only heard the contrary."""
    for one in case.misled:
        at = one.distribution.starts_at.astimezone(case.zone)
        summary = _(
            "distribution {distribution} ({day}) takes place, but a mail had said to {addresses} that it is "
            "off: no mail takes that back by itself",
            distribution=one.distribution.id,
            day=at.date(),
            addresses=", ".join(one.addresses),
        )
        advice = _advice_to_the_deaf(case, one.addresses) or _(
            "tell the member; to tell all who got that: {command}", command=one.command
        )
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING, summary, advice, Matter.BACK_ON),
            days=(at.date(),),
            why=NEVER_TOLD,
        )


def _advice(last: Entry, command: str) -> str:
    """Say whom the command tells: after a reminder of a duty nobody may have got a recap."""
    traits = last.key.kind.traits
    if traits.needs_duty:
        return _("tell the member; to tell all who were told of it: {command}", command=command)
    if traits.is_corrected:
        return _("tell the member; to tell all who got a recap of it: {command}", command=command)
    return _("tell the member; to tell all who got the opening of its orders: {command}", command=command)


def _advice_to_the_deaf(case: MemberEvidence, told: Iterable[str]) -> str:
    """Say how to reach whoever stopped broadcasts; nothing where a letter can reach an address."""
    addresses = {address.casefold() for address in told}
    if not addresses <= deaf_to_letters(case.unsubscribed):
        return ""
    return _(
        "tell the member by another way, such as the telephone: no letter reaches {addresses}, unsubscribed "
        "with Mailjet's link",
        addresses=", ".join(sorted(addresses)),
    )


def _perhaps_said(case: MemberEvidence, summary: str, subject: str, at: datetime) -> str:
    return _(
        "{summary}; the mail {subject!r} of {at} has gone to all since: if it says so, they know",
        summary=summary,
        subject=subject,
        at=case.instant(at),
    )


def _in_doubt(where: str, values: Mapping[str, str]) -> Finding:
    """Say that nobody knows whether it takes place: the reply to the member can't say so either way."""
    summary = _(
        "distribution {distribution} is not found in the data, but {addresses} was told of it for {told}: it "
        "may be what was set aside ({where})",
        where=where,
        **values,
    )
    advice = _("mend that before you answer: then it will be known whether it takes place")
    return Finding(Check.LAST_MESSAGES, Health.WARNING, summary, advice)
