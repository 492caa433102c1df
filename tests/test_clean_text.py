"""Text of others made fit for a header or a line."""

from __future__ import annotations

import pytest

from cagette_notify.clean_text import one_line


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Zoé Martin", "Zoé Martin"),
        ("  Zoé   Martin ", "Zoé Martin"),
        ("Zoé\r\nBcc: x@example.org", "Zoé Bcc: x@example.org"),
        ("Zoé\x00\t\x85\u2028Martin", "Zoé Martin"),
        ("Zoé \u202eMartin\u2066", "Zoé Martin"),
        ("\ud800Zoé", "Zoé"),
        ("سلمى 🥕", "سلمى 🥕"),
        ("12\u00a0€", "12\u00a0€"),
        ("\n", ""),
    ],
)
def test_a_line_holds_nothing_that_is_not_seen(text: str, clean: str) -> None:
    assert one_line(text) == clean
