"""The command run as one user for another, as sudo runs it. Where root runs the tests, both are made up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.command import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

AS_ROOT = os.geteuid() == 0
OWNER, CALLER = (54321 if AS_ROOT else os.geteuid()), 65534
# One interpreter for many calls, each in a fork: the other user may be unable to reach its files.
_MAIN = """
import importlib, json, os, pkgutil, sys, tempfile
from fcntl import F_DUPFD_CLOEXEC, fcntl
from click.testing import CliRunner
import cagette_notify, tabulate
from cagette_notify.cli import main
for module in pkgutil.walk_packages(cagette_notify.__path__, "cagette_notify."):
    importlib.import_module(module.name)
with tempfile.TemporaryDirectory() as folder:
    assert CliRunner().invoke(main, ["demo", folder + "/demo"]).exit_code == 0
owner, caller, folder, calls = json.load(sys.stdin)

def begin(call, stdin, stdout):
    os.setsid()
    as_root = os.geteuid() == 0
    if as_root:
        os.setgroups([])
        os.setegid(caller), os.seteuid(caller)
    os.chdir(folder)
    held = {int(n): fcntl(os.open(*file), F_DUPFD_CLOEXEC, 100) for n, file in call["held"].items()}
    if as_root:
        os.seteuid(0), os.setegid(0)
    for number, descriptor in {0: stdin, 1: stdout, 2: stdout, **held}.items():
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update({"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}, **call["environ"])
    if as_root:
        os.setgid(owner), os.setuid(owner)
    sys.stdin = open(0, closefd=False)
    sys.argv = ["cagette-notify", *call["arguments"]]
    main(prog_name="cagette-notify")

def answer(call):
    near, far = os.openpty() if call["at_terminal"] else os.pipe()
    reader, writer = os.pipe()
    os.write(near if call["at_terminal"] else writer, call["stdin"].encode()), os.close(writer)
    child = os.fork()
    if not child:
        try:
            begin(call, far if call["at_terminal"] else reader, far)
        except SystemExit as ending:
            status = ending.code or 0
        except BaseException as error:
            print("bug:", repr(error))
            status = 99
        sys.stdout.flush()
        os._exit(status)
    os.close(far), os.close(reader)
    said = b""
    try:
        while part := os.read(near, 65536):
            said += part
    except OSError:
        pass  # how a terminal ends
    os.close(near)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, said.decode(errors="replace").replace("\\r", "")

json.dump([answer(call) for call in calls], sys.stdout)
"""


@dataclass(frozen=True)
class Call:
    """A command line, and what whoever calls it has set and holds open: a path and flags for each number."""

    arguments: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    stdin: str = ""
    at_terminal: bool = False


@dataclass(frozen=True)
class Answer:
    """What came of a call."""

    status: int
    said: str


def give_to(uid: int, folder: Path) -> None:
    """Make a folder, and all in it, somebody's; links themselves, not what they lead to. Only root can."""
    for path in (folder, *folder.rglob("*")) if AS_ROOT else ():
        os.chown(path, uid, uid, follow_symlinks=False)


def as_owner(calls: Sequence[Call], folder: Path) -> list[Answer]:
    """Run calls one after the other in a folder, as ``OWNER``; what is held open, ``CALLER`` opened."""
    with tempfile.TemporaryDirectory() as program:
        # Wherever the checkout lies, the other user can read this one.
        Path(program).chmod(0o755)
        for name in ("cagette_notify", "templates"):
            shutil.copytree(ROOT / name, Path(program, name))
        shutil.copy(ROOT / "config.example.yaml", program)
        done = subprocess.run(
            [sys.executable, "-c", _MAIN],
            input=json.dumps([OWNER, CALLER, str(folder), list(map(asdict, calls))]),
            cwd=program,
            env={**os.environ, "PYTHONPATH": program},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return [Answer(*each) for each in json.loads(done.stdout)]
