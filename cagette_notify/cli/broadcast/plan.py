"""Plan a confirmed broadcast for later, move or call off one that is planned."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from cagette_notify.broadcast.ctrl_c import put_off_ctrl_c
from cagette_notify.broadcast.deliver import progress_of
from cagette_notify.broadcast.left_out import left_out_unseen
from cagette_notify.broadcast.planned import call_off, keep_text, plan_broadcast, planned_mail
from cagette_notify.broadcast.proposal import left_out_lines
from cagette_notify.cli.broadcast.offers import FOR_YES, Answer, Offer, answer_to
from cagette_notify.cli.broadcast.options import is_time_ahead
from cagette_notify.cli.broadcast.plan_words import (
    departure,
    how_it_stays,
    leave_it,
    other_planned_no_more,
    planned_no_more,
    without_files,
)
from cagette_notify.cli.broadcast.send import BroadcastReport
from cagette_notify.cli.broadcast.text_source import GivenBeforeError, remember, where_the_text_is
from cagette_notify.cli.prompt import CancelledError
from cagette_notify.cli.session import now, path_to_type
from cagette_notify.core.errors import NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.text import quoted
from cagette_notify.run.hand_over import with_failure
from cagette_notify.run.run_report import RunReport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.broadcast.drafts import Draft
    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.cli.broadcast.options import BroadcastJob, BroadcastOptions
    from cagette_notify.cli.prompt import Terminal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail


def refuse_bad_time(at: datetime | None, given: BroadcastOptions) -> None:
    """Raise ``UsageError`` for a time that is not ahead, or further than anybody plans."""
    if at and not is_time_ahead(at):
        value = quoted(given.send_at or "")
        message = (
            _("expected a time that is ahead, within 60 days, not {value}, which is past", value=value)
            if at <= now()
            else _("expected a time that is ahead, within 60 days, not {value}, which is later", value=value)
        )
        raise UsageError(Problem(message, field="--send-at"))


def refuse_to_plan(job: BroadcastJob, proposal: Proposal) -> None:
    """Raise for a time that can't be, or a mail of which some has left, or is about to."""
    refuse_bad_time(job.send_at, job.given)
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
        return _left_as_it_is(job, proposal, planned)
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
    lines = (said, *_in_outbox(job), *planned_no_more(proposal, job.instead_of), _how_to_call_off(job))
    trouble = left_out_unseen(proposal.audience, proposal.lists) if job.given.yes else ()
    return BroadcastReport(report, proposal, attempt, lines, trouble, send_at=planned.send_at)


def _in_outbox(job: BroadcastJob) -> Iterator[str]:
    if not job.config.delivery.leaves_the_machine:
        outbox = path_to_type(job.config.outbox)
        yield _("Nothing leaves this machine: mails are only written to {outbox}.", outbox=outbox)


def what_becomes_of_planned(job: BroadcastJob, proposal: Proposal, draft: Draft) -> BroadcastReport | None:
    """Ask what becomes of a mail that is planned already; None to look at it as it would leave now.

    Unasked, it stays as it is.
    """
    planned, terminal = proposal.planned, job.terminal
    if not planned:
        return None
    if job.given.yes or not terminal:
        return _left_as_it_is(job, proposal, planned)
    try:
        answer = answer_to(terminal, _offers(job, planned), leave_it(planned, now()))
    except (CancelledError, KeyboardInterrupt):
        return left_alone(job, proposal, planned)
    if answer is Answer.CALL_OFF:
        return plan_called_off(job, proposal, draft)
    return send_later(job, proposal, draft) if answer is Answer.SEND else None


def _offers(job: BroadcastJob, planned: PlannedMail) -> dict[str, Offer]:
    offers = {"c": Offer(_("call it off"), Answer.CALL_OFF)}
    if job.send_at and job.send_at != planned.send_at and is_time_ahead(job.send_at):
        words = _("move it to {at}", at=departure(job.group, job.send_at))
        return {FOR_YES: Offer(words, Answer.SEND, partial(takes_place_of, job, planned)), **offers}
    if planned.send_at <= now():
        return {FOR_YES: Offer(_("send it now"), act=partial(_leaves_now, job)), **offers}
    return offers


