"""The language of messages: whose it is, and when its catalog is read."""

from __future__ import annotations

import errno
import os

import pytest

from cagette_notify.core import i18n as language
from cagette_notify.core.i18n import _, _n, language_of_mails, of_locale, speak, spoken, translated, why


@pytest.mark.parametrize(
    ("environ", "read"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "fr_BE.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_ALL": "", "LC_MESSAGES": "fr_FR"}, "fr"),
    ],
)
def test_the_locale_says_whether_somebody_reads_french(environ: dict[str, str], read: str) -> None:
    assert of_locale(environ) == read


@pytest.mark.parametrize(
    ("environ", "mails"),
    [({}, "fr"), ({"LANG": "C.UTF-8"}, "fr"), ({"LANG": "fr_FR"}, "fr"), ({"LANG": "en_GB.UTF-8"}, "en")],
)
def test_mails_begin_in_french_unless_the_locale_is_english(environ: dict[str, str], mails: str) -> None:
    assert language_of_mails(environ) == mails


def test_places_are_filled_in_whatever_the_language() -> None:
    english = _("Sent: {count} of {total}.", count=186, total=187)
    speak("fr")

    assert spoken() == "fr"
    assert (english, _("Sent: {count} of {total}.", count=186, total=187)) == (
        "Sent: 186 of 187.",
        "Envoyés\u00a0: 186 sur 187.",
    )


@pytest.mark.parametrize(("count", "said"), [(1, "1 récapitulatif"), (118, "118 récapitulatifs")])
def test_a_count_chooses_the_form(count: int, said: str) -> None:
    speak("fr")

    assert _n("{count} recap", "{count} recaps", count) == said


def test_nothing_translates_to_nothing() -> None:
    speak("fr")

    assert translated("") == ""


def test_a_message_without_french_stays_as_it_is() -> None:
    speak("fr")

    assert translated("nobody has translated this") == "nobody has translated this"


def test_without_room_for_a_catalog_a_message_comes_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_language: str) -> None:
        raise MemoryError

    monkeypatch.setattr(language, "_catalog", refuse)
    speak("fr")

    assert _("nothing is wrong") == "nothing is wrong"


def test_the_words_of_the_system_are_translated() -> None:
    speak("fr")

    assert why(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) == "Plus de place sur le disque"
