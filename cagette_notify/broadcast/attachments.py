"""Read, encode and limit the files attached to a broadcast."""

from __future__ import annotations

import base64
import mimetypes
import unicodedata
from collections import Counter
from math import ceil
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.formatting import megabytes
from cagette_notify.core.given_files import given_name, read_given
from cagette_notify.core.i18n import _, spoken, why
from cagette_notify.core.letter_problems import of_body
from cagette_notify.core.messages import Attachment, Content

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


LARGEST_MESSAGE = 15_000_000
"""Bytes of a whole message, attachments in base64 included: what Mailjet takes (Send API v3.1)."""

_A_TENTH = 100_000  # of a megabyte
_ENVELOPE = 20_000  # bytes; names, addresses and JSON's own marks around the content


def read_attachments(paths: Sequence[Path]) -> tuple[Attachment, ...]:
    """Return the files, encoded; raise ``UsageError`` naming each that can't be read or named."""
    found: list[Attachment] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            found.append(_read(path))
        except (OSError, ValueError) as error:
            problems.append(Problem(why(error), str(path), field="--attach"))
    if problems:
        raise UsageError(*problems)
    return tuple(found)


def refuse_too_large(content: Content, attachments: Sequence[Attachment]) -> None:
    """Raise ``UsageError`` if a message would be larger than Mailjet takes, images of its text included.

    Of what one reader alone has it is the heaviest that counts.
    """
    weights: Counter[str] = Counter()
    for one in attachments:
        weights[one.reader] += len(one.base64)
    size = _ENVELOPE + weights.pop("", 0) + max(weights.values(), default=0)
    size += sum(len(part.encode()) for part in (content.subject, content.text, content.html))
    if not attachments or size <= LARGEST_MESSAGE:
        return
    weight = megabytes(ceil(size / _A_TENTH) * _A_TENTH, spoken())  # above 15, it isn't said to be 15
    if any(one.content_id for one in attachments):
        message = _(
            "the images, with any attachments, are too large: a mail may weigh 15 MB, and encoded for mail "
            "this one weighs {size} MB; make the images smaller",
            size=weight,
        )
        raise UsageError(of_body(message))
    message = _(
        "the attachments are too large: a mail may weigh 15 MB, and encoded for mail this one weighs "
        "{size} MB; put the files somewhere and send a link",
        size=weight,
    )
    raise UsageError(Problem(message, field="--attach"))


def name_and_content(path: Path) -> tuple[str, bytes]:
    """Return what a file is called, and what stands in it.

    Raise ``OSError`` where it can't be read, and ``ValueError`` where no mail can carry it.
    """
    content = read_given(path, most=LARGEST_MESSAGE, too_large=too_large())
    if not content:
        raise ValueError(_("empty: there is nothing in this file"))
    return _name_of(path), content


def too_large() -> str:
    """Say of a file that no mail can carry it, or not with the others."""
    return _("too large: a mail may weigh 15 MB with all its files")


def _read(path: Path) -> Attachment:
    name, content = name_and_content(path)
    kind, _encoding = mimetypes.guess_type(name, strict=False)
    kind = kind if kind and not _encoding else "application/octet-stream"
    return Attachment(name, kind, base64.b64encode(content).decode())


def _name_of(path: Path) -> str:
    name = unicodedata.normalize("NFC", given_name(path))
    if not name:
        raise ValueError(_("what has no name can't be attached"))
    if not name.isascii() and name.encode(errors="ignore").decode() != name:
        raise ValueError(_("a file name that isn't UTF-8 can't be attached; rename it"))
    if not name.isprintable():
        raise ValueError(_("a file name with control characters can't be attached; rename it"))
    return name
