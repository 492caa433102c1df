"""Draw a progress bar while mails leave."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click._termui_impl import ProgressBar


@contextmanager
def progress_bar(*, show: bool) -> Iterator[Callable[[int, int], None]]:
    """Draw a bar on stderr once there is something to send: of mails done, of mails in all."""
    if not show:
        yield lambda _done, _total: None
        return
    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def draw(done: int, total: int) -> None:
            if not bars:
                bars.append(stack.enter_context(click.progressbar(length=total, file=sys.stderr)))
            bars[0].update(done - bars[0].pos)

        yield draw
