"""Text of others made fit for a header or a line."""

from __future__ import annotations

import json

import pytest

from cagette_notify.core.text import escaped, one_line, visible


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Zoé Martin", "Zoé Martin"),
        ("  Zoé   Martin ", "Zoé Martin"),
        ("Zoé\r\nBcc: x@example.org", "Zoé Bcc: x@example.org"),
        ("Zoé\x00\t\x85\u2028Martin", "Zoé Martin"),
        ("Zoé \u202eMartin\u2066", "Zoé Martin"),
        ("\ud800Zoé", "Zoé"),
        ("\u200eZo\u061cé\u200f Martin", "Zoé Martin"),
        ("سلمى 🥕", "سلمى 🥕"),
        ("12\u00a0€", "12\u00a0€"),
        ("\n", ""),
    ],
)
def test_a_line_holds_nothing_that_is_not_seen(text: str, clean: str) -> None:
    assert one_line(text) == clean


def test_what_a_terminal_would_act_upon_is_marked_in_its_place() -> None:
    assert visible("a\tb\t") == "a b "
    assert visible("a  b\x1b[2J\u202e\udcff\u00a0€\u200e") == "a  b\ufffd[2J\ufffd\u00a0€\ufffd"


def test_a_document_says_the_same_without_what_a_terminal_would_act_upon() -> None:
    document = {"a": ["é\x1b\x9b\u202e\u200f\u061c", "\udcff\n"], "b\u2028": 1}

    safe = escaped(json.dumps(document, ensure_ascii=False, indent=2))

    assert json.loads(safe) == document
    assert safe.splitlines() == safe.split("\n")
    assert "é" in safe
    assert safe.replace("\n", "").isprintable()
