"""Keep lists, quotations, headings and tables to those that were meant as such."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from markdown_it.rules_block import StateBlock, blockquote, heading, list_block, table
from markdown_it.rules_block.table import escapedSplit

from cagette_notify.core.i18n import _
from cagette_notify.core.letter_problems import of_body
from cagette_notify.mails.broadcast_text.footnotes import is_footnote

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt

    BlockRule = Callable[[StateBlock, int, int, bool], bool]

_MONTHS = (
    "janvier|janv|février|fevrier|févr|fevr|mars|avril|avr|mai|juin|juillet|juil|août|aout|septembre|sept|"
    "octobre|oct|novembre|nov|décembre|decembre|déc|dec|january|jan|february|feb|march|april|apr|may|june|"
    "jun|july|jul|august|aug|september|october|december|januar|februar|märz|juni|juli|oktober|dezember"
)
# "+ 2 € de consigne", "19. juin", "19. 06. 2026", "06. 12. 34. 56. 78", "2026. Une année de plus";
# and "1) 18 h", of which HTML would make "1."; "* = sous réserve"
_NO_LIST = re.compile(
    rf"\+|\*[ \t]+[=:]|0\d|\d{{4}}|\d+\)|\d+\.[ \t]+(?:\d+[.)](?!\d)|(?:{_MONTHS})(?!\w))", re.IGNORECASE
)
_NO_HEADING = re.compile(r"#+[ \t]*\Z")
_NO_QUOTATION = re.compile(r">[ \t]*[\d=]")  # "> 50 € : livraison offerte"


def use_our_blocks(markdown: MarkdownIt) -> None:
    """Put our rules for lists, quotations, headings and tables in the place of CommonMark's."""
    ruler = markdown.block.ruler
    ruler.before("list", "no_list", _ends_list, {"alt": ["list"]})
    ruler.at("list", partial(_unless, _NO_LIST, _list), {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at(
        "blockquote",
        partial(_unless, _NO_QUOTATION, blockquote),
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    ruler.before("blockquote", "unquoted", _ends_quotation, {"alt": ["blockquote"]})
    ruler.at(
        "heading",
        partial(_unless, _NO_HEADING, _heading),
        {"alt": ["paragraph", "reference", "blockquote"]},
    )
    ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def _unless(text: re.Pattern[str], rule: BlockRule, state: StateBlock, *place: int) -> bool:
    line, end, silent = place
    start = _start(state, line)
    return not text.match(state.src, start, state.eMarks[line]) and rule(state, line, end, bool(silent))


def _start(state: StateBlock, line: int) -> int:
    """Return where the text of a line begins."""
    return state.bMarks[line] + state.tShift[line]


def _is_after_mark(state: StateBlock, line: int) -> bool:
    """Tell whether an item's mark stands before the text, in the same line."""
    return bool(state.src[state.bMarks[line] : _start(state, line)].strip())


def _ends_list(state: StateBlock, line: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    """Tell whether a list ends before a line: its own rule asks nobody whether that begins the next item."""
    start = _start(state, line)
    return silent and (bool(_NO_LIST.match(state.src, start, state.eMarks[line])) or is_footnote(state, line))


def _ends_quotation(state: StateBlock, _line: int, _end: int, silent: bool) -> bool:  # noqa: FBT001 - as above
    """Tell that a quotation ends before any line without its sign: that is the answer, put between the lines.

    CommonMark would take it for the rest of what was quoted, and put it into the other one's mouth.
    """
    return silent and state.parentType == "blockquote"  # markdown-it asks these rules about tables, too


def _list(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    """Parse a list whose items keep the numbers that were typed; CommonMark counts on from the first.

    A sign right after another mark is text, as in ``- - 10 %``: a list that begins there would take it.
    """
    if _is_after_mark(state, line) and state.src[_start(state, line)] in "-*":
        return False
    if is_footnote(state, line):
        return silent and state.sCount[line] < state.blkIndent  # it ends the item above, and begins none
    first = len(state.tokens)
    if not list_block(state, line, end, silent):
        return False
    level = state.tokens[first].level + 1 if state.tokens[first:] else 0
    items = [one for one in state.tokens[first:] if one.type == "list_item_open" and one.level == level]
    numbers = [int(item.info) for item in items if item.info]
    if numbers != list(range(1, len(numbers) + 1)):
        for item, number in zip(items, numbers, strict=True):
            item.attrs["value"] = number
    return True


def _heading(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    """Parse a heading that ends as it was typed; CommonMark takes ``#`` off the end of ``Panier n° 5 #``.

    An item has none: ``- # 12 rue du Lac``.
    """
    if state.sCount[line] >= state.blkIndent > 0 or not heading(state, line, end, silent):
        return False
    if not silent:
        typed = state.src[_start(state, line) : state.eMarks[line]]
        state.tokens[-2].content = typed.lstrip("#").strip(" \t")
    return True


def _table(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    """Parse a table, and take note of rows with more cells than its head, which GFM drops."""
    if not table(state, line, end, silent):
        return False
    if not silent:
        columns = len(_cells(state, line))
        too_many = _("more cells than the first line of the table has: {count}", count=columns)
        state.env["problems"] += [
            of_body(too_many, line=row + 1)
            for row in range(line + 2, state.line)
            if len(_cells(state, row)) > columns
        ]
    return True


def _cells(state: StateBlock, line: int) -> list[str]:
    text = state.src[_start(state, line) : state.eMarks[line]].strip()
    cells = escapedSplit(text)
    return cells[cells[:1] == [""] : len(cells) - (cells[-1:] == [""])]
