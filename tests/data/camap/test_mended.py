"""Texts, times and numbers as old servers keep them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from cagette_notify.data.camap.mended import decimal_of, mended, numbers_in, rights_in, wall_clock

LATIN1 = {"Á": 0x81, "Í": 0x8D, "Ï": 0x8F, "Ð": 0x90, "Ý": 0x9D}


def doubly(text: str) -> bytes:
    """Return the bytes of a text whose UTF-8 was taken for MySQL's latin1, and encoded again."""
    raw = text.encode()
    letters = (bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw)
    return "".join(letters).encode()


@pytest.mark.parametrize(
    "text", ["cœur", "Œufs", "Éloïse", "Àgnes 🐝", "L’ÎLE", "«\u00a0Été\u00a0»", *LATIN1, "🥚"]
)
@pytest.mark.parametrize("stored", [str.encode, doubly], ids=["UTF-8", "doubly"])
def test_a_text_is_the_same_however_its_bytes_were_stored(text: str, stored: object) -> None:
    assert callable(stored)
    assert mended(stored(text)) == text


@pytest.mark.parametrize("text", ["Fève à l’ancienne", "Épicerie – œufs", "Noël"])
def test_bytes_that_are_no_utf_8_are_windows_1252(text: str) -> None:
    assert mended(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (doubly("Crème brûlée é")[:-2], "Crème brûlée"),
        ("Crème é".encode()[:-1], "Crème"),  # UTF-8 in a column of latin1, which counts bytes
        ("CAFÉ".encode(), "CAFÉ"),
        ("Ã".encode(), "Ã"),
        (b"Caf\xc3", "CafÃ"),
        (b"", ""),
        (None, ""),
        (b"  Zo\xc3\xa9 ", "Zoé"),
    ],
)
def test_half_a_letter_at_the_end_is_dropped_only_where_another_was_mended(
    stored: bytes | None, text: str
) -> None:
    assert mended(stored) == text


@pytest.mark.parametrize(
    "stored",
    [
        None,
        b"",
        b"0000-00-00 00:00:00",
        b"2026-00-00 00:00:00",
        b"0001-01-01 00:00:00",
        b"9999-12-31 23:59:59",
    ],
)
def test_a_zero_date_is_none(stored: bytes | None) -> None:
    assert wall_clock(stored) is None


def test_a_date_is_what_the_wall_clock_shows() -> None:
    assert wall_clock(b"2026-06-12 18:00:00") == datetime(2026, 6, 12, 18)  # noqa: DTZ001 - of no zone


@pytest.mark.parametrize("text", ["1.005", "2.675", "0.1", "1e20", "-12.5"])
def test_a_double_is_what_was_typed(text: str) -> None:
    assert decimal_of(text.encode()) == Decimal(text)


@pytest.mark.parametrize(
    ("stored", "rights"),
    [
        (None, set()),
        (b"", set()),
        (b"[]", set()),
        (b"null", set()),
        (
            b'[{"params":["80"],"right":"ContractAdmin"}, {"right" : "Messages"}]',
            {"ContractAdmin", "Messages"},
        ),
    ],
)
def test_rights_are_read_in_whatever_order(stored: bytes | None, rights: set[str]) -> None:
    assert rights_in(stored) == rights


def test_rights_that_were_cut_grant_nothing() -> None:
    with pytest.raises(ValueError, match="Unterminated"):
        rights_in(b'[{"right":"GroupAdmin","par')


@pytest.mark.parametrize(
    ("stored", "numbers"), [(None, ()), (b"", ()), (b"1,2,2,,99", (1, 2, 99)), (b" 12 , x", (12,))]
)
def test_ids_in_a_text_count_once(stored: bytes | None, numbers: tuple[int, ...]) -> None:
    assert numbers_in(stored) == numbers
