"""Tell a footnote's star from a bullet: ``* hors consigne`` under ``Pain : 5 €*``."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.rules_block import StateBlock

_STAR_LINE = re.compile(r"[ \t>]*\*[ \t]")
_PART_OF_ITEM = re.compile(r"[ \t>]*\Z|>?[ \t]{2,}")  # of the item above: an empty line, or an indented one
_AFTER_A_BLANK = r"(?<=[\w€%»)] )\*+(?=\s*(?:$|[,.;:)|]))"  # as in "12 € *, ou 8 € *"; 2 * 5 is none
_MAY_REFER = re.compile(rf"\S\*+(?!\w)|{_AFTER_A_BLANK}")
_REFERS = re.compile(rf"(?<=\S)\*+(?!\w)|{_AFTER_A_BLANK}")
_NOWHERE = 1_000_000  # more lines than a text has


class _Star(NamedTuple):
    """Where a star begins a line, and whether an empty line is on the way to it."""

    line: int
    is_apart: bool


def is_footnote(state: StateBlock, line: int) -> bool:
    """Tell whether a line is a star and what it stands for: it has no other beside it, and one above refers.

    A star refers that pairs with nothing, after a word or a price. Lines with stars in a row are a list, two
    as well; a single one below it is none of its items where an empty line parts it from them alone.
    """
    lines = _lines(state)
    if not _STAR_LINE.match(lines[line]) or line <= _first_reference(state, lines):
        return False
    if _next_star(lines, range(line + 1, len(lines))):
        return False
    last = _next_star(lines, range(line - 1, -1, -1))
    if last is None:
        return True
    before = _next_star(lines, range(last.line - 1, -1, -1))
    return last.is_apart and before is not None and not before.is_apart


def _lines(state: StateBlock) -> list[str]:
    if "lines" not in state.env:
        state.env["lines"] = [*state.src.split("\n"), ""]
    lines: list[str] = state.env["lines"]
    return lines


def _first_reference(state: StateBlock, lines: Iterable[str]) -> int:
    if "first_reference" not in state.env:
        found = (at for at, text in enumerate(lines) if _MAY_REFER.search(text) and _refers(state, text))
        state.env["first_reference"] = next(found, _NOWHERE)
    first: int = state.env["first_reference"]
    return first


def _refers(state: StateBlock, text: str) -> bool:
    """Tell whether a star of a line is neither emphasis nor a bullet: those are no text once it is parsed."""
    tokens: list[Token] = []
    state.md.inline.parse(text, state.md, {}, tokens)
    # What is emphasised is a word, too: "**Pain***".
    return any(
        _REFERS.search(one.content) or (before.nesting == -1 and one.content.startswith("*"))
        for before, one in pairwise([Token("text", "", 0), *tokens])
        if one.type == "text"
    )


def _next_star(lines: Sequence[str], places: Iterable[int]) -> _Star | None:
    """Return the next line with a star; None where others come first that are not of the same item."""
    is_apart = False
    for at in places:
        if _STAR_LINE.match(lines[at]):
            return _Star(at, is_apart)
        if not (between := _PART_OF_ITEM.match(lines[at])):
            break
        is_apart = is_apart or between.end() == len(lines[at])
    return None
