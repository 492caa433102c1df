"""Judge what was refused for good of a member's mails, and whether it is tried again. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.notices import Status
from cagette_notify.helpdesk.check_member.findings import Check, Finding, Health, Matter
from cagette_notify.helpdesk.check_member.missed_notices import kind_and_occasion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.helpdesk.check_member.evidence import MemberEvidence
    from cagette_notify.planning.timeline import TimelineEvent


def refused_mails(case: MemberEvidence, tried: Sequence[TimelineEvent]) -> Iterator[Finding]:
    """Yield the last of what was ``tried`` at one address, newest first, if it was refused.

    And with it the broadcasts refused since the last mail that was not: nothing else tells their readers.
    """
    newest, *earlier = takewhile(lambda event: event.status == Status.FAILED.value, tried)
    for event in (newest, *(one for one in earlier if one.kind not in NOTICE_KINDS)):
        text = _(
            "{notice} to {address}: refused for good: {reason}",
            notice=kind_and_occasion(case, event),
            address=event.address,
            reason=event.reason or _("no reason given"),
        )
        matter = Matter.TEXT_REFUSED if event.about_content else Matter.ADDRESS_REFUSED
        yield Finding(Check.LAST_MESSAGES, Health.PROBLEM, text, _cure(case, event), matter, event.address)


def _cure(case: MemberEvidence, event: TimelineEvent) -> str:
    if event.kind not in NOTICE_KINDS:
        if event.about_content:
            return _("tell the member what is in it: a broadcast is not tried again")
        return _("correct the address, and forward the mail to the member: a broadcast is not tried again")
    if (event.kind, event.distribution_id) in case.still_to_leave:
        return _("correct the address, or the text: once it changes it is tried again")
    return _(
        "correct the address, or the text, and tell the member what is in it: it is too late for that mail"
    )
