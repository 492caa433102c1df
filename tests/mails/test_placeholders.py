from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.core.errors import UsageError
from cagette_notify.core.messages import Content
from cagette_notify.core.model import Mailbox
from cagette_notify.mails.broadcast_text.compose import compose
from cagette_notify.mails.broadcast_text.placeholders import cleaned, tokenized, with_reader_names
from tests.fixtures.builders import a_group, a_mailbox


def filled(text: str, mailbox: Mailbox) -> Content:
    made, problems = tokenized(text, a_group())

    assert problems == []
    return with_reader_names(Content(made, made, made), mailbox)


@pytest.mark.parametrize(
    "place", ["{{ member.name }}", "{{member.name}}", "{{\tmember.name   }}", "{{\u00a0member.name }}"]
)
def test_blanks_within_the_braces_are_optional(place: str) -> None:
    assert filled(place, a_mailbox()).text == "Zoé Martin"


def test_the_reader_is_the_one_the_mailbox_names() -> None:
    made = filled(
        "{{ member.first_name }}|{{ member.last_name }}|{{ member.name }}", a_mailbox(first_name="Paul")
    )

    assert made.text == "Paul|Martin|Paul Martin"


@pytest.mark.parametrize(
    "name", ["[x](http://evil)", "**", "<script>\"'&", "{{ member.name }}", "\\1\\g<0>", "O’Neil", "سلمى 🥕"]
)
def test_a_name_is_literal_in_text_and_escaped_in_html(name: str) -> None:
    made = filled("Bonjour {{ member.first_name }},", a_mailbox(first_name=name))

    assert made.text == f"Bonjour {name},"
    assert (
        made.html
        == "Bonjour "
        + name.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#x27;")
        + ","
    )


@pytest.mark.parametrize(
    "name", ["Zoé\r\nBcc: x@example.org", "Zoé\x00\x1b[31m", "Zoé\u2028", "\u202eZoé", "Zoé\ud800"]
)
def test_a_name_is_one_line_without_controls_everywhere(name: str) -> None:
    made = filled("{{ member.first_name }}", a_mailbox(first_name=name))

    for part in (made.subject, made.text, made.html):
        assert part.isprintable()


def test_a_name_that_looks_like_a_token_is_not_filled_in_again() -> None:
    made = filled("{{ member.first_name }}", a_mailbox(first_name="\ue000membername\ue001"))

    assert "Zoé" not in made.text
    assert "Martin" not in made.text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Bonjour {{ member.first_name }},", "Bonjour,"),
        ("Bonjour {{ member.first_name }} !", "Bonjour !"),
        ("Bonjour\u00a0{{ member.first_name }}.", "Bonjour."),
        ("Bonjour {{ member.first_name }} {{ member.last_name }},", "Bonjour,"),
        (
            "Bonjour <strong>{{ member.first_name }}</strong>, {{ member.name }} !",
            "Bonjour<strong></strong>, !",
        ),
        ("le {{ member.name }} matin", "le matin"),
        ("{{ member.first_name }}, bienvenue", "bienvenue"),
        ("Bonjour\n{{ member.first_name }}, bienvenue", "Bonjour\nbienvenue"),
        ('<p style="margin:0;">{{ member.name }}, bienvenue', '<p style="margin:0;">bienvenue'),
    ],
)
def test_a_text_reads_well_without_the_name(written: str, read: str) -> None:
    assert filled(written, Mailbox("zoe@example.org")).html == read


@pytest.mark.parametrize(
    ("written", "text", "html"),
    [
        ("Voir [{{ prénom }}](https://lac.fr/x).", "Voir (https://lac.fr/x).", ">https://lac.fr/x</a>."),
        ("[**{{ prénom }}** {{ nom }}](mailto:ana@lac.fr)", "(ana@lac.fr)", ">ana@lac.fr</a>"),
        ("# {{ prénom }}\nun", "\n\nun", ">un</p>"),
        ("~~{{ prénom }}~~ un", "un", ">un</p>"),
        ("{{ prénom }} {{ nom }}, un", "un", ">un</p>"),
    ],
)
def test_what_consists_of_a_name_that_is_missing_leaves_no_frame_and_loses_no_link(
    written: str, text: str, html: str
) -> None:
    body = compose(written, a_group())

    content = with_reader_names(Content("", body.text, body.html), a_mailbox(first_name="", last_name=""))

    assert content.text == f"{text}\n"
    assert html in content.html
    assert "></a>" not in content.html


def test_a_link_whose_words_are_a_name_has_that_name() -> None:
    body = compose("# {{ prénom }}\n[{{ prénom }}](https://lac.fr/x)", a_group())

    content = with_reader_names(Content("", body.text, body.html), a_mailbox(first_name="Zoé"))

    assert content.text == "Zoé\n========\n\nZoé (https://lac.fr/x)\n"
    assert ">Zoé</a>" in content.html


def test_a_name_that_is_there_leaves_its_surroundings_alone() -> None:
    made = filled("{{ member.first_name }}, bonjour  {{ member.last_name }} !", a_mailbox())

    assert made.text == "Zoé, bonjour  Martin !"


def test_tokens_cannot_be_typed() -> None:
    assert cleaned("\ue000membername\ue001") == "membername"


