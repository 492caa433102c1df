"""Compose a broadcast's body from Markdown, or refuse it with every problem."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.errors import Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.letter_problems import of_body, of_subject
from cagette_notify.core.messages import LONGEST_SUBJECT, Content
from cagette_notify.core.text import looks_garbled, quoted
from cagette_notify.mails.broadcast_text.image_files import no_file
from cagette_notify.mails.broadcast_text.placeholders import (
    cleaned,
    has_token,
    tokenized,
    with_line_feeds,
    with_reader_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.messages import Attachment
    from cagette_notify.core.model import Group, Mailbox
    from cagette_notify.mails.broadcast_text.image_files import ReadImage

LONGEST_BODY = 200_000  # characters: a book of a hundred pages
LONGEST_HTML = 1_000_000  # characters; Gmail shows a tenth of it and hides the rest behind a link
_OTHER_KIND = re.compile(r"\s*(?:\{\\rtf\d|<!doctype html|<html[\s>])", re.IGNORECASE)


class BroadcastBody(Struct, frozen=True):
    """A text as both parts of a mail show it, with tokens where the reader's names go, and its images."""

    html: str
    text: str
    images: tuple[Attachment, ...] = ()

    def text_for(self, reader: Mailbox) -> str:
        """Return the text as that reader will get it."""
        return with_reader_names(Content("", self.text, ""), reader).text


def compose(markdown: str, group: Group, read_image: ReadImage = no_file) -> BroadcastBody:
    """Make the body of a mail to the group, or raise UsageError with every problem and its line."""
    if len(markdown) > LONGEST_BODY:
        raise _refused(_("{length} characters, at most {most}", length=len(markdown), most=LONGEST_BODY))
    source, problems = tokenized(cleaned(markdown), group)
    if problems := [*_unfit(markdown), *problems]:
        raise UsageError(*problems)
    body = _body(source, group, read_image)
    if _is_blank(body.text):
        raise _refused(_("there is no text"))
    if len(body.html) > LONGEST_HTML:
        raise _refused(_("too many lists, tables or links for one mail"))
    return body


def refuse_bad_subject(subject: str) -> None:
    """Raise UsageError unless the subject can stand in a header as it was typed."""
    reasons = []
    if _is_blank(subject):
        reasons.append(_("there is no subject"))
    if len(subject) > LONGEST_SUBJECT:
        reasons.append(_("{length} characters, at most {most}", length=len(subject), most=LONGEST_SUBJECT))
    if has_token(subject) or any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in subject):
        reasons.append(_("a line break or control character in it; expected one line of plain text"))
    if any(mark in subject for mark in ("{{", "{%", "{#")):
        reasons.append(_("expected plain text without {marks}: names go into the body", marks="{{, {% or {#"))
    if looks_garbled(subject):
        reasons.append(_("the accents look wrong: {value}", value=quoted(subject)))
    if reasons:
        raise UsageError(*map(of_subject, reasons))


def _unfit(markdown: str) -> Iterator[Problem]:
    """Say what shows that a text isn't what somebody typed: another kind of file, or lost accents."""
    if _OTHER_KIND.match(markdown):
        yield of_body(_("this is the source of a document (RTF or HTML): save it as plain text"), line=1)
    elif looks_garbled(markdown):  # looked at before ``cleaned`` takes out what is left of them
        for number, line in enumerate(with_line_feeds(markdown).split("\n"), start=1):
            for word in dict.fromkeys(filter(looks_garbled, line.split(" "))):
                reason = _("the accents look wrong: {value}; save the text as UTF-8", value=quoted(word))
                yield of_body(reason, line=number)


def _body(source: str, group: Group, read_image: ReadImage) -> BroadcastBody:
    from cagette_notify.mails.broadcast_text.images import inlined
    from cagette_notify.mails.broadcast_text.markdown import MailMarkdown, line_too_deep
    from cagette_notify.mails.broadcast_text.plain_text import plain_text

    parser = MailMarkdown(group, read_image)
    problems: list[Problem] = []
    tokens = parser.parse(source, {"problems": problems})
    line = line_too_deep(tokens)
    if line:
        raise _refused(_("lists or quotations nested too deep"), line=line)
    if problems:
        raise UsageError(*sorted(problems, key=lambda problem: problem.line))
    text = plain_text(tokens).strip("\n")
    images = tuple({one.content_id: one for one in inlined(tokens)}.values())
    return BroadcastBody(parser.renderer.render(tokens, parser.options, {}), f"{text}\n", images)


def _is_blank(text: str) -> bool:
    return not any(char.isprintable() and not char.isspace() for char in text)


def _refused(reason: str, *, line: int = 0) -> UsageError:
    return UsageError(of_body(reason, line=line))
