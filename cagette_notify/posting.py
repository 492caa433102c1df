"""Hand mails to the dispatcher and keep account of each, whatever interrupts it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import NotifyError
from cagette_notify.core.messages import Outcome
from cagette_notify.core.notices import Status
from cagette_notify.language import _
from cagette_notify.report import lines_of_mail
from cagette_notify.timekeeping import clock_troubles, offset_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.config import Config
    from cagette_notify.core.messages import Copy
    from cagette_notify.core.notices import Mail
    from cagette_notify.delivery.dispatch import Delivery, Dispatcher
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.report import Line, RunReport


def quota_left(config: Config, ledger: Ledger, quota: int, now: datetime) -> int:
    """Return how many mails may still leave today. Days are UTC days.

    What a clock that was ahead dates from a later day counts neither today nor on all days until then.
    """
    today = now.replace(hour=0, minute=0, second=0)
    return max(0, quota - ledger.count_between(config.delivery, today, today + timedelta(days=1)))


def within_quota(
    config: Config, ledger: Ledger, mails: list[Mail | Copy], now: datetime
) -> tuple[list[Mail | Copy], list[Line]]:
    """Return the mails that still fit into today's quota, and a deferred line for each of the others.

    Mails come in the order of their urgency: recaps, openings, broadcasts.
    """
    quota = config.mailjet.daily_quota
    if quota is None or config.delivery != "mailjet":
        return mails, []
    left = quota_left(config, ledger, quota, now)
    reason = _("the daily quota of {quota} mails is used up", quota=quota)
    outcome = Outcome(Status.DEFERRED, reason)
    ledger.defer(config.delivery, mails[left:], reason, now)
    return mails[:left], [line for mail in mails[left:] for line in lines_of_mail(mail, outcome)]


def post(
    dispatcher: Dispatcher,
    mails: Sequence[Mail | Copy],
    report: RunReport,
    *,
    refused: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> RunReport:
    """Send the mails and return the report with what became of each, even if not all could be tried."""
    deliveries: list[Delivery] = []
    try:
        for delivery in dispatcher.run(mails, refused):
            deliveries.append(delivery)  # one by one: what was sent before a failure must be told
            progress(len(deliveries), len(mails))
    except NotifyError as error:
        report = with_failure(report, error)
    lines = [line for one in deliveries for line in lines_of_mail(one.mail, one.outcome)]
    return replace(
        report,
        lines=(*report.lines, *lines),
        stop=dispatcher.stopped.stop if dispatcher.stopped else None,
    )


def with_clock(report: RunReport, source: object) -> RunReport:
    """Return the report with what a transport, or whatever else called Mailjet, heard of the time there."""
    troubles = clock_troubles(offset_of(source))
    if troubles is None:
        return report
    problems = dict.fromkeys((*report.problems, *troubles))
    return replace(report, problems=tuple(problems), clock_troubles=troubles)


def with_failure(report: RunReport, error: NotifyError) -> RunReport:
    """Return the report of a run that this ended early."""
    return replace(report, problems=(*report.problems, *error.problems), failure=error.exit_status)
