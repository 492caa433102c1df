"""Tell the stars and underscores that emphasise from those that say something: ``2*5 €``, ``(*)``."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.rules_inline.state_inline import Delimiter

from cagette_notify.mails.broadcast_text.placeholders import has_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

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


def pair_emphasis(state: StateInline) -> None:
    """Pair runs of marks within their line, and with their equals; what has no partner is text.

    CommonMark looks further, and splits runs: a ``**`` that nothing closes would take the stars of two
    footnotes, and ``*bio`` above ``Tomates*`` is a key. Three are two and one: ``**5 €***`` has a footnote.
    """
    within_links = (meta["delimiters"] for meta in state.tokens_meta if meta)
    for delimiters in (state.delimiters, *within_links):
        for line in _lines(state.tokens, delimiters):
            for pair in _pairs(line):
                for mark in range(pair.size):
                    delimiters[pair.opens_at - mark].end = pair.closes_at + mark


def is_open(marks: str, state: StateInline) -> bool:
    """Tell whether these marks would close some that were opened before, in the line that is parsed."""
    line_start = max((at for at, token in enumerate(state.tokens) if token.type in _BREAKS), default=-1)
    *_earlier, runs = _lines(state.tokens, state.delimiters) or [[]]
    _pairs(runs)
    return any(
        run.left and run.delimiter.open and run.delimiter.token > line_start and run.text == marks
        for run in runs
    )


class _Run:
    """Equal marks side by side, and how many of them are ``left``: those furthest from the text."""

    def __init__(self, delimiter: Delimiter, first: int) -> None:
        self.delimiter, self.first = delimiter, first
        self.length = self.left = delimiter.length

    @property
    def text(self) -> str:
        """The marks."""
        return chr(self.delimiter.marker) * self.length

    @property
    def is_broken(self) -> bool:
        """Whether one mark of three is used, so that the two beside it would say something else."""
        return (self.length, self.left) == (_LONGEST_RUN, 2)


class _Pair(NamedTuple):
    """So many marks that close as many: where the first of each stands among all, from within."""

    opener: _Run
    closer: _Run
    opens_at: int
    closes_at: int
    size: int


def _lines(tokens: Sequence[Token], delimiters: Sequence[Delimiter]) -> list[list[_Run]]:
    """Return the runs of each line that has some."""
    breaks = [at for at, token in enumerate(tokens) if token.type in _BREAKS]
    runs: list[_Run] = []
    at = 0
    while at < len(delimiters):
        runs.append(_Run(delimiters[at], at))
        at += delimiters[at].length
    by_line = groupby(runs, lambda run: bisect(breaks, run.delimiter.token))
    return [list(those) for _line, those in by_line]


def _pairs(runs: Iterable[_Run]) -> list[_Pair]:
    """Return what pairs, each with the nearest before it; what stands between and is open stays so."""
    pairs: list[_Pair] = []
    waiting: defaultdict[tuple[int, int], list[_Run]] = defaultdict(list)  # by mark and number left
    for run in runs:
        while run.delimiter.close and run.left and (opener := _nearest(waiting, run)):
            size = min(opener.left, run.left)
            opens_at, closes_at = opener.first + opener.left - 1, run.first + run.length - run.left
            pairs.append(_Pair(opener, run, opens_at, closes_at, size))
            opener.left -= size
            run.left -= size
            for those in waiting.values():
                while those and those[-1].first >= opener.first:
                    those.pop()
            if opener.left:
                waiting[opener.delimiter.marker, opener.left].append(opener)
        if run.delimiter.open and run.left == run.length:
            waiting[run.delimiter.marker, run.left].append(run)
    return [pair for pair in pairs if not (pair.opener.is_broken or pair.closer.is_broken)]


def _nearest(waiting: Mapping[tuple[int, int], Sequence[_Run]], closer: _Run) -> _Run | None:
    """Return the last run that is closed by as many marks, or by some of three."""
    numbers = range(1, _LONGEST_RUN + 1) if closer.left == _LONGEST_RUN else (closer.left, _LONGEST_RUN)
    found = [those[-1] for number in numbers if (those := waiting.get((closer.delimiter.marker, number)))]
    return max(found, key=lambda run: run.first, default=None)


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
