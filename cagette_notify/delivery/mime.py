"""A message as the bytes of an .eml file: standard MIME, 7-bit, CRLF, RFC 5322 to the letter."""

from __future__ import annotations

import base64
import binascii
import email.policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.model import Attachment, Contact, Message

_LINE = 76
# Headers are folded here: EmailMessage may double a space and put encoded words side by side on a
# line, for which Yahoo answers 554.
_POLICY = email.policy.SMTP.clone(refold_source="none")


def encode(message: Message, date: datetime) -> bytes:
    """Write ``message`` as mail; raises ValueError for an attachment that isn't base64."""
    mail = EmailMessage(policy=_POLICY)
    for name, value in _headers(message, date):
        mail.set_raw(name, value)
    _add_body(mail, message)
    for attachment in message.attachments:
        _attach(mail, attachment)
    if message.attachments:
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
        yield "List-Unsubscribe", _list_unsubscribe(message.reply_to.address)
    yield "X-MJ-CustomID", message.custom_id
    yield "X-Cagette-Campaign", _folded("X-Cagette-Campaign", message.campaign)


def _list_unsubscribe(address: str) -> str:
    """Let mail programs offer to write to whoever answers (RFC 2369), as Mailjet's own header does there."""
    link = f"<mailto:{quote(address, safe='@')}?subject=unsubscribe>"
    return f"\r\n {link}" if len("List-Unsubscribe: ") + len(link) > _LINE else link


def _add_body(mail: EmailMessage, message: Message) -> None:
    mail.set_content(message.content.text, cte="quoted-printable")
    if message.content.html:
        mail.add_alternative(message.content.html, subtype="html", cte="quoted-printable")
        # "=_" occurs neither in quoted-printable nor in base64, so no body can hold the boundary.
        mail.set_boundary("=_alternative_=")


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    try:
        content = base64.b64decode(attachment.base64, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    maintype, subtype = attachment.content_type.split("/")
    if maintype in {"message", "multipart"}:
        maintype, subtype = "application", "octet-stream"  # those two may not be in base64
    mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=attachment.filename)


def _mailbox(header: str, contact: Contact) -> str:
    if not contact.name:
        return contact.address
    quoted = '"' + contact.name.replace("\\", r"\\").replace('"', r"\"") + '"'
    name = quoted if _is_plain(header, quoted) else _encoded(header, contact.name)
    address = f"<{contact.address}>"
    fits = len(header) + 2 + len(name.rpartition("\n")[2]) + 1 + len(address) <= _LINE
    return f"{name} {address}" if fits else f"{name}\r\n {address}"


def _folded(header: str, text: str) -> str:
    return text if _is_plain(header, text) else _encoded(header, text)


def _is_plain(header: str, text: str) -> bool:
    """Tell whether ``text`` can stand on the header's line as it is, and is read back as it is."""
    fits = len(header) + 2 + len(text) <= _LINE
    return fits and text.isascii() and "=?" not in text and text == " ".join(text.split())


def _encoded(header: str, text: str) -> str:
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")
