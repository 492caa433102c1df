"""Write a message as the bytes of an .eml file: MIME, 7-bit, CRLF, RFC 5322."""

from __future__ import annotations

import base64
import binascii
import email.policy
import textwrap
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cagette_notify.core.messages import Attachment, Message
    from cagette_notify.core.model import Contact

_LINE = 76
# Headers are folded here: EmailMessage may double a space and put encoded words side by side on a
# line, for which Yahoo answers 554.
_POLICY = email.policy.SMTP.clone(refold_source="none")


def eml_bytes(message: Message, date: datetime) -> bytes:
    """Write ``message`` as mail; raises ValueError for an attachment that isn't base64."""
    mail = EmailMessage(policy=_POLICY)
    for name, value in _headers(message, date):
        mail.set_raw(name, value)
    _add_body(mail, message)
    files = [one for one in message.attachments if not one.content_id]
    for file in files:
        content, described = _content_of(file)
        mail.add_attachment(content, **described)
    if files:
        mail.set_boundary("=_mixed_=")
    return mail.as_bytes()


def message_id(message: Message) -> str:
    """Return the mail's Message-ID, with its angle brackets."""
    return f"<{message.custom_id}@{message.sender.address.rpartition('@')[2]}>"


def _headers(message: Message, date: datetime) -> Iterator[tuple[str, str]]:
    yield "From", _mailbox("From", message.sender)
    yield "To", _mailbox("To", message.to)
    if message.reply_to:
        yield "Reply-To", _mailbox("Reply-To", message.reply_to)
    yield "Subject", _folded("Subject", message.content.subject)
    yield "Date", format_datetime(date)
    yield "Message-ID", message_id(message)
    for name, value in message.headers:
        yield name, _folded(name, value)
    if message.reply_to:
        yield "List-Unsubscribe", _list_unsubscribe(message, message.reply_to.address)
    yield "X-MJ-CustomID", message.custom_id
    yield "X-Cagette-Campaign", _folded("X-Cagette-Campaign", message.campaign)


def _list_unsubscribe(message: Message, address: str) -> str:
    """Let mail programs offer to write to whoever answers (RFC 2369), as Mailjet's own header does there."""
    subject = quote(f"unsubscribe {message.sender.name}".strip())
    link = f"<mailto:{quote(address, safe='@')}?subject={subject}>"
    return f"\r\n {link}" if len("List-Unsubscribe: ") + len(link) > _LINE else link


def _add_body(mail: EmailMessage, message: Message) -> None:
    mail.set_content(message.content.text, cte="quoted-printable")
    if message.content.html:
        mail.add_alternative(message.content.html, subtype="html", cte="quoted-printable")
        # "=_" occurs neither in quoted-printable nor in base64, so no body can hold the boundary.
        mail.set_boundary("=_alternative_=")
        _add_images(mail, [one for one in message.attachments if one.content_id])


def _add_images(mail: EmailMessage, images: Sequence[Attachment]) -> None:
    """Put images beside the HTML that shows them, as parts of it: elsewhere, programs list them as files."""
    _text, html = mail.iter_parts()
    for image in images:
        content, described = _content_of(image)
        html.add_related(content, cid=f"<{image.content_id}>", disposition="inline", **described)
    if images:
        html.set_param("type", "text/html")  # which of them to show (RFC 2387)
        html.set_boundary("=_related_=")


def _content_of(attachment: Attachment) -> tuple[bytes, dict[str, Any]]:
    """Return what a file holds, and what its part of the mail says of it."""
    try:
        content = base64.b64decode(attachment.base64, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    maintype, subtype = attachment.content_type.split("/")
    if maintype in {"message", "multipart"}:
        maintype, subtype = "application", "octet-stream"  # those two may not be in base64
    # Ours are in UTF-8; what somebody else wrote is left to the program that opens it.
    parameters = {"charset": "utf-8"} if attachment.content_type == "text/calendar" else {}
    return content, {
        "maintype": maintype,
        "subtype": subtype,
        "filename": attachment.filename,
        "params": parameters,
    }


def _mailbox(header: str, contact: Contact) -> str:
    if not contact.name:
        return contact.address
    quoted = '"' + contact.name.replace("\\", r"\\").replace('"', r"\"") + '"'
    name = _plain(header, quoted) or _encoded(header, contact.name)
    address = f"<{contact.address}>"
    last = name.rpartition("\n")[2]
    used = len(last) if "\n" in name else len(header) + 2 + len(last)
    return f"{name} {address}" if used + 1 + len(address) <= _LINE else f"{name}\r\n {address}"


def _folded(header: str, text: str) -> str:
    return text if not text else _plain(header, text) or _encoded(header, text)


def _plain(header: str, text: str) -> str:
    """Return ``text`` as it can stand in lines of the header and is read back; nothing if it must be encoded.

    Filters mistrust what is encoded without need.
    """
    if not text.isascii() or "=?" in text or text != " ".join(text.split()):
        return ""
    indent = " " * (len(header) + 2)
    if len(indent) + len(text) <= _LINE:
        return text
    lines = textwrap.wrap(
        text,
        _LINE,
        initial_indent=indent,
        subsequent_indent=" ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\r\n".join(lines).removeprefix(indent) if max(map(len, lines)) <= _LINE else ""


def _encoded(header: str, text: str) -> str:
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")
