"""Say what is wrong with a text that is no YAML, and on which line."""

from __future__ import annotations

import re

import yaml

from cagette_notify.core.i18n import _
from cagette_notify.readers.tree import Unreadable

MAX_DEPTH = 40
"""How deep lists and tables may nest: more is no data of a co-op."""

_TOO_DEEP = "maximum nesting depth"  # libyaml 0.2.6 stops at 1,000 levels, before an event says so
_SAID_OF_THE_START = frozenset(("quoted scalar", "expected ',' or", "find expected ':'"))
_TAB = r"^[ -]*\t|:\t"
_NO_BREAK = "^[ \t-]*[\u00a0\u2007\u202f]|:[\u00a0\u2007\u202f]"
_NOT_IN_YAML = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"


def explained(error: yaml.YAMLError, text: str) -> Unreadable:
    """Return what a parser's complaint about ``text`` means to whoever typed it."""
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


def nested_too_deep(line: int) -> Unreadable:
    """Make the refusal of a text that nests without end."""
    return Unreadable(_("nested more than {limit} levels deep", limit=MAX_DEPTH), line)


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
