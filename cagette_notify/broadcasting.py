"""From what a coordinator gave to a mail that can be confirmed, and from a confirmed one to its copies."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.attachments import read_attachments, refuse_too_large
from cagette_notify.audience import choose_audience
from cagette_notify.broadcast import copies_of, identity_of
from cagette_notify.delivery.copies import message_maker
from cagette_notify.delivery.dispatch import Dispatcher
from cagette_notify.delivery.doubts import settle_doubts
from cagette_notify.delivery.transports import settle_after, transport_for
from cagette_notify.errors import NotifyError, UsageError
from cagette_notify.language import _
from cagette_notify.ledger import BroadcastBook, open_ledger
from cagette_notify.lock import run_lock
from cagette_notify.memory import Memory
from cagette_notify.model import Broadcast, Contact, Mailbox, Problem, Status
from cagette_notify.posting import post, with_failure, within_quota
from cagette_notify.preflight import make_renderer, prove_sender
from cagette_notify.report import RunReport, lines_of_entries
from cagette_notify.writing import compose, refuse_bad_subject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.broadcast import Audience
    from cagette_notify.config import Config
    from cagette_notify.data.dataset import Calendar
    from cagette_notify.ledger import Ledger
    from cagette_notify.ledger.broadcasts import Progress
    from cagette_notify.model import Attachment, Content, Copy, Group, Mail

PATIENCE = timedelta(seconds=60)
RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Request:
    """What a coordinator gave: the group, the text, and for whom. ``audience`` as typed after --to."""

    group: Group
    subject: str
    body: str  # Markdown
    audience: str = "all"
    answers_to: str = ""  # --as; nothing: the group's contact
    attachments: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mail ready to be confirmed, and everything its coordinator should see before.

    ``same_mail`` is an earlier giving of the very same mail, ``neighbour`` another one to the group
    within the hour.
    """

    request: Request
    identity: str
    content: Content
    sender: Contact
    reply_to: Contact | None
    audience: Audience
    audience_name: str
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]
    same_mail: Progress | None
    neighbour: Progress | None
    quota_left: int | None


def propose(config: Config, calendar: Calendar, request: Request, now: datetime) -> Proposal:
    """Return the mail as it would leave.

    Raises ``UsageError`` for what makes no sense (subject, text, --as, --to, a file), ``DataError``
    where members or orders can't be read. Sends and records nothing.
    """
    refuse_bad_subject(request.subject)
    body = compose(request.body, request.group)
    reply_to = _answerer(request)
    attachments = read_attachments(request.attachments)
    choice = choose_audience(calendar, request.group, request.audience, now)
    content = make_renderer(config).broadcast(
        request.group, request.subject, body, reply_to or Contact(""), now
    )
    refuse_too_large(content, attachments)
    identity = identity_of(
        group_id=request.group.id,
        audience=choice.name,
        reply_to=reply_to.address if reply_to else "",
        subject=request.subject,
        body=request.body,
        attachments=attachments,
    )
    with open_ledger(config.ledger, read_only=True) as ledger:
        book = BroadcastBook(ledger, config.delivery)
        neighbour = book.newest_to(request.group.id, now - RECENT)
        return Proposal(
            request,
            identity,
            content,
            Contact(config.sender.address, request.group.name),
            reply_to,
            choice.audience,
            choice.name,
            attachments,
            choice.problems,
            book.same_mail(identity),
            neighbour if neighbour and neighbour.broadcast.identity != identity else None,
            _quota_left(config, ledger, now),
        )


def record(config: Config, proposal: Proposal, now: datetime) -> str:
    """Record the confirmed mail whole, in one transaction, and return its attempt.

    From here on it leaves, by this run or the next.
    """
    return _record(config, proposal, proposal.audience.mailboxes, now, name=proposal.audience_name)


def record_test(config: Config, proposal: Proposal, address: str, now: datetime) -> str:
    """Record a test copy to one address: a mail, and a campaign, of its own."""
    return _record(config, proposal, (_reader(proposal, address),), now, name="test")


