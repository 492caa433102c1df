"""Tell when the machine has no memory left, in whatever words the interpreter says so."""

from __future__ import annotations

import errno

_NO_THREAD = "can't start new thread"  # its stack finds no place, or the system allows no more of them
_NO_LIBRARY = ("failed to map segment", "cannot allocate memory")


def is_for_want_of_memory(error: BaseException) -> bool:
    """Tell whether memory, or the thread or library that needs some, was refused: another day it is not."""
    words = str(error).lower()
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    if isinstance(error, RuntimeError):
        return words == _NO_THREAD
    if isinstance(error, ImportError):
        return any(part in words for part in _NO_LIBRARY)
    return isinstance(error, MemoryError)
