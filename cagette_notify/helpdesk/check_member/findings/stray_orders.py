"""Say which orders of a group name the member, who is none of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter, next_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence


def stray_orders(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the rows that are set aside, as they name the member for a group that is not theirs."""
    for one in case.stray_orders:
        day = one.distribution.starts_at.astimezone(one.group.timezone).date()
        summary = _(
            "{place} names {reference!r} for {distribution} ({day}), a distribution of {group}, of which "
            "{who} is no member",
            place=f"{one.line.origin.file}:{one.line.origin.line}",
            reference=one.line.reference,
            distribution=one.distribution.id,
            day=case.day_in_words(day),
            group=one.group.name,
            who=case.member.name or case.member.id,
        )
        advice = _(
            "add the group {group} in {place}, or correct the row of the order",
            group=one.group.id,
            place=case.place,
        )
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING, summary, advice, Matter.STRAY_ORDER),
            days=(day,),
            by_itself=next_run(),
        )
