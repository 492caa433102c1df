"""Send a confirmed broadcast or its test copy, and put Ctrl-C in order."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.broadcast.ctrl_c import put_off_ctrl_c
from cagette_notify.broadcast.deliver import (
    StoppedError,
    deliver_broadcast,
    progress_of,
    record_broadcast,
    record_test,
    stop_broadcast,
)
from cagette_notify.broadcast.left_out import left_out_unseen
from cagette_notify.broadcast.proposal import Proposal, left_out_lines, line_of_copy, lines_to_send
from cagette_notify.cli.broadcast.confirm_screen import already_sent
from cagette_notify.cli.broadcast.options import BroadcastJob, BroadcastOptions, checked_address
from cagette_notify.cli.broadcast.output import (
    fate_of_test,
    of_part,
    problem_lines,
    rehearsed,
    result_lines,
    stopped_midway,
)
from cagette_notify.cli.broadcast.plan_words import other_planned_no_more, planned_no_more
from cagette_notify.cli.broadcast.text_source import remember, where_the_text_is
from cagette_notify.cli.progress_bar import progress_bar
from cagette_notify.cli.session import now
from cagette_notify.core.errors import EXIT_CONFIG, LaterError, NotifyError, Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.list_names import ALL
from cagette_notify.core.lock import LockHeldError
from cagette_notify.core.messages import BroadcastProgress, name_of_lists
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.hand_over import with_failure
from cagette_notify.run.run_report import ReportLine, RunReport, report_as_json

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.broadcast.drafts import Draft


class BroadcastReport(Struct, frozen=True):
    """What a command came to, the lines that say so, and the trouble there was."""

    report: RunReport
    proposal: Proposal | None  # none where it never came to a mail
    attempt: str = ""
    lines: tuple[str, ...] = ()
    troubles: tuple[str | Problem, ...] = ()
    send_at: datetime | None = None

    @property
    def said(self) -> tuple[str | Problem, ...]:
        """All the lines, for somebody who reads both on one screen."""
        return (*self.lines, *self.troubles)

    def document(self) -> dict[str, object]:
        """Return what ``--json`` prints."""
        if self.proposal is None:
            return report_as_json(self.report)
        audience = self.proposal.audience
        broadcast: dict[str, object] = {
            "group": self.proposal.request.group.id,
            "subject": self.proposal.request.subject,
            "audience": self.proposal.audience_name,
            "attempt": self.attempt or None,
            "send_at": self.send_at.isoformat() if self.send_at else None,
            "households": audience.households,
            "addresses": len(audience.mailboxes),
            "left_out": [
                {"member": one.member.id, "address": one.address or None, "reason": one.reason.value}
                for one in audience.left_out
            ],
        }
        return report_as_json(self.report) | {"broadcast": broadcast}


def unknown_document(given: BroadcastOptions, error: NotifyError) -> dict[str, object]:
    """Return what ``--json`` prints where it never came to a mail."""
    broadcast: dict[str, object] = {
        "group": given.group,
        "subject": given.subject,
        "audience": name_of_lists(given.lists or (ALL,)),
        "attempt": None,
        "send_at": None,
        "households": None,
        "addresses": None,
        "left_out": [],
    }
    report = RunReport(now(), given.dry_run, problems=tuple(error.problems))
    return report_as_json(report) | {"broadcast": broadcast}


def rehearsal(job: BroadcastJob, proposal: Proposal, draft: Draft) -> BroadcastReport:
    """Tell what would be sent; send and record nothing."""
    if job.given.test:
        lines: tuple[ReportLine, ...] = (line_of_copy(proposal, checked_address(job.given.test, "--test")),)
    else:
        lines = (*lines_to_send(job.config, proposal), *left_out_lines(proposal))
    report = RunReport(now(), dry_run=True, lines=lines, problems=(*proposal.problems, *proposal.notes))
    at = proposal.planned.send_at if proposal.planned and job.send_at else job.send_at
    return BroadcastReport(report, proposal, troubles=_kept(job, draft), send_at=at)


def send_test(job: BroadcastJob, proposal: Proposal, to: str, draft: Draft | None) -> BroadcastReport:
    """Send one copy to somebody who wants to see it first."""
    attempt = record_test(job.config, proposal, to, now())
    try:
        report = _delivered(job, attempt)
    except KeyboardInterrupt:
        stop_broadcast(job.config, attempt)
        raise
    if not report.counts["sent"]:
        stop_broadcast(job.config, attempt)  # said not to be sent, it must not come with the next send-due
    lines, trouble = fate_of_test(job.config, report, to)
    kept = _kept(job, draft) if draft else ()
    return BroadcastReport(report, proposal, attempt, lines, (*trouble, *kept))


def send(job: BroadcastJob, proposal: Proposal, draft: Draft) -> BroadcastReport:
    """Record the mail and send it; interrupted, nothing more leaves until it is given again."""
    pressed = put_off_ctrl_c()  # for good: what is said of a mail that left must not be broken off
    attempt = record_broadcast(job.config, proposal, now(), instead_of=job.instead_of)
    if not attempt:
        raise other_planned_no_more()
    draft.attempt = attempt
    remember(job, draft)
    try:
        report, is_interrupted = _delivered(job, attempt), False
    except StoppedError as stopped:
        report, is_interrupted = stopped.report, True
    if pressed.is_pressed and not is_interrupted:  # since the delivery ended
        stop_broadcast(job.config, attempt)
        is_interrupted = True
    return _ending(job, proposal, draft, attempt, report, is_interrupted=is_interrupted)


def _ending(  # noqa: PLR0913 - an errand, and all that came of it
    job: BroadcastJob,
    proposal: Proposal,
    draft: Draft,
    attempt: str,
    report: RunReport,
    *,
    is_interrupted: bool,
) -> BroadcastReport:
    progress = progress_of(job.config, attempt)
    is_stopped = bool(progress and progress.unfinished and progress.broadcast.is_stopped)
    if is_interrupted or is_stopped:  # by Ctrl-C here, or by somebody who answered N elsewhere
        report = with_failure(report, _stopped(job, progress, draft))
    elif progress and _left_meanwhile(report, progress):
        # Whatever stood in this one's way is past.
        report = with_failure(
            RunReport(report.at), NotifyError(Problem(already_sent(job.config, job.group, progress)))
        )
    is_of_part = bool(progress and progress.broadcast.of_part)
    if progress and progress.is_done and job.config.delivery.leaves_the_machine:
        draft.keep_as_sent()
    is_said = is_interrupted or is_stopped or is_of_part or not (progress and progress.unfinished)
    kept = () if is_said else _kept(job, draft)
    lines = (
        *_result(job, report, progress),
        *_what_becomes_of_the_rest(report, progress),
        *planned_no_more(proposal, job.instead_of),
    )
    if is_of_part:
        lines = (*lines, of_part(job.same_command(draft.path), lacks_rows=not proposal.holds))
    elif progress and progress.is_done and draft.is_draft:
        lines = (*lines, rehearsed(draft.path))
    trouble = (
        *problem_lines(job.config, proposal, report, is_stopped=is_stopped),
        *report.problems,
        *(left_out_unseen(proposal.audience, proposal.lists) if job.given.yes else ()),
        *kept,
    )
    report = replace(
        report,
        lines=(*report.lines, *left_out_lines(proposal)),
        problems=(*proposal.problems, *proposal.notes, *report.problems),
    )
    return BroadcastReport(report, proposal, attempt, lines, trouble)


def _left_meanwhile(report: RunReport, progress: BroadcastProgress) -> bool:
    """Tell whether the same command, given elsewhere, or send-due sent all of it before this one could."""
    return not report.lines and not progress.unfinished


def _result(job: BroadcastJob, report: RunReport, progress: BroadcastProgress | None) -> tuple[str, ...]:
    """Return what became of the mail, unless nothing did here: a mail of which none was sent is no result."""
    if progress and _left_meanwhile(report, progress):
        return ()
    return result_lines(job.config, report, progress)


def _what_becomes_of_the_rest(report: RunReport, progress: BroadcastProgress | None) -> tuple[str, ...]:
    """Say of a mail that somebody's mistake holds up that it is recorded, and will leave by itself."""
    is_waiting = progress and progress.unfinished and not progress.broadcast.is_stopped
    if not progress or not is_waiting or exit_status_of(report) != EXIT_CONFIG:
        return ()
    text = _n(
        "The mail is recorded: once that is mended, the next send-due sends the {count} copy, unasked. To "
        "call it off, give the same command again and answer N.",
        "The mail is recorded: once that is mended, the next send-due sends the {count} copies, unasked. To "
        "call it off, give the same command again and answer N.",
        progress.unfinished,
    )
    return (text,)


