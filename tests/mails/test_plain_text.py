from __future__ import annotations

import pytest

from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group, a_mailbox


def text_of(markdown: str) -> str:
    return compose(markdown, a_group()).text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Été\n## Ordre\n### Suite", "Été\n===\n\nOrdre\n-----\n\nSuite\n"),
        ("**gras** _italique_ `code` \\*", "gras italique `code` \\*\n"),
        ("pas ~~18 h~~ mais 19 h", "pas ~~18 h~~ mais 19 h\n"),
        ("environ ~20 €~ ou ~~~3 kg~~~", "environ ~20 €~ ou ~~~3 kg~~~\n"),
        ("un  \ndeux\ntrois\\\nquatre", "un\ndeux\ntrois\\\nquatre\n"),
        ("un\t\tdeux   trois", "un deux trois\n"),
        ("- un\n- deux\n  * trois\n", "- un\n- deux\n  - trois\n"),
        ("- un\n\n- deux\n", "- un\n\n- deux\n"),
        ("9. neuf\n9. dix\n\n   suite", "9. neuf\n\n9. dix\n\n   suite\n"),
        ("> un\n> > deux\n\ntrois", "> un\n>\n> > deux\n\ntrois\n"),
        ("- > un", "- > un\n"),
        ("un\n\n---\n\ndeux", "un\n\n* * *\n\ndeux\n"),
        ("```\nun\n  deux\n```", "```\nun\ndeux\n```\n"),
        ("a &amp; &lt;b&gt; <i>", "a & <b> <i>\n"),
    ],
)
def test_what_markdown_says_is_said_without_its_marks(markdown: str, text: str) -> None:
    assert text_of(markdown) == text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[le plan](https://lac.fr/plan)", "le plan (https://lac.fr/plan)\n"),
        ("[https://lac.fr](https://lac.fr/)", "https://lac.fr\n"),
        ("[](https://lac.fr/)", "https://lac.fr/\n"),
        ("[Lac.fr](https://lac.fr)", "Lac.fr\n"),
        (
            "https://lac.fr/plan, www.lac.fr et ana@lac.fr.",
            "https://lac.fr/plan, www.lac.fr et ana@lac.fr.\n",
        ),
        ("[Ana](mailto:ana@lac.fr)", "Ana (ana@lac.fr)\n"),
        ("![Le lac](https://lac.fr/a.png)", "Le lac (https://lac.fr/a.png)\n"),
        ("![](https://lac.fr/a.png)", "https://lac.fr/a.png\n"),
        ("![Le lac](http://lac.fr/a.png)", "Le lac http://lac.fr/a.png\n"),
        ("<https://lac.fr/{{ group.name }}>", "<https://lac.fr/Les%20Paniers%20du%20Lac>\n"),
    ],
)
def test_a_link_is_its_label_and_its_address_unless_they_are_the_same(markdown: str, text: str) -> None:
    assert text_of(markdown) == text


def test_a_table_is_aligned() -> None:
    assert text_of("| Produit | Prix |\n|---|---:|\n| Œufs | 2,10 € |\n| Pain | **12,00 €** |") == (
        "Produit     Prix\n-------  -------\nŒufs      2,10 €\nPain     12,00 €\n"
    )


@pytest.mark.parametrize("blanks", ["\t", "\t\t", " \t ", "   "])
def test_blanks_and_tabs_in_a_cell_are_one_blank_as_they_are_in_a_paragraph(blanks: str) -> None:
    cell = f"Pain{blanks}bis"

    assert text_of(f"{cell}\n\n| {cell} | {blanks}Prix |\n|---|---|\n| un | {cell}{blanks}|") == (
        "Pain bis\n\nPain bis  Prix\n--------  --------\nun        Pain bis\n"
    )


def test_a_table_that_is_too_wide_is_told_row_by_row() -> None:
    long = " ".join(["long"] * 20)

    assert text_of(f"| Qui | Quoi |\n|---|---|\n| Ana | {long} |\n| Paul | |") == (
        f"Qui: Ana\nQuoi: {long[:69]}\n{long[70:]}\n\nQui: Paul\n"
    )


def test_a_table_that_is_too_wide_names_each_column_though_no_row_fills_it() -> None:
    long = " ".join(["long"] * 15)

    assert text_of(f"| {long} | À apporter |\n|---|---|") == f"{long}:\nÀ apporter:\n"
    assert text_of(f"| Qui | {long} |\n|---|---|\n| Ana | |\n| Paul | |") == (
        f"Qui: Ana\n{long}:\n\nQui: Paul\n{long}:\n"
    )


def test_a_table_says_what_stands_where_whether_or_not_there_is_a_name() -> None:
    body = compose("| Qui | Combien |\n|---|---:|\n| {{ prénom }} | 2 |\n| Ana | 3 |", a_group())

    assert body.text_for(a_mailbox()) == "Qui: Zoé\nCombien: 2\n\nQui: Ana\nCombien: 3\n"
    assert body.text_for(a_mailbox(first_name="")) == "Qui:\nCombien: 2\n\nQui: Ana\nCombien: 3\n"


def test_lines_are_filled_to_76_columns_and_never_cut_an_address() -> None:
    address = "https://lac.fr/" + "a-b/" * 30

    text = text_of("> - " + "mot " * 40 + f"\n> {address}\n")

    lines = text.splitlines()
    assert all(len(line) <= 76 for line in lines if address not in line)
    assert lines[-1].endswith(address)
    assert {line[:4] for line in lines} == {"> - ", ">   "}
