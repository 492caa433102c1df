"""Delete files of ours once they are older than ``keep``."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def purge_files(folder: Path, pattern: str, before: datetime) -> None:
    """Delete the files last written before then; one that resists is left for another day."""
    with contextlib.suppress(OSError):
        for file in folder.glob(pattern):
            if file.lstat().st_mtime < before.timestamp():
                file.unlink()
