"""Lay out a web page of mails side by side: phone, dark, wide."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.labels import label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cagette_notify.core.messages import Message

_VIEWS = ((375, "light"), (375, "dark"), (800, "light"))  # pixels wide
_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; margin: 24px; background: #e4e4e4; color: #1a1a1a; }
section > div { display: flex; gap: 24px; overflow-x: auto; padding-bottom: 24px; }
figure { margin: 0; }
iframe { border: 1px solid #767676; height: 720px; }
iframe.light { color-scheme: light; background: #ffffff; }
iframe.dark { color-scheme: dark; background: #121212; }
"""


def gallery_page(mails: Mapping[tuple[str, str], Message]) -> str:
    """Return a page of HTML, complete in itself, with ``mails`` under their kind and language."""
    title = escape(_("Every mail"))
    sections = "\n".join(_section(name, message) for name, message in mails.items())
    return (
        f'<!DOCTYPE html>\n<html lang="{spoken()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{title}</h1>\n{_contents(mails)}\n{sections}\n</body>\n</html>\n"
    )


def _contents(names: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="#{_anchor(*name)}">{_called(*name)}</a></li>' for name in names)
    return f"<nav><ul>{items}</ul></nav>"


def _section(name: tuple[str, str], message: Message) -> str:
    views = "\n".join(_view(name, message.content.html, width, scheme) for width, scheme in _VIEWS)
    return (
        f'<section id="{_anchor(*name)}">\n<h2>{_called(*name)}</h2>\n'
        f"<p>{escape(message.content.subject)}</p>\n<div>\n{views}\n</div>\n</section>"
    )


def _view(name: tuple[str, str], html: str, width: int, scheme: str) -> str:
    """Return a frame in which a mail can run nothing, and whose scheme is the one that its mail prefers."""
    title = f"{_called(*name)}, {width} px, {scheme}"
    return (
        f'<figure><iframe class="{scheme}" style="width: {width}px" sandbox="" title="{title}" '
        f'srcdoc="{escape(html)}"></iframe></figure>'
    )


def _called(kind: str, language: str) -> str:
    languages = {"fr": _("French"), "en": _("English")}
    return escape(f"{label(kind)}, {languages[language]}")


def _anchor(kind: str, language: str) -> str:
    return f"{language}-{kind}"
