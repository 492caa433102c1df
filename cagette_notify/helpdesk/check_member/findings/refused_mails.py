"""Judge what was refused for good of a member's mails, and whether it is tried again. Pure."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.core.mailjet_fates import FateCategory, fate_in_words
from cagette_notify.core.model import AddressState
from cagette_notify.core.notices import Status
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter
from cagette_notify.helpdesk.check_member.findings.missed_notices import is_news, kind_and_occasion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
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


def refused_before(case: MemberEvidence) -> Iterator[Finding]:
    """Yield what was refused, or sent back, at a former address, and is not sent to the one in its place."""
    for event in case.history:
        if event.address.casefold() not in case.former or not _was_refused(event):
            continue
        boxes = (box for box in case.member.mailboxes if box.state is AddressState.USABLE)
        box = next((box for box in boxes if not _has_its_own(case, event, box.key)), None)
        if box is None or not is_news(case, event.at, box.address):
            continue
        yield Finding(
            *(Check.LAST_MESSAGES, Health.WARNING, _in_words(case, event)),
            *(_("forward the mail to the member: it is not sent again"), Matter.REFUSED_BEFORE, box.address),
            days=(event.at.astimezone(case.zone).date(),),
            group_id=event.group_id,
            left=(event,),
        )


def _in_words(case: MemberEvidence, event: TimelineEvent) -> str:
    values = {
        "notice": kind_and_occasion(case, event),
        "day": case.long_day(event.at),
        "address": event.address,
    }
    if event.fate:
        return _(
            "{notice} of {day} to {address}, no address of theirs any more, {fate}",
            **values,
            fate=fate_in_words(event.fate),
        )
    reason = event.reason or _("no reason given")
    return _(
        "{notice} of {day} to {address}, no address of theirs any more, was refused: {reason}",
        **values,
        reason=reason,
    )


def _was_refused(event: TimelineEvent) -> bool:
    if event.fate:
        return event.fate.outlook in {FateCategory.BOUNCED, FateCategory.BLOCKED}
    return event.status == Status.FAILED.value


def _has_its_own(case: MemberEvidence, event: TimelineEvent, key: str) -> bool:
    """Tell whether that address was tried with the same mail, or is still to get it."""
    mail = (event.kind, event.group_id, event.distribution_id, event.subject)
    tried = any(
        one.custom_id
        and one.address.casefold() == key
        and (one.kind, one.group_id, one.distribution_id, one.subject) == mail
        for one in case.history
    )
    return tried or (event.kind, event.distribution_id) in case.still_to_leave


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
