"""Render notices as mails: subject (cut at 255), text, HTML, sender and reply address."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec.structs import replace

from cagette_notify.core.errors import ConfigError
from cagette_notify.core.messages import LONGEST_SUBJECT, Attachment, Content, Message
from cagette_notify.core.model import Contact, Distribution, Group
from cagette_notify.core.text import one_line
from cagette_notify.mails.calendar_entry import calendar_attachment
from cagette_notify.mails.jinja_environment import MailEnvironment, MailTooLarge, TemplateProblem
from cagette_notify.mails.template_checks import template_problems
from cagette_notify.mails.template_variables import VARIABLES
from cagette_notify.mails.view_builder import broadcast_view, mail_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.config.load import Style
    from cagette_notify.core.notices import Mail, Notice
    from cagette_notify.mails.broadcast_text.compose import BroadcastBody
    from cagette_notify.mails.reply_views import ReplyView
    from cagette_notify.mails.views import OperatorView


__all__ = ["Renderer", "TemplateProblem"]


_AUTOMATIC = (("Auto-Submitted", "auto-generated"),)  # RFC 3834: keeps out-of-office replies away
_GAP = "\n" * 3
_MOST_SAMPLES = 20  # mails of a kind that are tried before its template is to blame


class Renderer:
    """The templates, each compiled once, when it is needed. It renders one mail at a time."""

    def __init__(self, style: Style) -> None:
        """Look for templates in the style's folder of overrides, then among the shipped ones."""
        self._style = style
        self._environment = MailEnvironment(style.overrides)

    @property
    def sender(self) -> Contact:
        """The address that every mail comes from."""
        return self._style.sender

    def check(self, *, of_all: bool = True) -> None:
        """Compile every template of every kind and language; raise ConfigError with all that is wrong.

        Or only the overrides: compiling those that come with the program takes a small run longer than
        all else it does, and those that it needs are compiled as it renders.
        """
        problems = template_problems(self._environment, VARIABLES, of_all=of_all)
        if problems:
            raise ConfigError(*problems)

    def render(self, notices: Sequence[Notice], now: datetime) -> Content:
        """Render the notices of one mail, or raise TemplateProblem.

        They are those of a group that share a mail, one alone, or those that one correction stands for.
        """
        view = mail_view(self._style, notices, now)
        values = view.variables()
        name = f"{view.language}/{view.template}"
        subject = _subject(self._environment.render(f"{name}.subject.j2", values))
        values["subject"] = subject
        text = _text(self._environment.render(f"{name}.txt.j2", values))
        return Content(subject, text, self._environment.render(f"{name}.html.j2", values))

    def broadcast(  # noqa: PLR0913 - what such a mail consists of
        self,
        group: Group,
        subject: str,
        body: BroadcastBody,
        reply_to: Contact,
        now: datetime,
        *,
        is_signed: bool = False,
    ) -> Content:
        """Render a coordinator's mail once for all its readers, or raise TemplateProblem.

        ``is_signed`` tells that whom replies reach is who wrote it, and not just the group's contact.
        The readers' names are yet to be filled in: see ``placeholders.personal``.
        """
        values = broadcast_view(self._style, group, reply_to, now, is_signed=is_signed).variables()
        name = f"{group.language}/broadcast"
        subject = _subject(self._environment.render(f"{name}.subject.j2", {**values, "subject": subject}))
        values |= {"subject": subject, "body": body.text}
        text = _text(self._environment.render(f"{name}.txt.j2", values))
        values["body"] = Markup(body.html)  # noqa: S704 - compose() escaped it
        return Content(subject, text, self._environment.render(f"{name}.html.j2", values))

    def reply(self, view: ReplyView) -> str:
        """Render the answer to a member who gets no mail, to be pasted, or raise TemplateProblem."""
        return _text(self._environment.render(f"{view.language}/reply.txt.j2", view.variables()))

    def operator(self, view: OperatorView) -> Content:
        """Render an alert or a summary, or raise TemplateProblem."""
        text, page = (
            self._environment.render(f"operator.{part}.j2", view.variables()) for part in ("txt", "html")
        )
        return Content(_subject(view.subject), _text(text), page)

    def message(self, mail: Mail, now: datetime) -> Message:
        """Render a mail and address it: From the group at the validated address, replies to its contact."""
        group, mailbox = mail.first.group, mail.first.mailbox
        name = one_line(group.name)
        contact = group.contact
        return Message(
            mail.custom_id,
            mail.campaign,
            sender=Contact(self._style.sender.address, name),
            to=Contact(mailbox.address, one_line(mailbox.name)),
            content=self.render(mail.notices, now),
            reply_to=Contact(contact.address, one_line(contact.name) or name) if contact else None,
            headers=_AUTOMATIC,
            attachments=self._attachments(mail.notices, now),
        )

    def calendar_entries(
        self,
        group: Group,
        distribution: Distribution,
        sequence: int,
        now: datetime,
        *,
        roles: tuple[str, ...] | None = None,
    ) -> tuple[Attachment, ...]:
        """Return what puts a distribution, or a duty there in these ``roles``, into calendars, or out.

        Nothing where mails have none.
        """
        if not self._style.calendar:
            return ()
        return (calendar_attachment(group, distribution, sequence, self._style.sender, now, roles),)

    def _attachments(self, notices: Sequence[Notice], now: datetime) -> tuple[Attachment, ...]:
        """Return the calendar entries of the distribution, and of the duty there, that a mail tells of."""
        with_entry = {
            one.kind.traits.needs_duty: one for one in notices if one.kind.traits.has_calendar_entry
        }
        return tuple(entry for one in with_entry.values() for entry in self._entries_of(one, now))

    def _entries_of(self, notice: Notice, now: datetime) -> tuple[Attachment, ...]:
        is_duty = notice.kind.traits.needs_duty
        is_given_up = is_duty and not notice.roles
        one = replace(notice.distribution, cancelled=True) if is_given_up else notice.distribution
        roles = notice.roles if is_duty else None
        return self.calendar_entries(notice.group, one, notice.sequence, now, roles=roles)


