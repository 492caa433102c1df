"""How mails speak: one heading that is a sentence to its reader, and a foot of two sentences."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import a_contact, a_group, a_mailbox, a_notice, paris

if TYPE_CHECKING:
    from cagette_notify.core.messages import Content
    from cagette_notify.core.notices import Notice

PLAIN = Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None)
NOW = paris("2026-06-11T18:00")
KINDS = {
    "opening": a_notice(Kind.OPENING),
    "closing": a_notice(Kind.CLOSING),
    "recap": a_notice(),
    "duty": a_notice(Kind.DUTY, roles=("Accueil",)),
    "given up": a_notice(Kind.DUTY, correction=True),
    "vacant": a_notice(Kind.DUTY_VACANT, vacant=(("Accueil", 1),)),
    "correction": a_notice(correction=True),
}
HEADINGS = {
    "opening": ("les commandes sont ouvertes", "orders are open"),
    "closing": ("les commandes ferment bientôt", "orders close soon"),
    "recap": ("votre panier vous attend demain", "your order is ready for you tomorrow"),
    "duty": ("merci d’être de permanence demain", "thank you for being on duty tomorrow"),
    "given up": ("vous n’êtes plus de permanence demain", "you are no longer on duty tomorrow"),
    "vacant": ("il manque encore des bénévoles", "volunteers are still needed"),
    "correction": ("votre distribution a changé", "your distribution has changed"),
}


def headings(notice: Notice, language: str) -> list[str]:
    html = Renderer(PLAIN).render([replace(notice, group=a_group(language=language))], NOW).html
    return [" ".join(unescape(one).split()) for one in re.findall("<h1.*?>(.*?)</h1>", html, re.DOTALL)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "index"), [("fr", 0), ("en", 1)])
def test_a_mail_has_one_heading_that_is_a_sentence_to_its_reader(
    kind: str, language: str, index: int
) -> None:
    notice, said = KINDS[kind], HEADINGS[kind][index]

    assert headings(notice, language) == [f"Zoé, {said}"]
    nameless = replace(notice, mailbox=a_mailbox(first_name=""))
    assert headings(nameless, language) == [said[0].upper() + said[1:]]


def test_a_recap_of_another_day_than_tomorrow_names_it() -> None:
    html = Renderer(PLAIN).render([a_notice()], paris("2026-06-08T18:00")).html

    assert "Zoé, votre panier vous attend vendredi 12 juin" in html


def foot(content: Content) -> str:
    return " ".join(content.text.rpartition("\n-----")[2].lstrip("-").split()).replace("\u00a0", " ")


def sentences(text: str) -> int:
    """Count the full stops that no letter follows, as one does in an address."""
    return len(re.findall(r"[.!?](?: |$)", text))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("settings_url", ["", "https://app.cagette.net/account"])
@pytest.mark.parametrize("contact", [a_contact(), None])
def test_a_foot_of_two_sentences_says_why_whom_to_ask_and_how_to_stop_it(
    language: str, settings_url: str, contact: Contact | None
) -> None:
    group = a_group(language=language, contact=contact)
    style = replace(PLAIN, settings_url=settings_url)

    said = foot(Renderer(style).render([a_notice(group=group)], NOW))

    assert sentences(said) == 2
    parts = {
        "fr": ("parce que vous êtes membre", "pour ne plus en recevoir", "à vos contacts"),
        "en": ("because you are a member", "get no more messages", "to your contacts"),
    }[language]
    addresses = ("noreply@mj.cagette.net", settings_url, contact.address if contact else "")
    assert [part in said for part in (*parts, *addresses)] == [True] * 6


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("leave_url", ["", "https://app.cagette.net/leave"])
@pytest.mark.parametrize("author", [a_contact(), Contact("")])
def test_a_letter_s_foot_is_no_longer_than_the_letter(language: str, leave_url: str, author: Contact) -> None:
    group = a_group(language=language)
    renderer = Renderer(replace(PLAIN, leave_url=leave_url))

    said = foot(
        renderer.broadcast(group, "AG", compose("Bonjour", group), author, NOW, is_signed=bool(author.name))
    )

    assert sentences(said) == 2
    assert [part in said for part in (leave_url, author.address, "noreply@mj.cagette.net")] == [True] * 3
