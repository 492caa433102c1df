"""Completion by the Tab key, as docs/commands.md says how to switch it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.main import COMMANDS
from tests.fixtures.command import run

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
