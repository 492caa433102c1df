"""A group's colour, made safe to write on."""

from __future__ import annotations

import pytest

from cagette_notify.mails.view_builder import PLAIN_ACCENT, accent


@pytest.mark.parametrize(
    ("colour", "shown"),
    [
        ("#7a2e5d", "#7a2e5d"),
        ("7A2E5D", "#7a2e5d"),
        (" #063 ", "#006633"),
        ("#767676", "#767676"),  # 4.54 : 1, the lightest grey that will do
        ("#777777", PLAIN_ACCENT),  # 4.48 : 1
        ("#ffff00", PLAIN_ACCENT),
        ("", PLAIN_ACCENT),
        ("vert", PLAIN_ACCENT),
        ("#12345", PLAIN_ACCENT),
        ("#000;background:url(x)", PLAIN_ACCENT),
    ],
)
def test_a_colour_is_used_only_if_white_can_be_read_on_it(colour: str, shown: str) -> None:
    assert accent(colour) == shown
