"""A broadcast that isn't what somebody typed: lost accents, another kind of file."""

from __future__ import annotations

import pytest

from cagette_notify.core.errors import UsageError
from cagette_notify.mails.broadcast_text.compose import compose, refuse_bad_subject
from tests.fixtures.builders import a_group


def refused(markdown: str) -> list[tuple[int, str]]:
    with pytest.raises(UsageError) as error:
        compose(markdown, a_group())
    return [(problem.line, problem.message) for problem in error.value.problems]


@pytest.mark.parametrize("word", ["ZoÃ©", "l\x92eau", "Zo\ufffd", "PrŽ", "dÃ©jÃ\u00a0", "√©lan"])
def test_a_body_whose_accents_went_wrong_is_refused_with_its_line(word: str) -> None:
    assert refused(f"Bonjour,\r\n\r\nsamedi {word} matin, {word}") == [
        (3, f"the accents look wrong: {word!r}; save the text as UTF-8")
    ]


def test_a_body_with_all_that_people_type_is_taken() -> None:
    typed = "KNEŽEVIĆ, Žofie et JOÃO : « l’œuf » à 2 € – ‚si‘ – adhérent•e•s… ƒ 5"

    assert compose(typed, a_group()).text == f"{typed}\n"


def test_a_subject_whose_accents_went_wrong_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        refuse_bad_subject("RÃ©union")

    assert [str(problem) for problem in error.value.problems] == [
        "subject: the accents look wrong: 'RÃ©union'"
    ]


@pytest.mark.parametrize(
    "source", [r"{\rtf1\ansi Bonjour}", "<!DOCTYPE html>\n<p>x</p>", "\n<html lang='fr'>"]
)
def test_the_source_of_another_kind_of_document_is_refused(source: str) -> None:
    assert refused(source) == [(1, "this is the source of a document (RTF or HTML): save it as plain text")]


def test_a_text_that_speaks_of_html_is_taken() -> None:
    assert compose("Le mot <html> reste.", a_group()).text == "Le mot <html> reste.\n"
