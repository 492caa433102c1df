"""Write the cell of a spreadsheet as it would be typed in a CSV."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    Cell = str | float | bool | datetime | date | time | timedelta

_DIGITS: Final = 15  # of a number, as Excel shows and keeps them: 0.1 + 0.2 is 0.3 again


def text_of(cell: Cell) -> str:
    """Return what a cell holds as it would be typed in a CSV."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (int, float)):
        return _number(cell)
    if isinstance(cell, datetime):  # Excel counts days, in fractions: 17:59:59.999999
        when = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        return when.isoformat(" ", "seconds" if when.second else "minutes")
    if isinstance(cell, time):
        return cell.isoformat("seconds" if cell.second else "minutes")
    return str(cell)  # a day is ISO; a duration is no value of ours


def _number(number: float) -> str:
    shown = f"{Decimal(f'{number:.{_DIGITS}g}'):f}"
    return "0" if shown == "-0" else shown
