"""Count down to a mail's departure: some seconds to press Ctrl-C."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING

from cagette_notify.core.i18n import _n
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.cli.prompt import Terminal

_THINKING_TIME = 5  # seconds


def count_down(terminal: Terminal, proposal: Proposal) -> None:
    """Leave some seconds to press Ctrl-C, and name to how many of which group the mail is about to leave."""
    width = shutil.get_terminal_size().columns or 80
    try:
        for left in range(_THINKING_TIME, 0, -1):
            terminal.write("\r" + _about_to_leave(proposal, left, width))
            time.sleep(1)
    finally:  # what is said next has a line of its own
        terminal.write("\n")


def _about_to_leave(proposal: Proposal, left: int, width: int) -> str:
    """Say how long is left, on one row: a line that is wrapped can't be written over."""

    def said(group: str) -> str:
        return _n(
            "Sending to {group}, {count} address, in {left} s; Ctrl-C cancels. ",
            "Sending to {group}, {count} addresses, in {left} s; Ctrl-C cancels. ",
            proposal.count,
            group=group,
            left=left,
        )

    name = one_line(proposal.request.group.name)
    over = len(said(name)) + 1 - width
    return said(f"{name[: max(0, len(name) - over - 1)]}…" if over > 0 else name)
