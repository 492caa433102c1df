"""Send a distribution's contact one summary of whom its recaps reached."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from cagette_notify.core.errors import NotifyError
from cagette_notify.core.i18n import _, speaking
from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import Content, OperatorMail
from cagette_notify.core.model import AddressState, Contact, Distribution
from cagette_notify.core.notices import Entry, Reason, Status
from cagette_notify.core.text import one_line
from cagette_notify.mails.operator_mail import plain_message
from cagette_notify.planning.due_times import END
from cagette_notify.run.operator_mail.send_operator_mail import (
    Desk,
    digest_of,
    drop_deferred,
    send_operator_mail,
    was_tried,
)
from cagette_notify.run.too_late.late_orders import without_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.data.dataset import Members
    from cagette_notify.ledger.fates import FateBook
    from cagette_notify.run.context import Run
    from cagette_notify.run.operator_mail.summary_text import Summary

_RECAPS_LEAVE = timedelta(days=2)  # at the earliest, before a distribution
_MOST = 20_000  # messages looked at for fates: no other run can send meanwhile


def send_summaries(run: Run, desk: Desk) -> bool:
    """Send the summaries that are due, each once, and tell whether none is left to send.

    What is in doubt counts as sent. What surely did not leave is tried again by the next run. Of a
    distribution without recaps there is nothing to say.
    """
    due = _due(run)
    _drop_undue(run, desk, [_custom_id(run, *one) for one in due])
    for distribution, contact in due:
        if not was_tried(desk, _custom_id(run, distribution, contact)):
            people = _people(run, distribution)
            members = [one for one in people.members if distribution.group_id in one.group_ids]
            with speaking(run.calendar.groups[distribution.group_id].language):
                summary = _summary(run, distribution, members, people)
                mails = [_mail(run, distribution, contact, summary, members)] if summary else []
            outcome = send_operator_mail(desk, mails)
            if Status.DEFERRED in outcome:
                return False  # nor will the others leave now: an outage costs one, not all
            if Status.IN_DOUBT in outcome:
                run.memory.keep_said([_key(distribution)], run.now)
                return False
        run.memory.keep_said([_key(distribution)], run.now)
    return True


def _drop_undue(run: Run, desk: Desk, due: list[str]) -> None:
    """Let go of what was put off until it interests nobody, or somebody else."""
    mine = [
        entry
        for entry in desk.unfinished()
        if entry.key.kind is Kind.SUMMARY and entry.key.distribution_id
        if run.is_asked(entry.group_id) and not _may_be_due_yet(run, entry)
    ]
    drop_deferred(desk, mine, but=due)


def _may_be_due_yet(run: Run, entry: Entry) -> bool:
    """Tell whether the next run may owe it again: once the files can be read, or the clock is there again.

    What is dropped is never sent again, as nobody could tell it from a doubt.
    """
    data_are_whole = all(problem.is_warning for problem in run.calendar.problems)
    is_over = run.config.summary_to != "contact" or run.now - entry.due_at >= _TOO_LATE
    return not is_over and (run.now < entry.due_at or not data_are_whole)


def next_summary(run: Run) -> datetime:
    """Return when next a summary is due; the end of time if none is."""
    if run.config.summary_to != "contact":
        return END
    times = (summary_at(distribution) for distribution in run.calendar.distributions)
    return min((at for at in times if at > run.now), default=END)


def _due(run: Run) -> list[tuple[Distribution, Contact]]:
    if run.config.summary_to != "contact":
        return []
    return [
        (distribution, contact)
        for distribution in run.calendar.distributions
        if is_summary_due(distribution, run.now) and run.is_asked(distribution.group_id)
        if (contact := run.calendar.groups[distribution.group_id].contact)
        if run.memory.is_news(_key(distribution))
    ]


def _key(distribution: Distribution) -> str:
    return f"summary {distribution.id}@{distribution.starts_at.isoformat()}"


def _summary(run: Run, distribution: Distribution, members: Sequence[Member], people: Members) -> Summary:
    from cagette_notify.ledger.fates import FateBook
    from cagette_notify.ledger.history import HistoryBook, HistoryFilter
    from cagette_notify.run.operator_mail.summary_text import summarize

    since = _first_told(distribution, run.ledger.entries(run.account, {distribution.id}))
    wanted = HistoryFilter(group_id=distribution.group_id, distribution_id=distribution.id, since=since)
    records = tuple(HistoryBook(run.ledger, run.account).find(wanted))
    book = FateBook(run.ledger, run.account)
    if run.config.delivery.can_be_asked and records:
        _ask_for_fates(run, book, min(record.at for record in records))
    fates = book.of(record.custom_id for record in records if record.custom_id)
    boxes = {member.id: member.mailboxes for member in members}
    listed = {
        id_: [box.address for box in those if box.state is AddressState.USABLE]
        for id_, those in boxes.items()
    }
    has_waited = any(record.reason == Reason.WAITING_FOR_ORDERS.value for record in records)
    ordered_nothing = without_order(run, distribution, people) if has_waited else ()
    is_of_outbox = not run.config.delivery.leaves_the_machine
    return summarize(records, fates, listed, without_order=ordered_nothing, is_of_outbox=is_of_outbox)


def _first_told(distribution: Distribution, entries: Iterable[Entry]) -> datetime:
    """Return since when mails are about this date, or one that was put off to it while that was ahead.

    The distribution may have taken place before, on another.
    """
    since = distribution.starts_at.astimezone(timezone.utc) - _RECAPS_LEAVE
    recaps = [entry for entry in entries if entry.key.kind.traits.needs_order]
    claims = sorted(((one.claimed_at, one.starts_at) for one in recaps if one.claimed_at), reverse=True)
    for claimed_at, starts_at in claims:
        if starts_at > since:
            since = min(since, claimed_at)
    return since


def _ask_for_fates(run: Run, book: FateBook, since: datetime) -> None:
    from cagette_notify.delivery.choose_transport import mailjet_reader
    from cagette_notify.delivery.fetch_fates import fetch_fates

    try:
        fetch_fates(
            mailjet_reader(run.config, run.environ, run.clock), book, since=since, until=run.now, most=_MOST
        )
    except NotifyError:
        return  # then they are told as unknown


def _mail(
    run: Run, distribution: Distribution, contact: Contact, summary: Summary, members: Sequence[Member]
) -> OperatorMail:
    return OperatorMail(
        Kind.SUMMARY,
        distribution.starts_at.isoformat(),
        summary_at(distribution),
        plain_message(
            _custom_id(run, distribution, contact),
            f"{run.ledger.ledger_id}-summary-{digest_of(_key(distribution))}",
            Contact(
                run.config.style.sender.address,
                run.config.style.sender.name or run.calendar.groups[distribution.group_id].name,
            ),
            contact,
            _content(run, distribution, summary, members),
        ),
        distribution.group_id,
        distribution.id,
    )


def _content(run: Run, distribution: Distribution, summary: Summary, members: Sequence[Member]) -> Content:
    from cagette_notify.run.operator_mail.summary_text import content_of

    group, day = run.calendar.groups[distribution.group_id], _day_of(run, distribution)
    names = {one.id: f"{one.first_name} {one.last_name}".strip() or one.id for one in members}
    return content_of(run.config.style, summary, group, day, names)


def _day_of(run: Run, distribution: Distribution) -> str:
    """Return a distribution's day in words, and what it is called where the group has others that day."""
    from cagette_notify.core.formatting import long_day

    group = run.calendar.groups[distribution.group_id]
    local = distribution.starts_at.astimezone(group.timezone).date()
    day, called = long_day(local, group.language), one_line(distribution.name)
    others = [
        one_line(one.name)
        for one in run.calendar.distributions
        if (one.group_id, one.starts_at.astimezone(group.timezone).date()) == (group.id, local)
        and one != distribution
    ]
    if not others:
        return day
    return _("{day} ({id})", day=day, id=distribution.id if called in {"", *others} else called)


def _people(run: Run, distribution: Distribution) -> Members:
    """Return who is in the data, as far as it can be read; of its group everybody."""
    from cagette_notify.data.dataset import Members, load_members

    try:
        return load_members(run.calendar, [distribution.group_id])
    except NotifyError:
        return Members((), frozenset(), ())


def _custom_id(run: Run, distribution: Distribution, contact: Contact) -> str:
    return f"{run.ledger.ledger_id}-summary-{digest_of(_key(distribution), contact.address.casefold())}"


SUMMARY_AFTER = timedelta(hours=2)
"""How long after a distribution its summary leaves: by then the recaps of the last hours have a fate."""


_TOO_LATE = timedelta(days=3)


def summary_at(distribution: Distribution) -> datetime:
    """Return when a distribution's summary is due, in UTC."""
    over = distribution.ends_at or distribution.starts_at
    return max(over, distribution.starts_at).astimezone(timezone.utc) + SUMMARY_AFTER


def is_summary_due(distribution: Distribution, now: datetime) -> bool:
    """Tell whether its summary may leave now; after some days it interests nobody."""
    return not distribution.cancelled and timedelta(0) <= now - summary_at(distribution) < _TOO_LATE
