"""A coordinator's text made into the body of a mail, or refused with all that is wrong with it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cagette_notify.errors import UsageError
from cagette_notify.language import _
from cagette_notify.model import Problem
from cagette_notify.placeholders import cleaned, group_filler, tokenized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from cagette_notify.model import Group

LONGEST_BODY = 200_000  # characters: a book of a hundred pages
LONGEST_SUBJECT = 255  # characters; Mailjet refuses more


@dataclass(frozen=True, slots=True)
class Body:
    """A text as both parts of a mail show it, with tokens where the reader's names go."""

    html: str
    text: str


def compose(markdown: str, group: Group) -> Body:
    """Make the body of a mail to the group, or raise UsageError with every problem and its line."""
    if len(markdown) > LONGEST_BODY:
        message = _("too long: {length} characters, at most {most}", length=len(markdown), most=LONGEST_BODY)
        raise UsageError(Problem(message, field="body"))
    source, problems = tokenized(cleaned(markdown), group)
    if problems:
        raise UsageError(*problems)

    from cagette_notify.plain_text import plain_text
    from cagette_notify.tamed import Tamed

    parser = Tamed(group_filler(group))
    tokens = parser.parse(source)
    _refuse_too_deep(tokens)
    text = plain_text(tokens).strip("\n")
    if not text.strip():
        raise UsageError(Problem(_("there is no text"), field="body"))
    return Body(parser.renderer.render(tokens, parser.options, {}), f"{text}\n")


def refuse_bad_subject(subject: str) -> None:
    """Raise UsageError unless the subject can stand in a header as it was typed."""
    reasons = []
    if not subject.strip():
        reasons.append(_("there is no subject"))
    if len(subject) > LONGEST_SUBJECT:
        reasons.append(_("{length} characters, at most {most}", length=len(subject), most=LONGEST_SUBJECT))
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in subject):
        reasons.append(_("a line break or another control character; one line of plain text was expected"))
    if any(mark in subject for mark in ("{{", "{%", "{#")):
        reasons.append(_("names can't be put into a subject: it must hold no {marks}", marks="{{, {% or {#"))
    if reasons:
        raise UsageError(*(Problem(reason, field="subject") for reason in reasons))


def _refuse_too_deep(tokens: Sequence[Token]) -> None:
    from cagette_notify.tamed import DEEPEST

    deep = next((token for token in tokens if token.level >= DEEPEST - 1), None)
    if deep:
        line = deep.map[0] + 1 if deep.map else 0
        raise UsageError(Problem(_("lists or quotations nested too deep"), line=line, field="body"))
