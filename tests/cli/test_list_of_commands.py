from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from cagette_notify.cli.main import COMMANDS, main
from cagette_notify.cli.translated_help import in_short, paragraphs
from tests.fixtures.command import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_PRINTS_IMPORTS = """
import sys
from cagette_notify.cli import main
try:
    main(["--lang", "en", "--help"])
except SystemExit:
    print("imported:", *(name for name in sys.modules if name.startswith("cagette_notify.cli.")))
"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_fits_on_one_screen_with_a_line_for_each_command(language: str) -> None:
    lines = (
        CliRunner()
        .invoke(main, ["--lang", language, "--help"], prog_name="cagette-notify", terminal_width=80)
        .stdout.splitlines()
    )

    assert len(lines) <= 20
    assert max(map(len, lines)) <= 80
    named = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(named) == sorted(set(COMMANDS) - {"settle", "ledger"})


def test_the_list_imports_no_command_and_says_of_each_what_it_says_itself(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PRINTS_IMPORTS],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    shown, _, imported = " ".join(ended.stdout.split()).partition("imported: ")

    assert set(imported.split()).isdisjoint(one.module for one in COMMANDS.values())
    for name, known in COMMANDS.items():
        command = main.get_command(click.Context(main), name)
        assert command
        assert paragraphs(command.help or "")[0] == known.help
        assert in_short(known.help) in shown or name in {"settle", "ledger"}
