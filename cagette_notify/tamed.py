"""Markdown tamed for mail as people write it, and made into mail-safe HTML.

Import it where it is used: markdown-it takes a tenth of a second to load.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from linkify_it.tlds import TLDS  # type: ignore[import-untyped]
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML

from cagette_notify.placeholders import has_token, in_address
from cagette_notify.template_filters import breakable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

DEEPEST = 50  # blocks within blocks; each list takes two. markdown-it drops what is deeper without a word

_LONGEST_WORD, _LONGEST_IN_CELL = 36, 16  # characters that a phone shows in one line
_LIVE = re.compile(r"(?:https?://[^/?#\s]|mailto:[^?\s])", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+")
_BEFORE_PATH = re.compile(r"https?://[^/?#]*|mailto:[^?]*", re.IGNORECASE)
_STYLES = {
    "p": "margin:0 0 16px 0;",
    "h1": "margin:0 0 16px 0;font-size:24px;line-height:30px;",
    "h2": "margin:24px 0 12px 0;font-size:20px;line-height:26px;",
    "h3": "margin:20px 0 8px 0;font-size:17px;line-height:24px;",
    "h4": "margin:16px 0 8px 0;font-size:16px;line-height:24px;",
    "h5": "margin:16px 0 8px 0;font-size:16px;line-height:24px;",
    "h6": "margin:16px 0 8px 0;font-size:16px;line-height:24px;",
    "ul": "margin:0 0 16px 0;padding:0 0 0 24px;",
    "ol": "margin:0 0 16px 0;padding:0 0 0 28px;",
    "li": "margin:0 0 4px 0;",
    "blockquote": "margin:0 0 16px 0;padding:4px 0 4px 16px;border-left:4px solid #8c8c8c;",
    "hr": "margin:24px 0;border:0;border-top:1px solid #8c8c8c;",
    "table": "margin:0 0 16px 0;border-collapse:collapse;",
    "th": "padding:6px 8px;border:1px solid #8c8c8c;vertical-align:top;",
    "td": "padding:6px 8px;border:1px solid #8c8c8c;vertical-align:top;",
    "img": "max-width:100%;border:0;",
    "pre": "margin:0 0 16px 0;white-space:pre-wrap;",
}
_NESTED_STYLES = {
    "p": "margin:0 0 8px 0;",
    "ul": "margin:4px 0 0 0;padding:0 0 0 24px;",
    "ol": "margin:4px 0 0 0;padding:0 0 0 28px;",
}


class Tamed(MarkdownIt):
    """CommonMark with tables, struck text and bare links, that leaves alone what mails are full of.

    A name above ``--`` is no heading, an indented line no code, a line break stays one, and HTML is
    text. Links lead to the web or to a mailbox, or are text.
    """

    def __init__(self, fill: Callable[[str], str]) -> None:
        """Take what fills the group's values in; that happens once Markdown can't read them any more."""
        super().__init__(
            "commonmark",
            {"html": False, "breaks": True, "linkify": True, "maxNesting": DEEPEST, "xhtmlOut": False},
        )
        self._fill = fill
        linkify: Any = self.linkify
        linkify.match = partial(_bare_links, linkify.tlds(TLDS).match)
        self.enable(["table", "strikethrough", "linkify"]).disable(["lheading", "code"])
        self.core.ruler.before("linkify", "fill_group", self._fill_group)
        self.renderer = _MailRenderer()

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        """Complete and encode an address; tokens in it stay tokens."""
        url = self._fill(url)
        if _BARE_ADDRESS.fullmatch(url):
            url = f"mailto:{url}"
        elif url.lower().startswith("www."):
            url = f"http://{url}"
        return in_address(super().normalizeLink(url))

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        """Tell whether a normalized address may be live: only if no member's name tells where it leads."""
        start = _BEFORE_PATH.match(url)
        return bool(_LIVE.match(url)) and not (start and has_token(start[0]))

    def _fill_group(self, state: StateCore) -> None:
        for token in state.tokens:
            self._fill_token(token)

    def _fill_token(self, token: Token) -> None:
        token.content = self._fill(token.content)
        for child in token.children or ():
            self._fill_token(child)
        if token.type == "image" and not str(token.attrs["src"]).lower().startswith("https:"):
            # Mail programs load no others; linkify comes next and makes the address live.
            token.type, token.content = "text", " ".join((token.content, str(token.attrs["src"]))).strip()


class _MailRenderer(RendererHTML):
    """HTML whose every element carries its style, as mail programs drop style sheets."""

    def renderToken(  # noqa: N802 - markdown-it's name
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Render an element with its style; titles are dropped, as phones can't show them."""
        token = tokens[idx]
        if token.tag in {"th", "td"}:
            env["is_cell"] = token.nesting == 1
        token.attrs.pop("title", None)
        style = _style(token) if token.nesting >= 0 else ""
        if style:
            token.attrs["style"] = f"{style}{token.attrs.get('style', '')}"
        return super().renderToken(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, *_: object) -> str:
        """Render text kept as it was typed."""
        return f'<pre style="{_STYLES["pre"]}">{escapeHtml(tokens[idx].content)}</pre>\n'

    def text(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, env: EnvType) -> str:
        """Render text in which a long word may be broken: phones are narrow."""
        return str(breakable(tokens[idx].content, _LONGEST_IN_CELL if env.get("is_cell") else _LONGEST_WORD))


def _style(token: Token) -> str:
    is_nested = token.level > (0 if token.tag == "p" else 1)
    return (_NESTED_STYLES.get(token.tag) if is_nested else None) or _STYLES.get(token.tag, "")


def _bare_links(match: Callable[[str], list[Any] | None], text: str) -> list[Any] | None:
    """Return what reads as a link by itself: with its scheme, with ``www.``, or a mailbox.

    linkify-it would also take ``Merci.de`` and ``liste.md`` for sites.
    """
    return [one for one in match(text) or [] if one.schema or one.raw.lower().startswith("www.")] or None
