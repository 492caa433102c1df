"""Files of a byte for each character, saved by Windows, under Linux, on an old Mac and under DOS."""

from __future__ import annotations

from pathlib import Path

import pytest

from cagette_notify.readers.encodings import LOST, decode, decode_doubtful
from cagette_notify.readers.tree import Unreadable

ROOT = Path(__file__).parents[2]
DOS, MAC = "DOS (CP850)", "Mac Roman"
REAL_TEXTS = [
    *sorted((ROOT / "tests" / "data" / "samples").glob("*.csv")),
    ROOT / "tests" / "mails" / "broadcast_bodies.md",
    ROOT / "README.fr.md",
    *sorted((ROOT / "templates" / "fr").glob("*.txt.j2")),
]
NAMES = (
    *("Zoé", "Côme", "Benoît", "Zoë", "Anaïs", "François", "Gaël", "Hélène", "Noël", "Loïc", "Maëlle"),
    *("Jérôme", "Agnès", "Raphaël", "Thérèse", "Désirée", "Cléo"),
)


def text_in(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")


@pytest.mark.parametrize("path", REAL_TEXTS, ids=lambda path: path.name)
def test_what_french_people_write_is_read_from_windows_1252_line_by_line_and_as_a_whole(path: Path) -> None:
    text = text_in(path)
    raw = text.encode("cp1252", "ignore")

    assert decode(raw) == raw.decode("cp1252")
    for line in raw.splitlines():
        if b"\xc3\xa9" not in line:  # of UTF-8, in words about it
            assert decode(line) == line.decode("cp1252")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "adhérent•e•s",
            "client•es",
            "tous•tes",
            "Paris–Lyon",
            "vendredi–samedi",
            "euh…non",
            "l“atelier bio”",
        ),
        *("c‘est", "aujourd‘hui", "l´été", "SOCIéTé HéLèNE CAFéS", "1ÈRE", "LÉa", "½L", "½kg", "1½", "¾ L"),
        *("kg×2", "Coca®Cola", "Marque™", "mot†", "25‰", "KNEŽEVIĆ", "Žofie", "Škoda", "LÓPEZ Muñoz García"),
        *(
            "João",
            "Øystein",
            "Ôter",
            "Ÿvonne",
            "Œuvre",
            "l’œuf",
            "12€par mois",
            "‚zitiert‘",
            "‘bio’",
            "À",
            "– 12",
        ),
        *(
            "• un\n• deux",
            "¡Hola! ¿Qué?",
            "« Ça va »",
            "10 °C",
            "n° 5",
            "1º",
            "prix : 3 € – 4 €",
            "50 % bio…",
        ),
    ],
)
def test_odd_but_sound_text_stays_windows_1252(text: str) -> None:
    raw = text.encode("cp1252", "ignore")

    assert decode(raw) == raw.decode("cp1252")


@pytest.mark.parametrize(
    "text",
    [
        *("Œufs et cœur de bœuf", "sœur", "l'œil", "12 €", "12,50€ le kg", "Prix (en €)", "2 €/kg", "NŒUD"),
        "Hélène;Maÿlis\nÉric;12,00 €",
    ],
)
def test_latin_9_is_read_right(text: str) -> None:
    assert decode(text.encode("iso-8859-15")) == text


@pytest.mark.parametrize(
    "name",
    [
        *("Côme", "août", "Benoît", "Zoë", "Anaïs", "François", "Gaël", "Hélène", "Noël", "Loïc", "Père"),
        *("sûr", "fût", "Saône", "FRANÇOIS", "« bio »", "n° 2"),
    ],
)
def test_a_single_name_from_dos_casts_doubt_on_its_text(name: str) -> None:
    read = decode_doubtful(f"1;{name}\n".encode("cp850"))

    assert "save the file as UTF-8" in read.in_doubt
    assert not set(read.text) - set(f"1;{name}\n") - {LOST}


@pytest.mark.parametrize(
    "name",
    [
        *("Côme", "août", "Benoît", "Zoë", "Anaïs", "Gaël", "Noël", "Maïs", "Loïc", "Güler", "Cœur", "œuf"),
        *("ŒUF", "Élodie", "5 €", "« bio »", "n° 2", "l’été"),
    ],
)
def test_a_single_name_from_an_old_mac_casts_doubt_on_its_text(name: str) -> None:
    read = decode_doubtful(f"1;{name}\n".encode("mac-roman"))

    assert "save the file as UTF-8" in read.in_doubt
    assert not set(read.text) - set(f"1;{name}\n") - {LOST}


@pytest.mark.parametrize(("encoding", "shown"), [("cp850", DOS), ("mac-roman", MAC)])
def test_it_is_said_in_which_encoding_a_list_of_names_seems_to_be(encoding: str, shown: str) -> None:
    unread = b"\x81\x8d\x8f\x90\x9d"  # in Windows-1252
    names = [name for name in NAMES if not set(name.encode(encoding)) & set(unread)]

    read = decode_doubtful(
        "\n".join([*names, "Île-d’Yeu" if encoding == "mac-roman" else "Île"]).encode(encoding)
    )

    assert f"saved as {shown};" in read.in_doubt
    with pytest.raises(Unreadable, match="the accents look wrong") as refused:
        decode(("Ana\n" + "\n".join(names)).encode(encoding))
    assert refused.value.line == 2
    with pytest.raises(Unreadable, match=r"nor Windows-1252, but (DOS|Mac)") as refused:
        decode("\n".join([*names, "Forêt, ÉTÉ, où"]).encode(encoding))
    assert shown in refused.value.message


def test_one_odd_sign_among_sound_accents_is_no_other_encoding() -> None:
    raw = "\n".join([*NAMES, "ZoŽ", "C“me", "½uf"]).encode("cp1252")

    assert decode(raw) == raw.decode("cp1252")


def test_a_mark_far_down_in_a_long_list_of_ascii_is_found() -> None:
    rows = "".join(f"{number};Ana;Roux\n" for number in range(20_000))

    assert "Mac Roman" in decode_doubtful(f"{rows}1;Zoé\n{rows}".encode("mac-roman")).in_doubt
