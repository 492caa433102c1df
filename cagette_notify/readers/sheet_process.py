"""Read one sheet after another, in a process that is there for nothing else, and may end of it.

Calamine makes room for the whole rectangle around all cells; where memory ends, so does the process.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import IO, TYPE_CHECKING, Final

import msgspec

from cagette_notify.core.text import fold
from cagette_notify.readers.sheet_cells import text_of
from cagette_notify.readers.sheet_errors import errors_in

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_MEMORY: Final = 2 * 1024**3  # bytes
_LENGTH: Final = 8  # bytes of the number before a parcel
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # what an .xlsx with a password consists of


class SheetRead(msgspec.Struct, frozen=True):
    """The rows of a sheet that aren't blank, each with its number from 1; without any, why there are none.

    Then ``names`` are the sheets there are.
    """

    rows: list[tuple[int, list[str]]] = []
    names: tuple[str, ...] = ()
    is_protected: bool = False
    is_missing: bool = False


def answer_all() -> None:
    """Write a ``SheetRead`` for each spreadsheet and name of a sheet that come in, until no more do."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # or people's data would lie beside it once it ended
    while (raw := take_parcel(sys.stdin.buffer)) is not None:
        name = take_parcel(sys.stdin.buffer) or b""
        give_parcel(sys.stdout.buffer, msgspec.msgpack.encode(_read(raw, name.decode())))


def give_parcel(stream: IO[bytes], parcel: bytes) -> None:
    """Write some bytes, with their number before them."""
    stream.write(len(parcel).to_bytes(_LENGTH, "big"))
    stream.write(parcel)
    stream.flush()


def take_parcel(stream: IO[bytes]) -> bytes | None:
    """Return the bytes of the next parcel; None where there is no whole one."""
    length = stream.read(_LENGTH)
    size = int.from_bytes(length, "big")
    parcel = stream.read(size)
    return parcel if len(length) == _LENGTH and len(parcel) == size else None


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
        texts = [errors.get((row, column)) or text_of(cell) for column, cell in enumerate(cells)]
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