def _delivered(job: BroadcastJob, attempt: str) -> RunReport:
    """Return the report of a delivery, whatever went wrong in it."""
    show = bool(job.terminal) and not job.given.as_document
    try:
        with progress_bar(show=show) as progress:
            return deliver_broadcast(
                *(job.config, attempt),
                clock=now,
                environ=os.environ,
                progress=progress,
                on_stop=partial(_say_that_it_stops, job),
            )
    except LockHeldError as error:
        message = _("another run is at work: the mail is recorded, and the next send-due sends it")
        return with_failure(RunReport(now()), LaterError(*error.problems, Problem(message)))
    except NotifyError as error:
        return with_failure(RunReport(now()), error)


def _say_that_it_stops(job: BroadcastJob) -> None:
    """Answer Ctrl-C at once, below the bar: how far it got is known once what is under way has ended."""
    if job.terminal:
        job.terminal.say("", _("Stop asked for: the copies under way are finished, no other begins."))


def _stopped(job: BroadcastJob, progress: BroadcastProgress | None, draft: Draft) -> NotifyError:
    return NotifyError(stopped_midway(job.config, progress, job.same_command(draft.path)))


def _kept(job: BroadcastJob, draft: Draft) -> tuple[Problem, ...]:
    return where_the_text_is(job, draft) if draft.is_draft else ()
