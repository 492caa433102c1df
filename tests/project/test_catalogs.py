"""Catalogs against the code; ``REFRESH_CATALOG=1 pytest -n0 tests/project/test_catalogs.py`` writes them."""

from __future__ import annotations

import os
import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.catalogs import FOLDER, OURS, Message, read, refresh, template, texts

if TYPE_CHECKING:
    from pathlib import Path

NARROW = re.compile(r" [:;!?»](?=\s|$)|« |\w'\w")
"""What French typography ties to the word before or after, and a typist's apostrophe."""

if os.environ.get("REFRESH_CATALOG"):
    refresh()

FRENCH = texts(read(OURS))


def forms(message: Message) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def places(message: Message) -> set[str]:
    """Return what is filled in, and how: ``value!r`` guards against control characters."""
    parts = [part for form in forms(message) for part in Formatter().parse(form)]
    return {f"{name}!{conversion or ''}" for _text, name, _form, conversion in parts if name is not None}


@pytest.mark.dear
def test_the_catalog_has_the_messages_of_the_code_and_no_others() -> None:
    assert FRENCH.keys() == texts(template()).keys()
    assert not read(OURS).obsolete


def test_every_message_has_its_french() -> None:
    assert [message for message, french in FRENCH.items() if not all(forms(french))] == []


def test_the_french_fills_in_the_same() -> None:
    assert [message for message, french in FRENCH.items() if places(message) != places(french)] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.name)
def test_what_is_shipped_was_compiled_from_what_is_read(path: Path) -> None:
    assert texts(read(path.with_suffix(".mo"))) == texts(read(path))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.po")), ids=lambda path: path.name)
def test_french_is_set_as_french_is(path: Path) -> None:
    french = [form for text in texts(read(path)).values() for form in forms(text)]

    assert [text for text in french if NARROW.search(text)] == []
