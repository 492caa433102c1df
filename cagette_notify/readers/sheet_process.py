"""Read a sheet in a process of its own: a file that is damaged, or reaches too far, ends calamine's.

It makes room for the whole rectangle around all cells; where memory ends, so does the process.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import msgspec

from cagette_notify.core.text import fold
from cagette_notify.readers.sheet_errors import errors_in

if TYPE_CHECKING:
    from datetime import date

    from python_calamine import CalamineWorkbook

    Cell = str | float | bool | datetime | date | time | timedelta

_MEMORY: Final = 2 * 1024**3  # bytes
_LONGEST: Final = 120  # seconds
_DIGITS: Final = 15  # of a number, as Excel shows and keeps them: 0.1 + 0.2 is 0.3 again
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # what an .xlsx with a password consists of
_PROGRAM: Final = (
    f"import sys; sys.path[:] = sys.argv[2:]; from {__name__} import answer; answer(sys.argv[1])"
)


class SheetRead(msgspec.Struct, frozen=True):
    """The rows of a sheet that aren't blank, each with its number from 1; without any, why there are none.

    Then ``names`` are the sheets there are.
    """

    rows: list[tuple[int, list[str]]] = []
    names: tuple[str, ...] = ()
    is_protected: bool = False
    is_missing: bool = False


def read_apart(raw: bytes, sheet: str) -> SheetRead | None:
    """Return what another process reads in a sheet, the first that isn't hidden unless one is named.

    None if it comes to an end before.
    """
    command = [sys.executable, "-c", _PROGRAM, sheet, *sys.path]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command, input=raw, capture_output=True, check=True, timeout=_LONGEST
        )
        return msgspec.msgpack.decode(done.stdout, type=SheetRead)
    except (OSError, subprocess.SubprocessError, msgspec.DecodeError):
        return None


def answer(sheet: str) -> None:
    """Read what comes in, and write a ``SheetRead``: what the other process does."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # or people's data would lie beside it once it ended
    sys.stdout.buffer.write(msgspec.msgpack.encode(_read(sys.stdin.buffer.read(), sheet)))


def _read(raw: bytes, name: str) -> SheetRead:
    from python_calamine import CalamineWorkbook, PasswordError

    if _ENCRYPTED in raw:
        return SheetRead(is_protected=True)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    except PasswordError:
        return SheetRead(is_protected=True)
    names = tuple(book.sheet_names)
    sheet = _meant(book, name)
    if not sheet:
        return SheetRead(names=names, is_missing=True)
    errors = errors_in(raw, sheet)
    rows: list[tuple[int, list[str]]] = []
    for row, cells in enumerate(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)):
        texts = [errors.get((row, column)) or _text(cell) for column, cell in enumerate(cells)]
        if any(map(str.strip, texts)):
            rows.append((row + 1, texts))
    return SheetRead(rows, names)


def _meant(book: CalamineWorkbook, name: str) -> str:
    """Return the name of the sheet that is meant, nothing if there is none."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    sheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
    if not name:
        return next((each.name for each in sheets if each.visible == SheetVisibleEnum.Visible), "")
    alike = [each.name for each in sheets if fold(each.name) == fold(name)]
    exact = [each for each in alike if each == name]
    return (exact or (alike if len(alike) == 1 else [""]))[0]


def _text(cell: Cell) -> str:
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
