"""Tell whether two broadcasts are the same mail, given twice. Pure."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.core.messages import Attachment


class Given(Struct, frozen=True):
    """What makes a broadcast another mail. ``audience`` is what its lists are called, whenever typed.

    ``images`` has an id of its content for each image, by the name that the body gives it.
    """

    group_id: str
    audience: str
    reply_to: str
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()
    images: Mapping[str, str] = field(default_factory=dict)


def identity_of(given: Given) -> str:
    """Return what two givings of the same mail have in common, made of what its readers see.

    A blank more, a line end, how a keyboard composes an accent, or what a file is called on somebody's disk
    make no other mail of it: everybody would get it twice, and that can't be undone. Who is refused
    wrongly has --again.
    """
    files = sorted(_digest(one) for one in given.attachments)
    who = [given.group_id, given.audience, given.reply_to.casefold()]
    body = _with_contents(given.body, given.images)
    return _hash([*who, _seen(given.subject), _text_seen(body), files])


def _with_contents(body: str, images: Mapping[str, str]) -> str:
    """Return a body whose images are named by what they show; a name that begins another comes after it."""
    for name in sorted(images, key=len, reverse=True):
        body = re.sub(rf"(?<=\]\()([ \t]*<?){re.escape(name)}", rf"\g<1>{images[name]}", body)
    return body


def former_identities_of(given: Given) -> tuple[str, ...]:
    """Return what earlier versions recorded for the same mail: of what was typed, the subject as it leaves.

    They are looked up beside today's, and never recorded.
    """
    subjects = dict.fromkeys((given.subject, _seen(given.subject)))
    return tuple(_former_identity(given, subject) for subject in subjects)


def _former_identity(given: Given, subject: str) -> str:
    files = [(one.filename, _digest(one)) for one in given.attachments]
    text = "\n".join(line.rstrip() for line in given.body.strip().splitlines())
    who = [given.group_id, given.audience, given.reply_to.casefold()]
    return _hash([*who, subject, text, files])


def _seen(text: str) -> str:
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")  # joiners, marks of order
    return " ".join(one_line(unicodedata.normalize("NFC", shown)).split())


def _text_seen(body: str) -> str:
    """Return a text with a blank for several, but for those that indent: they make lists of lists."""
    lines = [f"{_indent(line)}{_seen(line)}" if _seen(line) else "" for line in body.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _digest(attachment: Attachment) -> str:
    return hashlib.sha256(attachment.base64.encode()).hexdigest()


def _hash(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
