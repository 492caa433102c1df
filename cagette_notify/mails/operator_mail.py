"""Write mails to operators and contacts: alerts, summaries."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.i18n import _, _n, spoken
from cagette_notify.core.messages import AnyMail, Content, Message, OperatorMail
from cagette_notify.core.model import Group
from cagette_notify.core.text import visible
from cagette_notify.mails.views import OperatorView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.config.load import Style
    from cagette_notify.core.model import Contact

_PROGRAM = "cagette-notify"


class OperatorText(Struct, frozen=True):
    """What such a mail says: a heading, lines ``before`` a list, one after it, and why its reader gets it."""

    subject: str
    heading: str
    before: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    after: str = ""
    why: str = ""


def operator_content(style: Style, text: OperatorText, group: Group | None = None) -> Content:
    """Lay it out as all mail is, in the colours of the ``group`` that it is about.

    By the templates that come with the program: that somebody's own fail may be what it tells.
    """
    from cagette_notify.mails.renderer import Renderer  # a run that has nothing to tell needs none
    from cagette_notify.mails.view_builder import group_view

    plain = Group("", _PROGRAM, timezone.utc, spoken())
    view = OperatorView(
        language=spoken(),
        subject=text.subject,
        group=group_view(group or plain),
        heading=text.heading,
        before=text.before,
        listed=text.listed,
        after=text.after,
        why=text.why,
    )
    return Renderer(replace(style, overrides=None)).operator(view)


def plain_message(custom_id: str, campaign: str, sender: Contact, to: Contact, content: Content) -> Message:
    """Return it as a message that no machine answers."""
    headers = (("Auto-Submitted", "auto-generated"),)
    return Message(custom_id, campaign, sender=sender, to=to, content=content, headers=headers)


def message_of_operator_mail(mail: AnyMail, _now: datetime) -> Message:
    """Return the message that an alert or a summary brings along, where nothing else leaves."""
    if isinstance(mail, OperatorMail):
        return mail.message
    raise TypeError(type(mail))


def alert_content(style: Style, lines: Sequence[str], *, machine: str, config_path: str) -> Content:
    """Return the mail that tells of ``lines``, and which machine and configuration they are about."""
    said = tuple(line if line.isprintable() else visible(line) for line in lines)
    where = _(
        "Written by cagette-notify on {machine}, with {config}. More: cagette-notify status",
        machine=machine,
        config=visible(config_path),
    )
    heading = _n("A thing to look at", "{count} things to look at", len(said))
    return operator_content(style, OperatorText(_alert_subject(said), heading, listed=said, why=where))


def _alert_subject(lines: Sequence[str]) -> str:
    if len(lines) > 1:
        return _("cagette-notify: {count} things to look at", count=len(lines))
    return lines[0] if lines[0].startswith(_PROGRAM) else f"{_PROGRAM}: {lines[0]}"[:120]
