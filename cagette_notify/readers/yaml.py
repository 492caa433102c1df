"""Read YAML as events, every scalar as it was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted
from cagette_notify.readers.events import DocumentEvent, DocumentEventType, Unreadable, nested_too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

# libyaml's parser is ten times faster; it is missing where PyYAML was built without it.
_PARSER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# It refuses {name:, email:}, which YAML 1.2 allows and people write; PyYAML's own parser takes it.
_EMPTY_IN_BRACES = re.compile(r":[,\]}]")
_LONGEST_FOR_THE_SLOW = 1_000_000  # characters
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TEXT_TAGS = frozenset(("!", "tag:yaml.org,2002:str"))
_TOO_DEEP = "maximum nesting depth"  # libyaml 0.2.6 stops at 1,000 levels, before an event says so
_SAID_OF_THE_START = frozenset(("quoted scalar", "expected ',' or", "find expected ':'"))
_LIKE_A_VALUE = r"[ \t]+(#[^\s#!])"  # a line of #### is none
_TAB = r"^[ -]*\t|:\t"
_NO_BREAK = "^[ \t-]*[\u00a0\u2007\u202f]|:[\u00a0\u2007\u202f]"
_NOT_IN_YAML = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


def yaml_events(text: str) -> Iterator[DocumentEvent]:
    """Walk through the one YAML document of ``text``; Unreadable where it ends being one."""
    try:
        yield from _events(text)
    except yaml.YAMLError as error:
        raise _explained(error, text) from None
    except (ValueError, OverflowError):  # PyYAML's own parser, at an escape such as "\Uffffffff"
        raise Unreadable(_("not valid YAML: an escape that stands for no character")) from None


class CutValue(NamedTuple):
    """What a # after a blank cuts off a value, though no blank follows it as in most comments."""

    line: int
    text: str
    is_all: bool  # nothing of the value is left

    def message(self) -> str:
        """Say how to keep it, or to say that it is a comment."""
        return _(
            "{text} is taken for a comment: quote the whole value if it belongs to it, "
            "or put a blank after the #",
            text=quoted(self.text),
        )


def cut_values(text: str) -> Iterator[CutValue]:
    """Yield what unquoted values of a readable document lose to a #, such as ``colour: #c00``."""
    if not re.search(_LIKE_A_VALUE, text):
        return
    lines = text.splitlines()
    for event in yaml.parse(text, Loader=_parser_for(text)):
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            at = event.end_mark.line  # type: ignore[union-attr]  # a parser always marks
            rest = lines[at][event.end_mark.column :] if at < len(lines) else ""  # type: ignore[union-attr]
            if found := re.match(_LIKE_A_VALUE, rest):
                yield CutValue(at + 1, rest[found.start(1) :].strip(), is_all=not event.value)


def _events(text: str) -> Iterator[DocumentEvent]:
    documents = 0
    for event in yaml.parse(text, Loader=_parser_for(text)):
        line = event.start_mark.line + 1  # type: ignore[union-attr]  # a parser always marks
        if isinstance(event, yaml.NodeEvent):
            yield _node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            yield DocumentEvent(DocumentEventType.END, line)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise Unreadable(_("a second document ('---') begins here; only one was expected"), line)


def _parser_for(text: str) -> Any:
    is_short = len(text) <= _LONGEST_FOR_THE_SLOW
    return yaml.BaseLoader if is_short and _EMPTY_IN_BRACES.search(text) else _PARSER


def _node(event: yaml.NodeEvent, line: int) -> DocumentEvent:
    if isinstance(event, yaml.ScalarEvent):
        return DocumentEvent(DocumentEventType.SCALAR, line, _scalar(event, line), event.anchor)
    if isinstance(event, yaml.CollectionStartEvent):
        if event.tag not in (None, "!"):
            raise _bad_tag(line)
        what = (
            DocumentEventType.TABLE if isinstance(event, yaml.MappingStartEvent) else DocumentEventType.ITEMS
        )
        return DocumentEvent(what, line, anchor=event.anchor)
    return DocumentEvent(DocumentEventType.ALIAS, line, event.anchor)


def _scalar(event: yaml.ScalarEvent, line: int) -> str | None:
    text: str = event.value
    if event.tag in _TEXT_TAGS:
        return text
    if event.tag:
        raise _bad_tag(line)
    is_plain = event.implicit[0]
    return None if is_plain and text in _NULLS else text


def _bad_tag(line: int) -> Unreadable:
    return Unreadable(_("tags such as '!!int' can't be used here: remove the tag"), line)


def _explained(error: yaml.YAMLError, text: str) -> Unreadable:
    if not isinstance(error, yaml.MarkedYAMLError) or not error.problem_mark:
        bad = re.search(_NOT_IN_YAML, text)
        where = text.count("\n", 0, bad.start()) + 1 if bad else 0
        char = bad[0] if bad else "?"
        return Unreadable(_("a character that can't be in YAML: {char!r}", char=char), where)
    at, began = error.problem_mark, error.context_mark or error.problem_mark
    said = f"{error.context or ''} {error.problem or ''}"
    if _TOO_DEEP in said:
        return nested_too_deep(at.line + 1)
    if blank := _odd_blank(text, began.line, at.line):
        return blank
    for clue, sentence in _sentences().items():
        if clue in said:
            return Unreadable(sentence, (began if clue in _SAID_OF_THE_START else at).line + 1)
    return Unreadable(_("not valid YAML, near column {column}", column=at.column + 1), at.line + 1)


def _odd_blank(text: str, first: int, last: int) -> Unreadable | None:
    """Name a tab or a no-break blank that stands where blanks mean something; they look alike."""
    lines = text.split("\n")
    # What goes wrong by the way a line begins is met on that line or on the one before it.
    for number in (last, last - 1, first):
        line = lines[number] if 0 <= number < len(lines) else ""
        if re.search(_TAB, line):
            return Unreadable(_("a tab begins this line, or follows a ':': use ordinary blanks"), number + 1)
        if re.search(_NO_BREAK, line):
            return Unreadable(
                _("a non-breaking blank begins this line, or follows a ':': use ordinary blanks"), number + 1
            )
    return None


def _sentences() -> dict[str, str]:
    """Return what to say by what both parsers' messages have in common, the first clue that fits."""
    escape = _(r"a bad escape: in double quotes, write \\ for \, or use single quotes")
    indentation = _("wrong indentation, or something after the end of a quoted text")
    return {
        "Unicode character escape": _("an escape that stands for no character"),
        "unknown escape": escape,
        "hexadecimal": escape,
        "hexdecimal": escape,
        "quoted scalar": _("a quote that opens here is never closed"),
        "expected ',' or": _(
            "a bracket that opens here is never closed, a ',' is missing in it, or a # in it begins a comment"
        ),
        "found unexpected ':'": _("a blank was expected after ':'"),
        "mapping values": _("a ':' too many, or wrong indentation; quote a text that holds ': '"),
        "cannot start any": _("a tab or a special character begins here: use blanks, or quote the text"),
        "find expected ':'": _("a ':' was expected after the key"),
        "while parsing a block": indentation,
    }
