from __future__ import annotations

import pytest

from cagette_notify.readers.encodings import LOST, decode, decode_doubtful
from cagette_notify.readers.tree import Unreadable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_text_cut_inside_a_character_is_not_taken_for_another_encoding(encoding: str) -> None:
    with pytest.raises(Unreadable, match="in the middle of a character") as refused:
        decode("Zoé\nLé".encode(encoding)[:-1])

    assert refused.value.line == 2


@pytest.mark.parametrize("text", ["Zoé", "Zoé\nLé", "Léa\nZoé"])
def test_an_accent_at_the_very_end_is_one_of_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("names", "others", "said"),
    [
        (["Hélène"], ["Zoé"], "UTF-8: 1; in another one: 1, which are 3)"),
        (["Crème", "Pâté", "Ana", "Maïs"], ["Été"], "UTF-8: 3; in another one: 1, which are 6)"),
    ],
)
def test_two_encodings_in_one_file_are_said_and_neither_is_believed(
    names: list[str], others: list[str], said: str
) -> None:
    def rows(of: list[str]) -> str:
        return "".join(f"{name};1\n" for name in of)

    read = decode_doubtful(b"nom;id\n" + rows(names).encode() + rows(others).encode("cp1252"))

    assert f"two encodings stand in one file (lines with accents in {said}" in read.in_doubt
    assert set(read.text) <= {LOST, *map(chr, range(128))}


def test_a_line_of_an_old_mac_that_is_utf_8_by_chance_makes_no_second_encoding() -> None:
    read = decode_doubtful("Panier de l’été\nZoé\nl’école\n".encode("mac-roman"))

    assert "Mac Roman" in read.in_doubt


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            b"PK\x03\x04\x14\x00\x08\x00\xe9\x82[Content_Types].xml \xa2 xl/workbook.xml",
            r"name end in \.xlsx",
        ),
        (b"PK\x03\x04\x14\x00mimetypeapplication/vnd.oasis.opendocument.spreadsheet", r"name end in \.ods"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), r"name end in \.xls,"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not a text, but a PDF"),
    ],
)
def test_a_spreadsheet_or_a_pdf_that_is_called_a_text_is_said_to_be_one(raw: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        decode(raw)


def test_a_text_that_begins_as_a_spreadsheet_does_is_one_all_the_same() -> None:
    assert decode(b"PK;email\n1;zoe@example.org\n") == "PK;email\n1;zoe@example.org\n"
