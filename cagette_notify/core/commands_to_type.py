"""Write commands as they are typed in a shell, whatever the ids in them. Pure."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "cagette-notify"
TYPED_COMMANDS = "send-due|status|broadcast|check|check-member|notifications|log|report|settle|forget"
"""Those that are named where something is to be typed, as a pattern."""


def command_to_type(
    name: str, *about: str, options: Sequence[str] = (), program: Sequence[str] = (PROGRAM,)
) -> str:
    """Return a command to paste: what it is ``about``, then its ``options``.

    The data's ids may hold what a shell takes for its own, and may begin like an option: those stand
    behind ``--``, where no option can follow.
    """
    if any(one.startswith("-") for one in about):
        return shlex.join([*program, name, *options, "--", *about])
    return shlex.join([*program, name, *about, *options])


def command_to_accept(group_id: str) -> str:
    """Return what to type once a held group's data is right as it is."""
    return command_to_type("send-due", options=["--accept-data", group_id])
