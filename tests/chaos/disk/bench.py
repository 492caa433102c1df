"""Commands run under strace: what they ask of the disk, and what they do when it refuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from tests.chaos.disk.warm import OFFSET, OFFSET_OF_OPENING
from tests.fixtures.command import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

# By the family of warm.py that spends their number; machines differ in which ones they have.
CALLS = {
    "pwrite64": ("pwrite64",),
    "write": ("write",),
    "fsync": ("fsync",),
    "fdatasync": ("fdatasync",),
    "ftruncate": ("ftruncate",),
    "open": ("open", "openat"),
    "rename": ("rename", "renameat", "renameat2"),
    "link": ("link", "linkat"),
    "unlink": ("unlink", "unlinkat"),
    "mkdir": ("mkdir", "mkdirat"),
}
_FAMILY = {call: family for family, calls in CALLS.items() for call in calls}
ALL_CALLS = ",".join(f"?{call}" for call in _FAMILY)
_LINE = re.compile(r"(?P<thread>\d+) +(?P<call>\w+)\((?P<arguments>.*)")
_HERE = re.compile(r"AT_FDCWD<[^>]*>")


class Point(NamedTuple):
    """The ``number``-th call of a family, in the main thread or in each of the others."""

    family: str
    number: int
    in_workers: bool

    @property
    def is_last_word(self) -> bool:
        """Whether a failure from here on takes stderr as well, so that nothing can be said of it."""
        return self.family == "write" and not self.in_workers


class Ended(NamedTuple):
    """How a command ended. ``trace`` is strace's lines about it."""

    process: int
    status: int
    stdout: str
    stderr: str
    trace: str


@dataclass(frozen=True)
class Errand:
    """A command to run in a folder as if it were ``at``; ``limits`` of address space are to be added."""

    folder: Path
    arguments: Sequence[str]
    at: datetime
    environ: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)


class Bench:
    """A warm process, under strace or not, that runs commands one after another."""

    def __init__(self, scratch: Path, *strace_options: str) -> None:
        """Start it; ``scratch`` is an empty folder for what it writes."""
        self._output = scratch
        self._trace = scratch / "trace"
        self._trace.touch()
        prefix = ("strace", "-f", "-y", "-qq", "-A", "-o", str(self._trace), *strace_options)
        self._process = subprocess.Popen(
            [*(prefix if strace_options else ()), sys.executable, "-m", "tests.chaos.disk.warm"],
            cwd=ROOT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)

    def run(self, errand: Errand, point: Point | None = None) -> Ended:
        """Run a command; on a bench that injects, it fails at ``point``."""
        assert self._process.stdin
        assert self._process.stdout
        document = {
            "folder": str(errand.folder),
            "arguments": list(errand.arguments),
            "at": errand.at.isoformat(),
            "environ": dict(errand.environ),
            "limits": dict(errand.limits),
            "output": str(self._output),
            "spend": point.family if point else "",
            "idle_calls": _offset(point.family) - point.number if point else 0,
            "in_workers": bool(point and point.in_workers),
        }
        self._process.stdin.write(json.dumps(document) + "\n")
        self._process.stdin.flush()
        process, status = map(int, self._process.stdout.readline().split())
        stdout, stderr, trace = (
            (self._output / name).read_text(encoding="utf-8", errors="replace")
            for name in ("stdout", "stderr", "trace")
        )
        os.truncate(self._trace, 0)
        return Ended(process, status, stdout, stderr, trace)


def points_in(ended: Ended, folder: Path) -> list[Point]:
    """List where a command changed something in ``folder``, in the order in which it did."""
    counts: Counter[tuple[str, str]] = Counter()
    points = []
    for line in ended.trace.splitlines():
        if not (found := _LINE.match(line)) or found["call"] not in _FAMILY:
            continue
        thread, family = found["thread"], _FAMILY[found["call"]]
        counts[thread, family] += 1
        if _changes_something(family, _HERE.sub("", found["arguments"]), folder):
            points.append(Point(family, counts[thread, family], int(thread) != ended.process))
    return points


def _changes_something(family: str, arguments: str, folder: Path) -> bool:
    if str(folder) not in arguments:
        return False
    return family != "open" or any(flag in arguments for flag in ("O_CREAT", "O_WRONLY", "O_RDWR"))


def why_no_strace(scratch: Path) -> str:
    """Say why calls can't be made to fail here, or nothing."""
    if not shutil.which("strace"):
        return "strace is not installed"
    probe = scratch / "probe"
    command = ["strace", "-f", "-qq", "-o", str(probe), "-e", "inject=?mkdir,?mkdirat:error=EIO", "mkdir"]
    found = None
    with suppress(OSError, subprocess.TimeoutExpired):
        found = subprocess.run(
            [*command, str(scratch / "made")], capture_output=True, timeout=20, check=False
        )
    if not found or found.returncode == 0 or "INJECTED" not in probe.read_text(errors="replace"):
        return "strace may not trace processes here, or can't inject faults"
    return ""


def injection(fault: str, onwards: str) -> tuple[str, ...]:
    """Return the strace options that make calls fail: one of a thread's, or all from there ``+``."""
    # A signal is lost where seccomp stops a call: the slow way, which stops at every call of any kind.
    rules = [] if fault.startswith("signal") else ["--seccomp-bpf"]
    for family, calls in CALLS.items():
        names = ",".join(f"?{call}" for call in calls)
        rules += ["-e", f"inject={names}:{fault}:when={_offset(family)}{onwards}"]
    return tuple(rules)


def _offset(family: str) -> int:
    return OFFSET_OF_OPENING if family == "open" else OFFSET
