"""Make the proposal of a broadcast from what a coordinator asked for: content, audience, quota."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.broadcast.attachments import read_attachments, refuse_too_large
from cagette_notify.broadcast.choose import Choice, choose_audience
from cagette_notify.broadcast.earlier_giving import late_readers, without_copy
from cagette_notify.broadcast.images import ImagesBeside, heavy_images
from cagette_notify.broadcast.left_out import left_out_words
from cagette_notify.broadcast.promised_file import promises_file
from cagette_notify.broadcast.same_mail import Given, former_identities_of, identity_of
from cagette_notify.broadcast.told import Memory
from cagette_notify.core.addresses import address_key
from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import Kind
from cagette_notify.core.messages import Attachment, BroadcastProgress, Content, name_of_lists
from cagette_notify.core.model import Contact, Group, Mailbox, Sizes
from cagette_notify.core.notices import SKIPPED, ForgottenKeys, Reason
from cagette_notify.core.text import one_line
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.cancellations import cancellations
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.mails.broadcast_text.compose import compose, refuse_bad_subject
from cagette_notify.mails.renderer import Renderer
from cagette_notify.run.held_groups import guard_over
from cagette_notify.run.new_distribution_ids import as_taken_over
from cagette_notify.run.room_for_recaps import quota_room
from cagette_notify.run.run_report import WOULD_SEND, ReportLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.broadcast.audience import Audience
    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.config.load import Config
    from cagette_notify.data.dataset import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.held_groups import Guard

RECENT = timedelta(hours=1)
_UNTIL_MENDED = frozenset((Reason.SET_ASIDE, Reason.WAITING_FOR_ORDERS, Reason.INVALID_ADDRESS))
CLIPPED_FROM = 100_000
"""Bytes of HTML: Gmail shows 102 kB of a mail, and hides the rest, its footer first, behind a link."""


class BroadcastRequest(Struct, frozen=True):
    """What a coordinator gave: the group, the text, and for whom. ``lists`` as typed after --to."""

    group: Group
    subject: str
    body: str  # Markdown
    lists: tuple[str, ...] = ("all",)
    answers_to: str = ""  # --as; nothing: the group's contact
    attachments: tuple[Path, ...] = ()
    again: bool = False  # a mail that has left already leaves once more, to everybody
    images_in: Path = Path()  # the folder from which the text names them


class Proposal(Struct, frozen=True):
    """A mail ready to be confirmed, and everything its coordinator should see before.

    ``text`` is what its first reader gets above the footer; ``notes`` what may be right, but seldom is;
    ``holds`` why the lists may lack people, or it ``lacks_rows`` that name some; ``size`` what the group's
    data held if it goes to all of it, and nothing of that is in doubt; ``same_mail`` an earlier
    giving of the very same mail, ``late`` whom it goes on with, as they were missing then,
    ``given_to_others`` who gets no copy of it, as their list was not named then; ``neighbour`` another one to
    the group within the hour.
    """

    request: BroadcastRequest
    identity: str
    former_identities: tuple[str, ...]
    content: Content
    text: str
    sender: Contact
    reply_to: Contact | None
    audience: Audience
    lists: tuple[WantedList, ...]
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    holds: tuple[Problem, ...]
    lacks_rows: bool
    size: Sizes | None
    same_mail: BroadcastProgress | None
    late: tuple[Mailbox, ...]
    given_to_others: tuple[Problem, ...]
    neighbour: BroadcastProgress | None
    quota_left: int | None

    @property
    def audience_name(self) -> str:
        """What the lists are called together."""
        return name_of_lists(one.name for one in self.lists)

    @property
    def is_of_part(self) -> bool:
        """Whether some whom the lists mean are missing until the data, a row or an address is mended.

        Who has no address at all is not: of a mail to a large group there is always somebody.
        """
        waiting = any(one.reason in _UNTIL_MENDED for one in self.audience.left_out)
        return bool(self.holds) or self.lacks_rows or waiting

    @property
    def is_over(self) -> bool:
        """Whether the same mail has left already, to all of them."""
        return bool(self.same_mail and not self.same_mail.unfinished and not self.late)

    @property
    def adds_readers(self) -> bool:
        """Whether anybody gets a copy by today's lists, and not by those of an earlier giving alone."""
        return bool(self.late) or not (self.same_mail and self.same_mail.unfinished)

    @property
    def count(self) -> int:
        """How many copies are to leave."""
        if self.same_mail and (self.same_mail.unfinished or self.late):
            return self.same_mail.unfinished + len(self.late)
        return len(self.audience.mailboxes)


