"""Texts as coordinators write them: every word, number and sign of them arrives, and is shown before."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.cli.broadcast.confirm_screen import text_lines
from cagette_notify.core.messages import Content
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.broadcast_text.placeholders import with_reader_names
from tests.fixtures.builders import a_group, a_mailbox

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(__file__).parents[1] / "mails" / "broadcast_bodies.md"
BODY = re.compile(r"^=== ([^=\n]+)\n(.*?)(?=^=== |\Z)", re.DOTALL | re.MULTILINE)
BODIES = dict(BODY.findall(FILE.read_text(encoding="utf-8")))
PIECES = [
    *("2*5 €", "3*4", "(*)", "12 € (*)", "*voir", "+ 2 €", "19. juin", "3. Bilan", "7. Divers", "1) un"),
    *("C`est", "l`heure", "```", "adhérent*e*s", "tou·te·s", "**gras**", "_fin_", "pain*", "*hors", "____"),
    *("[1]", "[1]: note", "- un", "* deux", "> 5 €", "> dit", "# Titre", "#1", "<3", "<b>", "& co", "|"),
    *("«https://e.org/a»", "https://e.org/b…", "Mail:a@e.org", "www.e.org", "{{ prénom }}", "a_b_c", "mot"),
    *("~~~", "100 %", "06. 12", "| a | b |"),
]
NAMES = {"prénom": "Zoé", "nom": "Martin", "groupe": "Les Paniers du Lac", "member.first_name": "Zoé"}
ENTITIES = {"&euro;": "€"}
KEPT = re.compile(r"[^\W_]+|[+€%&=@§°<©®™±−]")  # what no mark of Markdown is made of


class Page(HTMLParser):
    """What a reader of the mail sees: its text, with the numbers that a browser puts before items."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.lists: list[Iterator[int] | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: int(value or 0) for name, value in attrs if name in {"start", "value"}}
        if tag in {"ol", "ul"}:
            self.lists.append(count(values.get("start", 1)) if tag == "ol" else None)
        elif tag == "li" and self.lists[-1]:
            if "value" in values:
                self.lists[-1] = count(values["value"])
            self.text += f"{next(self.lists[-1])} "
        elif tag != "span":
            self.text += " " * (tag not in {"a", "em", "strong", "s"})

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ol", "ul"}:
            self.lists.pop()

    def handle_data(self, data: str) -> None:
        self.text += data


def kept(text: str) -> list[str]:
    return KEPT.findall(text)


def typed(markdown: str) -> list[str]:
    """Return what must arrive: all but where links lead that have a text of their own, and their brackets."""
    text = re.sub(r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)?\)", "]", markdown)
    text = re.sub(r"<([^\s<>]+@[^\s<>]+)>", r"\1", text)
    text = re.sub(r"\{\{ (.*?) \}\}", lambda place: NAMES[place[1]], text)
    for entity, char in ENTITIES.items():
        text = text.replace(entity, char)
    return kept(text)


def lost(wanted: list[str], shown: list[str]) -> list[str]:
    """Return what of ``wanted`` isn't shown in its order."""
    rest = iter(shown)
    return [one for one in wanted if one not in rest]


def arrived(markdown: str) -> tuple[Content, str]:
    """Return the mail's two parts, and the text on the screen before it is confirmed."""
    body = compose(markdown, a_group())
    screen = "\n".join(text_lines(body.text_for(a_mailbox())))
    return with_reader_names(Content("", body.text, body.html), a_mailbox()), screen


@pytest.mark.parametrize("title", BODIES)
def test_every_word_number_and_sign_arrives_and_is_shown(title: str) -> None:
    made, screen = arrived(BODIES[title])

    wanted = typed(BODIES[title])
    assert lost(wanted, kept(made.text)) == []
    assert lost(wanted, kept(Page(made.html).text)) == []
    assert lost(wanted, kept(screen)) == []


@pytest.mark.dear
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "\n", "\n\n", ", "])), max_size=12))
def test_whatever_stands_beside_what(pieces: list[tuple[str, str]]) -> None:
    markdown = "x " + "".join(map("".join, pieces))

    made, screen = arrived(markdown)

    assert lost(typed(markdown), kept(made.text)) == []
    assert lost(typed(markdown), kept(Page(made.html).text)) == []
    assert lost(typed(markdown), kept(screen)) == []


def test_there_are_sixty_of_them() -> None:
    assert len(BODIES) >= 60
