"""What tables look like on terminals of several widths, and where there is none."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli import tables
from cagette_notify.cli.setup.demo import write_coop
from tests.fixtures.command import run
from tests.fixtures.coop import let_rest
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path

ADDRESSES = {"zoe.martin", "noel.boeuf", "maelle.legoff", "emma.wright", "4@no.mail"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "coop"
    write_coop(folder, datetime.now(timezone.utc).replace(microsecond=0))
    let_rest(folder / "orders.csv")
    run(folder, "send-due")
    return folder


@pytest.fixture
def coop(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "coop")


def on_terminal(coop: Path, columns: int, *arguments: str) -> list[str]:
    with Keyboard(coop, "--lang", "en", *arguments, environ={"COLUMNS": str(columns)}) as keyboard:
        keyboard.ends()
    return keyboard.screen.splitlines()


def addresses_in(text: str) -> set[str]:
    return {name for name in ADDRESSES if name in text}


def test_a_wide_terminal_shows_what_a_file_gets(coop: Path) -> None:
    assert on_terminal(coop, 200, "log") == run(coop, "--lang", "en", "log").stdout.splitlines()


@pytest.mark.long
@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", ["status", "check --offline"])
def test_sentences_are_wrapped_at_words(coop: Path, command: str, columns: int) -> None:
    lines = on_terminal(coop, columns, *command.split())

    words = run(coop, "--lang", "en", *command.split()).stdout.split()
    assert [line for line in lines if len(line) > columns and " " in line.strip()] == []
    assert len([line for line in lines if re.match("  ", line)]) > 1
    assert {"To", "do", "leaves."} <= set(words) & set(" ".join(lines).split())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "command",
    ["report --offline", "notifications 1 --on closing", "statuss", "preview nothing", "init new --yes"],
)
def test_each_command_wraps_its_sentences_at_words(coop: Path, command: str, language: str) -> None:
    lines = on_terminal(coop, 60, "--lang", language, *command.split())

    wide = [line for line in lines if len(line) > 60 and " " in line.strip()]
    assert [line for line in wide if "*/10" not in line] == []  # which is to be copied
    assert max(map(len, lines)) > 40


def test_what_forget_asks_is_wrapped_at_words(coop: Path) -> None:
    with Keyboard(coop, "--lang", "fr", "forget", "1", environ={"COLUMNS": "60"}) as keyboard:
        keyboard.sees("[o/N] ")
        keyboard.types("n\n")
        keyboard.ends()

    assert max(map(len, keyboard.screen.splitlines())) <= 60


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("command", ["log --kind nothing", "log --status nothing"])
def test_trouble_is_wrapped_at_words_too(coop: Path, command: str, columns: int) -> None:
    lines = on_terminal(coop, columns, *command.split())

    whole = [*filter(None, run(coop, "--lang", "en", *command.split()).stderr.splitlines())]
    assert max(map(len, whole)) > 40
    assert " ".join(" ".join(whole).split()) in " ".join(" ".join(lines).split())
    assert [line for line in lines if len(line) > columns and " " in line.strip()] == []


def test_a_cell_that_no_line_can_hold_is_wrapped_at_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "50")
    why = "not sent: the orders were missing, or were too old, or could not be read in part"

    assert tables.listed([("2026-06-11 18:05", "recap_24h", "zoe.martin@example.org", why)]) == [
        "2026-06-11 18:05  recap_24h",
        "  zoe.martin@example.org",
        "  not sent: the orders were missing, or were too",
        "  old, or could not be read in part",
    ]


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", ["log", "status", "send-due", "notifications zoe.martin@example.org"])
def test_no_row_is_wider_than_the_terminal(coop: Path, command: str, columns: int) -> None:
    lines = on_terminal(coop, columns, *command.split())

    sentences = [line for line in lines if re.search(rf"machine|All is well|default|export|{coop}", line)]
    assert [line for line in lines if len(line) > columns and line not in sentences] == []


def test_a_narrow_one_says_once_what_is_the_same_in_all_rows(coop: Path) -> None:
    lines = on_terminal(coop, 70, "send-due")

    assert lines[0] == "group: Les Paniers du Lac (lac)  outcome: skipped"
    assert lines[1].split() == ["distribution", "notice", "reason", "addresses"]
    assert not any("(lac)" in line for line in lines[1:])


def test_rows_are_folded_between_their_cells_and_nothing_is_lost(coop: Path) -> None:
    lines = on_terminal(coop, 60, "log")

    assert addresses_in("\n".join(lines)) == ADDRESSES
    at = next(number for number, line in enumerate(lines) if "4@no.mail" in line)
    assert "  ".join(lines[at - 1 : at + 1]).endswith("(4)    4@no.mail  skipped  placeholder_address")
    assert lines[at].startswith("  ")


def test_rows_that_are_all_alike_are_each_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "20")
    alike = [["ouverture", "zoe@example.org"]] * 3

    assert tables.table(["notice", "address"], alike).splitlines() == ["ouverture", "  zoe@example.org"] * 3


def test_numbers_keep_their_names_where_rows_are_folded(coop: Path) -> None:
    lines = on_terminal(coop, 53, "send-due")

    assert [line.partition("addresses: ")[2] for line in lines if "addresses" in line].count("3 members") == 2


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (20, ["notice: recap", "group: lac", "d1 left: 12", "  spam: 0", "d2 left: 30", "  spam: 0"]),
        (30, ["notice: recap group: lac", "day left spam", "----- ------ ------", "d1 12 0", "d2 30 0"]),
    ],
)
def test_a_number_stands_in_each_row_though_all_are_the_same(
    monkeypatch: pytest.MonkeyPatch, columns: int, shown: list[str]
) -> None:
    monkeypatch.setattr(tables, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [["recap", "lac", "d1", 12, 0], ["recap", "lac", "d2", 30, 0]]

    lines = tables.table(["notice", "group", "day", "left", "spam"], rows, numbers=2).splitlines()

    assert [re.sub(r"(?<=\S) +", " ", line) for line in lines] == shown


def test_nothing_is_left_out_of_what_goes_to_a_file(coop: Path) -> None:
    narrow = run(coop, "--lang", "en", "log", environ={"COLUMNS": "40"}).stdout

    assert narrow.split()[:2] == ["when", "group"]
    assert narrow == run(coop, "--lang", "en", "log", environ={"COLUMNS": "400"}).stdout
