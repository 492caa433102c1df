"""Wrap what is said for the screen: a command to copy stays whole on its line."""

from __future__ import annotations

import re
import textwrap

from cagette_notify.core.commands_to_type import PROGRAM, TYPED_COMMANDS

_WORD = r"""(?:'[^']*'|"[^"]*"|[^\s;'"])+"""


def wrapped_whole(text: str, width: int, *, indent: str = "", program: str = PROGRAM) -> list[str]:
    """Return the lines of a text, the later ones behind an indent; they end at blanks outside of commands.

    ``program`` is how commands begin in it, as a shell takes it. One that is wider than the screen is left
    to the terminal, which copies it as one line.
    """
    # A word that ends like a sentence ends the command, too: what follows is said, not typed.
    command = rf"(?<!\S){re.escape(program)} (?:{TYPED_COMMANDS})(?![\w-])(?:(?<![:,.]) {_WORD})*"
    whole = re.sub(command, lambda found: found[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(
        whole, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in lines]
