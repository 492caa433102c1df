"""Word the result of a broadcast: copies sent, failed, deferred, stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.cli.once_renewed import once_renewed
from cagette_notify.cli.session import path_to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.given_files import works_for_others
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.messages import StopReason
from cagette_notify.core.notices import Status
from cagette_notify.core.text import one_line
from cagette_notify.planning.outlook.quota_room import renewed_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import BroadcastProgress
    from cagette_notify.core.model import Group
    from cagette_notify.run.run_report import ReportLine, RunReport

_FAILURES = 20  # named; the others are in the log


def result_lines(config: Config, report: RunReport, progress: BroadcastProgress | None) -> tuple[str, ...]:
    """Return what became of the mail."""
    count = report.counts["sent"]
    total = progress.total if progress else count
    if not config.delivery.leaves_the_machine:
        outbox = path_to_type(config.outbox)
        message = _n(
            "Nothing left this machine: {count} mail was written to {outbox}.",
            "Nothing left this machine: {count} mails were written to {outbox}.",
            count,
            outbox=outbox,
        )
        return (message,)
    if progress and progress.sent != count:
        return (
            _("Sent now: {count}; in all: {sent} of {total}.", count=count, sent=progress.sent, total=total),
        )
    return (_("Sent: {count} of {total}.", count=count, total=total),)


def rehearsed(text: Path) -> str:
    """Say where the text of a mail stays of which nothing has left, for the day on which it does."""
    file = path_to_type(text)
    if works_for_others():
        return _("your text is kept in {file}", file=file)
    return _("Your text stays in {file}: on a terminal, broadcast offers it again.", file=file)


def of_part(command: str, *, lacks_rows: bool) -> str:
    """Say how those get a mail who were missing in the data when it left, or whose own row was bad."""
    if lacks_rows:
        return _(
            "Those whose row is to be corrected are left out. Once it is, this is for them, and for nobody "
            "twice: {command}",
            command=command,
        )
    return _(
        "Whoever is missing in the data is left out. Once they are back there, this is for them, and for "
        "nobody twice: {command}",
        command=command,
    )


def problem_lines(
    config: Config, proposal: Proposal, report: RunReport, *, is_stopped: bool
) -> tuple[str | Problem, ...]:
    """Return what went wrong with whom, and what to do about it."""
    lines = _failures(proposal, [line for line in report.lines if line.status == Status.FAILED.value])
    count = report.counts["in_doubt"]
    if count and is_stopped:
        lines.append(Problem(_looked_up(count), is_warning=True))
    elif count:
        message = _(
            "In doubt: {count}. The next send-due looks up what became of them, and sends again only what "
            "did not arrive.",
            count=count,
        )
        lines.append(Problem(message, is_warning=True))
    return (*lines, *([] if is_stopped else _deferred(config, report, proposal.request.group)))


def fate_of_test(
    config: Config, report: RunReport, to: str
) -> tuple[tuple[str, ...], tuple[str | Problem, ...]]:
    """Return what became of a test copy, and the trouble with it."""
    if not report.counts["sent"]:
        reasons = [Problem(line.reason) for line in report.lines if line.reason]
        trouble = Problem(_("The test copy was not sent to {address}.", address=to))
        return (), (trouble, *report.problems, *reasons)
    if not config.delivery.leaves_the_machine:
        outbox = path_to_type(config.outbox)
        done = _(
            "Nothing left this machine: a test copy to {address} was written to {outbox}.",
            address=to,
            outbox=outbox,
        )
    else:
        done = _("A test copy was sent to {address}.", address=to)
    return (done,), report.problems


def stopped_midway(config: Config, progress: BroadcastProgress | None, command: str) -> Problem:
    """Say how far a mail had got when Ctrl-C, or somebody elsewhere, stopped it, and how to go on.

    One of which nothing was left to stop is no mail that could go on.
    """
    sent, total = (progress.sent, progress.total) if progress else (0, 0)
    so_far = (
        _n("{count} of {total} copies were sent", "{count} of {total} copies were sent", sent, total=total)
        if config.delivery.leaves_the_machine
        else _written(sent, total)
    )
    if progress and not progress.unfinished:
        return Problem(_("too late to stop it: {so_far}", so_far=so_far))
    return Problem(
        _(
            "stopped: {so_far}; to go on, give the same command again: {command}",
            so_far=so_far,
            command=command,
        )
    )


def _written(count: int, total: int) -> str:
    return _n(
        "{count} of {total} copies were written to the outbox",
        "{count} of {total} copies were written to the outbox",
        count,
        total=total,
    )


def stopped_by_answer(config: Config, progress: BroadcastProgress) -> tuple[Problem, ...]:
    """Say how far a mail had got when somebody answered no to the rest of it; what is in doubt is apart."""
    if not config.delivery.leaves_the_machine:
        so_far = _written(progress.sent, progress.total)
        if not progress.unfinished:
            return (Problem(_("too late to stop it: {so_far}", so_far=so_far)),)
        return (
            Problem(
                _(
                    "stopped: {so_far}; the others are written only if you give the command again",
                    so_far=so_far,
                )
            ),
        )
    if not progress.unfinished:
        message = _n(
            "too late: {count} of {total} copies had left",
            "too late: {count} of {total} copies had left",
            progress.sent,
            total=progress.total,
        )
        return (Problem(message),)
    message = _n(
        "stopped: {count} of {total} copies had left; the others leave only if you give the command again",
        "stopped: {count} of {total} copies had left; the others leave only if you give the command again",
        progress.sent,
        total=progress.total,
    )
    return (Problem(message), *([Problem(_looked_up(progress.in_doubt))] if progress.in_doubt else []))


def _looked_up(count: int) -> str:
    return _(
        "In doubt: {count}. The next send-due looks up what became of them, and sends nothing.", count=count
    )


def under_way(config: Config, earlier: BroadcastProgress) -> str:
    """Say why a text can't be changed any more."""
    if not config.delivery.leaves_the_machine:
        so_far = _written(earlier.gone, earlier.total)
        return _("{so_far}: the text can't be changed; N keeps back any others", so_far=so_far)
    if earlier.in_doubt:
        return _(
            "{count} of {total} copies have left, or may have, as they are: the text can't be changed; N "
            "keeps back the others",
            count=earlier.gone,
            total=earlier.total,
        )
    if earlier.gone == earlier.total:
        return _n(
            "the {count} copy has left as it is: the text can't be changed",
            "all {count} copies have left as they are: the text can't be changed",
            earlier.total,
        )
    return _n(
        "{count} of {total} copies have left as they are: the text can't be changed; N keeps back the others",
        "{count} of {total} copies have left as they are: the text can't be changed; N keeps back the others",
        earlier.gone,
        total=earlier.total,
    )


