"""Wrap what is said for the screen: what is copied, an item of a menu, a field of a form, stays whole."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap

from cagette_notify.core.commands_to_type import PROGRAM, TYPED_COMMANDS

_WORD = r"""(?:'[^']*'|"[^"]*"|[^\s;'"])+"""
_ANYWHERE = rf"(?:(?:\S*/)?{PROGRAM}|'[^']*/{PROGRAM}')(?: --config {_WORD})?"
# What else is to be typed where something is wrong.
_FIELD = r":  \S.*\Z"  # as DnsRecord.fields writes it
_INIT = rf"(?:{PROGRAM} init|init --exports {_WORD})"
_SUDO = rf"sudo (?:-u {_WORD} {PROGRAM}|timedatectl set-ntp true)"
_OTHERS = rf"(?<!\S)(?:(?:chmod [0-9]+|pip install) {_WORD}|{_SUDO}|crontab -[el]|{_INIT})"


def wrapped_whole(text: str, width: int, *, indent: str = "", program: str | None = PROGRAM) -> list[str]:
    """Return the lines of a text, the later ones behind an indent; they end at blanks outside of commands.

    What stands behind a colon and two blanks is left whole, too: it is to be pasted into a form.
    ``program`` is how commands begin in it, as a shell takes it; None where that isn't known. One that is
    wider than the screen is left to the terminal, which copies it as one line.
    """
    # A word that ends like a sentence ends the command, too: what follows is said, not typed.
    begins = _ANYWHERE if program is None else re.escape(program)
    command = rf"(?<!\S){begins} (?:{TYPED_COMMANDS})(?![\w-])(?:(?<![:,.]) {_WORD})*"
    whole = f"{command}|{_OTHERS}|{_FIELD}"
    return _wrapped(re.sub(whole, lambda found: _kept(found[0]), text), width, indent)


def wrapped_items(text: str, width: int) -> list[str]:
    """Return the lines of items that are parted by two blanks; those wider than the screen end at words."""
    items = text.split("  ")
    return _wrapped("  ".join(one if len(one) > width else _kept(one) for one in items), width)


def width_of_stderr() -> int:
    """Return how wide the terminal of standard error is, also where standard output is a pipe."""
    return shutil.get_terminal_size(os.get_terminal_size(sys.stderr.fileno())).columns or 80


def _kept(text: str) -> str:
    return text.replace(" ", "\0")


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    lines = textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in lines]
