"""Refuse header injection: line breaks and commas in names, subjects and addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _
from cagette_notify.core.messages import Message, Outcome
from cagette_notify.core.notices import Status

if TYPE_CHECKING:
    from collections.abc import Iterator


# Unicode's own line ends count: Python's email package breaks header lines at them.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS = re.compile(
    r"""(?: [\w!#$%&'*+/=?^`{|}~.-]+ | "(?:[ !#-\[\]-~]|\\[ -~])*" )   # a plain or a quoted local part
        @ (?: [a-z0-9.-]+ | \[[a-z0-9.:]+\] )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_CONTENT_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+", re.ASCII)
_HEADER_NAME = re.compile(r"[!-9;-~]+")


def refusal_of_unsafe(message: Message) -> Outcome | None:
    """Return the refusal of a message that can't be written safely, or None if it can.

    Line breaks in a name or a subject would add header lines, a comma in an address would add a
    recipient, and half a surrogate pair has no bytes.
    """
    if not _ADDRESS.fullmatch(message.to.address):
        return Outcome(Status.FAILED, _("not an address: {value!r}", value=message.to.address))
    for problem in _flaws(message):
        return Outcome(Status.FAILED, problem, about_content=True)
    return None


def _flaws(message: Message) -> Iterator[str]:
    others = [contact.address for contact in (message.sender, message.reply_to) if contact]
    for address in others:
        if not _ADDRESS.fullmatch(address):
            yield _("not an address: {value!r}", value=address)
    for text in _header_texts(message):
        if _CONTROL.search(text):
            yield _("a line break or control character where none may be: {text!r}", text=text)
    if not all(_HEADER_NAME.fullmatch(name) for name, _value in message.headers):
        yield _("a header with an impossible name")
    if not all(_CONTENT_TYPE.fullmatch(attachment.content_type) for attachment in message.attachments):
        yield _("an attachment without a valid content type")
    if not all(map(_has_bytes, (*_header_texts(message), message.content.text, message.content.html))):
        yield _("a broken character (half a surrogate pair) in the text")


def _header_texts(message: Message) -> Iterator[str]:
    yield message.content.subject
    yield message.campaign
    for contact in (message.sender, message.to, message.reply_to):
        if contact:
            yield contact.name
    for _name, value in message.headers:
        yield value
    for attachment in message.attachments:
        yield attachment.filename
        yield attachment.content_id


def _has_bytes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
