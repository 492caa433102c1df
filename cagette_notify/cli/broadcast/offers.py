"""Ask which of several things is to be done with a broadcast, and take the answers that were offered."""

from __future__ import annotations

import shutil
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.cli.prompt import SAYS_NO, SAYS_YES, cancelled
from cagette_notify.cli.wrapped_lines import wrapped_items
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cagette_notify.cli.prompt import Terminal

_USUAL_WIDTH = 80  # also of one that doesn't say

FOR_YES = "o"
"""The key of what is done by any word for yes."""


class Answer(str, Enum):
    """What somebody wants who was shown a mail."""

    SEND = "send"  # now, or at its hour
    CALL_OFF = "call_off"
    LOOK_AGAIN = "look_again"

    __str__ = str.__str__


def _at_once() -> bool:
    return True


class Offer(NamedTuple):
    """What a key stands for; it comes to ``answer`` unless ``act`` says that nothing came of it."""

    words: str
    answer: Answer = Answer.LOOK_AGAIN
    act: Callable[[], bool] = _at_once
    gap: str = "  "


def answer_to(
    terminal: Terminal, offers: Mapping[str, Offer], otherwise: str, *, caution: str = ""
) -> Answer:
    """Ask until the answer is one of those offered; raise ``CancelledError`` for no, and for Enter."""
    shown = caution + "".join(f"[{key}] {offer.words}{offer.gap}" for key, offer in offers.items())
    menu = _for_screen(f"{shown}[N] {otherwise}")
    while True:
        typed = terminal.ask(f"{menu} ").lower()
        if not typed or typed in SAYS_NO:
            raise cancelled()
        chosen = offers.get(FOR_YES if typed in SAYS_YES else typed)
        if chosen is None:
            terminal.say(_("Answer {keys} or N.", keys=", ".join(offers)))
        elif chosen.act():
            return chosen.answer


def _for_screen(menu: str) -> str:
    """Break a menu between its items, but on a screen of the usual width, which many take for granted.

    What answers from a script finds it there as one line.
    """
    width = shutil.get_terminal_size().columns or _USUAL_WIDTH
    if width == _USUAL_WIDTH:
        return menu
    return "\n".join(line for row in menu.split("\n") for line in wrapped_items(row, width))
