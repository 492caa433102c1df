"""Lists, quotations, headings, tables in a coordinator's text: signs and numbers arrive as typed."""

from __future__ import annotations

import re

import pytest

from cagette_notify.core.errors import UsageError
from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group


def html_of(markdown: str) -> str:
    return re.sub(r' style="[^"]*"', "", compose(markdown, a_group()).html)


@pytest.mark.parametrize(
    ("typed", "items"),
    [
        (
            "3. Bilan\n5. Budget\n9. Divers\n",
            '<ol start="3">\n<li value="3">Bilan</li>\n<li value="5">Budget</li>\n',
        ),
        ("1. un\n1. deux\n", '<ol>\n<li value="1">un</li>\n<li value="1">deux</li>\n'),
        ("7. lait\n8. miel\n", '<ol start="7">\n<li value="7">lait</li>\n<li value="8">miel</li>\n'),
        ("0. zéro\n1. un\n", '<ol start="0">\n<li value="0">zéro</li>\n<li value="1">un</li>\n'),
    ],
)
def test_a_list_keeps_its_numbers(typed: str, items: str) -> None:
    assert compose(typed, a_group()).text == typed
    assert html_of(typed).startswith(items)


def test_a_list_within_a_list_keeps_its_own() -> None:
    typed = "1. un\n   4. quatre\n   6. six\n2. deux\n"

    assert compose(typed.replace("   4", "\n   4"), a_group()).text.split() == typed.split()
    assert re.findall(r'value="(\d+)"', html_of(typed.replace("   4", "\n   4"))) == ["4", "6"]


def test_a_list_from_one_on_needs_no_numbers_in_html() -> None:
    assert html_of("1. un\n2. deux\n") == "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>\n"


@pytest.mark.parametrize(
    "typed",
    [
        "19. juin : réunion\n\n26. juin : atelier",
        "2. Sept. : rentrée",
        "3. märz",
        "19. 06. 2026 : réunion",
        "06. 12. 34. 56. 78",
        "01. Bilan\n02. Budget",
        "2026. Une année de plus",
        "+ 2 € de consigne",
        "Pain 5 €\n+ 2 € de consigne\n+ 1 € de port",
        "> 50 € : livraison offerte",
        ">= 18 ans",
        "[1]: https://lac.fr/plan",
        "[Rappel]: vendredi",
        "1) 18 h : montage\n2) 19 h : distribution",
        "7) lait\n8) miel",
    ],
)
def test_what_is_no_list_stays_as_it_was_typed(typed: str) -> None:
    assert compose(typed, a_group()).text == f"{typed}\n"
    assert {"ol", "ul", "blockquote"}.isdisjoint(re.findall(r"<(\w+)", compose(typed, a_group()).html))


def test_a_number_with_a_bracket_is_shown_in_html_as_in_text() -> None:
    assert re.sub(r"<[^>]+>", "", html_of("À faire :\n1) balayer\n2) ranger")).split("\n")[1:3] == [
        "1) balayer",
        "2) ranger",
    ]
    assert html_of("- midi\n  1) soupe\n  2) pain").count(")") == 2


def test_a_sign_after_an_item_belongs_to_it() -> None:
    assert compose("- Pain 5 €\n+ 2 € de consigne\n", a_group()).text == "- Pain 5 €\n  + 2 € de consigne\n"


@pytest.mark.parametrize("line", ["19. juin : atelier", "06. 12. 34. 56. 78", "2026. Une année de plus"])
def test_what_is_no_item_ends_the_list_before_it(line: str) -> None:
    assert (
        html_of(f"3. Bilan\n\n{line}") == f'<ol start="3">\n<li value="3">Bilan</li>\n</ol>\n<p>{line}</p>\n'
    )


@pytest.mark.parametrize("mark", ["- ", "* "])
def test_dashes_and_stars_make_bullets(mark: str) -> None:
    typed = f"{mark}un\n{mark}deux\n"

    assert html_of(typed) == "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"
    assert compose(typed, a_group()).text == "- un\n- deux\n"


