"""Take the addresses of links and images as people paste them, hide nothing, refuse what no mail can show."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from markdown_it.common.utils import unescapeAll
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.rules_inline import StateInline, image, link
from markdown_it.token import Token

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

# What may follow an address: the end of the link, or a title and that end.
_END = re.compile(r"""\s*\)|\s+(?:"[^"]*"|'[^']*'|\([^()]*\))\s*\)""")
_WITH_BLANKS = re.compile(
    r"(?:https?://|www\.)(?:[^()<>\n]|\([^()<>\n]{0,200}\)){1,2000}(?=\))", re.IGNORECASE
)
_NOWHERE = re.compile(r"\(\s*(?:<>)?\s*\)")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([ \t]*<?([^()<>\n]{1,300})")


def use_our_links(markdown: MarkdownIt) -> None:
    """Let addresses have blanks, and say which line an image stands on that can't be shown."""
    helpers: Any = SimpleNamespace(
        parseLinkLabel=parseLinkLabel, parseLinkDestination=_destination, parseLinkTitle=_title
    )
    markdown.helpers = helpers
    markdown.inline.ruler.at("link", _link)
    markdown.inline.ruler.at("image", _image)
    markdown.core.ruler.at("inline", _inline)


def _destination(text: str, start: int, end: int) -> Any:
    """Find an address, with the blanks of ``https://example.org/plan accès.pdf``."""
    found: Any = parseLinkDestination(text, start, end)
    if found.ok and _END.match(text, found.pos, end):
        found.str = _as_typed(text[start : found.pos].removeprefix("<").removesuffix(">"))
        return found
    if spaced := _WITH_BLANKS.match(text, start, end):
        found.ok, found.pos, found.str = True, spaced.end(), _as_typed(spaced[0].strip())
    return found


def _title(text: str, start: int, end: int, *before: Any) -> Any:
    """Find a title, its backslashes included."""
    found: Any = parseLinkTitle(text, start, end, *before)
    if found.ok:
        found.str = _as_typed(text[start + 1 : found.pos - 1])
    return found


def _as_typed(text: str) -> str:
    """Return a text with its ``&amp;`` read, and its backslashes kept."""
    return unescapeAll(text.replace("\\", "\\\\"))


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Parse a link, but leave one that leads nowhere as it was typed: ``[x]()`` may be a box to tick."""
    if state.src[state.pos] != "[":
        return False
    end = parseLinkLabel(state, state.pos, disableNested=True)
    return not (end >= 0 and _NOWHERE.match(state.src, end + 1, state.posMax)) and link(state, silent)


def _image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if image(state, silent):
        return True
    local = _IMAGE.match(state.src, state.pos, state.posMax)
    if local and not silent:
        message = _(
            "{address} is not on the web, so this image can't be shown: attach the file, or give an address "
            "that begins with https://",
            address=quoted(local[1].strip()),
        )
        line = state.env["line"] + state.src.count("\n", 0, state.pos)
        state.env["problems"].append(Problem(message, line=line, field="body"))
    return False


def _inline(state: StateCore) -> None:
    """Parse what stands within blocks, as markdown-it does, but with the line at hand."""
    for token in state.tokens:
        if token.type == "inline":
            state.env["line"] = token.map[0] + 1 if token.map else 1
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            token.children = [*_all_shown(token.children)]


def _all_shown(tokens: list[Token]) -> Iterator[Token]:
    """Show what a link hides: its address where it has no words, and its title, which phones never show."""
    titles: list[Any] = []
    for number, token in enumerate(tokens, 1):
        yield token
        if token.type == "link_open":
            titles.append(token.attrs.pop("title", ""))
            if tokens[number].type == "link_close":
                yield Token("text", "", 0, content=str(token.attrs["href"]).removeprefix("mailto:"))
        elif token.type == "link_close" and (title := titles.pop()):
            yield Token("text", "", 0, content=f" ({title})")
