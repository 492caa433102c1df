"""Recognize that memory ran out, by the interpreter's many words for it."""

from __future__ import annotations

import errno

_WORDS: dict[type[Exception], tuple[str, ...]] = {
    MemoryError: ("",),
    # OpenSSL says it thus, or had no room for what it knew.
    OSError: ("malloc failure", "library has no ciphers", "unknown error (_ssl.c"),
    RuntimeError: ("can't start new thread", "can't allocate"),
    ImportError: ("failed to map segment", "cannot allocate memory"),
    SystemError: ("without exception set", "without setting an exception"),  # no more had CPython
}

POSSIBLE_ERRORS = tuple(_WORDS)
"""The exceptions of which some are for want of memory."""


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether memory, or the thread or library that needs some, was refused: another day it is not."""
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    words = [each for kind, some in _WORDS.items() if isinstance(error, kind) for each in some]
    return any(each in str(error).lower() for each in words)
