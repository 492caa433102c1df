"""What somebody should see before a mail to a group leaves, and what became of it after."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from cagette_notify.cli.session import shown
from cagette_notify.language import _
from cagette_notify.model import Reason, Status
from cagette_notify.presentation import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cagette_notify.broadcasting import Proposal
    from cagette_notify.config import Config
    from cagette_notify.ledger.broadcasts import Progress
    from cagette_notify.model import Attachment, Contact, Group
    from cagette_notify.report import Line, RunReport

_NAMES = 3
_FAILURES = 20  # named; the others are in the log


def screen(config: Config, proposal: Proposal, width: int) -> list[str]:
    """Return the lines to be read before one confirms, none wider than ``width`` columns."""
    facts = list(_facts(config, proposal))
    indent = max(len(label) for label, _text in facts) + 2
    return [
        line
        for label, text in facts
        for line in textwrap.wrap(
            f"{label:<{indent}}{text}",
            max(width, 2 * indent),
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
        )
    ]


def result(config: Config, report: RunReport, progress: Progress | None) -> tuple[str, ...]:
    """Return what became of the mail."""
    count = report.counts["sent"]
    total = progress.total if progress else count
    if config.delivery == "outbox":
        outbox = shown(config.outbox)
        message = _(
            "Nothing left this machine: {count} mails were written to {outbox}.", count=count, outbox=outbox
        )
        return (message,)
    if progress and progress.sent != count:
        return (
            _("Sent now: {count}; in all: {sent} of {total}.", count=count, sent=progress.sent, total=total),
        )
    return (_("Sent: {count} of {total}.", count=count, total=total),)


def troubles(proposal: Proposal, report: RunReport) -> tuple[str, ...]:
    """Return what went wrong with whom, and what to do about it."""
    counts = report.counts
    lines = _failures(proposal, [line for line in report.lines if line.status == Status.FAILED.value])
    if counts["in_doubt"]:
        lines.append(
            _(
                "In doubt: {count}. The next send-due looks up what became of them, and sends again only "
                "what did not arrive.",
                count=counts["in_doubt"],
            )
        )
    return (*lines, *_deferred(report))


def fate_of_test(config: Config, report: RunReport, to: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what became of a test copy, and the trouble with it."""
    if not report.counts["sent"]:
        reasons = [line.reason for line in report.lines if line.reason]
        trouble = _("The test copy was not sent to {address}.", address=to)
        return (), (trouble, *map(str, report.problems), *reasons)
    if config.delivery == "outbox":
        outbox = shown(config.outbox)
        done = _(
            "Nothing left this machine: a test copy to {address} was written to {outbox}.",
            address=to,
            outbox=outbox,
        )
    else:
        done = _("A test copy was sent to {address}.", address=to)
    return (done,), tuple(map(str, report.problems))


def refusal(group: Group, earlier: Progress) -> str:
    """Say that a mail has left already: when, and to how many."""
    return _(
        "this very mail left on {day} at {time}, to {count} addresses; to send it once more: --again",
        day=_local(group, earlier.broadcast.confirmed_at, "%Y-%m-%d"),
        time=_local(group, earlier.broadcast.confirmed_at),
        count=earlier.sent,
    )


def _facts(config: Config, proposal: Proposal) -> Iterator[tuple[str, str]]:
    group = proposal.request.group
    yield _("From"), _called(proposal.sender)
    nobody = _("nobody: the group has no contact and no coordinator")
    yield _("Replies to"), _called(proposal.reply_to) if proposal.reply_to else nobody
    yield _("Subject"), proposal.content.subject
    yield _("To"), _reached(proposal)
    if names := _names(proposal):
        yield "", names
    if proposal.audience.left_out:
        yield _("Left out"), _left_out(proposal)
    if proposal.attachments:
        yield _("Attached"), _("; ").join(map(_file, proposal.attachments))
    if proposal.quota_left is not None:
        yield _("Quota"), _quota(proposal.quota_left, len(proposal.audience.mailboxes))
    if config.delivery == "outbox":
        yield _("Outbox"), _("nothing will leave: mails are written to {outbox}", outbox=shown(config.outbox))
    if neighbour := proposal.neighbour:
        yield (
            _("Note"),
            _(
                "another mail to this group left at {time}: {subject}",
                time=_local(group, neighbour.broadcast.confirmed_at),
                subject=neighbour.broadcast.content.subject,
            ),
        )
    if proposal.same_mail and proposal.same_mail.unfinished:
        yield _("Goes on"), _going_on(group, proposal.same_mail)


