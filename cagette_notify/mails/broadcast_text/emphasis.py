"""Tell the stars and underscores that emphasise from those that say something: ``2*5 €``, ``(*)``."""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile

from markdown_it.rules_inline import StateInline, newline
from markdown_it.rules_inline.state_inline import Delimiter

from cagette_notify.mails.broadcast_text.placeholders import has_token

_LONGEST_RUN = 3  # marks; what is longer is a line to write on, or an ornament
_MARKS = "*_~"  # may stand within each other: **_both_**
_SIDE = _LONGEST_RUN * len(_MARKS) + 1  # characters looked at on each side
_BREAKS = frozenset(("softbreak", "hardbreak"))
_OPENING_QUOTES = frozenset("\"'«“‘„‚‹‟‛")
_IN_NAMES = frozenset("@/\\#=&.-")  # beside an underscore: of a mailbox, an account, an address, a path
_SIGNS = frozenset("+=−×÷%°")
_LINK = re.compile(r"\[[^\[\]\n]{1,200}\]\(")


def tokenize_emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Take note of a run of ``*`` or ``_``, and of whether it may open or close; else it is text.

    CommonMark would let it within words and beside signs, which takes the stars out of ``2*5 € ou 3*4 €``.
    """
    mark = state.src[state.pos]
    if silent or mark not in "*_":
        return False
    length = len(state.src[state.pos : state.posMax]) - len(state.src[state.pos : state.posMax].lstrip(mark))
    may_open, may_close = _flanks(state.src, state.pos, state.pos + length, mark)
    for _each in range(length):
        token = state.push("text", "", 0)
        token.content = mark
        state.delimiters.append(
            Delimiter(
                marker=ord(mark),
                length=length,
                token=len(state.tokens) - 1,
                end=-1,
                open=may_open and length <= _LONGEST_RUN,
                close=may_close and length <= _LONGEST_RUN,
            )
        )
    state.pos += length
    return True


def tokenize_newline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Break the line; what its marks don't close doesn't go on: ``*bio`` above ``Tomates*`` is a key."""
    if not newline(state, silent):
        return False
    breaks = (at for at in range(len(state.tokens) - 2, -1, -1) if state.tokens[at].type in _BREAKS)
    line_start = next(breaks, -1)
    closing = set()
    for delimiter in takewhile(lambda one: one.token > line_start, reversed(state.delimiters)):
        if chr(delimiter.marker) in "*_":
            delimiter.open = delimiter.open and delimiter.marker in closing
            if delimiter.close:
                closing.add(delimiter.marker)
    return True


def _flanks(text: str, start: int, end: int, mark: str) -> tuple[bool, bool]:
    """Tell whether a run of marks may open emphasis, and whether it may close some."""
    before = text[max(0, start - _SIDE) : start].rstrip(_MARKS)[-1:]
    rest = text[end : end + _SIDE].lstrip(_MARKS)
    after = rest[:1]
    is_link = bool(_LINK.match(text, end + len(text[end : end + _SIDE]) - len(rest)))
    may_open = _may_precede(before, mark) and (_is_word(after) or after in _OPENING_QUOTES or is_link)
    return may_open, _may_follow(rest, mark) and _may_end(before)


def _may_precede(char: str, mark: str) -> bool:
    r"""Tell whether emphasis may begin after it; not in ``(2*3)*4*(5)``, ``\*``, nor in ``@_lac_``."""
    is_outside = not _is_word(char) and not _is_factor(char, "Pe") and char != "\\"
    return is_outside and not (mark == "_" and char in _IN_NAMES)


def _may_follow(rest: str, mark: str) -> bool:
    """Tell whether emphasis may end before it; an underscore not within ``_lac_@example.org``."""
    char, beyond = rest[:1], rest[1:2]
    is_in_name = (
        mark == "_" and char in _IN_NAMES and (char not in ".-" or _is_word(beyond) or beyond == mark)
    )
    return not _is_word(char) and not _is_factor(char, "Ps") and not is_in_name


def _is_factor(char: str, bracket: str) -> bool:
    """Tell whether a star beside it multiplies: a bracket's outer side, a sign, a currency."""
    return bool(char) and (unicodedata.category(char) in {bracket, "Sc"} or char in _SIGNS)


def _is_word(char: str) -> bool:
    """Tell whether it is a letter or digit, an accent of one, or a place for a name."""
    return bool(char) and (char.isalnum() or has_token(char) or unicodedata.category(char)[0] == "M")


def _may_end(char: str) -> bool:
    """Tell whether a text that ends so is one to emphasise: not a blank, a backslash, an opening bracket."""
    is_outside = not char or char.isspace() or char == "\\"
    return not is_outside and unicodedata.category(char) not in {"Ps", "Pi"}
