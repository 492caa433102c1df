"""Ask which of several things is to be done with a broadcast, and take the answers that were offered."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.cli.prompt import SAYS_NO, SAYS_YES, cancelled
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cagette_notify.cli.prompt import Terminal

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
    while True:
        typed = terminal.ask(f"{shown}[N] {otherwise} ").lower()
        if not typed or typed in SAYS_NO:
            raise cancelled()
        chosen = offers.get(FOR_YES if typed in SAYS_YES else typed)
        if chosen is None:
            terminal.say(_("Answer {keys} or N.", keys=", ".join(offers)))
        elif chosen.act():
            return chosen.answer
