from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.core.errors import UsageError
from cagette_notify.core.i18n import speak
from cagette_notify.core.messages import Content
from cagette_notify.core.model import Mailbox
from cagette_notify.mails.broadcast_text.compose import compose, refuse_bad_subject
from cagette_notify.mails.broadcast_text.placeholders import GROUP_PLACES, MEMBER_PLACES, with_reader_names
from tests.fixtures.builders import a_group, a_mailbox

PARAGRAPH = '<p style="font-family:Arial,Helvetica,sans-serif;margin:0 0 16px 0;">{}</p>\n'
TAGS = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "a",
    "strong",
    "em",
    "code",
    "pre",
    "br",
    "span",
    "hr",
    "img",
} | {*("ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th", "td")}
WEB_OR_MAIL = re.compile(r"https?://[^/?#]|mailto:", re.IGNORECASE)
MARKS = st.sampled_from("[]()*_`>#|<\\%é🥕a1:\"'/.\n \t\r\0\ue000\ufeff")
BLOCKS = st.sampled_from(
    ["```", "~~", "- ", "1. ", "|-|\n", "\n\n", "    ", "--", "==", "---\n", "</p>", "<b onload=x>"]
)
LINKS = st.sampled_from(
    ["![", "http://", "https://x.fr", "www.", "a@b.fr", "javascript:", "data:", "://", "[::1]", "?n="]
)
PLACES = st.sampled_from(
    ["{{ member.name }}", "{{ group.name }}", "{{ group.url }}", "&#39;", "&#xE000;", "%EE%80%80"]
)
MARKUP = MARKS | BLOCKS | LINKS | PLACES


