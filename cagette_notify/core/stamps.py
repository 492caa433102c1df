"""What tells one state of a file from another without reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Stamp: TypeAlias = tuple[int, int, int, int]
"""Inode, size in bytes, when it was written and when anything of it changed, in nanoseconds."""


def stamps(paths: Iterable[Path]) -> dict[str, Stamp]:
    """Return how files are now, to be taken before they are read; what is no plain file has no stamp."""
    found = {str(path): path.stat() for path in paths if path.is_file()}
    return {name: (one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for name, one in found.items()}
