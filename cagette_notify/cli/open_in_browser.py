"""Have a file opened in the browser, and tell whether there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import click

_FOUND_OUT_AFTER = 3  # seconds, in which xdg-open has tried all the browsers that it knows


def is_opened(file: Path) -> bool:
    """Have the desktop open a file; tell whether something did.

    Not by click's launch, which doesn't wait for xdg-open: it would call it opened, and xdg-open say in
    English what it looked for in vain. One that is still at work has its browser. Without a screen that is
    one in this terminal: it is left to its reader.
    """
    opener, path = shutil.which("xdg-open"), str(file.absolute())
    if opener is None:
        return click.launch(path) == 0
    patience = _FOUND_OUT_AFTER if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") else None
    try:
        opening = subprocess.Popen([opener, path], stderr=subprocess.DEVNULL)  # noqa: S603 - as the shell would
        return opening.wait(patience) == 0
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False


def private_file(ending: str) -> Path:
    """Return a file to be made in a new folder that nobody else can enter."""
    return Path(tempfile.mkdtemp(prefix="cagette-notify-")) / f"preview{ending}"


def write_privately(file: Path, content: bytes) -> None:
    """Write a mail that may hold what only a member should read."""
    file.touch(mode=0o600)
    file.write_bytes(content)
