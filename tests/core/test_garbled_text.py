"""Accents that went wrong on the way, and names that only look odd."""

from __future__ import annotations

import pytest

from cagette_notify.core.text import looks_garbled

_WORDS = [
    "Zoé",
    "Éric",
    "Noël",
    "VOILÀ",
    "Œuvre",
    "Bœuf",
    "Déjà",
    "KÖNIG",
    "n° 2",
    "l’œuf",
    "12 €",
    "François",
]


@pytest.mark.parametrize("word", _WORDS)
def test_utf_8_that_was_read_as_windows_1252_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode().decode("cp1252", errors="replace"))


@pytest.mark.parametrize("word", ["Zoé", "François", "Crème", "Élise", "Hôtel", "Voilà"])
def test_utf_8_that_was_read_as_mac_roman_or_a_dos_page_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode().decode("mac-roman"))
    assert looks_garbled(word.encode().decode("cp850"))


@pytest.mark.parametrize("word", ["Zoé", "Éric", "Déjà", "Élise"])
def test_mac_roman_that_was_read_as_windows_1252_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode("mac-roman").decode("cp1252"))


@pytest.mark.parametrize("word", ["Zoé", "tête", "Crème", "André", "François", "Loïc"])
def test_a_dos_page_that_was_read_as_windows_1252_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode("cp850").decode("cp1252"))


@pytest.mark.parametrize("word", ["bœuf", "œuf", "ŒUFS", "œillets", "12 €", "12,50€", "Dušan"])
def test_latin_9_that_was_read_as_windows_1252_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode("iso-8859-15").decode("cp1252"))


@pytest.mark.parametrize(
    "word", ["Zoé", "Hélène", "tête", "François", "Gaël", "Müller", "Élise", "pâté", "côté", "maître", "août"]
)
def test_windows_1252_that_was_read_as_a_dos_page_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode("cp1252").decode("cp850"))


@pytest.mark.parametrize("word", ["Zoé", "Hélène", "tête", "François", "Gaël", "Müller", "pâté", "côté"])
def test_windows_1252_that_was_read_as_mac_roman_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode("cp1252").decode("mac-roman"))


@pytest.mark.parametrize("word", ["Zoé", "Hélène", "fête", "François", "Gaël", "Müller", "pâté", "Élise"])
def test_utf_8_that_was_read_as_windows_1250_is_garbled(word: str) -> None:
    assert looks_garbled(word.encode().decode("cp1250", errors="replace"))


@pytest.mark.parametrize("text", ["Zo\ufffd", "Zo\x8e", "ZoÃ©", "ZoÃƒÂ©", "Zo\u017d"])
def test_a_mark_of_what_was_lost_is_garbled(text: str) -> None:
    assert looks_garbled(text)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Zoé",
            "Éric",
            "KNEŽEVIĆ",
            "Žofie",
            "Škoda",
            "ŠARŪNAS",
            "João",
            "JOÃO",
            "IRMÃ »",
            "Åse",
            "Ångström",
        ),
        *("½ litre", "½L", "1½", "¾ L", "¤ Tomates", "l´été", "25 ‰", "25‰"),
        *("CHÂTEAU", "L’ÂGE", "Pâte à tartiner", "CAFÉ »", "Noël Bœuf", "NAÏVE", "Müller", "Ÿvonne", "Œuvre"),
        *(
            "‚zitiert‘",
            "Merci ˆˆ",
            "adhérent•e•s",
            "ƒ 5",
            "‹voir›, p. 3‡",
            "Łukasz",
            "Þórður Sigþórsson",
            "BĂNICĂ",
            "Pădurea",
            "McÉvoy",
            "BioÉquitable",
            "L’Île",
            "10 m³",
            "H¹",
            "Ðorđe",
            "Zoe\u0301",
            "🥕 Carottes",
            "Ελένη",
        ),
    ],
)
def test_a_name_is_a_name(name: str) -> None:
    assert not looks_garbled(name)
