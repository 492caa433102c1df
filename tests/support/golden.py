"""Texts kept in tests/golden, to compare byte for byte.

After a change that is meant, look at what it makes of them and keep it:
``REFRESH_GOLDEN=1 pytest && git diff tests/golden``.
"""

from __future__ import annotations

import os
from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "golden"


def golden(name: str, made: str) -> str:
    """Return the text kept under ``name``; a refresh keeps ``made`` first."""
    path = _FOLDER / name
    if os.environ.get("REFRESH_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8")
    return path.read_text(encoding="utf-8")
