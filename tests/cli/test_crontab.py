"""The crontab: read, looked through for a configuration, and given one more line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.crontab import Crontab, calls, with_line
from cagette_notify.core.errors import NotifyError
from tests.fixtures.crontab import a_crontab_program

if TYPE_CHECKING:
    from pathlib import Path

LINE = "*/10 * * * * /opt/bin/cagette-notify --config {config} send-due"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        "*/5 * * * * cagette-notify -c {config} send-due 2>&1 | logger",
        "@hourly cd / && /opt/bin/cagette-notify --config='{config}' send-due; true",
        "0 * * * * CAGETTE_NOTIFY_CONFIG={config} cagette-notify send-due",
        'CAGETTE_NOTIFY_CONFIG = "{config}"\n* * * * * cagette-notify send-due',
        "* * * * * cagette-notify --config {folder}/./config.yaml send-due",
        "* * * * * cagette-notify send-due --config {config}%input",
        "* * * * * /home/claire/.local/bin/cagette-notify send-due",
    ],
)
def test_a_line_that_calls_it_is_known_however_it_is_written(config: Path, line: str) -> None:
    text = "MAILTO=claire@exemple.org\n" + line.format(config=config, folder=config.parent) + "\n"

    assert calls(text, config, {"/home/claire/.local/bin/cagette-notify"})


@pytest.mark.parametrize(
    "line",
    [
        "",
        "#" + LINE,
        "*/10 * * * * cagette-notify --config /elsewhere/config.yaml send-due",
        "*/10 * * * * cagette-notify --config {config} status",
        "*/10 * * * * cagette-notify send-due",
        "* * * * * echo 'unfinished",
        "CAGETTE_NOTIFY_CONFIG={config}\nCAGETTE_NOTIFY_CONFIG=/elsewhere\n* * * * * cagette-notify send-due",
    ],
)
def test_a_line_that_calls_something_else_is_none(config: Path, line: str) -> None:
    assert not calls(line.format(config=config), config, {"/home/claire/.local/bin/cagette-notify"})


@pytest.mark.parametrize(
    ("before", "after"), [("", "new\n"), ("old\n", "old\nnew\n"), ("no end", "no end\nnew\n")]
)
def test_a_line_is_added_below_the_others(before: str, after: str) -> None:
    assert with_line(before, "new") == after


def test_what_is_there_goes_back_byte_for_byte(tmp_path: Path, config: Path) -> None:
    program = a_crontab_program(tmp_path, b"# \xe9t\xe9\t\n\n0 3 * * * /usr/bin/sauvegarde")

    Crontab(str(program.command)).add("* * * * * new", config, set())

    assert program.text == b"# \xe9t\xe9\t\n\n0 3 * * * /usr/bin/sauvegarde\n* * * * * new\n"


def test_a_line_that_came_in_the_meantime_gets_no_second_one(tmp_path: Path, config: Path) -> None:
    line = LINE.format(config=config)
    program = a_crontab_program(tmp_path, f"{line}\n".encode())

    Crontab(str(program.command)).add(line, config, set())

    assert program.text == f"{line}\n".encode()


def test_no_crontab_yet_is_an_empty_one(tmp_path: Path) -> None:
    assert Crontab(str(a_crontab_program(tmp_path).command)).read() == ""


def test_a_refusal_is_said_in_the_program_s_words_and_nothing_is_written(
    tmp_path: Path, config: Path
) -> None:
    program = a_crontab_program(
        tmp_path, b"old\n", refuses="You (claire) are not allowed to use this program"
    )

    with pytest.raises(NotifyError, match=r"crontab: You \(claire\) are not allowed"):
        Crontab(str(program.command)).add("new", config, set())

    assert program.text == b"old\n"
