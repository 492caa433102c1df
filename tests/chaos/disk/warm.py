"""A process that has everything imported, and runs each command it is told of in a fork of itself.

strace counts the calls of each thread by itself. Under ``inject=...:when=400``, a command that is to
fail at its seventh call first spends 393 on calls that come to nothing: so one strace, and one start of
Python, serve thousands of points.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import resource
import signal
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

import cagette_notify
from tests.fixtures.compiled import compile_once
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

OFFSET = 400
OFFSET_OF_OPENING = 3000  # importing opens a thousand files
_NO_FILE = 1_000_000  # a descriptor that nobody has
_SECONDS = 60

_IDLE: dict[str, Callable[[], object]] = {
    "pwrite64": lambda: os.pwrite(_NO_FILE, b"", 0),
    "write": lambda: os.write(_NO_FILE, b""),
    "fsync": lambda: os.fsync(_NO_FILE),
    "fdatasync": lambda: os.fdatasync(_NO_FILE),
    "ftruncate": lambda: os.ftruncate(_NO_FILE, 0),
    "pread64": lambda: os.pread(_NO_FILE, 0, 0),
    "open": lambda: os.open("", 0),
    "rename": lambda: os.rename("", ""),  # noqa: PTH104 - no path is meant
    "link": lambda: os.link("", ""),
    "unlink": lambda: os.unlink(""),  # noqa: PTH108 - no path is meant
    "mkdir": lambda: os.mkdir(""),  # noqa: PTH102 - no path is meant
}


def main() -> None:
    """Serve until nobody writes any more."""
    _warm_up()
    for line in sys.stdin:
        errand = json.loads(line)
        if pid := os.fork():
            _pid, status = os.waitpid(pid, 0)
            # Not write(), which this process would some day have done a thousand times.
            os.writev(sys.stdout.fileno(), [f"{pid} {os.waitstatus_to_exitcode(status)}\n".encode()])
        else:
            _run(errand)


def _warm_up() -> None:
    for module in pkgutil.walk_packages(cagette_notify.__path__, "cagette_notify."):
        importlib.import_module(module.name)
    for name in ("mailjet_rest", "encodings.idna"):
        importlib.import_module(name)
    compile_once(pytest.MonkeyPatch())
    gc.disable()  # it would touch, and so copy, every page in every fork
    with tempfile.TemporaryDirectory() as folder:
        Coop(Path(folder)).run(A_DAY_BEFORE)


def _run(errand: dict[str, Any]) -> None:
    """Be the command."""
    from cagette_notify.cli import main as command

    signal.alarm(_SECONDS)
    os.umask(0o022)
    os.chdir(errand["folder"])
    os.environ.update(errand["environ"])
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        target = os.open(Path(errand["output"]) / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(target, descriptor)
        os.close(target)
    sys.argv = ["cagette-notify", "--lang", "en", *errand["arguments"]]
    _limit(errand["limits"])
    _spend(errand["spend"], errand["idle_calls"], in_workers=errand["in_workers"])
    status: object = 1
    try:
        with time_machine.travel(datetime.fromisoformat(errand["at"])):
            command(prog_name="cagette-notify")
    except SystemExit as end:
        status = end.code
    except BaseException:  # noqa: BLE001 - what Python does with a bug, without taking its memory apart
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


def _limit(limits: dict[str, int]) -> None:
    for name, value in limits.items():
        taken = _address_space() if name == "RLIMIT_AS" else 0
        resource.setrlimit(getattr(resource, name), (taken + value, resource.RLIM_INFINITY))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _spend(name: str, count: int, *, in_workers: bool) -> None:
    def spend() -> None:
        for _call in range(count):
            with suppress(OSError):
                _IDLE[name]()

    def spend_once(_frame: FrameType, _event: str, _argument: object) -> None:
        sys.setprofile(None)
        spend()

    if in_workers:
        threading.setprofile(spend_once)
    else:
        spend()


if __name__ == "__main__":
    main()
