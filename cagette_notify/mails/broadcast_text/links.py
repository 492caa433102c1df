"""Find the links in a text: marked as people paste them, or bare up to where people would say that they end.

Nothing is hidden; what can't work in a mail is refused.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import takewhile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from linkify_it import LinkifyIt  # type: ignore[import-untyped]
from linkify_it.tlds import TLDS  # type: ignore[import-untyped]
from markdown_it.common.utils import unescapeAll
from markdown_it.helpers import parseLinkDestination, parseLinkLabel, parseLinkTitle
from markdown_it.rules_inline import StateInline, link, linkify
from markdown_it.token import Token

from cagette_notify.core.i18n import _
from cagette_notify.core.letter_problems import of_body
from cagette_notify.core.text import quoted
from cagette_notify.mails.broadcast_text.emphasis import is_open
from cagette_notify.mails.broadcast_text.placeholders import has_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linkify_it.main import Match  # type: ignore[import-untyped]
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore


# Quotes, dashes, ellipses, arrows, emoji, a last colon and what can't be seen: linkify-it takes them into it.
# Letters, accents and the places for names (the two private-use characters) may stand in one, and an
# apostrophe in a word.
_ENDS = re.compile(
    r"(?!(?<=\w)[’·]\w)[^\x00-\x7f\w\ue000\ue001\u0300-\u036f]|[-=]+>|-{2,}(?!\S)|`|~~(?!\w)|:(?!\S)"
)
# The colon of ``Mail:claire@example.org`` and its like, which linkify-it takes into the mailbox's name.
_LABEL = re.compile(
    r"(?<![\w.@:/?#&=%+-])(?!mailto:)([\w-]{1,40})[:=](?=[\w.+-]{1,64}@|www\.)", re.IGNORECASE
)
_BULLET = re.compile(r"(?<!\S)[-+.]{1,3}(?=\w[\w.+-]{0,63}@)")
_NEXT_MAILBOX = re.compile(r"(@[\w.-]{1,255})[,;](?=[\w.+-]{1,64}@)")


class BareLinks(LinkifyIt):  # type: ignore[misc]
    """linkify-it, kept to what reads as a link by itself: with its scheme, with ``www.``, or a mailbox.

    It would also take ``Merci.de`` and ``liste.md`` for sites.
    """

    def __init__(self) -> None:
        """Know every domain there is."""
        super().__init__()
        self.tlds(TLDS)
        self._latest = self._latest_parted = ""

    def test(self, text: str) -> bool:
        """Tell whether there may be a link."""
        return bool(super().test(self._parted(text)))

    def pretest(self, text: str) -> bool:
        """Tell whether there may be a link, at a glance."""
        return bool(super().pretest(self._parted(text)))

    def match(self, text: str) -> list[Match] | None:
        """Return the links, or nothing."""
        found = super().match(self._parted(text)) or []
        return [one for one in found if one.schema or one.raw.lower().startswith("www.")] or None

    def match_at_start(self, text: str) -> Match | None:
        """Return the link with a scheme that the text begins with, if it does."""
        return super().match_at_start(self._parted(text))

    def _parted(self, text: str) -> str:
        # markdown-it asks for what is left of a paragraph at each of its links: parted anew, that would take
        # the square of it.
        if not self._latest.endswith(text):
            self._latest, self._latest_parted = text, _parted(text)
        return self._latest_parted[len(self._latest_parted) - len(text) :]


def _parted(text: str) -> str:
    """Return the text, as long as before, with blanks where no address goes on."""
    text = _ENDS.sub(lambda found: " " * len(found[0]), text)
    text = _BULLET.sub(lambda found: " " * len(found[0]), _LABEL.sub(r"\1 ", text))
    return _NEXT_MAILBOX.sub(r"\1 ", text)


# What may follow an address: the end of the link, or a title and that end.
_END = re.compile(r"""\s*\)|\s+(?:"[^"]*"|'[^']*'|\([^()]*\))\s*\)""")
_WITH_BLANKS = re.compile(
    r"(?:https?://|www\.)(?:[^()<>\n]|\([^()<>\n]{0,200}\)){1,2000}(?=\))", re.IGNORECASE
)
_NOWHERE = re.compile(r"\(\s*(?:<>)?\s*\)")
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a sign by name, blank by design

_TELEPHONE = ("tel:", "sms:")

# A file, a site without https:// and its like, in the place of a link's address; ``inscrit[e](s)`` is a text.
_UNLINKABLE = re.compile(
    r"""\([ \t]*<?(?P<address>(?:
        (?:https?|ftp|file|mailto|tel|sms):|[a-z]:[\\/]|\.{0,2}/|~/
        |(?:[^()<>@\n]|\([^()<>@\n]{0,50}\)){0,200}(?<=[\w)])\.[a-z][a-z0-9]{1,5}(?=[/?#:>)]|\s+["'(]|\s*\))
    )(?:[^()<>\n]|\([^()<>\n]{0,200}\)){0,300})>?[ \t]*\)""",
    re.IGNORECASE | re.VERBOSE,
)
# A word alone there, or a place in a page: ``[le plan](plan)`` was to be a link, and ``cher[e](s)`` not.
_WORD = re.compile(
    r"""\([ \t]*<?(?P<address>[#?][^\s()<>]+|[^\W\d_]{3}[\w-]*)>?(?:\s+"[^"\n]*")?[ \t]*\)(?!\w)"""
)


