"""The real command, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
# Tests run in the background inherit SIGINT ignored, and would pass that on.
_MAIN = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from cagette_notify.cli import main
main(prog_name="cagette-notify")
"""


def start(folder: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Start ``cagette-notify`` in ``folder``; it speaks English, unless an argument says otherwise."""
    return subprocess.Popen(
        [sys.executable, "-c", _MAIN, "--lang", "en", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``cagette-notify`` in ``folder`` to its end."""
    process = start(folder, *arguments, environ=environ)
    stdout, stderr = process.communicate(timeout=60)
    return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)
