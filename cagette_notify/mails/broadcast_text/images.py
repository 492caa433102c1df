"""Find the images in a text: those on the web stay there, those in files travel inside the mail."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_inline import StateInline, image

from cagette_notify.core.i18n import _, why
from cagette_notify.core.text import quoted
from cagette_notify.mails.broadcast_text.image_files import no_file
from cagette_notify.mails.broadcast_text.links import refuse_here
from cagette_notify.mails.broadcast_text.placeholders import has_token, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from cagette_notify.core.messages import Attachment
    from cagette_notify.mails.broadcast_text.image_files import ReadImage

_COLUMN = 560
"""Pixels that a mail's text is wide: see templates/layout.html.j2."""

_FILE = re.compile(
    r"""\([ \t]*(?:<(?P<angled>[^<>\n]{1,300})>|(?P<plain>(?:[^()<>\n]|\([^()<>\n]{0,200}\)){1,300}?))
        (?:[ \t]+(?:"(?P<title>[^"\n]{0,300})"|'(?P<apart>[^'\n]{0,300})'))?[ \t]*\)""",
    re.VERBOSE,
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]+:(?!\s)", re.IGNORECASE)  # a letter alone is a disk's


def use_our_images(markdown: MarkdownIt, read: ReadImage) -> None:
    """Let images be files that ``read`` returns, and say on which line there is none."""
    markdown.inline.ruler.at("image", partial(_image, read))


def inlined(tokens: Iterable[Token]) -> Iterator[Attachment]:
    """Yield the images in files that parsed Markdown shows."""
    for token in tokens:
        if "file" in token.meta:
            yield token.meta["file"]
        elif token.type != "image":  # of what one on the web is called, nothing is shown
            yield from inlined(token.children or ())


def _image(read: ReadImage, state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Parse an image, its address on the web or the name of a file, with blanks or without."""
    if image(state, silent):
        if not silent:  # of one on the web nobody knows the width: Outlook takes this one, all others its own
            state.tokens[-1].attrs |= {"width": _COLUMN, "style": "width:auto;"}
        return True
    if not state.src.startswith("![", state.pos):
        return False
    end = parseLinkLabel(state, state.pos + 1)
    found = _FILE.match(state.src, end + 1, state.posMax) if end >= 0 else None
    if not found:
        return False
    if not silent:
        _push(read, state, found, state.src[state.pos + 2 : end])
    state.pos = found.end()
    return True


def _push(read: ReadImage, state: StateInline, found: re.Match[str], label: str) -> None:
    name = found["angled"] or found["plain"].strip()
    try:
        image_file = no_file(name) if _ELSEWHERE.match(name) or has_token(name) else read(name)
    except (OSError, ValueError) as error:
        refuse_here(state, _("the image {name}: {reason}", name=quoted(shown(name)), reason=why(error)))
        return
    children: list[Token] = []
    state.md.inline.parse(label, state.md, state.env, children)
    token = state.push("image", "img", 0)
    title = found["title"] or found["apart"] or ""
    token.attrs = {"src": f"cid:{image_file.file.content_id}", "alt": "", "title": title}
    if image_file.width > _COLUMN:  # Outlook takes no width of a style: a photo would fill the screen
        token.attrs["width"] = _COLUMN
    token.children, token.content, token.meta = children, label, {"file": image_file.file}
