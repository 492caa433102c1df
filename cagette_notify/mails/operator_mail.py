"""Write plain mails to operators and contacts: alerts, summaries. Pure."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.messages import AnyMail, Content, Message, OperatorMail
from cagette_notify.core.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.core.model import Contact


def plain_content(subject: str, before: Sequence[str], items: Sequence[str], after: str) -> Content:
    """Return a mail of paragraphs, a list, and a last paragraph; an empty one is left out."""
    ends = [after] if after else []
    paragraphs = [*before, *(f"- {item}" for item in items), *([""] if ends and items else []), *ends]
    listed = "".join(f"<li>{html.escape(item)}</li>" for item in items)
    body = (
        "".join(f"<p>{html.escape(line)}</p>" for line in before)
        + (f"<ul>{listed}</ul>" if listed else "")
        + "".join(f"<p>{html.escape(line)}</p>" for line in ends)
    )
    return Content(subject, "\n".join(paragraphs) + "\n", f"<!DOCTYPE html><html><body>{body}</body></html>")


def plain_message(custom_id: str, campaign: str, sender: Contact, to: Contact, content: Content) -> Message:
    """Return it as a message that no machine answers."""
    headers = (("Auto-Submitted", "auto-generated"),)
    return Message(custom_id, campaign, sender=sender, to=to, content=content, headers=headers)


def message_of_operator_mail(mail: AnyMail, _now: datetime) -> Message:
    """Return the message that an alert or a summary brings along, where nothing else leaves."""
    if isinstance(mail, OperatorMail):
        return mail.message
    raise TypeError(type(mail))


def alert_content(lines: Sequence[str], *, machine: str, config_path: str) -> Content:
    """Return the mail that tells of ``lines``, and which machine and configuration they are about."""
    said = [line if line.isprintable() else visible(line) for line in lines]
    where = _(
        "Written by cagette-notify on {machine}, with {config}. More: cagette-notify status",
        machine=machine,
        config=visible(config_path),
    )
    return plain_content(_alert_subject(said), [], said, where)


def _alert_subject(lines: Sequence[str]) -> str:
    if len(lines) > 1:
        return _("cagette-notify: {count} things to look at", count=len(lines))
    return lines[0] if lines[0].startswith("cagette-notify") else f"cagette-notify: {lines[0]}"[:120]
