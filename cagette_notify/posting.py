"""Hand mails to the dispatcher and keep account of each, whatever interrupts it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cagette_notify.errors import NotifyError
from cagette_notify.language import _
from cagette_notify.model import Outcome, Status
from cagette_notify.report import lines_of_mail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.config import Config
    from cagette_notify.delivery.dispatch import Delivery, Dispatcher
    from cagette_notify.ledger import Ledger
    from cagette_notify.model import Copy, Mail
    from cagette_notify.report import Line, RunReport


def within_quota(
    config: Config, ledger: Ledger, mails: list[Mail | Copy], now: datetime
) -> tuple[list[Mail | Copy], list[Line]]:
    """Return the mails that still fit into today's quota, and a deferred line for each of the others.

    Days are UTC days. Mails come in the order of their urgency: recaps, openings, broadcasts.
    """
    quota = config.mailjet.daily_quota
    if quota is None or config.delivery != "mailjet":
        return mails, []
    today = now.replace(hour=0, minute=0, second=0)
    left = max(0, quota - ledger.count_since(config.delivery, today))
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


def with_failure(report: RunReport, error: NotifyError) -> RunReport:
    """Return the report of a run that this ended early."""
    return replace(report, problems=(*report.problems, *error.problems), failure=error.exit_status)