@pytest.mark.parametrize(
    ("written", "address", "words"),
    [
        ("[{{ prénom }}, votre avis](https://lac.fr/?nom={{ nom }})", "?nom=Martin", "Zoé, votre avis"),
        ("[{{ prénom }}](https://lac.fr/{{ nom }})", "Martin", "Zoé"),
        (
            "[**{{ prénom }}** x](https://lac.fr/?p={{ prénom }})",
            "?p=Zo%C3%A9",
            "<strong>Zoé</strong> x",
        ),
        ("Ici : [{{ nom }}](https://lac.fr/{{ prénom }}/{{ nom }})", "Zo%C3%A9/Martin", "Martin"),
    ],
)
def test_a_link_has_the_names_in_its_words_and_in_its_address(written: str, address: str, words: str) -> None:
    content = for_reader(written, a_mailbox(first_name="Zoé"))

    assert f'<a href="https://lac.fr/{address}">{words}</a>' in content.html
    assert f"(https://lac.fr/{address})" in content.text


NAMES = ("{{ prénom }}", "{{ nom }}", "{{ member.name }}", "{{ groupe }}")
MARKS = (
    "**",
    "_",
    "~~",
    "`",
    "# ",
    "- ",
    "1. ",
    "> ",
    "| ",
    "|---|\n",
    "\n",
    "\n\n",
    " ",
    ", ",
    "mot",
    "\u00a0",
)
WORDS = st.lists(st.sampled_from((*NAMES, *MARKS)), min_size=1, max_size=3).map("".join)
LINKS = st.builds(
    "{}[{}](https://lac.fr/{})".format, st.sampled_from(["", "!"]), WORDS, st.sampled_from(NAMES)
)
PIECES = st.one_of(WORDS, LINKS, st.sampled_from(["<https://lac.fr/", "www.lac.fr/", "[", "](", ")", ">"]))


@pytest.mark.dear
@given(pieces=st.lists(PIECES, max_size=9), first_name=st.sampled_from(["Zoé", ""]))
def test_whatever_is_typed_no_place_is_left_unfilled(pieces: list[str], first_name: str) -> None:
    try:
        content = for_reader("".join(pieces), a_mailbox(first_name=first_name))
    except UsageError:
        return

    assert not re.search("[\ue000-\uf8ff]|member(first|last)?name", content.text + content.html)


def for_reader(markdown: str, mailbox: Mailbox) -> Content:
    body = compose(markdown, a_group())
    return with_reader_names(Content("", body.text, body.html), mailbox)


LONG = "Une phrase assez longue pour que la partie en texte simple la coupe en deux"
LINES = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["", "{{ prénom }}, ", "**{{ prénom }}** {{ nom }}, ", "~~{{ nom }}~~ ", "Salut {{ nom }}, "]
    ),
    st.sampled_from(["un", LONG, f"{LONG} {LONG}", LONG[:64], LONG[:70]]),
    st.sampled_from(
        ["", " {{ prénom }}, deux", " **{{ nom }}**.", f" {{{{ prénom }}}} {{{{ nom }}}}, {LONG}"]
    ),
)
BLOCKS = st.builds(
    "{}{}".format,
    st.sampled_from(["", "- ", "1. ", "> ", "# ", "## ", "> - ", "- Voir :\n  ", "Voir :\n"]),
    LINES,
)


@pytest.mark.dear
@given(
    blocks=st.lists(BLOCKS, min_size=1, max_size=4),
    apart=st.sampled_from(["\n", "\n\n"]),
    names=st.sampled_from([("Zoé", "Martin"), ("", "Martin"), ("Zoé", ""), ("", "")]),
)
def test_both_parts_of_a_mail_say_the_same_whether_or_not_there_is_a_name(
    blocks: list[str], apart: str, names: tuple[str, str]
) -> None:
    content = for_reader(apart.join(blocks), a_mailbox(first_name=names[0], last_name=names[1]))

    text = re.sub(r"(?m)^(?:[->] |1\. | +|>$)+|^[=-]+$", "", content.text)
    words = re.sub(r"<(?:/?(?:strong|em|s|span))\b[^>]*>", "", content.html)
    assert text.split() == html.unescape(re.sub(r"<[^>]*>", " ", words)).split()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            "1. {{ prénom }}, pense au pain\n2. {{ prénom }}, apporte ton sac",
            "1. pense au pain\n2. apporte ton sac\n",
        ),
        ("- À savoir :\n  {{ prénom }}, on change de salle", "- À savoir :\n  on change de salle\n"),
        ("> - **{{ prénom }}** {{ nom }}, un", "> - un\n"),
        ("| Qui | Quoi |\n|---|---|\n| {{ prénom }}, pense au | pain |", "Qui: pense au\nQuoi: pain\n"),
        ("# {{ prénom }}, titre", "titre\n=====\n"),
        ("> ## Salut {{ prénom }} !", "> Salut !\n> -------\n"),
    ],
)
def test_a_line_begins_well_without_its_name_whatever_stands_before_it(written: str, text: str) -> None:
    content = for_reader(written, Mailbox("zoe@example.org"))

    assert content.text == text


def test_no_line_that_is_wrapped_begins_with_the_comma_after_a_name() -> None:
    content = for_reader(f"{LONG} {{{{ prénom }}}}, merci", Mailbox("zoe@example.org"))

    assert content.text == f"{LONG.removesuffix(' deux')}\ndeux, merci\n"
