from __future__ import annotations

import pytest

from cagette_notify.readers.encodings import decode
from cagette_notify.readers.tree import Unreadable


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_text_cut_inside_a_character_is_not_taken_for_another_encoding(encoding: str) -> None:
    with pytest.raises(Unreadable, match="in the middle of a character") as refused:
        decode("Zoé\nLé".encode(encoding)[:-1])

    assert refused.value.line == 2


@pytest.mark.parametrize("text", ["Zoé", "Zoé\nLé", "Léa\nZoé"])
def test_an_accent_at_the_very_end_is_one_of_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252")) == text
