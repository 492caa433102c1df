"""Stars, underscores and backticks in a coordinator's text: which emphasise, and which say something."""

from __future__ import annotations

import re

import pytest

from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group


def html_of(markdown: str) -> str:
    return re.sub(r' style="[^"]*"', "", compose(markdown, a_group()).html)


@pytest.mark.parametrize(
    "typed",
    [
        "Grand panier : 2*5 € et petit panier : 3*4 €.",
        "les adhérent*es*, le pain*frais*",
        "*adhérent*es, *pain*s",
        "les adhérent*e*s, les adhérent_e_s, les adhérent·e·s",
        "des e\u0301*le*\u0300ves",
        "12 € (*) et 15 € (*)",
        "[*] hors consigne [*]",
        "*voir (*) et *voir «*» plus bas",
        "Pain* 3 €, lait* 2 €",
        "Pain 3 €*, lait 2 €*",
        "12 €*/kg et 15 €*/pièce",
        "Normal 12 €*, réduit 8 €**",
        "5 * 3 * 2",
        "le * du clavier, le *",
        "**(urgent)**",
        "5*{{ member.name }}*2",
        "Nom : ______ Prénom : ______",
        "____Prénom____",
        "****Attention****",
        "fichier_du_lac_2026.pdf",
        "@_claire_ et @_les_paniers_, #_lac_",
        "instagram.com/_lespaniers_ et www.exemple.fr/a_b_",
        "_claire_@example.org, _claire_.petit@example.org",
        "_lac_-_2026_.pdf",
        "(2+3)*4*(5), 2 €*3*4, 3 +*2*+ 1",
        r"¯\_(ツ)_/¯ C:\_temp_ \*gras\* \**gras\** \_ici\_",
    ],
)
def test_a_star_or_an_underscore_that_says_something_stays(typed: str) -> None:
    body = compose(typed, a_group())

    assert {"strong", "em"}.isdisjoint(re.findall(r"<(\w+)", body.html))
    assert body.text.count("*") == typed.count("*")
    assert body.text.count("_") == typed.count("_")


@pytest.mark.parametrize(
    "typed",
    [
        r"\\nas\partage\*.pdf, C:\_temp",
        "fin de ligne\\\nsuite",
        r"\# un \> deux \[trois\] \`quatre\` \& \!",
        r"- un\- deux",
        r"\- un",
    ],
)
def test_a_backslash_is_text(typed: str) -> None:
    assert compose(typed, a_group()).text == f"{typed}\n"
    assert compose(typed, a_group()).html.count("\\") == typed.count("\\")


def test_a_backslash_is_text_in_the_address_and_title_of_a_link() -> None:
    text = compose(r"[Le plan](https://lac.fr/a\_b?x=1&amp;y=2 'C:\_temp')", a_group()).text

    assert text == "Le plan (https://lac.fr/a%5C_b?x=1&y=2) (C:\\_temp)\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**Attention !**", "<strong>Attention !</strong>"),
        ('(*voir*) *« Merci »* *"Merci"*', "(<em>voir</em>) <em>« Merci »</em> <em>&#34;Merci&#34;</em>"),
        ("**12 €**, *2 m²*", "<strong>12 €</strong>, <em>2 m²</em>"),
        ("**_les deux_** ***aussi***", "<strong><em>les deux</em></strong> <em><strong>aussi</strong></em>"),
        ("**~~12 €~~**", "<strong>~~12 €~~</strong>"),
        ("**~12 €~** ~~20€~~", "<strong>~12 €~</strong> ~~20€~~"),
        ("**Merci 🙏**", "<strong>Merci 🙏</strong>"),
        ("**[ici](https://lac.fr)**", '<strong><a href="https://lac.fr">ici</a></strong>'),
        ("**{{ group.name }}**", "<strong>Les Paniers du Lac</strong>"),
        ("*5*, 2*5", "<em>5</em>, 2*5"),
        (
            "_une_. _deux_, (_trois_) l’_eau_ : _cinq_",
            "<em>une</em>. <em>deux</em>, (<em>trois</em>) l’<em>eau</em> : <em>cinq</em>",
        ),
    ],
)
def test_marks_around_words_emphasise_them(typed: str, shown: str) -> None:
    assert html_of(typed) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    "typed",
    [
        "*hors taxes\nÉtoiles : 5*",
        "*bio, **local\nTomates*\nCourgettes**",
        "_https://lac.fr/n_ et\nwww.lac.fr/a_b_",
    ],
)
def test_a_mark_at_the_head_of_a_line_and_one_further_down_say_something(typed: str) -> None:
    assert compose(typed, a_group()).text == f"{typed}\n"
    assert {"strong", "em"}.isdisjoint(re.findall(r"<(\w+)", html_of(typed)))


@pytest.mark.parametrize(
    "typed", ["C`est l`heure", "`code`", "``deux``", "```\nun\n```", "~~~ Infos ~~~\nun"]
)
def test_backticks_and_waves_are_text(typed: str) -> None:
    assert compose(typed, a_group()).text == f"{typed}\n"
    assert html_of(typed) == f"<p>{typed}</p>\n".replace("\n", "<br>\n", typed.count("\n"))
