"""Stamp files and folders, and note those that a run looks into: it can rest until one of them changes."""

from __future__ import annotations

import os
import stat
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Stamp: TypeAlias = tuple[int, ...]
"""Of a file its inode, size in bytes, when it was written and when anything of it changed, in nanoseconds.

Of a folder its inode, how many names are in it, and their checksum: no more, as what is written to a
ledger changes the times of its folder.
"""

Stamps: TypeAlias = dict[str, Stamp | None]
"""Stamps by absolute path; None for what is not there, or neither file nor folder."""

_watched: list[tuple[Stamps, str]] = []


@contextmanager
def watching(own: str) -> Iterator[Stamps]:
    """Give the stamps of all that is looked into in the block, each as it was the first time.

    Names in folders that begin with ``own`` are left out: a ledger's journal comes and goes.
    """
    found: Stamps = {}
    _watched.append((found, own))
    try:
        yield found
    finally:
        _watched.pop()


def watch(path: Path) -> None:
    """Note how a file or folder is, to be called before it is looked into, or looked for in vain."""
    for found, own in _watched:
        if (name := str(path.absolute())) not in found:
            found[name] = stamp_of(path, own)


def stamps(paths: Iterable[Path], own: str = "") -> Stamps:
    """Return how these are now; see ``watching`` for ``own``."""
    return {str(path): stamp_of(path, own) for path in paths}


def stamp_of(path: Path, own: str = "") -> Stamp | None:
    """Return what changes with a file, or with the names in a folder."""
    with suppress(OSError, ValueError):  # a name too long, or with a NUL: whoever reads the file says so
        one = path.stat()
        if stat.S_ISREG(one.st_mode):
            return one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns
        if stat.S_ISDIR(one.st_mode):
            names = sorted(each.name for each in path.iterdir() if not own or not each.name.startswith(own))
            return one.st_ino, len(names), zlib.crc32(os.fsencode("\0".join(names)))
    return None
