"""Hand mails to the dispatcher and add what became of them to the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import NotifyError
from cagette_notify.delivery.clock_drift import clock_problems, offset_of
from cagette_notify.run.run_report import RunReport, lines_of_mail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cagette_notify.core.messages import Copy
    from cagette_notify.core.notices import Mail
    from cagette_notify.delivery.dispatch import Dispatcher, MailOutcome


def hand_over(
    dispatcher: Dispatcher,
    mails: Sequence[Mail | Copy],
    report: RunReport,
    *,
    refused: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> RunReport:
    """Send the mails and return the report with what became of each, even if not all could be tried."""
    deliveries: list[MailOutcome] = []
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


def with_clock_problems(report: RunReport, source: object) -> RunReport:
    """Return the report with what a transport, or whatever else called Mailjet, heard of the time there."""
    troubles = clock_problems(offset_of(source))
    if troubles is None:
        return report
    problems = dict.fromkeys((*report.problems, *troubles))
    return replace(report, problems=tuple(problems), clock_troubles=troubles)


def with_failure(report: RunReport, error: NotifyError) -> RunReport:
    """Return the report of a run that this ended early."""
    return replace(report, problems=(*report.problems, *error.problems), failure=error.exit_status)
