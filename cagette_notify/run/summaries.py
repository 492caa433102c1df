"""Mail a distribution's contact, once, whom its recaps reached."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from cagette_notify.core.errors import NotifyError
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Status
from cagette_notify.mails.operator_mail import plain_message
from cagette_notify.planning.due_times import END

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.messages import Content, Message
    from cagette_notify.core.model import Distribution
    from cagette_notify.ledger.fates import FateBook
    from cagette_notify.run.context import Run
    from cagette_notify.run.summary_text import Summary

_RECAPS_LEAVE = timedelta(days=2)  # at the earliest, before a distribution
_MOST = 20_000  # messages looked at for fates: no other run can send meanwhile


def send_summaries(run: Run) -> bool:
    """Send the summaries that are due, each once, and tell whether none is left to send.

    What is in doubt counts as sent. What surely did not leave is tried again by the next run. Of a
    distribution without recaps there is nothing to say.
    """
    for distribution, contact in _due(run):
        summary = _summary(run, distribution)
        run.memory.keep_said([_key(distribution)], run.now)  # first: never twice, whatever happens next
        status = _send(run, distribution, contact, summary) if summary else Status.SENT
        if status is Status.DEFERRED:
            run.memory.forget_said(_key(distribution))
        if status in {Status.DEFERRED, Status.IN_DOUBT}:
            return False  # nor will the others leave now: an outage costs one, not all
    return True


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
        if is_due(distribution, run.now) and run.is_asked(distribution.group_id)
        if (contact := run.calendar.groups[distribution.group_id].contact)
        if run.memory.is_news(_key(distribution))
    ]


def _key(distribution: Distribution) -> str:
    return f"summary {distribution.id}@{distribution.starts_at.isoformat()}"


def _summary(run: Run, distribution: Distribution) -> Summary:
    from cagette_notify.ledger.fates import FateBook
    from cagette_notify.ledger.history import Filter, RecordBook
    from cagette_notify.run.summary_text import summarize

    # Of this date alone, should the distribution have taken place before, on another.
    since = distribution.starts_at.astimezone(timezone.utc) - _RECAPS_LEAVE
    wanted = Filter(group_id=distribution.group_id, distribution_id=distribution.id, since=since)
    records = tuple(RecordBook(run.ledger, run.account).find(wanted))
    book = FateBook(run.ledger, run.account)
    if run.config.delivery.can_be_asked and records:
        _ask_for_fates(run, book, min(record.at for record in records))
    fates = book.of(record.custom_id for record in records if record.custom_id)
    return summarize(records, fates, is_of_outbox=not run.config.delivery.leaves_the_machine)


def _ask_for_fates(run: Run, book: FateBook, since: datetime) -> None:
    from cagette_notify.delivery.choose_transport import mailjet_reader
    from cagette_notify.delivery.fetch_fates import find_fates

    try:
        find_fates(
            mailjet_reader(run.config, run.environ, run.clock), book, since=since, until=run.now, most=_MOST
        )
    except NotifyError:
        return  # then they are told as unknown


def _send(run: Run, distribution: Distribution, contact: Contact, summary: Summary) -> Status:
    from cagette_notify.core.formatting import long_day
    from cagette_notify.delivery.choose_transport import transport_for
    from cagette_notify.run.summary_text import content_of

    group = run.calendar.groups[distribution.group_id]
    day = long_day(distribution.starts_at.astimezone(group.timezone).date(), group.language)
    content = content_of(summary, group.name, day, _names(run, distribution))
    try:
        transport = transport_for(run.config, run.environ, run.clock)
        transport.prepare()
        (outcome,) = transport.send([_message(run, distribution, contact, content)])
    except NotifyError:
        return Status.DEFERRED
    return outcome.status


def _names(run: Run, distribution: Distribution) -> dict[str, str]:
    from cagette_notify.data.dataset import load_members

    try:
        found = load_members(run.calendar, [distribution.group_id])
    except NotifyError:
        return {}
    here = (member for member in found.members if distribution.group_id in member.group_ids)
    return {member.id: f"{member.first_name} {member.last_name}".strip() or member.id for member in here}


def _message(run: Run, distribution: Distribution, to: Contact, content: Content) -> Message:
    name = hashlib.sha256(_key(distribution).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    custom_id = f"{run.ledger.ledger_id}-summary-{name}"
    sender = run.config.sender
    sender = Contact(sender.address, sender.name or run.calendar.groups[distribution.group_id].name)
    return plain_message(custom_id, custom_id, sender, to, content)


AFTER = timedelta(hours=2)
"""How long after a distribution its summary leaves: by then the recaps of the last hours have a fate."""


_TOO_LATE = timedelta(days=3)


def summary_at(distribution: Distribution) -> datetime:
    """Return when a distribution's summary is due, in UTC."""
    over = distribution.ends_at or distribution.starts_at
    return max(over, distribution.starts_at).astimezone(timezone.utc) + AFTER


def is_due(distribution: Distribution, now: datetime) -> bool:
    """Tell whether its summary may leave now; after some days it interests nobody."""
    return not distribution.cancelled and timedelta(0) <= now - summary_at(distribution) < _TOO_LATE