def deliver(
    config: Config,
    attempt: str,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> RunReport:
    """Send what is left of a recorded mail.

    Waits up to a minute for another run to end; ``LockHeldError`` after that, and the next send-due
    sends it. Interrupted, it stops: nothing more leaves until the same mail is confirmed again.
    """
    try:
        now = clock()
        with run_lock(config.ledger, now, patience=PATIENCE), open_ledger(config.ledger) as ledger:
            return _deliver(config, ledger, attempt, clock=clock, environ=environ, progress=progress)
    except KeyboardInterrupt:
        with open_ledger(config.ledger) as ledger:
            BroadcastBook(ledger, config.delivery).stop(attempt)
        raise


def how_far(config: Config, attempt: str) -> Progress | None:
    """Return how many copies of a recorded mail have left."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        return BroadcastBook(ledger, config.delivery).attempt(attempt)


def _answerer(request: Request) -> Contact | None:
    """Return whom replies reach: a coordinator or the contact, nobody else may speak for the group."""
    group = request.group
    known = {address.casefold(): Contact(address) for address in group.coordinators}
    if group.contact:
        known[group.contact.address.casefold()] = group.contact
    if not request.answers_to:
        return group.contact or next(iter(known.values()), None)
    if request.answers_to.casefold() not in known:
        message = _(
            "{address} coordinates no group {group}: name one of its coordinators or its contact",
            address=request.answers_to,
            group=group.id,
        )
        raise UsageError(Problem(message, field="--as"))
    return known[request.answers_to.casefold()]


def _reader(proposal: Proposal, address: str) -> Mailbox:
    known = {mailbox.key: mailbox for mailbox in proposal.audience.mailboxes}
    name = proposal.reply_to.name if proposal.reply_to else ""
    return known.get(address.casefold(), Mailbox(address, name))


def _record(
    config: Config, proposal: Proposal, mailboxes: Iterable[Mailbox], now: datetime, *, name: str
) -> str:
    broadcast = Broadcast(
        attempt=secrets.token_hex(6),
        identity=proposal.identity if name != "test" else f"test {secrets.token_hex(8)}",
        account=config.delivery,
        group_id=proposal.request.group.id,
        audience=name,
        sender=proposal.sender,
        content=proposal.content,
        confirmed_at=now,
        reply_to=proposal.reply_to,
        attachments=proposal.attachments,
    )
    with open_ledger(config.ledger) as ledger:
        copies = copies_of(
            broadcast, mailboxes, ledger_id=ledger.ledger_id, token=lambda: secrets.token_hex(8)
        )
        return BroadcastBook(ledger, config.delivery).record(broadcast, copies)


def _deliver(  # noqa: PLR0913 - deliver's own arguments, and the open ledger
    config: Config,
    ledger: Ledger,
    attempt: str,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> RunReport:
    now = clock()
    transport = transport_for(config, environ, now)
    mine = [entry for entry in ledger.unfinished(config.delivery) if entry.key.occasion == attempt]
    doubts = settle_doubts(ledger, transport, mine, settle_after=settle_after(config), now=now)
    lines = (
        *lines_of_entries(doubts.sent, Status.SENT),
        *lines_of_entries(doubts.waiting, Status.IN_DOUBT),
    )
    report = RunReport(now, lines=lines, problems=doubts.problems)
    book = BroadcastBook(ledger, config.delivery)
    recorded = book.attempt(attempt)
    left: list[Mail | Copy] = [*(book.copies(recorded.broadcast, doubts.lost) if recorded else [])]
    copies, over = within_quota(config, ledger, left, now)
    report = replace(report, lines=(*report.lines, *over))
    try:
        transport.prepare()
        warning = prove_sender(transport, config, Memory(ledger, config.delivery), now)
    except NotifyError as error:
        return with_failure(report, error)
    report = replace(report, problems=(*report.problems, *([warning] if warning else [])))
    maker = message_maker(make_renderer(config))
    dispatcher = Dispatcher(ledger, transport, message_of=maker, clock=clock)
    return post(dispatcher, copies, report, refused={}, progress=progress)


def _quota_left(config: Config, ledger: Ledger, now: datetime) -> int | None:
    quota = config.mailjet.daily_quota
    if quota is None or config.delivery != "mailjet":
        return None
    return max(0, quota - ledger.count_since(config.delivery, now.replace(hour=0, minute=0, second=0)))
