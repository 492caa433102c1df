"""Ids that turn the direction of the text: nothing printed passes them on."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.prompt import Terminal
from cagette_notify.cli.session import print_problems, print_text
from cagette_notify.cli.tables import listed, table
from tests.fixtures.command import run
from tests.fixtures.coop import DISTRIBUTIONS, ORDERS, Coop

if TYPE_CHECKING:
    from pathlib import Path

TURNS = "\u202e\u2066\u200e\u200f\u061c"
DAY = "d\u202e1\u2066x\u200e\u200f\u061c"


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.write(
        "distributions.yaml", DISTRIBUTIONS.replace("id: d1", r'id: "d\u202e1\u2066x\u200e\u200f\u061c"')
    )
    coop.write("orders.csv", ORDERS.replace(";d1;", f";{DAY};"))
    coop.write("letter.md", "Du pain\u202e pour {{ prénom }}\n")
    return coop


@pytest.mark.long
@pytest.mark.parametrize(
    "command",
    [
        ["-v", "send-due", "--at", "2026-06-11 18:05"],
        ["send-due", "--at", "2026-06-11 18:05", "--json"],
        ["log"],
        ["log", "--json"],
        ["status"],
        ["status", "--json"],
        ["check-member", "zoe", "-v", "--offline"],
        ["check-member", "zoe", "--json", "--offline"],
        ["report", "--offline"],
        ["broadcast", "-s", "Pain", "--body", "letter.md", "--to", f"with-order:{DAY}", "--dry-run"],
        ["preview", "-o", "pain\u202e.html"],
        ["demo", "essai\u202e"],
        ["notifications", "zoe"],
        ["check"],
    ],
    ids=lambda command: command[0],
)
def test_nothing_printed_turns_the_text(coop: Coop, command: list[str]) -> None:
    run(coop.folder, "send-due", "--at", "2026-06-11 18:05")

    result = run(coop.folder, *command)

    assert not set(TURNS) & set(result.stdout + result.stderr)
    assert "Traceback" not in result.stderr
    if "--json" in command:
        json.loads(result.stdout)


@pytest.mark.parametrize("char", [*TURNS, "\x1b", "\u2028", "\x9b"])
def test_no_cell_of_a_table_acts_upon_a_terminal(char: str) -> None:
    assert char not in table(["id"], [[f"a{char}b"]])
    assert char not in "".join(listed([[f"a{char}b", "c"]]))


def test_nothing_said_on_a_terminal_acts_upon_it() -> None:
    seen = io.StringIO()

    Terminal(io.StringIO("1\n"), seen).choose("Who\x1b[2J?", ["Zoé \u202e<zoe@example.org>"])

    assert seen.getvalue() == "Who\ufffd[2J?\n  1  Zoé \ufffd<zoe@example.org>\nNumber: "


@pytest.mark.parametrize("char", [*TURNS, "\x1b", "\n", "\u2028", "\x9b"])
def test_no_problem_acts_upon_a_terminal(capsys: pytest.CaptureFixture[str], char: str) -> None:
    print_problems([f"a{char}b"])

    assert capsys.readouterr().err == "a\ufffdb\n"


@pytest.mark.parametrize("char", [*TURNS, "\x1b", "\u2028", "\x9b"])
def test_no_text_acts_upon_a_terminal(capsys: pytest.CaptureFixture[str], char: str) -> None:
    print_text(f"a{char}b\nc")

    assert capsys.readouterr().out == "a\ufffdb\nc\n"
