"""Links and images: marked as people paste their addresses, and bare, with where they begin and end."""

from __future__ import annotations

import re

import pytest

from cagette_notify.core.errors import UsageError
from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group


def links(markdown: str) -> list[tuple[str, str]]:
    return re.findall(r'<a href="([^"]*)">([^<]*)</a>', compose(markdown, a_group()).html)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("[le plan](https://example.org/plan accès.pdf)", "https://example.org/plan%20acc%C3%A8s.pdf"),
        ("[le plan](https://example.org/plan (1).pdf)", "https://example.org/plan%20(1).pdf"),
        ("[le plan]( https://example.org/a b )", "https://example.org/a%20b"),
        ("[le plan](www.lac.fr/a b)", "http://www.lac.fr/a%20b"),
        ("[le plan](<https://lac.fr/a b>)", "https://lac.fr/a%20b"),
        ('[le plan](https://lac.fr/a "Le plan")', "https://lac.fr/a"),
        (
            "[le plan](https://lac.fr/a?n={{ member.name }} b)",
            "https://lac.fr/a?n=\ue000urlmembername\ue001%20b",
        ),
        ("![le plan](https://lac.fr/plan accès.png)", "https://lac.fr/plan%20acc%C3%A8s.png"),
    ],
)
def test_an_address_with_a_blank_is_linked_whole(typed: str, address: str) -> None:
    html = compose(typed, a_group()).html

    assert re.findall(r'(?:href|src)="([^"]*)"', html) == [address]
    assert "](" not in html


@pytest.mark.parametrize(
    "typed", ["https://lac.fr/Plan%20AMAP%202026.pdf", "http://lac.fr/3%2C50%20%E2%82%AC"]
)
def test_a_bare_address_is_shown_as_it_was_typed(typed: str) -> None:
    body = compose(f"Voir {typed} ici", a_group())

    assert f"Voir {typed} ici" in re.sub(r"<[^>]*>", "", body.html)
    assert body.text == f"Voir {typed} ici\n"


def test_two_links_in_a_line_stay_two() -> None:
    html = compose("[un](https://lac.fr/a b) et [deux](https://lac.fr/c)", a_group()).html

    assert re.findall(r'href="([^"]*)"', html) == ["https://lac.fr/a%20b", "https://lac.fr/c"]


@pytest.mark.parametrize(
    "file",
    [
        "photo.jpg",
        "./photos/Le lac.jpg",
        "/home/ana/photo.jpg",
        "C:\\photo.jpg",
        "data:image/png;base64,AAAA",
    ],
)
def test_an_image_that_is_not_on_the_web_is_refused_with_its_line(file: str) -> None:
    with pytest.raises(UsageError) as caught:
        compose(f"Bonjour,\n\nVoici\nle lac : ![Photo]({file})\n\n> - ![]({file})", a_group())

    assert [(problem.line, problem.field) for problem in caught.value.problems] == [(4, "body"), (6, "body")]
    assert all(repr(file) in problem.message for problem in caught.value.problems)


def test_an_exclamation_mark_before_brackets_is_no_image() -> None:
    assert compose("Bravo ![1] (voir photo.jpg)", a_group()).text == "Bravo ![1] (voir photo.jpg)\n"


