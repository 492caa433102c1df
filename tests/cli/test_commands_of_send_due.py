"""What ``send-due`` says to type, pasted: it is about the same mails as the run that said it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cagette_notify.cli import main
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from pathlib import Path

AT = ["--at", "2026-06-11 20:13"]


@pytest.fixture
def coop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Coop:
    monkeypatch.setattr("sys.argv", ["cagette-notify"])
    return Coop(tmp_path, extra="language: en\n")


def says(coop: Coop, *arguments: str) -> str:
    """Run send-due, and return what it says to type."""
    said = CliRunner().invoke(
        main, ["-c", str(coop.folder / "config.yaml"), "send-due", *arguments], prog_name="cagette-notify"
    )
    return said.output.partition("to send them: ")[2].partition("\n")[0]


def paste(typed: str) -> None:
    CliRunner().invoke(main, shlex.split(typed)[1:], prog_name="cagette-notify")


def test_what_was_held_back_at_another_time_leaves_by_the_command_that_says_so(coop: Coop) -> None:
    typed = says(coop, *AT)
    paste(typed)

    assert coop.mailed() == ["maelle@example.org", "noel@example.org", "zoe@example.org"]


@pytest.mark.parametrize(
    ("given", "repeated"),
    [
        (AT, AT),
        ([*AT, "--dry-run"], [*AT, "--dry-run"]),
        ([*AT, "--group", "lac"], [*AT, "--group", "lac"]),
        ([*AT, "--kind", "recap_24h"], [*AT, "--kind", "recap_24h"]),
    ],
)
def test_the_options_that_narrow_a_run_are_repeated(
    coop: Coop, given: list[str], repeated: list[str]
) -> None:
    words = shlex.split(says(coop, *given))

    assert words[3:] == ["send-due", *repeated, "--lookback", "3h"]
