"""Stars, underscores and backticks in a coordinator's text: which emphasise, and which say something."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group

MARKS = ["*", "**", "***", "****"]
BOLD = ["Attention :", "« Merci »", "5 €", "(important)", "mot", "+ 2 €"]
BETWEEN = [" ", ", ", "lire ", "/kg, ", "« oui » ", " et (", " ou l’"]


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
        "_https://lac.fr/n et\nwww.lac.fr/a_b_",
    ],
)
def test_a_mark_at_the_head_of_a_line_and_one_further_down_say_something(typed: str) -> None:
    assert compose(typed, a_group()).text == f"{typed}\n"
    assert {"strong", "em"}.isdisjoint(re.findall(r"<(\w+)", html_of(typed)))


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        (
            "Pain 5 €* et **miel** 8 €*\n*hors consigne, **sauf bio**\nLait 2 €*",
            "Pain 5 €* et miel 8 €*\n*hors consigne, sauf bio\nLait 2 €*",
            (
                "Pain 5 €* et <strong>miel</strong> 8 €*<br>\n"
                "*hors consigne, <strong>sauf bio</strong><br>\nLait 2 €*"
            ),
        ),
        (
            "*prix __hors consigne__, _bio_\nPain : 5 €*",
            "*prix hors consigne, bio\nPain : 5 €*",
            "*prix <strong>hors consigne</strong>, <em>bio</em><br>\nPain : 5 €*",
        ),
        ("*prix *bio*\nPain : 5 €*", "*prix bio\nPain : 5 €*", "*prix <em>bio</em><br>\nPain : 5 €*"),
    ],
)
def test_emphasis_within_a_footnote_closes_nothing_but_itself(typed: str, text: str, shown: str) -> None:
    assert compose(typed, a_group()).text == f"{text}\n"
    assert html_of(typed) == f"<p>{shown}</p>\n"


def test_emphasis_within_a_footnote_closes_nothing_but_itself_in_a_list() -> None:
    body = compose("- *prix **hors consigne**\n- Pain : 5 €*", a_group())

    assert body.text == "- *prix hors consigne\n- Pain : 5 €*\n"


@pytest.mark.parametrize(
    "typed",
    [
        "**Attention :**apporter vos sacs, prix 5 €* et 6 €*",
        "***Attention :***apporter vos sacs, prix 5 €* et 6 €*",
        "__Attention :__apporter vos sacs, voir _plus bas",
        "**Pain 5 €*",
        "*Pain 5 €**",
        "*Pain 5 €***",
        "***Pain 5 €*",
        "_Pain 5 €__ et __lait",
        "- *Pain 5 €**\n- **Lait 2 €*",
    ],
)
def test_marks_without_a_partner_of_their_own_number_stay(typed: str) -> None:
    body = compose(typed, a_group())

    assert body.text == f"{typed}\n"
    assert {"strong", "em"}.isdisjoint(re.findall(r"<(\w+)", body.html))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("***gras italique***", "<em><strong>gras italique</strong></em>"),
        ("**gras *et italique***", "<strong>gras <em>et italique</em></strong>"),
        ("*italique **et gras***", "<em>italique <strong>et gras</strong></em>"),
        ("***gras** italique*", "<em><strong>gras</strong> italique</em>"),
        ("***italique* gras**", "<strong><em>italique</em> gras</strong>"),
        ("**Pain 5 €***, ***sauf** bio", "<strong>Pain 5 €</strong>*, *<strong>sauf</strong> bio"),
        ("*un **deux* trois**", "<em>un **deux</em> trois**"),
        ("**un *deux** trois*", "<strong>un *deux</strong> trois*"),
        (
            "*un **[deux *trois*](https://lac.fr)***",
            '<em>un <strong><a href="https://lac.fr">deux <em>trois</em></a></strong></em>',
        ),
    ],
)
def test_three_marks_are_two_and_one(typed: str, shown: str) -> None:
    assert html_of(typed) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (
            "**Attention :**lire **5 €**/kg, **(important)** fin",
            "**Attention :**lire <strong>5 €</strong>/kg, **(important)** fin",
        ),
        (
            "__Attention :__lire __5 €__, __(important)__ fin",
            "__Attention :__lire <strong>5 €</strong>, __(important)__ fin",
        ),
        (
            "*Attention !*lire *5 €*, *(important)* fin",
            "*Attention !*lire <em>5 €</em>, *(important)* fin",
        ),
        ("**Attention :**lire, prix 5 €**", "**Attention :**lire, prix 5 €**"),
        ("**(Attention) :**lire, **(important)** fin", "**(Attention) :**lire, **(important)** fin"),
        ("**Attention **: lire **(important)** fin", "**Attention **: lire **(important)** fin"),
        (
            "**Attention :**[ici](https://lac.fr), **5 €**",
            '**Attention :**<a href="https://lac.fr">ici</a>, <strong>5 €</strong>',
        ),
        (
            "**Attention :**« lire » **5 €**",
            "<strong>Attention :</strong>« lire » <strong>5 €</strong>",
        ),
        ("*bio : l’*eau* et d’*ail*", "*bio : l’<em>eau</em> et d’<em>ail</em>"),
    ],
)
def test_what_was_typed_to_close_opens_nothing(typed: str, shown: str) -> None:
    assert html_of(typed) == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**bio, **pain** et lait 2 €**", "**bio, <strong>pain</strong> et lait 2 €**"),
        ("*bio, *pain* et lait 2 €*", "*bio, <em>pain</em> et lait 2 €*"),
        ("***bio **pain** et lait***", "***bio <strong>pain</strong> et lait***"),
    ],
)
def test_nothing_is_emphasised_twice_over(typed: str, shown: str) -> None:
    assert html_of(typed) == f"<p>{shown}</p>\n"


@pytest.mark.dear
@given(st.lists(st.tuples(st.sampled_from(BETWEEN), st.sampled_from(BOLD))), st.sampled_from(["*", "**"]))
def test_marks_pair_with_those_that_they_were_typed_with_or_stay(
    parts: list[tuple[str, str]], marks: str
) -> None:
    typed = "un" + "".join(f"{between}{marks}{bold}{marks}" for between, bold in parts) + " mot"
    tag = {"*": "em", "**": "strong"}[marks]
    shown = html_of(typed)

    assert re.sub(f"</?{tag}>", marks, shown) == f"<p>{typed}</p>\n"
    assert set(re.findall(f"<{tag}>(.*?)</{tag}>", shown)) <= {*BOLD}


@pytest.mark.dear
@given(
    st.lists(
        st.lists(st.sampled_from(["pain", "5 €", " ", ", ", " :", "(", ")", *MARKS]), max_size=12), max_size=5
    )
)
def test_every_word_arrives_and_every_star_that_pairs_with_nothing(parts: list[list[str]]) -> None:
    lines = ["un " + "".join(words) + " mot" for words in parts]
    shown = html_of("\n".join(["Bonjour", *lines]))
    text = compose("\n".join(["Bonjour", *lines]), a_group()).text

    assert [re.sub(r"[*\s]", "", line) for line in text.splitlines()[1:]] == [
        re.sub(r"[*\s]", "", line) for line in lines
    ]
    for line, arrives, html in zip(lines, text.splitlines()[1:], shown.split("<br>\n")[1:], strict=True):
        paired = 2 * html.count("<em>") + 4 * html.count("<strong>")
        assert html.count("<em>") == html.count("</em>")
        assert html.count("<strong>") == html.count("</strong>")
        assert not re.search(r"<(em|strong)>(?:(?!</\1>).)*<\1>", html)
        assert arrives.count("*") == html.count("*") == line.count("*") - paired
        lengths = [len(run) for run in re.findall(r"\*+", line)]
        if len(set(lengths)) == len(lengths) and 3 not in lengths:
            assert not paired


@pytest.mark.parametrize(
    "typed", ["C`est l`heure", "`code`", "``deux``", "```\nun\n```", "~~~ Infos ~~~\nun"]
)
def test_backticks_and_waves_are_text(typed: str) -> None:
    assert compose(typed, a_group()).text == f"{typed}\n"
    assert html_of(typed) == f"<p>{typed}</p>\n".replace("\n", "<br>\n", typed.count("\n"))
