"""What the rows of a CSV and of a spreadsheet have in common: cells as text, and where they stand. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

_GUARDED = re.compile(r'="((?:[^"]|"")*)"')
_ABSENT = frozenset(("", "NULL", "null", r"\N"))  # "Null" is a name


class Record(NamedTuple):
    """The cells of a row, and its line: of a CSV the one that it starts on. Both are counted from 1.

    ``is_unended`` marks the last one of a file that doesn't end its last line. ``too_long`` says why there
    are no cells. The header tells the ``delimiter`` of a CSV, and whether columns have ``letters``.
    """

    line: int
    cells: list[str]
    is_unended: bool = False
    too_long: str = ""
    delimiter: str = ""
    has_letters: bool = False

    @property
    def is_too_long(self) -> bool:
        """Tell whether there are no cells, as one of them is beyond measure."""
        return bool(self.too_long)


def content(cell: str) -> str:
    """Return what stands in a cell; nothing where that is blank, or a database's sign for nothing."""
    cell = cell.strip()
    if '="' in cell:
        cell = _unguarded(cell)
    return "" if cell in _ABSENT else cell


def _unguarded(cell: str) -> str:
    """Return the text of a formula that is nothing else: ``="012345"`` keeps a spreadsheet from counting."""
    found = _GUARDED.fullmatch(cell)
    return found[1].replace('""', '"').strip() if found else cell


def letters_of(position: int) -> str:
    """Return what spreadsheets call a column, counted from 0: A, B … Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
