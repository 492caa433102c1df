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
    from collections.abc import Iterable, Sequence

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_LONGEST_RUN = 3  # marks; what is longer is a line to write on, or an ornament
_MARKS = "*_~"  # may stand within each other: **_both_**
_SIDE = _LONGEST_RUN * len(_MARKS) + 1  # characters looked at on each side
_BREAKS = frozenset(("softbreak", "hardbreak"))
_OPENING_QUOTES = frozenset("\"'«“‘„‚‹‟‛")
_JOINS = frozenset("'’-/")  # a word goes on behind them: l’*eau*
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
    flanks = _flanks(state.src, state.pos, state.pos + length, mark)
    for _each in range(length):
        token = state.push("text", "", 0)
        token.content = mark
        token.meta["flanks"] = flanks
        state.delimiters.append(
            Delimiter(
                marker=ord(mark),
                length=length,
                token=len(state.tokens) - 1,
                end=-1,
                open=flanks.may_open,
                close=flanks.may_close,
            )
        )
    state.pos += length
    return True


def pair_emphasis(state: StateInline) -> None:
    """Pair runs of marks within their line, and with their equals; what has no partner is text.

    CommonMark looks further, and splits runs: a ``**`` that nothing closes would take the stars of two
    footnotes, and ``*bio`` above ``Tomates*`` is a key. Three are two and one: ``**5 €***`` has a footnote.
    Nor is anything emphasised twice over: in ``**bio, **pain** et lait**`` only the bread is.
    """
    within_links = (meta["delimiters"] for meta in state.tokens_meta if meta)
    for delimiters in (state.delimiters, *within_links):
        for line in _lines(state.tokens, delimiters):
            for pair in _paired(line)[0]:
                for mark in range(pair.size):
                    delimiters[pair.opens_at - mark].end = pair.closes_at + mark


def is_open(marks: str, state: StateInline) -> bool:
    """Tell whether these marks would close some that were opened before, in the line that is parsed."""
    line_start = max((at for at, token in enumerate(state.tokens) if token.type in _BREAKS), default=-1)
    *_earlier, runs = _lines(state.tokens, state.delimiters) or [[]]
    _pairs, waiting = _paired(runs)
    return any(
        run.flanks.may_open and run.delimiter.token > line_start and run.text == marks
        for those in waiting.values()
        for run in those
    )


class _Flanks(NamedTuple):
    """What a run of marks may do, by what stands beside it, and what it ``seems`` to be typed for.

    What only seems to open in ``**(urgent)**`` is text, and so is what closes it: it closes nothing else.
    What may open in ``**Attention :**lire`` seems to close, and so it does where something is to be closed,
    which makes text of both.
    """

    may_open: bool = False
    may_close: bool = False
    seems_to_open: bool = False
    seems_to_close: bool = False


class _Run:
    """Equal marks side by side, and how many of them are ``left``: those furthest from the text."""

    def __init__(self, delimiter: Delimiter, first: int, flanks: _Flanks) -> None:
        self.delimiter, self.first, self.flanks = delimiter, first, flanks
        self.length = self.left = delimiter.length

    @property
    def text(self) -> str:
        """The marks."""
        return chr(self.delimiter.marker) * self.length

    @property
    def is_broken(self) -> bool:
        """Whether one mark of three is used, so that the two beside it would say something else."""
        return (self.length, self.left) == (_LONGEST_RUN, 2)


_Waiting = defaultdict[tuple[int, int], list[_Run]]
"""What may still be closed, by its mark and the number of these that are left."""


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
        runs.append(_Run(delimiters[at], at, tokens[delimiters[at].token].meta["flanks"]))
        at += delimiters[at].length
    by_line = groupby(runs, lambda run: bisect(breaks, run.delimiter.token))
    return [list(those) for _line, those in by_line]


def _paired(runs: Iterable[_Run]) -> tuple[list[_Pair], _Waiting]:
    """Return what pairs, each with the nearest before it, and what still waits for what would close it."""
    pairs: list[_Pair] = []
    waiting: _Waiting = defaultdict(list)
    for run in runs:
        is_text = False
        while run.left and not is_text and (opener := _opener_of(waiting, run)):
            is_text = not (run.flanks.may_close and opener.flanks.may_open)
            size = 0 if is_text else min(opener.left, run.left)
            if size:
                pairs.append(_pair(opener, run, size))
            _close(waiting, opener, size)
        if not is_text and run.left == run.length and (run.flanks.may_open or run.flanks.seems_to_open):
            waiting[run.delimiter.marker, run.left].append(run)
    return [pair for pair in pairs if not (pair.opener.is_broken or pair.closer.is_broken)], waiting


def _pair(opener: _Run, closer: _Run, size: int) -> _Pair:
    opens_at, closes_at = opener.first + opener.left - 1, closer.first + closer.length - closer.left
    opener.left -= size
    closer.left -= size
    return _Pair(opener, closer, opens_at, closes_at, size)


def _close(waiting: _Waiting, opener: _Run, size: int) -> None:
    """Let nothing wait any more that stands within a pair, or would emphasise it once more."""
    for (marker, number), those in waiting.items():
        is_the_same = number == size or _LONGEST_RUN in {number, size}
        if size and marker == opener.delimiter.marker and is_the_same:
            those.clear()
        while those and those[-1].first >= opener.first:
            those.pop()
    if size and opener.left:
        waiting[opener.delimiter.marker, opener.left].append(opener)


def _opener_of(waiting: _Waiting, closer: _Run) -> _Run | None:
    """Return the last run that is closed by as many marks, or by some of three."""
    if not (closer.flanks.may_close or closer.flanks.seems_to_close):
        return None
    numbers = range(1, _LONGEST_RUN + 1) if closer.left == _LONGEST_RUN else (closer.left, _LONGEST_RUN)
    found = [those[-1] for number in numbers if (those := waiting.get((closer.delimiter.marker, number)))]
    return max(found, key=lambda run: run.first, default=None)


def _flanks(text: str, start: int, end: int, mark: str) -> _Flanks:
    """Tell what a run of marks may do, and what it seems to be typed for."""
    if end - start > _LONGEST_RUN:
        return _Flanks()
    before = text[max(0, start - _SIDE) : start].rstrip(_MARKS)[-1:]
    rest = text[end : end + _SIDE].lstrip(_MARKS)
    after = rest[:1]
    is_link = bool(_LINK.match(text, end + len(text[end : end + _SIDE]) - len(rest)))
    may_open = _may_precede(before, mark) and (_is_word(after) or after in _OPENING_QUOTES or is_link)
    is_before_text = before != "\\" and (before in _JOINS or not _may_end(before))
    is_behind_text = _may_end(before) and not (may_open and before in _JOINS)
    return _Flanks(
        may_open,
        may_close=is_behind_text and _may_follow(rest, mark),
        seems_to_open=is_before_text and _may_begin(after),
        seems_to_close=is_behind_text and may_open,
    )


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


def _may_begin(char: str) -> bool:
    """Tell whether a text that begins so is one to emphasise: not with a blank or a closing bracket."""
    return bool(char) and not char.isspace() and unicodedata.category(char) not in {"Pe", "Pf"}
