"""Show a broadcast before it is confirmed: recipients, subject, text, quota, earlier mails."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from cagette_notify.broadcast.left_out import left_out_words
from cagette_notify.cli.broadcast.plan_words import plan_facts, planned_neighbour
from cagette_notify.cli.session import now, path_to_type, program_words, to_type
from cagette_notify.cli.wrapped_lines import wrapped_whole
from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.formatting import clock, long_day, megabytes
from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.cli.broadcast.options import BroadcastJob
    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import Attachment, BroadcastProgress
    from cagette_notify.core.model import Contact, Distribution, Group

_NAMES = 3


def confirm_screen(job: BroadcastJob, proposal: Proposal, width: int) -> list[str]:
    """Return the lines to be read before one confirms, none wider than ``width`` columns."""
    return laid_out(job.config, _facts(job, proposal), width)


def laid_out(config: Config, facts: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Return the lines of some facts behind their labels, none wider than ``width`` columns."""
    facts = list(facts)
    indent, program = max(len(label) for label, _text in facts) + 2, shlex.join(program_words(config))
    return [
        line
        for label, text in facts
        for line in wrapped_whole(
            f"{label:<{indent}}{text}", max(width, 2 * indent), indent=" " * indent, program=program
        )
        or [""]
    ]


def text_lines(text: str) -> list[str]:
    """Return the whole text as it will leave: what was typed would not show what Markdown makes of it."""
    return [visible(line) for line in text.rstrip("\n").split("\n")]


def already_sent(config: Config, group: Group, earlier: BroadcastProgress) -> str:
    """Say that a mail has left, or was written, already: when the last of it was, and to how many."""
    at = _day_and_time(group, _left_at(earlier))
    if not config.delivery.leaves_the_machine:
        return _n(
            "this very mail was written on {day} at {time}, to {count} address; to write it once more: "
            "--again",
            "this very mail was written on {day} at {time}, to {count} addresses; to write it once more: "
            "--again",
            earlier.sent,
            **at,
        )
    return _n(
        "this very mail left on {day} at {time}, to {count} address; to send it once more: --again",
        "this very mail left on {day} at {time}, to {count} addresses; to send it once more: --again",
        earlier.sent,
        **at,
    )


def _is_over_since(proposal: Proposal, neighbour: BroadcastProgress) -> bool:
    """Tell whether this very mail has left after another one."""
    earlier = proposal.same_mail
    return bool(proposal.is_over and earlier and _left_at(earlier) >= _left_at(neighbour))


def _once_more(config: Config, group: Group, earlier: BroadcastProgress) -> str:
    """Say that a mail has left: it was asked for again, or was only rehearsed."""
    at = _day_and_time(group, _left_at(earlier))
    if config.delivery.leaves_the_machine:
        return _n(
            "this very mail left on {day} at {time}, to {count} address: now it leaves again",
            "this very mail left on {day} at {time}, to {count} addresses: now it leaves again",
            earlier.sent,
            **at,
        )
    return _n(
        "this very mail was written on {day} at {time}, to {count} address: now it is written again",
        "this very mail was written on {day} at {time}, to {count} addresses: now it is written again",
        earlier.sent,
        **at,
    )


def held_back(proposal: Proposal) -> DataError:
    """Say why a mail is not sent unasked to a group whose data may lack people."""
    message = _(
        "so this mail is not sent without asking either: whoever is missing would not get it; mend the file, "
        "or say that it is right, and give the command again; on a terminal, without --yes, it asks"
    )
    return DataError(*proposal.holds, Problem(message))


def _facts(job: BroadcastJob, proposal: Proposal) -> Iterator[tuple[str, str]]:
    config = job.config
    yield from text_facts(proposal.sender, proposal.reply_to, proposal.content.subject, proposal.text)
    if job.given.test:
        yield _("To"), _("one test copy to {address}, and to nobody else", address=job.given.test)
    else:
        yield from _recipients(proposal)
        yield from plan_facts(proposal, now())
    yield from file_facts(proposal.attachments)
    if proposal.quota_left is not None:
        yield (
            _("Quota"),
            _quota(proposal, 1 if job.given.test else proposal.count),
        )
    if config.delivery.leaves_the_machine:
        yield _("Delivery"), _("by Mailjet, for real")
    else:
        yield (
            _("Outbox"),
            _("nothing will leave: mails are written to {outbox}", outbox=path_to_type(config.outbox)),
        )
    if not job.given.test:
        yield from _remarks(config, proposal)