@pytest.mark.parametrize(
    ("typed", "items"),
    [
        ("- - 5 % sur les œufs\n- - 10 % sur le pain\n", ["- 5 % sur les œufs", "- 10 % sur le pain"]),
        ("1. - 5 %\n2. - 10 %\n", ["- 5 %", "- 10 %"]),
        ("* - 10 %\n* * 2 €\n", ["- 10 %", "* 2 €"]),
        ("- -5 %\n- + 2 €\n", ["-5 %", "+ 2 €"]),
        ("> - - 5 %\n", ["- 5 %"]),
    ],
)
def test_a_sign_right_after_the_mark_of_an_item_is_kept(typed: str, items: list[str]) -> None:
    assert re.findall(r"<li>(.*)</li>", html_of(typed)) == items
    assert [
        line.lstrip("> ").partition(" ")[2] for line in compose(typed, a_group()).text.splitlines()
    ] == items


def test_a_list_within_an_item_begins_in_a_line_of_its_own() -> None:
    assert re.sub("\n", "", html_of("- fruits\n  - pommes\n  - poires\n")) == (
        "<ul><li>fruits<ul><li>pommes</li><li>poires</li></ul></li></ul>"
    )


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("# Panier n° 5 #", "<h1>Panier n° 5 #</h1>"),
        ("## Langage C#", "<h2>Langage C#</h2>"),
        ("### Porte ## ", "<h3>Porte ##</h3>"),
        ("# #", "<h1>#</h1>"),
        ("Avant\n#\nAprès", "<p>Avant<br>\n#<br>\nAprès</p>"),
        ("##\t\n", "<p>##</p>"),
    ],
)
def test_a_number_sign_at_the_end_of_a_heading_or_alone_arrives(typed: str, heading: str) -> None:
    assert html_of(typed).strip() == heading


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("- # 12 rue du Lac", "# 12 rue du Lac"),
        ("3. # 3", "# 3"),
        ("- Adresse\n  ## 4", "Adresse<br>\n## 4"),
        ("> * ### 5", "### 5"),
    ],
)
def test_a_number_sign_within_an_item_is_no_heading(typed: str, item: str) -> None:
    assert re.findall(r"<li[^>]*>(.*)</li>", html_of(typed), re.DOTALL) == [item]
    assert compose(typed, a_group()).text.count("#") == typed.count("#")


def test_a_heading_ends_the_list_above() -> None:
    assert html_of("- pain\n# Lait") == "<ul>\n<li>pain</li>\n</ul>\n<h1>Lait</h1>\n"


def test_a_quotation_stays_one_whatever_its_other_lines_begin_with() -> None:
    assert (
        html_of("> Réunion le\n> 12 juin") == "<blockquote>\n<p>Réunion le<br>\n12 juin</p>\n</blockquote>\n"
    )


def test_an_answer_below_a_quoted_line_is_not_put_into_the_quotation() -> None:
    typed = "> Peut-on venir à 19 h ?\nOui, et après.\n> > Il est à 4 €\n> Non, à 5 €\nNon."

    assert re.sub(r"\n", "", html_of(typed)) == (
        "<blockquote><p>Peut-on venir à 19 h ?</p></blockquote><p>Oui, et après.</p>"
        "<blockquote><blockquote><p>Il est à 4 €</p></blockquote><p>Non, à 5 €</p></blockquote><p>Non.</p>"
    )
    assert compose(typed, a_group()).text == (
        "> Peut-on venir à 19 h ?\n\nOui, et après.\n\n> > Il est à 4 €\n>\n> Non, à 5 €\n\nNon.\n"
    )


def test_a_cell_that_a_table_would_drop_is_refused_with_its_line() -> None:
    with pytest.raises(UsageError) as caught:
        compose("Prix\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 1 | 2 | 3 |\n| 4 |", a_group())

    assert [(problem.line, problem.field, problem.message) for problem in caught.value.problems] == [
        (6, "body", "more cells than the first line of the table has: 2")
    ]
