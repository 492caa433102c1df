"""The line that an inbox shows beside the subject: what the subject does not say, the nearest end first."""

from __future__ import annotations

import re
from html import unescape

import pytest

from cagette_notify.config.load import Style
from cagette_notify.core.kinds import Kind
from cagette_notify.core.model import Contact
from cagette_notify.core.notices import Notice, Told
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.broadcast_text.placeholders import with_reader_names
from cagette_notify.mails.renderer import Renderer
from tests.fixtures.builders import a_contact, a_distribution, a_group, a_mailbox, a_notice, paris

RENDERER = Renderer(Style(Contact("noreply@mj.cagette.net", "Cagette.net"), None))
NOW = paris("2026-06-05T08:00")
CATALOGS = tuple(f"Panier de la ferme n° {n}" for n in range(8))
SECOND = a_distribution(id="second", starts_at=paris("2026-06-19T18:00"), orders_close_at=None)


def preheader(html: str) -> str:
    """Return what is hidden at the top of a mail, in one line."""
    found = re.search(r'<div class="inbox"[^>]*>(.*?)</div>', html, re.DOTALL)
    assert found
    return " ".join(unescape(found[1]).split())


def of(*notices: Notice) -> str:
    return preheader(RENDERER.render(notices, NOW).html)


@pytest.mark.parametrize("kind", [Kind.OPENING, Kind.CLOSING])
def test_until_when_one_can_order_stands_before_eight_catalogues(kind: Kind) -> None:
    notice = a_notice(kind, distribution=a_distribution(catalogs=CATALOGS))

    assert of(notice).startswith("Jusqu’au mercredi 10 juin 2026 à 20 h : Panier de la ferme n° 0, ")


@pytest.mark.parametrize(
    ("distribution", "said"),
    [
        (a_distribution(catalogs=()), "Jusqu’au mercredi 10 juin 2026 à 20 h"),
        (a_distribution(orders_close_at=None), "Légumes, Œufs et Pain"),
        (a_distribution(orders_close_at=None, catalogs=()), "Vendredi 12 juin, de 18 h à 19 h 30"),
    ],
)
def test_without_an_end_or_catalogues_it_says_what_there_is(distribution: object, said: str) -> None:
    assert of(a_notice(Kind.OPENING, distribution=distribution)) == said


@pytest.mark.parametrize("kind", [Kind.OPENING, Kind.DUTY_VACANT])
def test_with_several_distributions_it_does_not_repeat_the_subject(kind: Kind) -> None:
    vacant = (("Accueil", 1),) if kind is Kind.DUTY_VACANT else ()
    notices = [a_notice(kind, distribution=one, vacant=vacant) for one in (a_distribution(), SECOND)]

    assert "12 juin" in RENDERER.render(notices, NOW).subject
    assert "12 juin" not in of(*notices)


@pytest.mark.parametrize("kind", [Kind.RECAP_24H, Kind.DUTY])
def test_a_correction_s_says_what_was_told(kind: Kind) -> None:
    told = Told(paris("2026-06-12T17:00"), "Cour de l’école", ("Accueil",))

    assert of(a_notice(kind, correction=True, told=told, roles=("Accueil",))).startswith(
        "Au lieu de : 17 h, Cour de l’école – Salle des fêtes"
    )


def test_a_letter_s_says_who_wrote_it_and_its_first_words() -> None:
    group, contact = a_group(), a_contact()
    body = compose("Bonjour {{ prénom }},\n\nLa **serre** est _tombée_ : " + "au secours ! " * 20, group)
    content = RENDERER.broadcast(group, "La serre", body, contact, NOW, is_signed=True)

    said = preheader(with_reader_names(content, a_mailbox(first_name="Zoé")).html)

    assert said.startswith("Claire Fontaine : Bonjour Zoé, La serre est tombée : au secours !")
    assert len(said) < 140


def test_it_is_kept_out_of_the_mail_by_its_height_alone_which_no_filter_counts_as_hidden_text() -> None:
    html = RENDERER.render([a_notice()], NOW).html

    assert re.findall(r'<div class="inbox" style="(.*?)">', html) == ["max-height:0;overflow:hidden;"]


def test_word_which_knows_no_such_height_is_told_in_the_head() -> None:
    head = RENDERER.render([a_notice()], NOW).html.partition("<body")[0]

    assert "<!--[if mso]><style>.inbox { display: none; }</style><![endif]-->" in head