def goes_on(config: Config, progress: BroadcastProgress) -> str:
    """Say that a mail confirmed earlier goes on, whatever was cancelled now, and how to stop it."""
    if not config.delivery.leaves_the_machine:
        return _(
            "the mail {subject!r} to group {group} goes on all the same: {so_far}, the next send-due sees to "
            "the others; to stop it, give its command without --yes, and answer N",
            subject=progress.broadcast.content.subject,
            group=progress.broadcast.group_id,
            so_far=_written(progress.sent, progress.total),
        )
    return _n(
        "the mail {subject!r} to group {group} goes on all the same: {count} of {total} copies is known to "
        "have left, the next send-due sees to the others; to stop it, give its command without --yes, and "
        "answer N",
        "the mail {subject!r} to group {group} goes on all the same: {count} of {total} copies are known to "
        "have left, the next send-due sees to the others; to stop it, give its command without --yes, and "
        "answer N",
        progress.sent,
        total=progress.total,
        subject=progress.broadcast.content.subject,
        group=progress.broadcast.group_id,
    )


def _failures(proposal: Proposal, failed: Sequence[ReportLine]) -> list[str | Problem]:
    if not failed:
        return []
    names = {mailbox.address: one_line(mailbox.name) for mailbox in proposal.audience.mailboxes}
    lines: list[str | Problem] = [Problem(_("Refused for good: {count}.", count=len(failed)))]
    lines += [
        Problem(f"  {f'{name} ' if (name := names.get(one.address)) else ''}<{one.address}>: {one.reason}")
        for one in failed[:_FAILURES]
    ]
    if len(failed) > _FAILURES:
        lines.append(_("  and {count} more; --json lists them all", count=len(failed) - _FAILURES))
    lines.append(_("Correct these addresses in the members' data, and forward the mail to these people."))
    return lines


def _deferred(config: Config, report: RunReport, group: Group) -> list[str | Problem]:
    reasons = dict.fromkeys(
        one.reason for one in report.lines if one.status == Status.DEFERRED.value and one.reason
    )
    count = report.counts["deferred"]
    if not count:
        return []
    message = _("Not sent yet: {count} ({reasons}).", count=count, reasons=_("; ").join(reasons))
    put_off = Problem(message, is_warning=True)
    if report.stop is StopReason.REFUSED:  # somebody must act first, which is said of the mail as a whole
        return [put_off]
    if not report.over_quota:
        return [put_off, _("Nothing to do: the next send-due sends them.")]
    renewed = renewed_at(report.at).astimezone(group.timezone)
    once = once_renewed(renewed, report.over_quota, config.daily_quota)
    if report.over_quota == count:
        return [put_off, _("Nothing to do: they leave {once}.", once=once)]
    return [
        put_off,
        _(
            "Nothing to do: the next send-due sends what the quota allows, the others leave {once}.",
            once=once,
        ),
    ]
