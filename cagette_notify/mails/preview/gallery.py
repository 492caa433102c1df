"""Lay examples of mails out on one page: on a phone, in the dark, on a computer, and as text."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.labels import label

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from cagette_notify.core.messages import Content, Message

_VIEWS = ((375, "light"), (375, "dark"), (800, "light"))  # pixels wide
_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 24px; background: #e4e4e4; color: #1a1a1a; }
section > div { display: flex; flex-wrap: wrap; gap: 24px; padding-bottom: 24px; }
figure { margin: 0; max-width: 100%; }
iframe { border: 1px solid #767676; height: 720px; max-width: 100%; box-sizing: border-box; }
iframe.light { color-scheme: light; background: #ffffff; }
iframe.dark { color-scheme: dark; background: #121212; }
pre { margin: 0; padding: 16px; border: 1px solid #767676; background: #ffffff; max-width: 80ch;
  height: 686px; overflow: auto; white-space: pre-wrap; font-size: 14px; }
"""
_HIDDEN = re.compile(r'<div class="inbox"[^>]*>(.*?)</div>', re.DOTALL)


def gallery_page(
    mails: Mapping[tuple[str, str], Message], read: Collection[str], silent: Collection[str]
) -> str:
    """Return a page of HTML, complete in itself, with ``mails`` under their kind and language.

    Those in languages that are ``read`` stand there at once, the others where somebody opens them. Of
    ``silent`` kinds it is said that nobody gets them.
    """
    title = escape(_("An example of each mail"))
    shown = {name: message for name, message in mails.items() if name[1] in read}
    folded = {name: message for name, message in mails.items() if name not in shown}
    summary = escape(_("In a language that nobody in the group reads"))
    behind = f"<details>\n<summary>{summary}</summary>\n{_sections(folded, silent)}\n</details>\n"
    others = behind if folded else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{title}</h1>\n{_sections(shown, silent)}\n{others}</body>\n</html>\n"
    )


def _sections(mails: Mapping[tuple[str, str], Message], silent: Collection[str]) -> str:
    sections = "\n".join(
        _section(name, message, is_silent=name[0] in silent) for name, message in mails.items()
    )
    return f"{_contents(mails)}\n{sections}"


def _contents(names: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="#{_anchor(*name)}">{_called(*name)}</a></li>' for name in names)
    return f"<nav><ul>{items}</ul></nav>"


def _section(name: tuple[str, str], message: Message, *, is_silent: bool) -> str:
    said = escape(_("with the settings of today it leaves to nobody"))
    note = f"<p><em>{said}</em></p>\n" if is_silent else ""
    views = [_view(name, message.content.html, width, scheme) for width, scheme in _VIEWS]
    shown = "\n".join((*views, _text_part(message.content)))
    return (
        f'<section id="{_anchor(*name)}">\n<h2>{_called(*name)}</h2>\n'
        f"<p><strong>{escape(message.content.subject)}</strong> {escape(_snippet(message.content))}</p>\n"
        f"{note}<div>\n{shown}\n</div>\n</section>"
    )


def _snippet(content: Content) -> str:
    """Return what an inbox shows beside the subject: the hidden line, or of one's own the first words."""
    hidden = _HIDDEN.search(content.html)
    return " ".join((unescape(hidden[1]) if hidden else content.text[:100]).split())


def _view(name: tuple[str, str], html: str, width: int, scheme: str) -> str:
    """Return a frame in which a mail can run nothing, and whose scheme is the one that its mail prefers."""
    caption = {
        (375, "light"): _("On a phone"),
        (375, "dark"): _("On a phone in the dark"),
        (800, "light"): _("On a computer"),
    }[width, scheme]
    title = f"{_called(*name)}, {width} px, {scheme}"
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<iframe class="{scheme}" style="width: {width}px" sandbox="" title="{title}" '
        f'srcdoc="{escape(html)}"></iframe></figure>'
    )


def _text_part(content: Content) -> str:
    caption = escape(_("As text, for programs that show no page"))
    return (
        f'<figure><figcaption>{caption}</figcaption><pre tabindex="0">{escape(content.text)}</pre></figure>'
    )


def _called(kind: str, language: str) -> str:
    languages = {"fr": _("French"), "en": _("English")}
    return escape(f"{label(kind)}, {languages[language]}")


def _anchor(kind: str, language: str) -> str:
    return f"{language}-{kind}"