def text_facts(
    sender: Contact, reply_to: Contact | None, subject: str, text: str
) -> Iterator[tuple[str, str]]:
    """Yield from whom a mail is, whom replies reach, and all that it says."""
    yield _("From"), _called(sender)
    nobody = _("nobody: the group has no contact and no coordinator")
    yield _("Replies to"), _called(reply_to) if reply_to else nobody
    yield _("Subject"), subject
    for number, line in enumerate(text_lines(text)):
        yield "" if number else _("Text"), line


def file_facts(attachments: Sequence[Attachment]) -> Iterator[tuple[str, str]]:
    """Yield the images and the other files of a mail; once what each of several readers has alone."""
    images = [file_with_size(one) for one in attachments if one.content_id]
    of_all = [file_with_size(one) for one in attachments if not (one.content_id or one.reader)]
    others = [*of_all, *dict.fromkeys(file_with_size(one) for one in attachments if one.reader)]
    if images:
        yield _("Images"), _("{count}: {files}", count=len(images), files=_("; ").join(images))
    if others:
        yield _("Attached"), _("; ").join(others)


def _recipients(proposal: Proposal) -> Iterator[tuple[str, str]]:
    yield _("To"), _reached(proposal)
    if names := _names(proposal):
        yield "", names
    if proposal.audience.left_out:
        yield _("Left out"), left_out_words(proposal.audience)


def _cautions(config: Config, proposal: Proposal) -> Iterator[tuple[str, str]]:
    for hold in proposal.holds:
        yield _("Caution"), to_type(str(hold), config)
    if proposal.holds and proposal.request.send_at:
        yield "", _("If that is still so then, this mail waits, and that is said.")
    elif proposal.holds:
        missing = _(
            "This mail goes only to whom the data still names. Whoever is missing gets it once they are back "
            "there, and you give the same command again."
        )
        yield "", missing


def _remarks(config: Config, proposal: Proposal) -> Iterator[tuple[str, str]]:
    yield from _cautions(config, proposal)
    if proposal.neighbour and not _is_over_since(proposal, proposal.neighbour):
        yield _("Note"), _about(config, proposal.request.group, proposal.neighbour)
    if proposal.same_mail and proposal.is_over:
        yield _("Note"), _once_more(config, proposal.request.group, proposal.same_mail)
    for said in planned_neighbour(proposal):
        yield _("Note"), said
    if proposal.same_mail and proposal.same_mail.unfinished:
        yield _("Goes on"), _going_on(proposal.request.group, proposal.same_mail)
    if proposal.same_mail and proposal.late:
        yield _("Goes on"), _late(proposal.request.group, proposal.same_mail, len(proposal.late))
    for note in proposal.notes:  # the last of them is read last before the question
        yield _("Note"), to_type(note.message, config)


def _called(contact: Contact) -> str:
    name = one_line(contact.name)
    return f"{name} <{contact.address}>" if name else contact.address


def _reached(proposal: Proposal) -> str:
    audience = proposal.audience
    counts = _(
        "households: {households}, addresses: {addresses}",
        households=audience.households,
        addresses=len(audience.mailboxes),
    )
    return _(
        "{who}; {counts}",
        who=" + ".join(_who(proposal.request.group, one) for one in proposal.lists),
        counts=counts,
    )


def _who(group: Group, wanted: WantedList) -> str:
    if wanted.distribution:
        return _of_distribution(group, wanted.kind, wanted.distribution, wanted.told_days)
    if wanted.file:
        return _("the members named in {file}", file=wanted.file.name)
    if wanted.catalog:
        return _(
            "those with an order in the catalog {catalog}, ahead or within 30 days", catalog=wanted.catalog
        )
    if wanted.kind == "coordinators":
        return _("the coordinators of {group}", group=one_line(group.name))
    return _("everybody in {group}", group=one_line(group.name))


