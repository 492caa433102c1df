"""Bugs put into a copy of the program on purpose, to see whether the tests catch them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
_PYTEST = """
import sys, pytest, cagette_notify
print(cagette_notify.__file__)
sys.exit(pytest.main(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Sabotage:
    """A bug, as lines of ``file`` and what stands in their place; ``caught_by`` are ids of tests."""

    breaks: str
    caught_by: tuple[str, ...]
    file: str
    hunks: tuple[tuple[str, str], ...]

    def applied(self, text: str) -> str:
        """Return the text of ``file`` with the bug in it; each of its places must be there exactly once."""
        for old, new in self.hunks:
            assert text.count(old) == 1, f"{self.file}: to be found exactly once, mend the list:\n{old}"
            text = text.replace(old, new)
        if self.file.endswith(".py"):
            compile(text, self.file, "exec")
        return text

    def apply(self, copy: Path) -> None:
        """Put the bug into a copy of the program."""
        path = copy / self.file
        path.write_text(self.applied(path.read_text(encoding="utf-8")), encoding="utf-8")
        # Python would take the old bytecode for the new text's if both were of one size and second.
        Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def read_sabotages(path: Path) -> list[Sabotage]:
    """Read a list of them, which says at its top how it is written."""
    _about, *blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [_sabotage(block.splitlines()) for block in blocks]


def copy_program(folder: Path) -> Path:
    """Copy the package, its tests and what they read into ``folder``, and return it."""
    for name in ("cagette_notify", "templates", "tests"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("setup.cfg", "pyproject.toml", "config.example.yaml"):
        shutil.copy2(ROOT / name, folder)
    return folder


def run_tests(copy: Path, tests: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy on that copy."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ended = subprocess.run(
        [sys.executable, "-c", _PYTEST, "-n0", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env={**ours, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    imported = ended.stdout.partition("\n")[0]
    assert imported == str(copy / "cagette_notify" / "__init__.py"), ended.stderr
    return ended


def _sabotage(lines: list[str]) -> Sabotage:
    def after(mark: str) -> list[str]:
        return [line.removeprefix(mark) for line in lines if line.startswith(mark)]

    (file,) = after("--- ")
    body = "\n".join(line for line in lines if not line.startswith(("# ", "? ", "--- ")))
    hunks = [hunk.strip("\n").splitlines() for hunk in body.split("@@\n") if hunk]
    return Sabotage(
        " ".join(after("# ")),
        tuple(after("? ")),
        file,
        tuple((_side(hunk, without="+"), _side(hunk, without="-")) for hunk in hunks),
    )


def _side(hunk: list[str], *, without: str) -> str:
    return "".join(f"{line[1:]}\n" for line in hunk if not line.startswith(without))
