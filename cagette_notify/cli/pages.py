"""Show page by page, on a terminal, what is longer than its window."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress

import click

from cagette_notify.cli.session import on_terminal
from cagette_notify.core.given_files import works_for_others

_OF_LESS = "-FRX"  # ends by itself where all fits, shows colours, leaves on the screen what was read


def print_in_pages(text: str) -> None:
    """Print text to stdout, through the pager of whoever sits there and couldn't see its beginning.

    For others none is started: from a pager one gets a shell.
    """
    if not _needs_pages(text):
        click.echo(text)
        return
    os.environ.setdefault("LESS", _OF_LESS)
    with suppress(KeyboardInterrupt):  # which ends the reading, not the command
        click.echo_via_pager(text)


def _needs_pages(text: str) -> bool:
    is_read_here = on_terminal() and sys.stdin is not None and sys.stdin.isatty()
    # Python 3.10 takes a terminal that says it has no lines at its word.
    lines = shutil.get_terminal_size().lines or 24
    return is_read_here and not works_for_others() and text.count("\n") + 1 >= lines