def takes_place_of(job: BroadcastJob, other: PlannedMail) -> bool:
    """Let the mail leave instead of one that is planned: another, or itself at another time."""
    job.instead_of = other.broadcast.attempt
    return True


def takes_place_and_time_of(job: BroadcastJob, other: PlannedMail) -> bool:
    """Let the mail leave instead of another, and when that was to, unless a time for it was given."""
    job.send_at = _time_in_place_of(job, other)
    return takes_place_of(job, other)


def in_place_of(job: BroadcastJob, proposal: Proposal, other: PlannedMail) -> str:
    """Say what comes of that, when the mail leaves then, and what the other one carries that it lacks."""
    at, files = _time_in_place_of(job, other), without_files(proposal)
    words = (
        _("in the place of the planned one: leaves on {at}", at=departure(job.group, at))
        if at
        else _("send NOW, in the place of the planned one")
    )
    return _("{send}, WITHOUT {files}", send=words, files=files) if files else words


def _time_in_place_of(job: BroadcastJob, other: PlannedMail) -> datetime | None:
    return job.send_at or (other.send_at if is_time_ahead(other.send_at) else None)


def _leaves_now(job: BroadcastJob) -> bool:
    job.send_at, job.given = None, job.given.at_once
    return True


def plan_called_off(job: BroadcastJob, proposal: Proposal, draft: Draft) -> BroadcastReport:
    """Call a planned mail off, and say where its text is; raise ``NotifyError`` once it has departed."""
    said = [call_off_planned(job.config, proposal.planned)] if proposal.planned else []
    kept = where_the_text_is(job, draft)
    return BroadcastReport(RunReport(now()), proposal, "", tuple(said), kept)


def neighbour_called_off(job: BroadcastJob, terminal: Terminal, proposal: Proposal) -> bool:
    """Call off the other mail that is planned; true, to look once more."""
    if proposal.planned_neighbour:
        try:
            terminal.tell(*call_off_and_keep(job.config, proposal.planned_neighbour.mail))
        except NotifyError as error:
            terminal.tell(*error.problems)
    return True


def call_off_planned(config: Config, planned: PlannedMail) -> str:
    """Call a planned mail off, and say so; raise ``NotifyError`` once it has departed."""
    if not call_off(config, planned) and progress_of(config, planned.broadcast.attempt):
        raise NotifyError(Problem(_("too late to call it off: it has left, or is leaving")))
    return _("Called off: nothing of it leaves.")


def call_off_and_keep(config: Config, planned: PlannedMail) -> tuple[str, ...]:
    """Call a planned mail off, and keep its text, which may be nowhere else; return what is to be said."""
    said = call_off_planned(config, planned)
    try:
        kept = keep_text(config, planned, now())
    except NotifyError as error:
        return (said, *map(str, error.problems))
    if kept is None:
        return (said,)
    file = path_to_type(kept)
    return said, _("Its text, as it was to leave, is kept in {file}: broadcast offers it.", file=file)


def left_alone(job: BroadcastJob, proposal: Proposal, planned: PlannedMail) -> BroadcastReport:
    """Say of a mail that it is planned as it was, and how it is called off."""
    at = now()
    lines = (how_it_stays(job.group, planned, at), _how_to_call_off(job))
    return BroadcastReport(RunReport(at), proposal, planned.broadcast.attempt, lines, send_at=planned.send_at)


def _left_as_it_is(job: BroadcastJob, proposal: Proposal, planned: PlannedMail) -> BroadcastReport:
    """Say of a mail that it is planned, and was before: nobody was asked whether it is to be moved."""
    if planned.send_at == job.send_at or not job.send_at:
        return left_alone(job, proposal, planned)
    refuse_bad_time(job.send_at, job.given)
    message = _(
        "this very mail is planned for {at} already, and stays so: on a terminal, without --yes, o moves it "
        "to {other}",
        at=departure(job.group, planned.send_at),
        other=departure(job.group, job.send_at),
    )
    report = with_failure(RunReport(now()), NotifyError(Problem(message)))
    trouble: tuple[str | Problem, ...] = (*report.problems, _how_to_call_off(job))
    return BroadcastReport(report, proposal, planned.broadcast.attempt, (), trouble, send_at=planned.send_at)


def _how_to_call_off(job: BroadcastJob) -> str:
    return _("To see it, or to call it off: {command}", command=job.command_that_lists)
