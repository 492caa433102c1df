"""Say which rows of duties that name the member were set aside. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter, next_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence


def unread_duties(case: MemberEvidence) -> Iterator[Finding]:
    """Yield the rows whose duty no mail tells, or of which one may have said that it is no more."""
    for who, problem in case.duty_problems:
        summary = _(
            "a row of the duties that seems to name {who} can't be read: {problem}",
            who=who,
            problem=problem,
        )
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING, summary, _("correct the row"), Matter.UNREAD_DUTY),
            by_itself=next_run(),
        )
