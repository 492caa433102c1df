"""Links that nobody marked as such: where they begin and end."""

from __future__ import annotations

import re

import pytest

from cagette_notify.mails.broadcast_text.compose import compose
from tests.fixtures.builders import a_group


def links(markdown: str) -> list[tuple[str, str]]:
    return re.findall(r'<a href="([^"]*)">([^<]*)</a>', compose(markdown, a_group()).html)


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
        ("https://lac.fr/?mail=ana@lac.fr,b", "https://lac.fr/?mail=ana@lac.fr,b"),
        ("https://lac.fr/maps/@45.1,5.7,15z", "https://lac.fr/maps/@45.1,5.7,15z"),
        ("https://lac.fr/_une_page", "https://lac.fr/_une_page"),
        ("https://lac.fr/~~ana", "https://lac.fr/~~ana"),
        ("`https://lac.fr/menu`", "https://lac.fr/menu"),
        ("~~https://lac.fr/menu~~", "https://lac.fr/menu"),
        ("Site:www.lac.fr", "http://www.lac.fr"),
    ],
)
def test_what_belongs_to_an_address_stays_in_it(typed: str, address: str) -> None:
    assert [link for link, _text in links(typed)] == [address]


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
