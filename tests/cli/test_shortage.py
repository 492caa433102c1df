"""What counts as a want of memory, and what stays a bug."""

from __future__ import annotations

import errno
import os
import ssl

import pytest

from cagette_notify.cli.main import is_out_of_memory


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)),
        RuntimeError("can't start new thread"),
        RuntimeError("can't allocate read lock"),
        ssl.SSLError("unknown error (_ssl.c:3098)"),
        ssl.SSLError("[SSL] malloc failure (_ssl.c:3098)"),
        ssl.SSLError("[SSL: LIBRARY_HAS_NO_CIPHERS] library has no ciphers (_ssl.c:3098)"),
        SystemError("error return without exception set"),
        SystemError("<function _find_and_load> returned NULL without setting an exception"),
        ImportError("libssl.so.3: failed to map segment from shared object"),
        ImportError("libssl.so.3: cannot allocate memory in static TLS block"),
    ],
    ids=repr,
)
def test_memory_threads_and_libraries_may_be_refused_for_want_of_memory(error: Exception) -> None:
    assert is_out_of_memory(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, os.strerror(errno.EIO)),
        OSError("can't start new thread"),
        ssl.SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1002)"),
        SystemError("bad argument to internal function"),
        RuntimeError("dictionary changed size during iteration"),
        RecursionError("maximum recursion depth exceeded"),
        ModuleNotFoundError("No module named 'babel'"),
        KeyError("memory"),
    ],
    ids=repr,
)
def test_anything_else_keeps_its_traceback(error: Exception) -> None:
    assert not is_out_of_memory(error)
