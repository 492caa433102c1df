"""Parse Markdown tamed for mail: no HTML, no accidental links, headings or code.

Import it where it is used: markdown-it takes a tenth of a second to load.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from cagette_notify.core.errors import UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.letter_problems import of_body
from cagette_notify.mails.broadcast_text.blocks import use_our_blocks
from cagette_notify.mails.broadcast_text.emphasis import pair_emphasis, tokenize_emphasis
from cagette_notify.mails.broadcast_text.html import MarkdownHtml
from cagette_notify.mails.broadcast_text.images import use_our_images
from cagette_notify.mails.broadcast_text.links import BareLinks, use_our_links
from cagette_notify.mails.broadcast_text.placeholders import (
    GROUP_ADDRESSES,
    GROUP_NAMES,
    group_filler,
    has_token,
    in_address,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from cagette_notify.core.model import Group
    from cagette_notify.mails.broadcast_text.image_files import ReadImage

DEEPEST = 50  # blocks within blocks; each list takes two. markdown-it drops what is deeper without a word

_LONGEST_PARAGRAPH = 20_000  # characters; finding bare links takes the square of it
_LIVE = re.compile(r"(?:https?://[^/?#\s]|mailto:[^?\s])", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"[^\s@:/?#]+@[^\s@:/?#]+\.[^\s@:/?#]+")
_BEFORE_PATH = re.compile(r"https?://[^/?#]*|mailto:[^?]*", re.IGNORECASE)


class MailMarkdown(MarkdownIt):
    """CommonMark with tables, struck text and bare links, that leaves alone what mails are full of.

    A name above ``--`` is no heading, an indented line no code, a line break stays one; HTML, ``+``,
    backslashes, backticks and ``[1]: notes`` are text. Links lead to the web or to a mailbox, or are text.
    """

    def __init__(self, group: Group, read_image: ReadImage) -> None:
        """Take the group whose values go in once Markdown can't read them: what reads as a link becomes one.

        Not so within its names, which come last. ``read_image`` returns the file of an image.
        """
        super().__init__(
            "commonmark",
            {"html": False, "breaks": True, "linkify": True, "maxNesting": DEEPEST, "xhtmlOut": False},
        )
        self._addresses = group_filler(group, *GROUP_ADDRESSES)
        self._names = group_filler(group, *GROUP_NAMES)
        self.linkify = BareLinks()
        self.enable(["table", "linkify"])
        self.disable(["lheading", "code", "fence", "backticks", "escape", "reference", "autolink"])
        self.inline.ruler.at("emphasis", tokenize_emphasis)
        self.inline.ruler2.at("balance_pairs", pair_emphasis)
        use_our_blocks(self)
        use_our_links(self)
        use_our_images(self, read_image)
        self.core.ruler.before("inline", "bound", _refuse_long_paragraphs)
        self.core.ruler.before("linkify", "images", partial(_each, _keep_only_shown_images))
        self.core.ruler.before("linkify", "group_addresses", partial(_each, partial(_fill, self._addresses)))
        self.core.ruler.after("linkify", "group_names", partial(_each, partial(_fill, self._names)))
        self.renderer = MarkdownHtml()

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        """Complete and encode an address; tokens in it stay tokens."""
        url = self._names(self._addresses(url))
        if _BARE_ADDRESS.fullmatch(url):
            url = f"mailto:{url}"
        elif url.lower().startswith("www."):
            url = f"http://{url}"
        if _begins_with_a_name(url):
            return url  # never live: encoded as the name of a host, its tokens would be none any more
        return in_address(super().normalizeLink(url))

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        """Show a bare address as it was typed, so that it leads there when it is copied."""
        return link

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's name
        """Tell whether a normalized address may be live: only if no member's name tells where it leads."""
        return bool(_LIVE.match(url)) and not _begins_with_a_name(url)


def _begins_with_a_name(url: str) -> bool:
    """Tell whether a member's name stands in what tells where an address leads: its host, or its mailbox."""
    start = _BEFORE_PATH.match(url)
    return start is not None and has_token(start[0])


def line_too_deep(tokens: Sequence[Token]) -> int:
    """Return the line, from 1, of what is nested deeper than mails are; 0 if nothing is."""
    return next((_line(token) for token in tokens if token.level >= DEEPEST - 1), 0)


def _refuse_long_paragraphs(state: StateCore) -> None:
    problems = [
        of_body(_("a paragraph of over {most} characters", most=_LONGEST_PARAGRAPH), line=_line(token))
        for token in state.tokens
        if len(token.content) > _LONGEST_PARAGRAPH and token.type == "inline"
    ]
    if problems:
        raise UsageError(*problems)


def _each(change: Callable[[Token], None], state: StateCore) -> None:
    waiting = [*state.tokens]
    while waiting:
        token = waiting.pop()
        change(token)
        waiting += token.children or ()


def _fill(fill: Callable[[str], str], token: Token) -> None:
    token.content = fill(token.content)


def _keep_only_shown_images(token: Token) -> None:
    """Make any other image a text with its address, as mail programs load no others."""
    if token.type == "image" and not str(token.attrs["src"]).lower().startswith(("https:", "cid:")):
        alt = "".join(child.content for child in token.children or ())
        token.type, token.children, token.content = "text", None, f"{alt} {token.attrs['src']}".strip()


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
