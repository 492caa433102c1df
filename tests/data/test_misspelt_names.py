"""Names and addresses that are somebody's but for a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cagette_notify.data.members.misspelt_names import Misspelt, is_a_letter_apart
from tests.fixtures.builders import a_member

if TYPE_CHECKING:
    from cagette_notify.core.model import Member

LETTERS = st.sampled_from("abcdé 1@.")
WORDS = st.text(LETTERS, min_size=6, max_size=9)
ZOE = a_member()


def meant_by(text: str, *names: str) -> list[Member]:
    return list(Misspelt((name, ZOE) for name in names).meant_by(text))


@given(WORDS, st.data())
def test_a_name_with_a_letter_wrong_is_found_wherever_that_is(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("abcdé ")) if not name[at].isdigit() else name[at]
    changed = [
        name[:at] + letter + name[at:],
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
        name[:at] + name[at + 1 :],
    ]
    for text in changed:
        digits = [char for char in text if char.isdigit()] == [char for char in name if char.isdigit()]
        assert bool(meant_by(text, name)) is (text != name and digits)


@given(WORDS, WORDS)
def test_whatever_is_found_is_a_letter_apart(name: str, text: str) -> None:
    assert bool(meant_by(text, name)) is is_a_letter_apart(name, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zoe martin", "zoe martin"),
        ("zoe martin", "zeo mratin"),
        ("lea 1 roux", "lea 2 roux"),
        ("abc", "cba"),
    ],
)
def test_what_differs_more_or_in_its_digits_is_another(one: str, other: str) -> None:
    assert not is_a_letter_apart(one, other)


def test_a_short_name_is_no_other() -> None:
    assert meant_by("lerou", "leroux")
    assert not meant_by("roux", "eroux")