@pytest.mark.parametrize(
    "address",
    [
        *("liste.pdf", "ma liste.xlsx", "liste (1).pdf", "./plans/lac.png", "../a", "~/a", "C:\\a.pdf"),
        *("amap.fr", "amap.fr/agenda?mois=6", "lac.coop", "/page", "https:", "http:/lac.fr", "ftp://lac.fr"),
        *("file:///home/ana/a.pdf", "mailto: ana@lac.fr", "plan", "légumes-d-hiver", "#plan", "?mois=6"),
    ],
)
def test_a_link_to_what_is_not_on_the_web_is_refused_with_its_line(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        compose(f'Bonjour,\n\nVoici\n**[la liste]({address})**\n\n> - [b]({address} "titre")', a_group())

    assert [(problem.line, problem.field) for problem in caught.value.problems] == [(4, "body"), (6, "body")]
    for problem in caught.value.problems:
        assert problem.message.startswith(repr(address)[:-1])
        assert (
            "give an address that begins with https://; words that are no link want a blank"
            in problem.message
        )


@pytest.mark.parametrize("address", ["tel:0612345678", "TEL:+33612345678", "sms:0612345678"])
def test_who_links_to_a_telephone_number_is_asked_to_write_it(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        compose(f"Bonjour,\n\nClaire : [06 12]({address})", a_group())

    (problem,) = caught.value.problems
    assert (problem.line, problem.field) == (3, "body")
    assert problem.message.startswith(f"{address!r} is a telephone number")
    assert "attach the file" not in problem.message


@pytest.mark.parametrize(
    "typed",
    [
        *("inscrit[e](s)", "[1](voir plus bas)", "[matin](9:30)", "[A](9h/10h)", "[kg](2.5kg)"),
        *("[sic](p. 12)", "[a](et/ou)", "[b](etc.)", "[c](M. Roux)", "[d](2)", "[e](voir amap.fr"),
        *("[x](1,50 €)", "inscrit[e](sans)", "[cher](ère)s", "[x](plan de la salle)", "[les œufs] (bio)"),
        "[f] (a.pdf)",
    ],
)
def test_brackets_that_are_no_link_stay_as_they_were_typed(typed: str) -> None:
    assert compose(typed, a_group()).text == f"{typed}\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("[](https://lac.fr/a)", '<a href="https://lac.fr/a">https://lac.fr/a</a>'),
        ("[](mailto:ana@lac.fr)", '<a href="mailto:ana@lac.fr">ana@lac.fr</a>'),
        (
            '[plan](https://lac.fr "12 rue du Lac"), merci',
            '<a href="https://lac.fr">plan</a> (12 rue du Lac), merci',
        ),
        ('![vélo](https://lac.fr/x.png "12 € dès le 3 mai") !', "> (12 € dès le 3 mai) !</p>"),
    ],
)
def test_a_link_hides_nothing(typed: str, shown: str) -> None:
    body = compose(typed, a_group())

    assert shown in re.sub(r' style="[^"]*"', "", body.html)
    assert re.sub(r"<[^>]*>", "", shown).split()[-1] in body.text


@pytest.mark.parametrize(
    "words",
    [" ", "\u00a0", "\u200b", "\u2060 \u00ad", "&nbsp;", "&#8203;", "\ufe0f", "\u3164", "\u2800", "\n"],
)
def test_a_link_of_words_that_nobody_sees_shows_its_address_in_text_and_html_alike(words: str) -> None:
    body = compose(f'Voir [{words}](https://lac.fr/vide "le plan").', a_group())

    html = re.sub(r' style="[^"]*"', "", body.html)
    assert html == '<p>Voir <a href="https://lac.fr/vide">https://lac.fr/vide</a> (le plan).</p>\n'
    assert body.text == "Voir https://lac.fr/vide (le plan).\n"


@pytest.mark.parametrize("words", ["{{ prénom }}", "🥕", ".", "![](https://lac.fr/a.png)", "**a**"])
def test_a_link_of_words_that_can_be_seen_keeps_them(words: str) -> None:
    assert ">https://lac.fr/vide<" not in compose(f"Voir [{words}](https://lac.fr/vide).", a_group()).html


@pytest.mark.parametrize("typed", ["[le planning]()", "[le planning]( )"])
def test_a_link_that_leads_nowhere_stays_as_it_was_typed(typed: str) -> None:
    body = compose(f"Voir {typed} et [ici](https://lac.fr).", a_group())

    assert 'href=""' not in body.html
    assert body.text == f"Voir {typed} et ici (https://lac.fr).\n"


def test_a_link_that_leads_nowhere_within_one_that_does_is_its_text() -> None:
    assert compose("[a [b]() c](https://lac.fr)", a_group()).text == "a [b]() c (https://lac.fr)\n"


@pytest.mark.parametrize(
    "end",
    [
        *("»", "”", "’", "›", "…", "–", "—", "―", "→", "⇒", "➜", "👍", "❤️", "🇫🇷", "👩‍🌾", "™", "€", "•"),
        *(
            "\u200b",
            "\u00ad",
            "\u2060",
            "\u200e",
            "\ufe0f",
            "\u202f;",
            "’ dit-il",
            "—lisez",
            "…et",
            "->ici",
            "=> ici",
        ),
        *(": venez", " :", ":"),
        *("...", ".»", ").", " -- puis", "-- puis"),
    ],
)
def test_a_link_ends_before_what_is_no_address_any_more(end: str) -> None:
    typed = f"Voir https://lac.fr/menu{end}"

    assert links(typed) == [("https://lac.fr/menu", "https://lac.fr/menu")]
    assert compose(typed, a_group()).text == f"{typed}\n"


@pytest.mark.parametrize("start", ["«", "“", "‘", "👉", "→", "—", "\u200b", "(", "•"])
def test_a_link_may_follow_a_mark_at_once(start: str) -> None:
    assert links(f"{start}https://lac.fr/menu") == [("https://lac.fr/menu", "https://lac.fr/menu")]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://lac.fr/L’Été", "https://lac.fr/L%E2%80%99%C3%89t%C3%A9"),
        ("https://lac.fr/adhérent·e·s", "https://lac.fr/adh%C3%A9rent%C2%B7e%C2%B7s"),
        ("https://lac.fr/e\u0301te\u0301", "https://lac.fr/e%CC%81te%CC%81"),
        ("https://lac.fr/a-b--c_d_", "https://lac.fr/a-b--c_d_"),
        ("https://l.fr/?m=ana@lac.fr,b", "https://l.fr/?m=ana@lac.fr,b"),
        ("https://l.fr/maps/@45.1,5.7,1z", "https://l.fr/maps/@45.1,5.7,1z"),
        ("https://lac.fr/_une_page", "https://lac.fr/_une_page"),
        ("https://lac.fr/~~ana", "https://lac.fr/~~ana"),
        ("`https://lac.fr/menu`", "https://lac.fr/menu"),
        ("~~https://lac.fr/menu~~", "https://lac.fr/menu"),
        ("Site:www.lac.fr", "http://www.lac.fr"),
        ("https://lac.fr/?a=_b_&c=*d*", "https://lac.fr/?a=_b_&amp;c=*d*"),
        ("**https://lac.fr/?c=*d**", "https://lac.fr/?c=*d"),
        ("https://lac.fr/menu*", "https://lac.fr/menu"),
    ],
)
def test_what_belongs_to_an_address_stays_in_it(typed: str, address: str) -> None:
    assert [link for link, _text in links(typed)] == [address]


