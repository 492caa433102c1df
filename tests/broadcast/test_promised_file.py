"""A mail that speaks of an attached file is told from one that only looks so."""

from __future__ import annotations

import pytest

from cagette_notify.broadcast.promised_file import promises_file


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Vous trouverez ci-joint l'affiche.",
            "Ci joint le planning",
            "CI-JOINTE, la liste",
            "les ci-joints",
        ),
        *(
            "Le bon est en pièce jointe.",
            "en piece-jointe",
            "Pièces Jointes : 2",
            "la pièce\njointe",
            "en PJ",
        ),
        *("(PJ)", "P.J. : affiche", "the attached list", "See the attachments.", "ci\u2011jointes"),
        *("ci\u00a0joint", "la pièce jointe (https://e.org)", "> bonjour\n\nci-joint l'affiche"),
        "- l'affiche, ci-jointe\n- > le reste",
    ],
)
def test_a_file_is_promised_in_many_spellings(text: str) -> None:
    assert promises_file("Samedi", text)


@pytest.mark.parametrize(
    "text",
    [
        *("Merci, Jointe.", "Nous joindrons le groupe", "un attachement aux producteurs", "ci-jointement"),
        *(
            "https://e.org/ci-joint",
            "e.org/attachments/1",
            "la page (https://e.org/pièce-jointe)",
            "www.pj.org",
        ),
        *("pj@example.org", "> Ci-joint l'affiche", "  > > en pièce jointe", "- > ci-joint", "les pyjamas"),
        *(
            "Il écrit : « ci-joint l'affiche ».",
            "“the attached list”",
            "unattached",
            "une pièce, jointe au mur",
        ),
    ],
)
def test_other_words_addresses_and_what_is_quoted_promise_none(text: str) -> None:
    assert not promises_file("Samedi", text)


def test_a_subject_promises_as_well() -> None:
    assert promises_file("L'affiche ci-jointe", "Bonjour !")