def propose(config: Config, calendar: Calendar, request: BroadcastRequest, now: datetime) -> Proposal:
    """Return the mail as it would leave.

    Raises ``UsageError`` for what makes no sense (subject, text, --as, --to, a file), ``DataError``
    where members or orders can't be read, or nobody of the list has an address. Sends and records nothing.
    """
    refuse_bad_subject(request.subject)
    images = ImagesBeside(request.images_in)
    body = compose(request.body, request.group, images)
    reply_to = _answerer(request)
    attachments = read_attachments(request.attachments)
    choice, guard = _choice(config, calendar, request, now)
    holds = guard.of(request.group.id) if guard else ()
    _refuse_nobody(choice, holds)
    renderer = Renderer(config.style)
    content = renderer.broadcast(
        request.group,
        request.subject,
        body,
        reply_to or Contact(""),
        now,
        is_signed=bool(request.answers_to),
    )
    entries = tuple(
        entry
        for new in choice.called_off or choice.back_on
        for entry in renderer.calendar_entries(
            request.group, new.distribution, new.sequence, now, roles=new.roles
        )
    )
    kept = choice.kept if config.style.calendar else ()
    files = (*attachments, *entries, *body.images)
    refuse_too_large(content, files)
    answerer = reply_to.address if reply_to and reply_to != _usual_answerer(request.group) else ""
    given = Given(
        *(request.group.id, choice.name_given_again, answerer, request.subject, request.body, attachments),
        {name: one.file.content_id for name, one in images.found.items()},
    )
    identities = identity_of(given), former_identities_of(given)
    with open_ledger(config.ledger, read_only=True) as ledger:
        book = BroadcastBook(ledger, config.account)
        neighbour = book.newest_to(request.group.id, now - RECENT, but=(identities[0], *identities[1]))
        earlier = book.same_mail(identities[0], *identities[1])
        given_to_others = without_copy(choice, book, earlier, is_again=request.again)
        return Proposal(
            request,
            *identities,
            content,
            body.text_for(choice.audience.mailboxes[0]),
            Contact(config.style.sender.address, one_line(request.group.name)),
            reply_to,
            choice.audience,
            choice.lists,
            files,
            (*choice.problems, *holds),
            (
                *choice.notes,
                *kept,
                *_notes(content),
                *heavy_images(body.images),
                *given_to_others,
                *_forgotten(request.subject, body.text, attachments),
            ),
            holds,
            choice.lacks_rows,
            guard.sizes[request.group.id] if guard and choice.is_of_all and not holds else None,
            earlier,
            late_readers(choice, book, earlier, is_again=request.again),
            given_to_others,
            neighbour,
            _quota_left(config, ledger, now),
        )


def _choice(
    config: Config, calendar: Calendar, request: BroadcastRequest, now: datetime
) -> tuple[Choice, Guard | None]:
    """Return whom the lists mean, and the guard that send-due asks where it may make them doubtful."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        ledger = as_taken_over(ledger, config.account, calendar, now)  # noqa: PLW2901
        forgotten = ForgottenKeys(ledger.forgotten(config.account), ledger.ledger_id)
        cancelled = cancellations(ledger, config.account)
        memory = Memory(
            partial(ledger.told_since, config.account), forgotten, lambda id_: len(cancelled.get(id_, ()))
        )
        choice = choose_audience(calendar, request.group, request.lists, now, memory)
        guard = guard_over(ledger, config.account, choice.read, now) if choice.read else None
    return choice, guard


def left_out_lines(proposal: Proposal) -> tuple[ReportLine, ...]:
    """Return a line for everybody whom the mail can't reach, with the reason."""
    return tuple(
        _line(proposal, SKIPPED, one.address, member=one.member.id, reason=one.reason.value)
        for one in proposal.audience.left_out
    )