class Elements(HTMLParser):
    """What a browser would find: the tags, the attributes by name, and where links and images lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src"}]


def composed(markdown: str, reader: Mailbox | None = None, **group: Any) -> Content:
    body = compose(markdown, a_group(**group))
    return with_reader_names(Content("", body.text, body.html), reader or a_mailbox())


def refused(markdown: str, **group: Any) -> list[tuple[int, str]]:
    with pytest.raises(UsageError) as caught:
        compose(markdown, a_group(**group))

    assert {problem.field for problem in caught.value.problems} == {"body"}
    return [(problem.line, problem.message) for problem in caught.value.problems]


def composed_or_refused(markdown: str, reader: Mailbox | None = None) -> list[Content | str]:
    try:
        return [composed(markdown, reader)]
    except UsageError as error:
        return [str(problem) for problem in error.problems]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("Une ligne\nune autre", PARAGRAPH.format("Une ligne<br>\nune autre")),
        ("Claire\n--\nLac", PARAGRAPH.format("Claire<br>\n--<br>\nLac")),
        ("Claire\n==", PARAGRAPH.format("Claire<br>\n==")),
        ("    en retrait", PARAGRAPH.format("en retrait")),
        ("\ten retrait", PARAGRAPH.format("en retrait")),
        ("**gras** _et_ ~~fini~~", PARAGRAPH.format("<strong>gras</strong> <em>et</em> ~~fini~~")),
        ("<b>gras</b>", PARAGRAPH.format("&lt;b&gt;gras&lt;/b&gt;")),
        ("<script>x</script>", PARAGRAPH.format("&lt;script&gt;x&lt;/script&gt;")),
        ("<div>\n\nx\n\n</div>", "".join(map(PARAGRAPH.format, ("&lt;div&gt;", "x", "&lt;/div&gt;")))),
        ("[Rappel]: vendredi", PARAGRAPH.format("[Rappel]: vendredi")),
        ("مرحبا بكم 🥕", PARAGRAPH.format("مرحبا بكم 🥕")),
    ],
)
def test_mail_is_shown_as_it_was_written(markdown: str, html: str) -> None:
    assert composed(markdown).html == html


def test_controls_that_part_words_do_not_vanish() -> None:
    made = composed("rendez\x1evous de 18\x1e19 h\x1cau lac\x1dle soir, cou\x1fpé")

    assert made.text.strip() == "rendez-vous de 18-19 h au lac le soir, coupé"
    assert "rendez-vous de 18-19 h au lac le soir, coupé" in made.html


@pytest.mark.parametrize(
    "written", ["\ufeffUn\r\ndeux\r\n", "Un\rdeux", "Un\ndeux", "Un\n\x00deux\ue000\ue001"]
)
def test_line_ends_and_what_cannot_be_seen_make_no_difference(written: str) -> None:
    assert composed(written) == composed("Un\ndeux")


@pytest.mark.parametrize(
    ("markdown", "address"),
    [
        ("https://lac.example/une_page_", "https://lac.example/une_page_"),
        ("voir www.lac.fr.", "http://www.lac.fr"),
        ("ana@lac.fr", "mailto:ana@lac.fr"),
        ("ana@ferme.bio", "mailto:ana@ferme.bio"),
        ("[ici](https://lac.fr)", "https://lac.fr"),
        ("[ici](www.lac.fr)", "http://www.lac.fr"),
        ("[écrire](ana@lac.fr)", "mailto:ana@lac.fr"),
        ("<https://lac.fr/>", "https://lac.fr/"),
        ("{{ group.url }}", "https://app.cagette.net/group/lac"),
        ("[ici]({{ group.url }}/plan?a=1&b=2)", "https://app.cagette.net/group/lac/plan?a=1&b=2"),
        ("[écrire](mailto:{{ group.contact.email }})", "mailto:coordination@paniersdulac.example"),
        ("![Le lac](https://lac.fr/a.png)", "https://lac.fr/a.png"),
        ("![Le lac](http://lac.fr/a.png)", "http://lac.fr/a.png"),
        ("[ici](https://lac.fr/?n={{ member.name }})", "https://lac.fr/?n=Zo%C3%A9%20Martin"),
        ("https://lac.fr/?n={{ member.name }}", "https://lac.fr/?n=Zo%C3%A9%20Martin"),
    ],
)
def test_what_is_or_reads_as_an_address_is_live(markdown: str, address: str) -> None:
    assert Elements(composed(markdown).html).addresses == [address]


@pytest.mark.parametrize(
    "markdown",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,x)",
        "<javascript:alert(1)>",
        "[x](&#106;avascript:alert(1))",
        "[x]: javascript:alert(1)\n\n[x]",
        "ftp://lac.fr //lac.fr",
        "Merci.de votre aide, voir liste.md",
    ],
)
def test_nothing_else_is_live(markdown: str) -> None:
    assert Elements(composed(markdown).html).addresses == []


def test_only_https_images_are_shown() -> None:
    assert "img" not in Elements(composed("![Le lac](http://lac.fr/a.png)").html).tags
    assert 'alt="Le lac"' in composed("![Le **lac**](https://lac.fr/a.png)").html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{{ prénon }}", "pas de champ de ce nom : 'prénon' ; vouliez-vous dire 'prénom' ?"),
        ("{{ member.frist_name }}", "vouliez-vous dire 'member.first_name' ?"),
        ("{{ lieu }}", "attendu, au choix : prénom, nom, member.name, groupe, "),
        ("{{ nom du groupe }}", "attendu : par exemple {{ prénom }}"),
    ],
)
def test_in_french_a_place_is_called_by_its_french_name(typed: str, said: str) -> None:
    speak("fr")
    try:
        ((_line, message),) = refused(typed)
    finally:
        speak("en")

    assert said in message.replace("\u00a0", " ")


def test_every_unknown_mark_is_refused_with_its_line_and_the_nearest_place() -> None:
    example = "expected such as {{ member.first_name }}"

    assert refused(
        "Bonjour {{ member.frist_name }}\r\n"
        "{% for x in range(10**9) %}\r\n"
        "{{ ''.__class__ }} puis {#\r\n"
        "\r\n"
        "{{ member.first_name | upper }} {{{ member.name }}} {{ group.nam }}"
    ) == [
        (1, "no such place: 'member.frist_name'; did you mean 'member.first_name'?"),
        (2, f"not a place for a name: '{{% for x in range(10**9) %}}'; {example}"),
        (3, f"not a place for a name: \"{{{{ ''.__class__ }}}}\"; {example}"),
        (3, f"not a place for a name: '{{#'; {example}"),
        (5, f"not a place for a name: '{{{{ member.first_name | upper }}}}'; {example}"),
        (5, f"not a place for a name: '{{{{{{ member.name }}}}}}'; {example}"),
        (5, "no such place: 'group.nam'; did you mean 'group.name'?"),
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("prénom", "member.first_name"),
        ("Pre\u0301nom", "member.first_name"),
        ("member.prenom", "member.first_name"),
        ("Nom", "member.last_name"),
        ("groupe.nom", "group.name"),
    ],
)
def test_a_place_may_be_named_in_french(typed: str, meant: str) -> None:
    assert composed(f"Bonjour {{{{ {typed} }}}}") == composed(f"Bonjour {{{{ {meant} }}}}")


def test_a_place_that_is_like_no_other_is_refused_with_all_that_exist() -> None:
    assert refused("{{ zzz }}") == [
        (1, f"no such place: 'zzz'; expected one of {', '.join((*MEMBER_PLACES, *GROUP_PLACES))}")
    ]


def test_what_the_group_does_not_have_is_refused() -> None:
    assert refused("{{ group.url }}\n{{ group.contact.name }}", url="", contact=None) == [
        (1, "'group.url': the group has none"),
        (2, "'group.contact.name': the group has none"),
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "[x]({{ member.name }})",
        "[x](https://{{ member.name }}/)",
        "https://ana@{{ member.name }}",
        "www.{{ member.name }}.fr",
        "mailto:{{ member.name }}",
    ],
)
def test_a_name_never_tells_where_a_link_leads(markdown: str) -> None:
    assert refused(markdown) == [
        (1, "'member.name': a member's name can't be the beginning of a link's address")
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "contact@{{ member.last_name }}.example.org",
        "a@lac.{{ nom }}.org",
        "lac.fr@{{ nom }}.org",
        "a.{{ nom }}@lac.fr",
        "{{ prénom }}@lac.fr",
        "[écrire](a@{{ nom }}.org)",
        "[écrire](a.{{ nom }}@lac.fr)",
    ],
)
def test_a_mailbox_with_a_member_s_name_in_it_is_text_as_it_was_typed(markdown: str) -> None:
    made = composed(f"Écrire à {markdown} ou à ana@lac.fr", a_mailbox(first_name="Zoé", last_name="Zoé"))
    shown = re.sub(r"\{\{ [\w.]+ \}\}", "Zoé", markdown)

    assert made.text == f"Écrire à {shown} ou à ana@lac.fr\n"
    assert shown in made.html
    assert Elements(made.html).addresses == ["mailto:ana@lac.fr"]


@pytest.mark.parametrize(
    "name", ["[x](http://evil.fr)", "**", "<script>", "# A", "`a`", "{{ member.name }}", "http://e.fr"]
)
def test_the_groups_name_is_shown_as_it_is(name: str) -> None:
    made = composed("Chez {{ group.name }}", name=name)

    assert made.text == f"Chez {name}\n"
    assert Elements(made.html).tags == {"p"}


@pytest.mark.parametrize("blank", ["", " \n\t\r\n", "\ufeff", "\u200b\n", "\0"])
def test_a_text_of_blanks_is_refused(blank: str) -> None:
    assert refused(blank) == [(0, "there is no text")]


@pytest.mark.dear
@pytest.mark.parametrize(
    ("markdown", "problem"),
    [
        ("a" * 200_001, (0, "200001 characters, at most 200000")),
        ("Bonjour\n\n" + "a" * 20_001, (3, "a paragraph of over 20000 characters")),
        ("Bonjour\n\n" + "> " * 60 + "a", (3, "lists or quotations nested too deep")),
        ("a|b\n-|-\n" + "|\n" * 9_000, (0, "too many lists, tables or links for one mail")),
    ],
)
def test_a_text_without_measure_is_refused(markdown: str, problem: tuple[int, str]) -> None:
    assert refused(markdown) == [problem]


@pytest.mark.long
@pytest.mark.parametrize(
    "longest",
    [
        "a " * 9_000,
        "> " * 40 + "a",
        "*a **a " * 1_200 + "a** a* " * 1_200,
        "Une ligne de texte\n\n" * 5_000,
    ],
)
def test_a_long_text_is_not(longest: str) -> None:
    assert composed(longest).text


@pytest.mark.dear
@given(st.lists(MARKUP, max_size=30).map("".join), st.text(max_size=12) | MARKUP, MARKUP)
def test_whatever_is_written_is_mail_safe_or_refused_in_one_line_each(
    markdown: str, first: str, last: str
) -> None:
    for made in composed_or_refused(markdown, Mailbox("zoe@example.org", first, last)):
        if isinstance(made, str):
            assert "\n" not in made
            continue
        found = Elements(made.html)
        assert found.tags <= TAGS
        assert found.attributes <= {"href", "src", "alt", "style", "start", "value", "scope"}
        assert all(WEB_OR_MAIL.match(address) for address in found.addresses)


@pytest.mark.parametrize("subject", ["AG", "a" * 255, 'Été 🥕 "du lac" & <b>', "**AG** {1}"])
def test_a_subject_is_any_line_of_text(subject: str) -> None:
    refuse_bad_subject(subject)


@pytest.mark.parametrize(
    ("subject", "problem"),
    [
        ("", "subject: there is no subject"),
        (" \u200b", "subject: there is no subject"),
        ("a" * 256, "subject: 256 characters, at most 255"),
        ("a" * 300, "subject: 300 characters, at most 255"),
        (
            "AG\nBcc: x@example.org",
            "subject: a line break or control character in it; expected one line of plain text",
        ),
        ("AG\r", "subject: a line break or control character in it; expected one line of plain text"),
        ("AG\u2028", "subject: a line break or control character in it; expected one line of plain text"),
        ("AG\0", "subject: a line break or control character in it; expected one line of plain text"),
        ("AG \ue000", "subject: a line break or control character in it; expected one line of plain text"),
        ("{{ member.name }}", "subject: expected plain text without {{, {% or {#: names go into the body"),
        ("{% x", "subject: expected plain text without {{, {% or {#: names go into the body"),
        ("{#", "subject: expected plain text without {{, {% or {#: names go into the body"),
    ],
)
def test_what_cannot_stand_in_a_header_is_refused(subject: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_bad_subject(subject)

    assert str(caught.value) == problem


def test_all_that_is_wrong_with_a_subject_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        refuse_bad_subject("{{" + "\n" * 255)

    assert len(caught.value.problems) == 3