def _of_distribution(group: Group, kind: str, distribution: Distribution, told_days: Collection[date]) -> str:
    day = distribution.starts_at.astimezone(group.timezone).date()
    when = _("{day} ({id})", day=long_day(day, spoken()), id=distribution.id)
    if told_days and day not in told_days:
        told = _("{day} ({id})", day=long_day(max(told_days), spoken()), id=distribution.id)
        now = long_day(day, spoken())
        return _(
            "those who were told of the distribution of {told}, which is on {now} now", told=told, now=now
        )
    if kind == "told":
        return _("those who were told of the distribution of {day}", day=when)
    if kind == "volunteers":
        return _("those who serve at the distribution of {day}", day=when)
    if kind == "with-order":
        return _("those with an order for the distribution of {day}", day=when)
    return _("those without an order for the distribution of {day}", day=when)


def _names(proposal: Proposal) -> str:
    mailboxes = proposal.audience.mailboxes
    names = [one_line(mailbox.name) or mailbox.address for mailbox in mailboxes[:_NAMES]]
    return ", ".join(names) + (", …" if len(mailboxes) > _NAMES else "")


def file_with_size(attachment: Attachment) -> str:
    """Return a file's name, and how much it weighs."""
    return f"{attachment.filename} ({_size(len(attachment.base64) * 3 // 4)})"


def _size(count: int) -> str:
    if count >= 100_000:
        return _("{size} MB", size=megabytes(count, spoken()))
    return _("{size} kB", size=max(1, round(count / 1000)))


def _quota(proposal: Proposal, wanted: int) -> str:
    left = proposal.quota_left or 0
    if proposal.request.send_at:
        return _("mails left on the day when it leaves: {left}", left=left)
    if left >= wanted:
        return _("mails left today: {left}", left=left)
    return _("mails left today: {left}; the others leave from tomorrow on", left=left)


def _about(config: Config, group: Group, neighbour: BroadcastProgress) -> str:
    subject = neighbour.broadcast.content.subject
    at = _left_at(neighbour) if neighbour.sent else neighbour.broadcast.confirmed_at
    time = _day_and_time(group, at)["time"]
    if neighbour.sent and not config.delivery.leaves_the_machine:
        return _("another mail to this group was written at {time}: {subject}", time=time, subject=subject)
    if neighbour.sent:
        return _("another mail to this group left at {time}: {subject}", time=time, subject=subject)
    if neighbour.gone:
        return _(
            "another mail to this group, confirmed at {time}, may have left: {subject}",
            time=time,
            subject=subject,
        )
    return _(
        "another mail to this group, confirmed at {time}, is yet to leave: {subject}",
        time=time,
        subject=subject,
    )


def _going_on(group: Group, earlier: BroadcastProgress) -> str:
    return _(
        "with the mail confirmed on {day} at {time}: copies left: {left} of {total}",
        **_day_and_time(group, earlier.broadcast.confirmed_at),
        left=earlier.unfinished,
        total=earlier.total,
    )


def _late(group: Group, earlier: BroadcastProgress, count: int) -> str:
    return _(
        "with who was missing in the data when the mail was confirmed on {day} at {time}; addresses that "
        "get it now: {count}, that had it: {total}",
        **_day_and_time(group, earlier.broadcast.confirmed_at),
        total=earlier.total,
        count=count,
    )


def _left_at(earlier: BroadcastProgress) -> datetime:
    """Return when a mail left, which may be long after it was confirmed; nobody knows of what is in doubt."""
    return earlier.left_at or earlier.broadcast.confirmed_at


def _day_and_time(group: Group, at: datetime) -> dict[str, str]:
    local = at.astimezone(group.timezone)
    return {"day": long_day(local.date(), spoken()), "time": clock(local, spoken())}