def lines_to_send(config: Config, proposal: Proposal) -> tuple[ReportLine, ...]:
    """Return a line for each copy that would leave: all of them, or what is left of a mail that goes on."""
    addresses = [mailbox.address for mailbox in proposal.audience.mailboxes]
    if proposal.same_mail and (proposal.same_mail.unfinished or proposal.late):
        attempt = proposal.same_mail.broadcast.attempt
        with open_ledger(config.ledger, read_only=True) as ledger:
            unfinished = ledger.unfinished(config.account)
        addresses = [entry.recipient for entry in unfinished if entry.key.occasion == attempt]
        addresses += [mailbox.address for mailbox in proposal.late]
    return tuple(line_of_copy(proposal, address) for address in addresses)


def line_of_copy(proposal: Proposal, address: str) -> ReportLine:
    """Return a line for a copy that would leave."""
    return _line(proposal, WOULD_SEND, address)


def _refuse_nobody(choice: Choice, holds: tuple[Problem, ...]) -> None:
    if not choice.audience.mailboxes:
        message = _("nobody to write to: no address in the list {name}", name=choice.name_to_type)
        if choice.audience.left_out:
            left_out = left_out_words(choice.audience)
            message = _("{message}; left out: {left_out}", message=message, left_out=left_out)
        raise DataError(*choice.problems, *holds, Problem(message))


def _notes(content: Content) -> Iterator[Problem]:
    size = len(content.html.encode())
    if size > CLIPPED_FROM:
        message = _(
            "this mail has {size} kB of HTML: Gmail shows 100 and hides the rest behind a link, how to stop "
            "these mails with it; shorten the text, or attach it",
            size=round(size / 1000),
        )
        yield Problem(message, field="body", is_warning=True)


def _forgotten(subject: str, text: str, attachments: tuple[Attachment, ...]) -> Iterator[Problem]:
    if not attachments and promises_file(subject, text):
        message = _("the mail speaks of an attached file, and none is attached")
        yield Problem(message, field="--attach", is_warning=True)


def _line(proposal: Proposal, status: str, address: str, *, member: str = "", reason: str = "") -> ReportLine:
    group_id = proposal.request.group.id
    return ReportLine(Kind.BROADCAST.value, group_id, "", member, address, status, reason)


def _usual_answerer(group: Group) -> Contact | None:
    """Return whom replies reach unless somebody is named; another contact tomorrow is no other mail."""
    coordinators = [Contact(address) for address in group.coordinators]
    return group.contact or next(iter(coordinators), None)


def _answerer(request: BroadcastRequest) -> Contact | None:
    """Return whom replies reach: a coordinator or the contact, nobody else may speak for the group."""
    group = request.group
    known = {address_key(address): Contact(address) for address in group.coordinators}
    if group.contact:
        known[address_key(group.contact.address)] = group.contact
    if not request.answers_to:
        return _usual_answerer(group)
    found = known.get(address_key(request.answers_to))
    if found is None:
        message = _(
            "{address} coordinates no group {group}: name one of its coordinators or its contact",
            address=request.answers_to,
            group=group.id,
        )
        raise UsageError(Problem(message, field="--as"))
    return found


def _quota_left(config: Config, ledger: Ledger, now: datetime) -> int | None:
    """Return how many mails may leave today beside the recaps that are still to come."""
    room = quota_room(config, ledger, now)
    return room.free if room else None