def _called(contact: Contact) -> str:
    name = one_line(contact.name)
    return f"{name} <{contact.address}>" if name else contact.address


def _reached(proposal: Proposal) -> str:
    audience, name = proposal.audience, proposal.audience_name
    counts = _(
        "households: {households}, addresses: {addresses}",
        households=audience.households,
        addresses=len(audience.mailboxes),
    )
    group = one_line(proposal.request.group.name)
    who = _("everybody in {group}", group=group) if name == "all" else f"{group}, {name}"
    return _("{who}; {counts}", who=who, counts=counts)


def _names(proposal: Proposal) -> str:
    mailboxes = proposal.audience.mailboxes
    names = [one_line(mailbox.name) or mailbox.address for mailbox in mailboxes[:_NAMES]]
    return ", ".join(names) + (", …" if len(mailboxes) > _NAMES else "")


def _left_out(proposal: Proposal) -> str:
    words = {
        Reason.NO_ADDRESS: _("without an address"),
        Reason.PLACEHOLDER_ADDRESS: _("placeholder addresses"),
        Reason.INVALID_ADDRESS: _("impossible addresses"),
    }
    counts = Counter(one.reason for one in proposal.audience.left_out)
    return ", ".join(
        _("{what}: {reason}", what=words.get(reason, reason.value), reason=count)
        for reason, count in counts.items()
    )


def _file(attachment: Attachment) -> str:
    return f"{attachment.filename} ({_size(len(attachment.base64) * 3 // 4)})"


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1000))} kB"


def _quota(left: int, wanted: int) -> str:
    if left >= wanted:
        return _("mails left today: {left}", left=left)
    return _("mails left today: {left}; the others leave from tomorrow on", left=left)


def _going_on(group: Group, earlier: Progress) -> str:
    return _(
        "with the mail confirmed on {day} at {time}: copies left: {left} of {total}",
        day=_local(group, earlier.broadcast.confirmed_at, "%Y-%m-%d"),
        time=_local(group, earlier.broadcast.confirmed_at),
        left=earlier.unfinished,
        total=earlier.total,
    )


def _local(group: Group, moment: datetime, pattern: str = "%H:%M") -> str:
    return f"{moment.astimezone(group.timezone):{pattern}}"


def _failures(proposal: Proposal, failed: Sequence[Line]) -> list[str]:
    if not failed:
        return []
    names = {mailbox.address: one_line(mailbox.name) for mailbox in proposal.audience.mailboxes}
    lines = [_("Refused for good: {count}.", count=len(failed))]
    lines += [
        f"  {f'{name} ' if (name := names.get(one.address)) else ''}<{one.address}>: {one.reason}"
        for one in failed[:_FAILURES]
    ]
    if len(failed) > _FAILURES:
        lines.append(_("  and {count} more; --json lists them all", count=len(failed) - _FAILURES))
    lines.append(_("Correct these addresses in the members' data, and forward the mail to these people."))
    return lines


def _deferred(report: RunReport) -> list[str]:
    reasons = dict.fromkeys(
        one.reason for one in report.lines if one.status == Status.DEFERRED.value and one.reason
    )
    count = report.counts["deferred"]
    if not count:
        return []
    return [
        _("Not sent yet: {count} ({reasons}).", count=count, reasons=_("; ").join(reasons)),
        _("Nothing to do: the next send-due sends them."),
    ]
