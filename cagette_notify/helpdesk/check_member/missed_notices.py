"""Judge what a member should have got and never did, as it was too late. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.labels import notice_label
from cagette_notify.core.model import OrdersState
from cagette_notify.core.notices import Status
from cagette_notify.helpdesk.check_member.findings import Check, Finding, Health, Matter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.helpdesk.check_member.evidence import MemberEvidence, MissedRecap
    from cagette_notify.planning.timeline import TimelineEvent

_ASKED_ABOUT = timedelta(days=7)  # what was missed is news for so long, even if later mails arrived
_TOLD = frozenset((Status.SENT.value, Status.CLAIMED.value, Status.IN_DOUBT.value))


def missed_notices(case: MemberEvidence) -> Iterator[Finding]:
    """Yield, for each address, what came too late, and what waited for its orders until it was."""
    for event in case.history:
        if event.status == Status.EXPIRED.value and _is_still_missed(case, event):
            text = _(
                "{notice} to {address}: it came too late, and was not sent",
                notice=kind_and_occasion(event),
                address=event.address,
            )
            advice = (
                _("tell the member what is in it: a row of the order could not be read in time")
                if event.is_incomplete
                else _("tell the member what is in it; was the machine off, or cron?")
            )
            yield Finding(Check.LAST_MESSAGES, Health.WARNING, text, advice, Matter.TOO_LATE, event.address)
    for missed in case.missed_recaps:
        if _is_news(case, missed.distribution.starts_at, missed.address):
            yield _without_orders(case, missed)


def kind_and_occasion(event: TimelineEvent) -> str:
    """Return a notice's kind and of what it is."""
    kind = notice_label(event.kind.value, is_correction=event.is_correction)
    return f"{kind} {event.distribution_id or event.subject}".strip()


def _is_still_missed(case: MemberEvidence, event: TimelineEvent) -> bool:
    """Tell whether it is news, and did not leave in the end: re-dated, a distribution gets another recap."""
    left = (
        other.status in _TOLD and _is_to(other, event.address) and other.at >= event.at
        for other in case.history
        if (other.kind, other.distribution_id) == (event.kind, event.distribution_id)
    )
    return _is_news(case, event.at, event.address) and not any(left)


def _is_news(case: MemberEvidence, at: datetime, address: str) -> bool:
    last = max((one.at for one in case.history if one.status in _TOLD and _is_to(one, address)), default=at)
    return last <= at or case.now - at <= _ASKED_ABOUT


def _is_to(event: TimelineEvent, address: str) -> bool:
    return event.address.casefold() == address.casefold()


def _without_orders(case: MemberEvidence, missed: MissedRecap) -> Finding:
    one, book = missed.distribution, missed.book
    text = _(
        "{notice} to {address} did not leave before the distribution started: {why}",
        notice=f"{notice_label(missed.kind.value, is_correction=missed.is_correction)} {one.id}",
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
    matter = Matter.MISSED_CORRECTION if missed.is_correction else Matter.MISSED_RECAP
    days = (one.starts_at.astimezone(case.zone).date(),)
    return Finding(Check.LAST_MESSAGES, Health.WARNING, text, advice, matter, missed.address, days=days)
