"""Judge what a member should have got and never did, as it was too late. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.labels import notice_label
from cagette_notify.core.notices import Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.core.text import one_line
from cagette_notify.helpdesk.check_member.findings.finding import Check, Finding, Health, Matter
from cagette_notify.planning.timeline import WILL_SEND

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.helpdesk.check_member.evidence.member_evidence import MemberEvidence
    from cagette_notify.helpdesk.check_member.evidence.pieces_of_evidence import LateCorrection, MissedRecap
    from cagette_notify.planning.timeline import TimelineEvent

_ASKED_ABOUT = timedelta(days=7)  # what was missed is news for so long, even if later mails arrived
_TOLD = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


def missed_notices(case: MemberEvidence) -> Iterator[Finding]:
    """Yield for each address what it believes wrongly, what came too late, and what waited for its orders."""
    waited = {(one.distribution.id, one.address.casefold()) for one in case.missed_recaps}
    for late in case.late_corrections:
        at = max(late.told.starts_at, late.distribution.starts_at)
        is_said = (late.distribution.id, late.told.key.address) in waited
        if not is_said and is_news(case, at, late.told.recipient):
            yield _believed(case, late)
    for event in case.history:
        is_told_above = event.is_correction and event.distribution_id in case.starts
        if event.status == Status.EXPIRED.value and not is_told_above and _is_still_missed(case, event):
            yield _too_late(case, event)
    for missed in case.missed_recaps:
        if is_news(case, missed.distribution.starts_at, missed.address):
            yield _without_orders(case, missed)


def _too_late(case: MemberEvidence, event: TimelineEvent) -> Finding:
    text = _(
        "{notice} to {address}: it came too late, and was not sent",
        notice=kind_and_occasion(case, event),
        address=event.address,
    )
    text = _("{what}: {reason}", what=text, reason=event.reason) if event.reason else text
    advice = (
        _("tell the member what is in it: a row of the order could not be read in time")
        if event.is_incomplete
        else _("tell the member what is in it")
    )
    is_explained = event.is_incomplete or event.reason
    return Finding(
        *(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.TOO_LATE, event.address),
        group_id=event.group_id,
        look_at=() if is_explained else tuple(_causes(event)),
    )


def _causes(event: TimelineEvent) -> Iterator[str]:
    """Yield what may have made a notice late of which the run could not tell."""
    yield _("see whether the machine or cron had stopped")
    if event.kind.traits.call_to_order:
        yield _("or whether the distribution was added only long after its orders had opened")


def _believed(case: MemberEvidence, late: LateCorrection) -> Finding:
    """Say what whoever was told believes: which mail did not come is the least of it."""
    one, origin = late.distribution, late.distribution.origin
    text = _(
        "{notice} to {address}: it came too late, and was not sent",
        notice=case.with_group(
            f"{notice_label(late.told.key.kind.value, is_correction=True)} {one.id}", one.group_id
        ),
        address=late.told.recipient,
    )
    return Finding(
        Check.LAST_MESSAGES,
        Health.WARNING,
        _("{what}: {reason}", what=text, reason=late.what),
        _("tell the member what changed, if it is right: see {place}", place=f"{origin.file}:{origin.line}"),
        Matter.MISSED_CORRECTION,
        late.told.recipient,
        days=(late.told.starts_at.astimezone(case.zone).date(),),
        starts_at=one.starts_at.astimezone(case.zone),
        place=one_line(one.place),
        group_id=one.group_id,
    )


def kind_and_occasion(case: MemberEvidence, event: TimelineEvent) -> str:
    """Return a notice's kind and of what it is."""
    kind = notice_label(event.kind.value, is_correction=event.is_correction)
    what = f"{kind} {event.distribution_id or event.subject}".strip()
    return case.with_group(what, event.group_id)


def _is_still_missed(case: MemberEvidence, event: TimelineEvent) -> bool:
    """Tell whether it is news, and neither left in the end nor will: re-dated, it gets another recap."""
    left = (
        other.status in _TOLD and _is_to(other, event.address) and other.at >= event.at
        for other in case.history
        if (other.kind, other.distribution_id) == (event.kind, event.distribution_id)
    )
    ahead = (
        other.status == WILL_SEND and _is_to(other, event.address)
        for other in case.upcoming
        if (other.kind, other.distribution_id) == (event.kind, event.distribution_id)
    )
    return is_news(case, event.at, event.address) and not any(left) and not any(ahead)


def is_news(case: MemberEvidence, at: datetime, address: str) -> bool:
    """Tell whether what an address missed may be what is asked about: nothing came since, or it is new."""
    last = max((one.at for one in case.history if one.status in _TOLD and _is_to(one, address)), default=at)
    return last <= at or case.now - at <= _ASKED_ABOUT


def _is_to(event: TimelineEvent, address: str) -> bool:
    return event.address.casefold() == address.casefold()


def _without_orders(case: MemberEvidence, missed: MissedRecap) -> Finding:
    one, book = missed.distribution, missed.book
    text = _(
        "{notice} to {address} did not leave before the distribution started: {why}",
        notice=case.with_group(
            f"{notice_label(missed.kind.value, is_correction=missed.is_correction)} {one.id}", one.group_id
        ),
        address=missed.address,
        why=_("the orders were not there, too old or in part illegible")
        if book.state is OrdersState.READY
        else _("its orders were {state} ({file})", state=_(book.state), file=book.file or _("no file")),
    )
    advice = (
        _("tell the member; and fetch the export of the orders in time")
        if missed.is_correction
        else _("tell the member what was in the order; and fetch the export of the orders in time")
    )
    days = (one.starts_at.astimezone(case.zone).date(),)
    starts_at = one.starts_at.astimezone(case.zone) if missed.is_correction else None
    return Finding(
        *(Check.LAST_MESSAGES, Health.WARNING, text, advice, _matter(case, missed), missed.address),
        kinds=(missed.kind,),
        days=days,
        starts_at=starts_at,
        place=one_line(one.place) if missed.is_correction else "",
        group_id=one.group_id,
    )


def _matter(case: MemberEvidence, missed: MissedRecap) -> Matter:
    if missed.is_correction:
        return Matter.MISSED_CORRECTION
    had_one = any(
        event.distribution_id == missed.distribution.id and event.kind.traits.needs_order
        for event in case.history
        if event.status in _TOLD and _is_to(event, missed.address)
    )
    return Matter.MISSED_ANOTHER if had_one else Matter.MISSED_RECAP
