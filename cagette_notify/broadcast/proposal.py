"""Make the proposal of a broadcast from what a coordinator asked for: content, audience, quota."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.broadcast.attachments import read_attachments, refuse_too_large
from cagette_notify.broadcast.earlier_giving import late_readers, with_this_text, without_copy
from cagette_notify.broadcast.images import ImagesBeside, heavy_images
from cagette_notify.broadcast.planned_beside import RECENT, PlannedBeside, planned_beside
from cagette_notify.broadcast.planning_notes import planning_notes
from cagette_notify.broadcast.promised_file import promises_file
from cagette_notify.broadcast.quota_on_the_day import quota_left_on_the_day
from cagette_notify.broadcast.same_mail import Given, former_identities_of, identity_of
from cagette_notify.broadcast.todays_choice import calendar_entries, todays_choice
from cagette_notify.core.addresses import address_key
from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.kinds import Kind
from cagette_notify.core.letter_problems import of_body
from cagette_notify.core.messages import Attachment, BroadcastProgress, Content, PlannedMail, name_of_lists
from cagette_notify.core.model import Contact, Group, Mailbox, Sizes
from cagette_notify.core.notices import SKIPPED
from cagette_notify.core.text import one_line
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.mails.broadcast_text.compose import compose, refuse_bad_subject
from cagette_notify.mails.renderer import Renderer
from cagette_notify.run.run_report import WOULD_SEND, ReportLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.broadcast.audience import Audience
    from cagette_notify.broadcast.lists import WantedList
    from cagette_notify.config.load import Config
    from cagette_notify.data.calendar import Calendar

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
    send_at: datetime | None = None  # when it is to leave; nothing: as soon as it is confirmed


class Proposal(Struct, frozen=True):
    """A mail ready to be confirmed, and everything its coordinator should see before.

    ``text`` is what its first reader gets above the footer; ``notes`` what may be right, but seldom is;
    ``holds`` why the lists may lack people, or it ``lacks_rows`` that name some; ``size`` what the group's
    data held if it goes to all of it, and nothing of that is in doubt; ``same_mail`` an earlier
    giving of the very same mail, ``late`` whom it goes on with, as they were missing then,
    ``given_to_others`` who gets no copy of it, as their list was not named then; ``had_its_text`` how many
    read it in another mail; ``neighbour`` another one to the group within the hour, ``planned_neighbour`` one
    that is planned, for then or with that subject; ``planned`` the same mail, if it is; ``entries`` are those
    of the ``attachments`` that are for calendars.
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
    entries: tuple[Attachment, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    holds: tuple[Problem, ...]
    lacks_rows: bool
    size: Sizes | None
    same_mail: BroadcastProgress | None
    late: tuple[Mailbox, ...]
    given_to_others: tuple[Problem, ...]
    had_its_text: int
    neighbour: BroadcastProgress | None
    planned: PlannedMail | None
    planned_neighbour: PlannedBeside | None
    quota_left: int | None

    @property
    def files(self) -> tuple[Attachment, ...]:
        """What its coordinator attached."""
        return self.attachments[: len(self.attachments) - len(self.entries)]

    @property
    def audience_name(self) -> str:
        """What the lists are called together."""
        return name_of_lists(one.name for one in self.lists)

    @property
    def is_of_part(self) -> bool:
        """Whether some whom the lists mean are missing until the data, a row or an address is mended."""
        return bool(self.holds) or self.lacks_rows or self.audience.lacks_people

    @property
    def is_over(self) -> bool:
        """Whether the same mail has left already, to all of them."""
        return bool(self.same_mail and not self.same_mail.unfinished and not self.late)

    @property
    def readers_again(self) -> int:
        """How many get once more what they had before."""
        return len(self.audience.mailboxes) if self.is_over else self.had_its_text

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
    with open_ledger(config.ledger, read_only=True) as ledger:
        today = todays_choice(ledger, config.account, calendar, request.group, request.lists, now)
    choice, holds = today.choice, today.holds
    renderer = Renderer(config.style)
    content = renderer.broadcast(
        request.group,
        request.subject,
        body,
        reply_to or Contact(""),
        request.send_at or now,
        is_signed=bool(request.answers_to),
    )
    entries = tuple(calendar_entries(renderer, request.group, choice, now))
    kept = choice.kept if config.style.calendar else ()
    files = (*attachments, *body.images, *entries)
    refuse_too_large(content, files)
    answerer = reply_to.address if reply_to and reply_to != _usual_answerer(request.group) else ""
    given = Given(
        *(request.group.id, choice.name_given_again, answerer, request.subject, request.body, attachments),
        {name: one.file.content_id for name, one in images.found.items()},
    )
    identities = identity_of(given), former_identities_of(given)
    with open_ledger(config.ledger, read_only=True) as ledger:
        book = BroadcastBook(ledger, config.account)
        at, plans = request.send_at or now, PlannedBook(ledger, config.account).all()
        same = {identities[0], *identities[1]}
        others = [one for one in plans if one.broadcast.identity not in same]
        neighbour = book.newest_to(request.group.id, at - RECENT, but=same)
        earlier = book.same_mail(identities[0], *identities[1])
        given_to_others = without_copy(choice, book, earlier, is_again=request.again)
        memory, later = RunMemory(ledger, config.account), request.send_at
        before = with_this_text(choice, book, request.group, content.subject, body.text, now, but=same)
        for_later = planning_notes(request.group, choice.lists, memory, later, now) if later else ()
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
            entries,
            (*choice.problems, *holds),
            (
                *choice.notes,
                *kept,
                *_notes(content),
                *heavy_images(body.images),
                *given_to_others,
                *for_later,
                *before.notes,
                *_forgotten(request.subject, body.text, attachments),
            ),
            holds,
            choice.lacks_rows,
            today.size,
            earlier,
            late_readers(choice, book, earlier, is_again=request.again),
            given_to_others,
            before.readers,
            neighbour,
            next((one for one in plans if one.broadcast.identity in same), None),
            planned_beside(
                *(ledger, calendar, request.group, request.subject, choice.audience.mailboxes),
                *(others, at, now),
            ),
            quota_left_on_the_day(config, ledger, now, at, others),
        )


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


def _notes(content: Content) -> Iterator[Problem]:
    size = len(content.html.encode())
    if size > CLIPPED_FROM:
        message = _(
            "this mail has {size} kB of HTML: Gmail shows 100 and hides the rest behind a link, how to stop "
            "these mails with it; shorten the text, or attach it",
            size=round(size / 1000),
        )
        yield of_body(message, is_warning=True)


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


def answerers_of(group: Group) -> dict[str, Contact]:
    """Return who may speak for a group, by address: its coordinators, and its contact."""
    known = {address_key(address): Contact(address) for address in group.coordinators}
    if group.contact:
        known[address_key(group.contact.address)] = group.contact
    return known


def _answerer(request: BroadcastRequest) -> Contact | None:
    """Return whom replies reach: a coordinator or the contact, nobody else may speak for the group."""
    group = request.group
    if not request.answers_to:
        return _usual_answerer(group)
    found = answerers_of(group).get(address_key(request.answers_to))
    if found is None:
        message = _(
            "{address} coordinates no group {group}: name one of its coordinators or its contact",
            address=request.answers_to,
            group=group.id,
        )
        raise UsageError(Problem(message, field="--as"))
    return found
