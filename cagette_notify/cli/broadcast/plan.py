"""Plan a confirmed broadcast for later, show one that is planned, call it off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.broadcast.ctrl_c import put_off_ctrl_c
from cagette_notify.broadcast.deliver import progress_of
from cagette_notify.broadcast.planned import call_off, plan_broadcast, planned_mail
from cagette_notify.broadcast.proposal import left_out_lines
from cagette_notify.cli.broadcast.plan_words import departure, held_plan, other_planned_no_more
from cagette_notify.cli.broadcast.send import BroadcastReport
from cagette_notify.cli.broadcast.text_source import GivenBeforeError, remember, where_the_text_is
from cagette_notify.cli.prompt import SAYS_NO, CancelledError
from cagette_notify.cli.session import now
from cagette_notify.core.errors import NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.text import quoted
from cagette_notify.run.hand_over import with_failure
from cagette_notify.run.run_report import RunReport

if TYPE_CHECKING:
    from cagette_notify.broadcast.drafts import Draft
    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.cli.broadcast.options import BroadcastJob
    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.core.messages import PlannedMail

_FARTHEST = timedelta(days=60)


def refuse_bad_time(job: BroadcastJob) -> None:
    """Raise ``UsageError`` for a time that is not ahead, or further than anybody plans."""
    if job.send_at and not timedelta(0) < job.send_at - now() <= _FARTHEST:
        value = quoted(job.given.send_at or "")
        message = _("expected a time that is ahead, within 60 days, not {value}", value=value)
        raise UsageError(Problem(message, field="--send-at"))


def refuse_to_plan(job: BroadcastJob, proposal: Proposal) -> None:
    """Raise for a time that can't be, or a mail of which some has left, or is about to."""
    refuse_bad_time(job)
    earlier = proposal.same_mail
    if earlier and (earlier.unfinished or proposal.late):
        message = _(
            "this very mail was confirmed on {at}, and is not finished: it goes on without --send-at",
            at=departure(job.group, earlier.broadcast.confirmed_at),
        )
        raise GivenBeforeError(Problem(message))


def refuse_second(job: BroadcastJob, proposal: Proposal) -> None:
    """Raise for a mail that nobody is asked about, and that may be a planned one with another text."""
    near, given = proposal.planned_neighbour, job.given
    if near and near.may_be_this_one and given.yes and not (given.again or given.dry_run):
        message = _(
            "a mail with this subject is planned for {at}, to readers of this one: with --again both leave; "
            "on a terminal, without --yes, r puts this one in its place",
            at=departure(job.group, near.mail.send_at),
        )
        raise NotifyError(Problem(message))


def send_later(job: BroadcastJob, proposal: Proposal, draft: Draft) -> BroadcastReport:
    """Record the mail to leave later, and say how it is called off; the same one is never planned twice."""
    put_off_ctrl_c()  # for good: what is planned must be said
    at = now()
    attempt = plan_broadcast(job.config, proposal, job.send_at or at, at, instead_of=job.instead_of)
    if not attempt:
        raise other_planned_no_more()
    planned = planned_mail(job.config, attempt)
    if planned is None:
        raise GivenBeforeError(
            Problem(_("this very mail was given meanwhile, to leave at once: look at the log"))
        )
    if planned.send_at != job.send_at:
        return _left_as_it_is(job, proposal, draft, planned)
    draft.attempt = attempt
    remember(job, draft)
    count = len(proposal.audience.mailboxes)
    said = _n(
        "Planned for {at}: it leaves with the first send-due from then on, to whoever is in the list then "
        "(today {count} address).",
        "Planned for {at}: it leaves with the first send-due from then on, to whoever is in the list then "
        "(today {count} addresses).",
        count,
        at=departure(job.group, planned.send_at),
    )
    report = RunReport(at, lines=left_out_lines(proposal), problems=(*proposal.problems, *proposal.notes))
    return BroadcastReport(
        report, proposal, attempt, (said, _how_to_call_off(job, draft)), send_at=planned.send_at
    )


def leave_planned_or_call_off(job: BroadcastJob, proposal: Proposal, draft: Draft) -> BroadcastReport | None:
    """Ask whether a mail that is planned is called off; nothing but that changes it."""
    planned, terminal = proposal.planned, job.terminal
    if not planned:
        return None
    if job.given.yes or not terminal:
        return _left_as_it_is(job, proposal, draft, planned)
    while True:
        try:
            answer = terminal.ask(_("[c] call it off  [N] leave it planned ")).lower()
        except (CancelledError, KeyboardInterrupt):
            answer = ""
        if answer == "c":
            return _called_off(job, proposal, draft, planned)
        if not answer or answer in SAYS_NO:
            return _left_alone(job, proposal, draft, planned)
        terminal.say(_("Answer c or N."))


def neighbour_called_off(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Call off the other mail that is planned, whose text may be nowhere else; true, to look once more."""
    if proposal.planned_neighbour:
        try:
            terminal.say(_call_off(job, proposal.planned_neighbour.mail))
        except NotifyError as error:
            terminal.say(*map(str, error.problems))
    return True


def _call_off(job: BroadcastJob, planned: PlannedMail) -> str:
    """Call a planned mail off, and say so; raise ``NotifyError`` once it has departed."""
    if not call_off(job.config, planned) and progress_of(job.config, planned.broadcast.attempt):
        raise NotifyError(Problem(_("too late to call it off: it has left, or is leaving")))
    return _("Called off: nothing of it leaves.")


def _called_off(job: BroadcastJob, proposal: Proposal, draft: Draft, planned: PlannedMail) -> BroadcastReport:
    said = _call_off(job, planned)
    kept = tuple(map(str, where_the_text_is(job, draft)))
    return BroadcastReport(RunReport(now()), proposal, "", (said,), kept)


def _left_alone(job: BroadcastJob, proposal: Proposal, draft: Draft, planned: PlannedMail) -> BroadcastReport:
    at = now()
    said = held_plan(job.group, planned, at) or _(
        "It stays planned for {at}.", at=departure(job.group, planned.send_at)
    )
    return BroadcastReport(
        RunReport(at),
        proposal,
        planned.broadcast.attempt,
        (said, _how_to_call_off(job, draft)),
        send_at=planned.send_at,
    )


def _left_as_it_is(
    job: BroadcastJob, proposal: Proposal, draft: Draft, planned: PlannedMail
) -> BroadcastReport:
    """Say of a mail that it is planned, and was before: for another time is not what was asked for."""
    if planned.send_at == job.send_at:
        return _left_alone(job, proposal, draft, planned)
    message = _(
        "this very mail is planned for {at} already, and stays so: to change that, call it off first",
        at=departure(job.group, planned.send_at),
    )
    report = with_failure(RunReport(now()), NotifyError(Problem(message)))
    trouble = (*map(str, report.problems), _how_to_call_off(job, draft))
    return BroadcastReport(report, proposal, planned.broadcast.attempt, (), trouble, send_at=planned.send_at)


def _how_to_call_off(job: BroadcastJob, draft: Draft) -> str:
    return _("To see it, or to call it off: {command}", command=job.same_command(draft.path))
