"""What templates do to a text."""

from __future__ import annotations

import re

import pytest

from cagette_notify.mails.template_filters import breakable


def boxes(text: str, longest: int) -> list[str]:
    """Return the parts between which a line may end: boxes, and the end of the word."""
    word = str(breakable(text, longest)).removeprefix('<span style="display:inline-block">')
    return re.split(r'</span>(?:<span style="display:inline-block">)?', word)


def test_a_text_of_short_words_is_left_alone() -> None:
    assert breakable("Salle des fêtes & cour, 3 rue", 9) == "Salle des fêtes &amp; cour, 3 rue"


def test_only_a_word_that_is_too_long_may_be_broken() -> None:
    assert breakable("Bio anticonstitutionnellement", 20).startswith("Bio <span")
    assert boxes("anticonstitutionnellement", 20) == ["anticonstitutionnell", "ement"]


def test_no_line_ends_between_a_word_and_the_comma_behind_it() -> None:
    assert breakable("https://app.cagette.net/group/lac", 30, is_link=True).endswith("</span>lac")


def test_what_is_broken_is_escaped() -> None:
    assert boxes("<b>" * 3, 8) == ["&lt;b&gt;&lt;b&gt;&lt;b", "&gt;"]


@pytest.mark.parametrize("joined", ["é" + "e\u0301", "👩‍👩‍👧", "👍🏽", "\ue000memberfirstname\ue001"])
def test_what_is_one_sign_stays_together(joined: str) -> None:
    assert any(joined in box for box in boxes("x" * 6 + joined + "y" * 12, 10))


@pytest.mark.parametrize("text", ["\ue000" * 12, "a\n" * 12, "\u200d" * 12, "é" * 30])
def test_nothing_is_lost(text: str) -> None:
    assert "".join(boxes(text, 10)) == text
