"""A group's colour, made safe to write on, and to be seen."""

from __future__ import annotations

import pytest

from cagette_notify.mails.colours import PLAIN_ACCENT, accent, edge
from cagette_notify.mails.view_builder import group_view
from tests.fixtures.builders import a_group


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


@pytest.mark.parametrize(
    ("colour", "shown"),
    [
        ("#2e6b46", "#38724f"),
        ("#767676", "#767676"),
        ("#003300", "#4c704c"),  # 1.4 : 1 on a dark page, as it is
        ("#000000", "#666666"),
    ],
)
def test_a_line_of_a_dark_colour_is_seen_on_a_dark_page(colour: str, shown: str) -> None:
    assert edge(colour) == shown
    assert group_view(a_group(colour=colour)).edge == shown
