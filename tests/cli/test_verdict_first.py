"""What a command comes to, above what is wrong in the data: who reads a terminal knows most of that."""

from __future__ import annotations

import pytest

from tests.fixtures.desk import WITH_EXPORTS, Desk, begun, plain

PROBLEM = "membres.csv:9: "


@pytest.mark.usefixtures("exports")
@pytest.mark.parametrize(
    ("command", "verdict"),
    [(("status",), "Premier passage"), (("send-due", "--at", "2026-06-11 18:05"), "Rien n’a quitté")],
)
def test_on_a_terminal_what_it_comes_to_stands_above_what_is_to_be_mended(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], verdict: str
) -> None:
    begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    with desk.sits(*command) as keyboard:
        keyboard.ends()

    screen = plain(keyboard.screen)
    assert -1 < screen.find(verdict) < screen.rfind(PROBLEM)
    assert PROBLEM not in screen.partition(verdict)[0]
