"""Delete mails from the outbox once they are older than ``keep``."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def purge_outbox(folder: Path, before: datetime) -> None:
    """Delete the .eml files last written before then; a file that resists is left for another day."""
    with contextlib.suppress(OSError):
        for file in folder.glob("*.eml"):
            if file.lstat().st_mtime < before.timestamp():
                file.unlink()
