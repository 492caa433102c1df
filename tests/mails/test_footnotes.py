"""Footnotes with a star in a coordinator's text, and the bullets that look like them."""

from __future__ import annotations

import re

import pytest

from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group


def elements_of(typed: str) -> set[str]:
    return set(re.findall(r"<(\w+)", compose(typed, a_group()).html))


@pytest.mark.parametrize(
    "typed",
    [
        "Pain : 5 €*\n\n* hors consigne\n",
        "Œufs 3 €*\n* la douzaine\n",
        "Pain* 5 €, *bien frais*\n\nÀ jeudi !\n\n* hors consigne\n",
        "**Pain** (5 €)*\n\n* hors consigne\n",
        "RDV au 3*\n\n* = sous réserve\n",
        "RDV au 3\n\n* : sous réserve\n* = au 3 bis\n",
        "Lait : 3 €**\n\n** bio\n",
        "Normal 12 €*, réduit 8 €**\n\n* adultes\n** enfants\n",
        "Pain : 5 €*\n\n* hors consigne,\n  rendue jeudi\n",
        "Grand panier : 12 € *\n\n* hors consigne\n",
        "Panier : 12 € *, petit : 8 €\n\n* hors consigne\n",
        "Menu bio *\n* selon arrivage\n",
    ],
)
def test_a_star_that_the_text_above_refers_to_stays(typed: str) -> None:
    body = compose(typed, a_group())

    assert "li" not in elements_of(typed)
    assert re.sub(r"<[^>]+>", "", body.html).count("*") == body.text.count("*")
    assert body.text.count("\n* ") == typed.count("\n* ")
    assert body.text.count("\n** ") == typed.count("\n** ")


@pytest.mark.parametrize(
    "typed",
    [
        "Pain : 5 €\n\n* hors consigne\n",
        "Le *gras* et le **gros**\n\n* seul\n",
        "* le *pain*\n\nÀ jeudi !\n\n* seul\n",
        "Cher*es, 2*5 €\n\n* seul\n",
        "Pain : 5 €*\n\n* hors consigne\n* ou sans\n",
        "Pain : 5 €*\n\n* hors consigne,\n  rendue jeudi\n\n* ou sans\n",
        "- fruits\n  * un\n  * deux\n",
        "* Pain : 5 €*\n\n* Miel\n\n* Lait\n",
        "* Pain : 5 €*\n* Miel\n* Lait\n",
        "* Pain : 5 €*\n* Miel\n  de lavande\n* Lait\n",
        "* Pain : 5 €\n* Miel\n\n* Lait\n",
        "- Pain : 5 €*\n- Miel : 8 €**\n\n* hors consigne\n* sous réserve\n",
        "* seul\n\nPain : 5 €*\n",
    ],
)
def test_a_star_that_nothing_above_refers_to_and_stars_in_a_row_are_bullets(typed: str) -> None:
    body = compose(typed, a_group())

    assert body.html.count("<li") == len(re.findall(r"^ *[*-] ", typed, re.MULTILINE))
    assert "* " not in re.sub(r"(?<=€)\*", "", body.text)


@pytest.mark.parametrize(
    ("above", "items", "below"),
    [
        ("Au menu :\n\n* Pain 5 €\n* Miel 8 €*\n* Lait 1 €\n", 3, "* hors consigne\n\nClaire\n"),
        ("Tarifs* :\n\n* Pain 5 €\n* Miel 8 €\n", 2, "* TTC, hors consigne\n"),
        ("* Pain 5 €*\n* Miel\n  de lavande 8 €**\n", 2, "* hors consigne,\nrendue jeudi\n** bio\n"),
        ("> * Pain 5 €\n> * Miel 8 €*\n", 2, "* hors consigne\n"),
    ],
)
def test_a_star_apart_from_a_list_with_stars_is_a_footnote(above: str, items: int, below: str) -> None:
    body = compose(f"{above}\n{below}", a_group())

    assert body.html.count("<li") == body.text.count("- ") == items
    assert body.text.endswith(f"\n\n{below}")


def test_a_footnote_ends_the_list_above() -> None:
    assert compose("- Pain : 5 €*\n- Lait\n* hors consigne\n", a_group()).text == (
        "- Pain : 5 €*\n- Lait\n\n* hors consigne\n"
    )


def test_a_footnote_of_emphasised_words_and_one_below_a_table_stay() -> None:
    assert "li" not in elements_of("**Pain***\n\n* hors consigne\n")
    assert "li" not in elements_of("| Pain | Lait |\n|---|---|\n| 5 €* | 3 € |\n\n* hors consigne\n")


@pytest.mark.parametrize("above", ["2 * 5 € = 10 €", "* * *", "Le prix * la quantité"])
def test_stars_between_blanks_refer_to_nothing(above: str) -> None:
    assert "- seul" in compose(f"{above}\n\n* seul\n", a_group()).text
