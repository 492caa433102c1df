"""Remember, for whoever asks, what keeps everything from leaving until somebody mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.errors import EXIT_CONFIG
from cagette_notify.core.messages import StopReason
from cagette_notify.core.notices import Status

if TYPE_CHECKING:
    from cagette_notify.ledger.run_memory import RunMemory
    from cagette_notify.run.run_report import RunReport


def remember_refusal(memory: RunMemory, report: RunReport) -> None:
    """Remember why Mailjet, or the configuration, let nothing leave; forget it once a run got through."""
    if report.failure == EXIT_CONFIG:
        memory.keep_refusal(str(report.problems[-1]) if report.problems else "")
    elif report.stop is StopReason.REFUSED:
        put_off = (line.reason for line in report.lines if line.status == Status.DEFERRED.value)
        memory.keep_refusal(next(filter(None, reversed([*put_off])), ""))
    elif not report.failure:
        memory.keep_refusal("")
