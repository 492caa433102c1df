"""What a process costs: wall and CPU seconds, and its peak of memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct, json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from cagette_notify.cli import main; main(prog_name='cagette-notify')")
_SHIM = Path(__file__).with_name("shim.py")


class Usage(Struct, frozen=True):
    """What one process cost. ``wall`` and ``cpu`` in seconds; ``peak`` in MB, of memory resident at once."""

    wall: float
    cpu: float
    peak: float


class Stages(Struct, frozen=True):
    """Wall and CPU seconds of a program's stages, as it says itself, and what all of it cost."""

    seconds: Mapping[str, tuple[float, float]]
    usage: Usage

    def usage_of(self, stage: str) -> Usage:
        """Return a stage's seconds, with the peak of the process that it was a part of."""
        return Usage(*self.seconds[stage], self.usage.peak)


def run(
    command: Sequence[str],
    *,
    folder: Path = ROOT,
    environ: Mapping[str, str] | None = None,
    expected: frozenset[int] = frozenset({0}),
) -> Usage:
    """Run a command in ``folder`` to its end and return what it cost; it must end as expected."""
    return _run(command, folder, environ or {}, expected)[0]


def stages(module: str, *arguments: str) -> Stages:
    """Run a module of this package, which prints the seconds of its stages as JSON."""
    usage, printed = _run(program(module, *arguments), ROOT, {}, frozenset({0}))
    return Stages(json.decode(printed, type=dict[str, tuple[float, float]]), usage)


def program(module: str, *arguments: str) -> tuple[str, ...]:
    """Return the command that runs a module of this package."""
    return sys.executable, "-m", f"tests.benchmarks.{module}", *arguments


def alternate(rounds: int, *runs: Callable[[], Usage]) -> list[Usage]:
    """Do the runs in turn, ``rounds`` times, and return the median of each.

    In turn, so that what slows the machine down for a while slows all of them down.
    """
    found = [[one() for one in runs] for _ in range(rounds)]
    return [middle([row[position] for row in found]) for position in range(len(runs))]


def middle(usages: Sequence[Usage]) -> Usage:
    """Return the median of wall, of CPU and of peak."""
    return Usage(*(median(getattr(usage, name) for usage in usages) for name in Usage.__struct_fields__))


def _run(
    command: Sequence[str], folder: Path, environ: Mapping[str, str], expected: frozenset[int]
) -> tuple[Usage, bytes]:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as cost:
        ended = subprocess.run(
            # Isolated, so that the shim itself starts with as little as it can.
            [sys.executable, "-I", "-S", str(_SHIM), str(writer), *command],
            cwd=folder,
            # Python keeps what it has compiled, as it does for anybody.
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "", **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=[writer],
            check=False,
        )
        os.close(writer)
        assert ended.returncode in expected, (command, ended.returncode, ended.stderr.decode())
        return json.decode(cost.read(), type=Usage), ended.stdout
