"""Render parsed Markdown as plain text, in lines of about 76 columns."""

from __future__ import annotations

import re
import textwrap
from functools import partial
from typing import TYPE_CHECKING

from cagette_notify.mails.broadcast_text.placeholders import has_token, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

WIDTH = 76  # columns

_NARROWEST = 24  # columns left to what is nested deep
_RULE = "* * *"
_UNDERLINES = {"h1": "=", "h2": "-"}
_BLANKS = re.compile(r"[ \t\n]+")


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the text for parsed Markdown, in lines of about 76 columns that never cut an address."""
    from markdown_it.tree import SyntaxTreeNode

    return "\n".join(line.rstrip() for line in _blocks(SyntaxTreeNode(tokens), WIDTH))


def _blocks(node: SyntaxTreeNode, columns: int, *, gap: bool = True) -> Iterator[str]:
    """Yield the lines of the blocks within ``node``, with an empty one between them if ``gap``."""
    for number, block in enumerate(node.children):
        if number and gap:
            yield ""
        yield from _block(block, columns)


def _block(block: SyntaxTreeNode, columns: int) -> Iterator[str]:
    if block.type == "paragraph":
        yield from _wrapped(_inline(block), columns)
    elif block.type == "heading":
        yield from _heading(block, columns)
    elif block.type in {"bullet_list", "ordered_list"}:
        yield from _list(block, columns)
    elif block.type == "blockquote":
        inner = _blocks(block, max(columns - 2, _NARROWEST))
        yield from (f"> {line}" for line in inner)
    elif block.type == "table":
        yield from _table(block, columns)
    else:
        yield _RULE


def _heading(block: SyntaxTreeNode, columns: int) -> Iterator[str]:
    lines = _wrapped(_inline(block), columns)
    yield from lines
    if block.tag in _UNDERLINES:
        yield _UNDERLINES[block.tag] * min(columns, max(map(width, lines), default=0))


def _list(block: SyntaxTreeNode, columns: int) -> Iterator[str]:
    tight = all(
        child.hidden for item in block.children for child in item.children if child.type == "paragraph"
    )
    for number, item in enumerate(block.children):
        if number and not tight:
            yield ""
        mark = f"{item.info}{item.markup} " if block.type == "ordered_list" else "- "
        inner = _blocks(item, max(columns - len(mark), _NARROWEST), gap=not tight)
        yield mark + next(inner, "")
        yield from (" " * len(mark) + line for line in inner)


def _table(block: SyntaxTreeNode, columns: int) -> Iterator[str]:
    """Align the columns where they fit, else say each row in lines of its own.

    So, too, where a name is still to come before other cells: without it they would stand under another head.
    """
    rows = [
        [_BLANKS.sub(" ", _inline(cell)).strip(" ") for cell in row.children]
        for part in block.children
        for row in part.children
    ]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    is_too_wide = sum(widths) + 2 * len(widths) > columns + 2
    if is_too_wide or any(has_token(cell) for row in rows for cell in row[:-1]):
        yield from _rows_as_lines(rows, columns)
        return
    aligned = [str(cell.attrs.get("style", "")) for cell in block.children[0].children[0].children]
    for number, row in enumerate(rows):
        cells = zip(row, widths, aligned, strict=True)
        yield "  ".join(_padded(cell, size, style) for cell, size, style in cells)
        if not number:
            yield "  ".join("-" * size for size in widths)


def _rows_as_lines(rows: list[list[str]], columns: int) -> Iterator[str]:
    """Yield each row's cells under their names; a column that no row fills is named at each of them."""
    head, *others = rows
    unfilled = {at for at in range(len(head)) if not any(row[at] for row in others)}
    for number, row in enumerate(others or [[""] * len(head)]):
        if number:
            yield ""
        for at, (name, cell) in enumerate(zip(head, row, strict=True)):
            if cell or (name and at in unfilled):
                yield from _wrapped(f"{name}: {cell}" if name else cell, columns)


def _padded(cell: str, size: int, style: str) -> str:
    blank = " " * (size - width(cell))
    return blank + cell if "right" in style else cell + blank


def _wrapped(text: str, columns: int) -> list[str]:
    return [part for line in text.split("\n") for part in _fold(_BLANKS.sub(" ", line).strip(" "), columns)]


def _fold(line: str, columns: int) -> list[str]:
    wrap = partial(textwrap.wrap, width=columns, break_long_words=False, break_on_hyphens=False)
    return wrapped(line, wrap) or [""]


def _inline(node: SyntaxTreeNode) -> str:
    """Return the text of inline elements: links with their address, no marks but those of struck text."""
    if node.type in {"softbreak", "hardbreak"}:
        return "\n"
    if node.type == "image":
        file = node.meta.get("file")
        return _with_address(
            "".join(map(_inline, node.children)), file.filename if file else str(node.attrs["src"])
        )
    if node.type == "text":
        return node.content
    text = "".join(map(_inline, node.children))
    if node.type == "link":
        address = str(node.attrs["href"])
        is_written_out = node.info == "auto" and (" " in text or has_token(text))
        return address if is_written_out else _with_address(text, address)
    return text


def _with_address(label: str, address: str) -> str:
    label = label.strip()
    if not label:
        return address
    same = _bare(label) == _bare(address)
    return label if same else f"{label} ({address.removeprefix('mailto:')})"


def _bare(address: str) -> str:
    """Reduce an address to what people see as one: no scheme, no slash at the end."""
    return re.sub(r"\A(?:https?://|mailto:)", "", address.strip()).rstrip("/").casefold()