@pytest.mark.parametrize(
    "typed",
    [
        "_https://lac.fr/z_",
        "(_Plan : https://lac.fr/z_)",
        "__Plan : https://lac.fr/z__",
        "**_https://lac.fr/z_**",
        "_Le plan_ : _https://lac.fr/z_",
    ],
)
def test_an_underscore_that_closes_is_not_part_of_an_address(typed: str) -> None:
    assert [link for link, _text in links(typed)] == ["https://lac.fr/z"]
    assert "_" not in compose(typed, a_group()).text


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Claire<claire@lac.fr>", "claire@lac.fr"),
        ("Claire <claire@lac.fr>, Bob<bob@lac.fr>", "claire@lac.fr"),
        ("Voir<https://lac.fr/a_b>ici", "https://lac.fr/a_b"),
        ("<www.lac.fr>", "www.lac.fr"),
    ],
)
def test_the_brackets_around_an_address_stay(typed: str, address: str) -> None:
    assert links(typed)[0][1] == address
    assert compose(typed, a_group()).text == f"{typed}\n"


@pytest.mark.parametrize(
    "typed", ["_Plan_ : https://lac.fr/z_", "_Plan\nhttps://lac.fr/z_", "__https://lac.fr/z_"]
)
def test_an_underscore_that_closes_nothing_stays_in_an_address(typed: str) -> None:
    assert [link for link, _text in links(typed)] == ["https://lac.fr/z_"]


@pytest.mark.parametrize(
    "label", ["Mail:", "mail=", "e-mail:", "Courriel:", "Réservé:", "«", "(", "Nom,mail=", "-", "→"]
)
def test_a_mailbox_begins_after_what_introduces_it(label: str) -> None:
    assert links(f"{label}claire@example.org") == [("mailto:claire@example.org", "claire@example.org")]


def test_each_mailbox_of_a_list_is_live() -> None:
    addresses = ["mailto:ana@lac.fr", "mailto:paul@lac.fr", "mailto:zoe@lac.fr"]

    assert [link for link, _text in links("ana@lac.fr,paul@lac.fr;zoe@lac.fr")] == addresses


def test_a_mailbox_with_its_scheme_keeps_it() -> None:
    assert links("mailto:ana@lac.fr") == [("mailto:ana@lac.fr", "mailto:ana@lac.fr")]
