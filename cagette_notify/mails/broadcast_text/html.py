"""Render parsed Markdown as HTML for mail programs, styles inline.

Every element carries its style, as they drop style sheets. No colour but a grey that can be seen on light
and dark: see templates/layout.html.j2.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from markdown_it.renderer import RendererHTML

from cagette_notify.mails.template_filters import breakable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_LONGEST_WORD, _SHORTEST_IN_CELL = 30, 6  # characters that a phone shows in one line
_IN_ROW = 24  # and of a table's row, in all of its cells
_FONT = "font-family:Arial,Helvetica,sans-serif;"  # on each, as Outlook hands none down
_STYLES = {
    "p": f"{_FONT}margin:0 0 16px 0;",
    "h1": f"{_FONT}margin:0 0 16px 0;font-size:24px;line-height:30px;",
    "h2": f"{_FONT}margin:24px 0 12px 0;font-size:20px;line-height:26px;",
    "h3": f"{_FONT}margin:20px 0 8px 0;font-size:17px;line-height:24px;",
    "h4": f"{_FONT}margin:16px 0 8px 0;font-size:16px;line-height:24px;",
    "h5": f"{_FONT}margin:16px 0 8px 0;font-size:16px;line-height:24px;",
    "h6": f"{_FONT}margin:16px 0 8px 0;font-size:16px;line-height:24px;",
    "ul": "margin:0 0 16px 0;padding:0 0 0 24px;",
    "ol": "margin:0 0 16px 0;padding:0 0 0 28px;",
    "li": f"{_FONT}margin:0 0 4px 0;",
    "blockquote": "margin:0 0 16px 0;padding:8px 0 1px 16px;border-left:4px solid #8c8c8c;",
    "hr": "margin:24px 0;border:0;border-top:1px solid #8c8c8c;",
    "table": "margin:0 0 16px 0;border-collapse:collapse;",
    "th": f"{_FONT}padding:6px;border:1px solid #8c8c8c;vertical-align:top;text-align:left;",
    "td": f"{_FONT}padding:6px;border:1px solid #8c8c8c;vertical-align:top;",
    "img": "max-width:100%;border:0;",
}
_NESTED_STYLES = {
    "p": f"{_FONT}margin:0 0 8px 0;",
    "ul": "margin:4px 0 0 0;padding:0 0 0 24px;",
    "ol": "margin:4px 0 0 0;padding:0 0 0 28px;",
}


class MarkdownHtml(RendererHTML):
    """markdown-it's renderer, but for styles, titles and words that are too long."""

    def renderToken(  # noqa: N802 - markdown-it's name
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render an element with its style; titles are dropped, as phones can't show them."""
        token = tokens[idx]
        if token.tag == "table" and token.nesting == 1:
            env["columns"] = _columns(tokens[idx:])
        if token.tag in {"th", "td"}:
            env["is_cell"] = token.nesting == 1
        if token.tag == "a":
            env["is_link"] = token.nesting == 1
        token.attrs.pop("title", None)
        style = _style(token) if token.nesting >= 0 else ""
        if token.tag == "th" and token.nesting == 1:
            token.attrs["scope"] = "col"
        if style:
            token.attrs["style"] = f"{style}{token.attrs.get('style', '')}"
        return super().renderToken(tokens, idx, options, env)

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """Render text in which a long word may be broken: phones are narrow."""
        in_cell = max(_SHORTEST_IN_CELL, _IN_ROW // env.get("columns", 1))
        longest = in_cell if env.get("is_cell") else _LONGEST_WORD
        return str(breakable(tokens[idx].content, longest, is_link=env.get("is_link", False)))


def _columns(tokens: Iterable[Token]) -> int:
    """Count the columns of the table that begins with them."""
    row = takewhile(lambda one: one.type != "tr_close", tokens)
    return sum(one.type == "th_open" for one in row)


def _style(token: Token) -> str:
    is_nested = token.level > (0 if token.tag == "p" else 1)
    return (_NESTED_STYLES.get(token.tag) if is_nested else None) or _STYLES.get(token.tag, "")
