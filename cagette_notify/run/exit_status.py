"""Compute the exit status of a run from its report. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_CONFIG, EXIT_DATA, EXIT_LATER, EXIT_OK, EXIT_PARTIAL
from cagette_notify.core.messages import StopReason

if TYPE_CHECKING:
    from cagette_notify.run.run_report import RunReport


def exit_status_of(report: RunReport) -> int:
    """Return the first that holds of 78, 65, 75 and 1."""
    counts = report.counts
    if report.stop is StopReason.REFUSED or report.failure == EXIT_CONFIG:
        return EXIT_CONFIG
    if report.served_nobody or (report.failure == EXIT_DATA and not counts["sent"]):
        return EXIT_DATA
    if report.failure == EXIT_LATER or (counts["deferred"] and not counts["sent"]):
        return EXIT_LATER
    said = [problem for problem in (*report.problems, *report.events) if not problem.is_warning]
    troubled = any(counts[status] for status in ("failed", "in_doubt", "deferred", "expired"))
    return EXIT_PARTIAL if said or troubled or report.failure else EXIT_OK