def _subject(rendered: str) -> str:
    """Make one line of plain blanks, at most 255 characters long."""
    line = " ".join(one_line(rendered).split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _text(rendered: str) -> str:
    """Leave at most one empty line between paragraphs, so that templates may be spaced for their reader."""
    text = rendered.rstrip(" ")
    if " \n" in text:
        text = "\n".join([line.rstrip(" ") for line in text.split("\n")])
    while _GAP in text:
        text = text.replace(_GAP, "\n\n")
    return text.strip("\n") + "\n"


def render_samples(renderer: Renderer, mails: Sequence[Mail], now: datetime) -> None:
    """Compile every override, and render one mail of each kind and language.

    Raises ``ConfigError``: a typo stops the run while nothing has left. One mail that can't be made
    stops nobody else's: where another of its kind can be, or where it alone is too large, it fails by
    itself once it is its turn.
    """
    renderer.check(of_all=False)
    samples: dict[tuple[object, ...], list[Mail]] = {}
    for mail in mails:
        first = mail.first
        language = first.member.language or first.group.language
        samples.setdefault((first.kind, first.correction, language), []).append(mail)
    failures = [failure for some in samples.values() if (failure := _failure_of_all(renderer, some, now))]
    if failures and (
        len(failures) == len(samples) or not all(isinstance(failure, MailTooLarge) for failure in failures)
    ):
        raise ConfigError(*(problem for failure in failures for problem in failure.problems))


def _failure_of_all(renderer: Renderer, mails: Sequence[Mail], now: datetime) -> TemplateProblem | None:
    """Return why none of these can be made, or None as soon as one can."""
    failure = None
    of_each_day = {mail.first.distribution.id: mail for mail in mails}
    for mail in islice(chain(of_each_day.values(), mails), _MOST_SAMPLES):
        try:
            renderer.message(mail, now)
        except TemplateProblem as error:
            failure = failure or error
        else:
            return None
    return failure
