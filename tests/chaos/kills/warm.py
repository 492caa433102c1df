"""The real command in processes that start in milliseconds: forks of one that has imported everything.

A process can be told the time, and to kill or pause itself where it reaches a line for the
n-th time.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tests.fixtures.command import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import TracebackType

    from typing_extensions import Self


class Place(NamedTuple):
    """Where a process is to die or pause: before a line of the package that it reaches for the n-th time."""

    file: str
    line: int
    time: int = 1


@dataclass(frozen=True)
class Ended:
    """How a process ended. ``status`` is negative for a signal, as subprocess has it."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Process:
    """A command at work."""

    pid: int
    said: Path


class Warm:
    """``with Warm() as warm:`` gives what starts commands."""

    def __enter__(self) -> Self:
        self._said = TemporaryDirectory()
        self._count = 0
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.kills.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # no terminal that a broadcast might ask
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._nursery.communicate(timeout=60)
        self._said.cleanup()

    def start(
        self,
        folder: Path,
        *words: str,
        at: datetime,
        environ: Mapping[str, str],
        deadly: Place | None = None,
        deed: int = signal.SIGKILL,
        counts: bool = False,
        between_calls: bool = False,
    ) -> Process:
        """Start ``cagette-notify`` in ``folder`` as if it were ``at``; the clock goes on from there.

        Reaching ``deadly``, it sends itself the signal ``deed``, if ``between_calls`` once those have ended
        that other threads of it make to Mailjet.
        """
        self._count += 1
        said = Path(self._said.name) / str(self._count)
        pid = self._order(
            folder=str(folder),
            words=words,
            at=at.timestamp(),
            environ=dict(environ),
            deadly=deadly,
            deed=deed,
            counts=counts,
            between_calls=between_calls,
            said=str(said),
        )
        return Process(pid, said)

    def wait(self, process: Process) -> Ended | None:
        """Wait for a command to end; None if it only paused."""
        status = self._order(wait=process.pid)
        if os.WIFSTOPPED(status):
            return None
        status = os.waitstatus_to_exitcode(status)
        return Ended(status, _taken(process.said, ".out"), _taken(process.said, ".err"))

    def lines(self, process: Process) -> list[Place]:
        """Return the lines that a process reached, started with ``counts``; with how often, for time."""
        return [Place(*row) for row in json.loads(process.said.with_suffix(".lines").read_bytes())]

    def _order(self, **order: object) -> int:
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write(json.dumps(order) + "\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())


def _taken(said: Path, suffix: str) -> str:
    """Return what a process said; nothing, where it was killed before it could say anything."""
    file = said.with_suffix(suffix)
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    file.unlink(missing_ok=True)
    return text
