"""Completion by the Tab key, as docs/commands.md says how to switch it on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.main import COMMANDS
from tests.fixtures.command import ROOT, run
from tests.fixtures.documents import DOCS

if TYPE_CHECKING:
    from pathlib import Path


def completed(folder: Path, line: str) -> set[str]:
    environ = {
        "_CAGETTE_NOTIFY_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    return {one.partition(",")[2] for one in run(folder, environ=environ).stdout.splitlines()}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_it_prints_the_script_that_a_shell_reads(tmp_path: Path, shell: str) -> None:
    ended = run(tmp_path, environ={"_CAGETTE_NOTIFY_COMPLETE": f"{shell}_source"})

    assert "_CAGETTE_NOTIFY_COMPLETE" in ended.stdout
    assert (ended.returncode, ended.stderr) == (0, "")


def test_commands_and_options_are_completed_without_any_data(tmp_path: Path) -> None:
    assert completed(tmp_path, "cagette-notify ") == {*COMMANDS} - {"settle", "ledger"}
    assert completed(tmp_path, "cagette-notify check-") == {"check-member"}
    assert {"--member", "--group"} <= completed(tmp_path, "cagette-notify log --")
    assert list(tmp_path.iterdir()) == []


ASKED = {
    "bash": "complete -p cagette-notify",
    "zsh": "print $_comps[cagette-notify]",
    "fish": "complete -C 'cagette-notify check-'",
}
"""What a shell answers once it completes the command."""


@pytest.mark.parametrize("shell", ASKED)
def test_the_line_that_is_documented_switches_it_on(tmp_path: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    command = tmp_path / "cagette-notify"
    command.write_text(
        f"#!{sys.executable}\nfrom cagette_notify.cli import main\nmain(prog_name='cagette-notify')\n"
    )
    command.chmod(0o755)
    (line,) = re.findall(
        rf"^- {shell}, `~/\S+`: `(.*)`$", (DOCS / "commands.md").read_text("utf-8"), re.MULTILINE
    )

    answer = subprocess.run(
        [shell, "-c", f"{line}\n{ASKED[shell]}"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("_cagette_notify_completion" if shell != "fish" else "check-member") in answer.stdout, answer
    assert answer.stderr == ""
