"""Lay out tables for the terminal; fold rows that are too wide."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from cagette_notify.cli.colours import Tone
from cagette_notify.cli.session import on_terminal
from cagette_notify.cli.wrapped_lines import wrapped_whole
from cagette_notify.core.i18n import _
from cagette_notify.core.labels import status_label
from cagette_notify.core.notices import Status
from cagette_notify.core.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.core.transport_traits import TransportTraits

_GAP = "  "


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int = 0) -> str:
    """Lay rows out under their headers; the last ``numbers`` columns hold numbers.

    Somewhere narrower, what is the same in every row is said once above, numbers apart, and rows that
    still don't fit are folded between their cells. What doesn't go to a terminal is never cut down.
    """
    cells = [[visible(str(cell)) for cell in row] for row in rows]
    whole = _laid_out(headers, cells, numbers)
    if not on_terminal():
        return whole
    width = _width()
    if _fits(whole, width) or not cells:
        return whole
    words = len(headers) - numbers
    said, kept = _parted(cells, words)
    above = [_labelled(headers[column], cells[0][column]) for column in said if cells[0][column]]
    lean = [[row[column] for column in kept] for row in cells]
    shorter = _laid_out([headers[column] for column in kept], lean, numbers)
    if not _fits(shorter, width):
        labels = [headers[column] if column >= words else "" for column in kept]
        shorter = "\n".join(line for row in lean for line in _folded(row, labels, width))
    return "\n".join(filter(None, ("\n".join(_filled(above, width)), shorter)))


def listed(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line for each row, its cells below each other, or folded where that is too wide.

    Without headers, and so without tabulate: its import would be a tenth of the time of an answer.
    """
    rows = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    width = _width()
    if not on_terminal() or _fits("\n".join(lines), width):
        return lines
    return [line for row in rows for line in _folded(row, [""] * len(row), width)]


def tones_of_statuses(delivery: TransportTraits) -> dict[str, Tone]:
    """Return the tones of what tables call the statuses of mails."""
    tones = {
        **dict.fromkeys((Status.DEFERRED, Status.IN_DOUBT, Status.CLAIMED, Status.EXPIRED), Tone.WARNING),
        Status.SENT: Tone.FINE,
        Status.FAILED: Tone.PROBLEM,
    }
    return {status_label(status.value, delivery): tone for status, tone in tones.items()}


def _width() -> int:
    return shutil.get_terminal_size().columns or 80  # Python 3.10 believes a terminal that says 0


def _laid_out(headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: int) -> str:
    from tabulate import tabulate

    align = ["left"] * (len(headers) - numbers) + ["right"] * numbers
    return tabulate(rows, headers, colalign=align if rows else None, disable_numparse=True)


def _fits(text: str, width: int) -> bool:
    return max(map(len, text.split("\n"))) <= width


def _parted(rows: Sequence[Sequence[str]], words: int) -> tuple[list[int], list[int]]:
    """Return the columns of ``words`` that say the same in each of several rows, and the others.

    A number that stood above would be read as that of all, and beside the count of all contradict it.
    """
    columns = list(zip(*rows, strict=True))
    said = [at for at, column in enumerate(columns[:words]) if len(rows) > 1 and len(set(column)) == 1]
    kept = [at for at in range(len(columns)) if at not in said]
    return (said, kept) if kept else ([], said)


def _labelled(header: str, cell: str) -> str:
    return _("{name}: {value}", name=header, value=cell)


def _folded(row: Sequence[str], labels: Sequence[str], width: int) -> Iterator[str]:
    cells = (
        _labelled(label, cell) if label else cell for cell, label in zip(row, labels, strict=True) if cell
    )
    for number, line in enumerate(_filled(cells, width - len(_GAP))):
        yield _GAP + line if number else line


def _filled(cells: Iterable[str], width: int) -> Iterator[str]:
    """Yield lines of as many cells as fit; one that no line can hold ends its lines between words."""
    line, fitting = "", (part for cell in cells for part in wrapped_whole(cell, width) or [cell])
    for cell in fitting:
        if line and len(line) + len(_GAP) + len(cell) > width:
            yield line
            line = ""
        line += (_GAP if line else "") + cell
    if line:
        yield line
