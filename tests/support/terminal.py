"""Somebody at a keyboard: the real command on a pseudo-terminal of its own."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.support.command import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

# A session without a terminal takes the first that it opens for its own, so that Ctrl-C is a signal
# and /dev/tty is there.
_MAIN = """
import os, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by children of a background job
os.close(os.open(os.ttyname(1), os.O_RDWR))
from cagette_notify.cli import main
main(prog_name='cagette-notify')
"""
_PATIENCE = 20  # seconds


class Keyboard:
    """``with Keyboard(folder, "broadcast") as keyboard:`` types, and reads what the screen shows.

    ``piped`` is what standard input holds, if it isn't the terminal.
    """

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        piped: str | None = None,
    ) -> None:
        self._master, slave = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if key not in {"VISUAL", "EDITOR"}}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _MAIN, *arguments],
            cwd=folder,
            env={**environment, "PYTHONPATH": str(ROOT), "TERM": "dumb", **(environ or {})},
            stdin=slave if piped is None else subprocess.PIPE,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        if self._process.stdin:
            self._process.stdin.write((piped or "").encode())
            self._process.stdin.close()
        self._unread = ""
        self.screen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    @property
    def pid(self) -> int:
        """Name the process."""
        return self._process.pid

    def sees(self, text: str) -> str:
        """Wait for ``text``; return what came since the last one, up to it."""
        for _chunk in self._reading():
            before, found, after = self._unread.partition(text)
            if found:
                self._unread = after
                return before + found
        raise AssertionError(f"never saw {text!r} in:\n{self.screen}")

    def types(self, keys: str) -> None:
        """Press keys; ``\\n`` is Enter, ``\\x03`` Ctrl-C, ``\\x04`` the end of input."""
        os.write(self._master, keys.encode())

    def ends(self) -> int:
        """Read to the end and return the exit status."""
        for _chunk in self._reading():
            pass
        return self._process.wait(_PATIENCE)

    def _reading(self) -> Iterator[None]:
        yield  # what was asked for may have come with the last piece
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            ready, _write, _error = select.select([self._master], [], [], 0.1)
            piece = b""
            with suppress(OSError):  # Linux says so when the last one has closed its end
                piece = os.read(self._master, 65536) if ready else b" " * 0
            if ready and not piece:
                return
            text = re.sub(r"\r+\n", "\n", piece.decode(errors="replace"))
            self._unread += text
            self.screen += text
            if text:
                yield


def an_editor(folder: Path, *, writes: str | None, name: str = "editor") -> str:
    """Make an editor that puts a text above what it finds, or, for None, leaves everything as it is.

    What it found is kept beside it.
    """
    script, above, found = folder / name, folder / f"{name}.text", folder / f"{name}.found"
    above.write_text(writes or "", encoding="utf-8")
    lines = ["#!/bin/sh", f'cp "$1" "{found}"']
    if writes is not None:
        lines += [f'cat "{above}" "{found}" > "$1"']
    script.write_text("\n".join(lines) + "\n")
    script.chmod(0o755)
    return str(script)
