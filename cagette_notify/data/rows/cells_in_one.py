"""Find the cells of a row that stand in one of its file's: parted otherwise, or in quotes."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from cagette_notify.readers.csv import DELIMITERS
from cagette_notify.readers.records import content

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_FEW = 3  # cells: a remark may have a comma, too
_BLANK = " "


def cells_in_one(
    cells: Sequence[str], delimiter: str, columns: Mapping[str, int], required: Sequence[Collection[str]]
) -> dict[str, str]:
    """Return the cells of a row, by field, that the first one seems to hold; none where it is a single one.

    So it is with a row that was typed or pasted with another separator than its file's ``delimiter`` (a
    spreadsheet has none), or put in quotes as a whole. Where that separator stood in it, too (``3,50``), the
    end of the row is in the cells that follow.
    """
    for other in (*DELIMITERS, _BLANK):
        if other in cells[0] and (parts := _row_in(cells, delimiter, other)):
            count = len(parts)
            found = {
                field: cell for field, at in columns.items() if at < count and (cell := content(parts[at]))
            }
            is_whole = all(found.keys() & set(alike) for alike in required)
            is_wide = count >= min(_FEW, max(columns.values()) + 1)
            is_prose = other == "," and ", " in cells[0]
            if is_whole and _is_no_remark(
                parts, other, is_prose=is_prose, is_wide=is_wide, at_least=len(required)
            ):
                return found
    return {}


def _row_in(cells: Sequence[str], delimiter: str, other: str) -> list[str]:
    first = cells[0]
    if not any(map(content, cells[1:])):
        return _parts(first, other)
    if not delimiter or other in (delimiter, _BLANK) or len(_parts(first, other)) < _FEW:
        return []
    return _parts(delimiter.join(cells).rstrip(delimiter), other)


def _parts(text: str, delimiter: str) -> list[str]:
    if delimiter == _BLANK:
        return text.split()
    try:
        return next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []


def _is_no_remark(
    parts: Sequence[str], delimiter: str, *, is_prose: bool, is_wide: bool, at_least: int
) -> bool:
    """Tell whether these are a row's cells; a remark below a table, or a list of addresses, has commas, too.

    In what ``is_prose`` a blank follows each comma. No row has fewer cells than ``at_least``.
    """
    first = parts[0].strip()
    addresses = sum("@" in part for part in parts)
    if len(parts) == 1 or addresses == len(parts):
        return False
    has_digit = any(map(str.isdigit, first))
    if delimiter == _BLANK:
        return is_wide and addresses > 0 and has_digit
    is_id = _BLANK not in first and (addresses > 0 or not is_prose)
    if at_least > 1:
        return is_id or at_least >= _FEW
    return is_wide and (addresses > 0 or (is_id and has_digit))