def use_our_links(markdown: MarkdownIt) -> None:
    """Let addresses have blanks, and say on which line a link can't work."""
    helpers: Any = SimpleNamespace(
        parseLinkLabel=parseLinkLabel, parseLinkDestination=_destination, parseLinkTitle=_title
    )
    markdown.helpers = helpers
    markdown.inline.ruler.at("linkify", _bare_link)
    markdown.inline.ruler.at("link", _link)
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


def _bare_link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Parse an address, without the underscores that close what was opened before: ``_Plan : https://…/z_``.

    markdown-it takes stars at its end for such; those that close nothing are part of ``?q=*b*``.
    """
    if not linkify(state, silent):
        return False
    if not silent:
        link_open, text, _link_close = state.tokens[-3:]
        url = text.content.rstrip("_")
        if not is_open(text.content.removeprefix(url), state):
            url = text.content
        rest = state.src[state.pos :]
        stars = rest.removesuffix(rest.lstrip("*"))
        if "*" in url and not is_open(stars, state):
            url += stars
        state.pos += len(url) - len(text.content)
        text.content, link_open.attrs["href"] = url, state.md.normalizeLink(url)
    return True


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Parse a link, but leave one without an address as it was typed: ``[x]()`` may be a box to tick."""
    if state.src[state.pos] != "[":
        return False
    end = parseLinkLabel(state, state.pos, disableNested=True)
    if end >= 0 and _NOWHERE.match(state.src, end + 1, state.posMax):
        return False
    if link(state, silent):
        return True
    is_image = state.src[state.pos - 1 : state.pos] == "!"  # of which ``images`` says so
    unlinkable = _unlinkable(state, end + 1) if end >= 0 else None
    if unlinkable and not (silent or is_image or has_token(unlinkable["address"])):
        refuse_here(state, _why_unlinkable(unlinkable["address"].strip()))
    return False


def _unlinkable(state: StateInline, after: int) -> re.Match[str] | None:
    """Find what stands in the place of the link's address, after its words, and can be none."""
    is_in_word = state.pos > 0 and state.src[state.pos - 1].isalnum()
    word = None if is_in_word else _WORD.match(state.src, after, state.posMax)
    return word or _UNLINKABLE.match(state.src, after, state.posMax)


def _why_unlinkable(address: str) -> str:
    if address.lower().startswith(_TELEPHONE):
        return _(
            "{address} is a telephone number, which is no web address: write the number itself, of which "
            "phones make a link",
            address=quoted(address),
        )
    return _(
        "{address} is no address on the web, so this link can't work: attach the file, or give an "
        "address that begins with https://; words that are no link want a blank before the parenthesis",
        address=quoted(address),
    )


def refuse_here(state: StateInline, message: str) -> None:
    """Note what is wrong at this place in the text."""
    line = state.env["line"] + state.src.count("\n", 0, state.pos)
    state.env["problems"].append(of_body(message, line=line))


def _inline(state: StateCore) -> None:
    """Parse what stands within blocks, as markdown-it does, but with the line at hand."""
    for token in state.tokens:
        if token.type == "inline":
            state.env["line"] = token.map[0] + 1 if token.map else 1
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
            token.children = [*_all_shown(token.children)]


def _all_shown(tokens: list[Token]) -> Iterator[Token]:
    """Show what a link hides: its address where nobody sees words, and its title, which phones never show."""
    titles: list[Any] = []
    blank_until = 0
    for number, token in enumerate(tokens, 1):
        if number <= blank_until:
            continue
        yield token
        if token.type == "image" and (title := token.attrs.pop("title", "")):
            yield Token("text", "", 0, content=f" ({title})")
        if token.type == "link_open":
            titles.append(token.attrs.pop("title", ""))
            blank = list(takewhile(_is_unseen, tokens[number:]))
            if tokens[number + len(blank)].type == "link_close":
                yield Token("text", "", 0, content=str(token.attrs["href"]).removeprefix("mailto:"))
                blank_until = number + len(blank)
        elif token.type == "link_close" and (title := titles.pop()):
            yield Token("text", "", 0, content=f" ({title})")


def _is_unseen(token: Token) -> bool:
    """Tell whether a part of a line shows nothing: blanks, invisible characters, emphasis of such."""
    if token.type in {"image", "link_close"}:
        return False
    return all(map(_is_invisible, token.content))


def _is_invisible(char: str) -> bool:
    """Tell whether a character by itself shows nothing; a place for a name does."""
    category = unicodedata.category(char)
    return char in _FILLERS or category == "Mn" or (category[0] in "ZC" and category != "Co")
