from __future__ import annotations

import codecs

import pytest

from cagette_notify.data.member_settings.encoding import encode_like
from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable

UTF16_LE = codecs.BOM_UTF16_LE + "Zoé".encode("utf-16-le")
UTF16_BE = codecs.BOM_UTF16_BE + "Zoé".encode("utf-16-be")


@pytest.mark.parametrize(
    "sample", ["Zoé".encode(), "Zoé".encode("utf-8-sig"), UTF16_LE, UTF16_BE, "Zoé".encode("cp1252"), b""]
)
def test_an_unchanged_text_is_the_same_bytes_again(sample: bytes) -> None:
    assert encode_like(decode(sample), sample) == sample


@pytest.mark.parametrize("sample", ["Zoé".encode(), UTF16_BE])
def test_another_text_comes_in_the_encoding_of_its_file(sample: bytes) -> None:
    written = encode_like("Noël 😀", sample)

    assert decode(written) == "Noël 😀"
    assert written[:2] == (UTF16_BE[:2] if sample == UTF16_BE else b"No")


@pytest.mark.parametrize("text", ["Ž and Ω: no Greek there", "Ã© would be taken for UTF-8"])
def test_what_windows_1252_cannot_hold_becomes_utf_8_with_a_mark(text: str) -> None:
    written = encode_like(text, "Zoé".encode("cp1252"))

    assert written.startswith(codecs.BOM_UTF8)
    assert decode(written) == text


def test_what_windows_1252_can_hold_stays_in_it() -> None:
    assert encode_like("Noël à 5 €", "Zoé".encode("cp1252")) == "Noël à 5 €".encode("cp1252")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_text_cut_inside_a_character_is_not_taken_for_another_encoding(encoding: str) -> None:
    with pytest.raises(Unreadable, match="in the middle of a character") as refused:
        decode("Zoé\nLé".encode(encoding)[:-1])

    assert refused.value.line == 2


@pytest.mark.parametrize("text", ["Zoé", "Zoé\nLé", "Léa\nZoé"])
def test_an_accent_at_the_very_end_is_one_of_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252")) == text
