"""Have sheets read by another process: a file that is damaged, or reaches too far, ends that one alone."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from threading import Timer
from typing import IO, TYPE_CHECKING, Final, cast

import msgspec

from cagette_notify.readers import sheet_process
from cagette_notify.readers.sheet_process import SheetRead, give_parcel, take_parcel

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 120  # seconds
_PROGRAM: Final = (
    f"import sys; sys.path[:] = sys.argv[1:]; from {sheet_process.__name__} import answer_all; answer_all()"
)


class SheetReader:
    """Another process, which begins with the first sheet, and anew after one that has ended it."""

    def __init__(self) -> None:
        """Begin nothing yet."""
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, raw: bytes, sheet: str) -> SheetRead | None:
        """Return what is read in a sheet; None if the process comes to an end before."""
        try:
            answer = self._answer(raw, sheet)
            if answer is not None:
                return msgspec.msgpack.decode(answer, type=SheetRead)
        except (OSError, msgspec.DecodeError):
            pass  # it came to an end, as it does where nothing comes back
        self.end()
        return None

    def end(self) -> None:
        """End the process, if there is one."""
        if self._process:
            self._process.kill()  # it holds nothing but a copy of what was read
            self._process.communicate()
            self._process = None

    def _answer(self, raw: bytes, sheet: str) -> bytes | None:
        process = self._process = self._process or _begin()
        patience = Timer(_LONGEST, process.kill)
        patience.start()
        try:
            give_parcel(cast("IO[bytes]", process.stdin), raw)
            give_parcel(cast("IO[bytes]", process.stdin), sheet.encode())
            return take_parcel(cast("IO[bytes]", process.stdout))
        finally:
            patience.cancel()


def _begin() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", _PROGRAM, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


_shared: list[SheetReader] = []


@contextmanager
def one_reader() -> Iterator[None]:
    """Have all sheets read by one process meanwhile: to begin it takes longer than most sheets."""
    _shared.append(SheetReader())
    try:
        yield
    finally:
        _shared.pop().end()


def read_apart(raw: bytes, sheet: str) -> SheetRead | None:
    """Return what another process reads in a sheet, the first that isn't hidden unless one is named.

    None if it comes to an end before.
    """
    if _shared:
        return _shared[-1].read(raw, sheet)
    reader = SheetReader()
    try:
        return reader.read(raw, sheet)
    finally:
        reader.end()
