"""What is said to whoever types no command."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import MEMBERS, Coop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop, ahead = Coop(tmp_path, extra="language: en\n"), datetime.now(timezone.utc) + timedelta(days=20)
    coop.write(
        "distributions.yaml", f"- {{id: d1, group: lac, starts_at: '{ahead:%Y-%m-%d} 18:00', place: Lac}}\n"
    )
    return coop


def typed_nothing(coop: Coop, *options: str) -> list[str]:
    with Keyboard(coop.folder, *options, environ={"COLUMNS": "200"}) as keyboard:
        assert keyboard.ends() == 2
    return keyboard.screen.splitlines()


def test_it_says_in_one_line_how_it_stands_as_status_does_and_what_to_type(coop: Coop) -> None:
    first, to_do, *others = typed_nothing(coop)

    assert first == run(coop.folder, "status").stdout.splitlines()[0]
    assert to_do.startswith("Left to do before real mails: ")
    assert [line.split("  ")[1] for line in others[1:]] == [
        "cagette-notify --config config.yaml status",
        "cagette-notify --config config.yaml check-member WHO",
        "cagette-notify --config config.yaml broadcast",
        "cagette-notify --help",
    ]


@pytest.mark.parametrize("rows", [1, 2])
def test_what_is_wrong_comes_before_what_is_missing(coop: Coop, rows: int) -> None:
    coop.write("members.csv", MEMBERS + "".join(f"{n};Ana;Roux;ana{n}@;;\n" for n in range(10, 10 + rows)))

    _first, to_do, *others = typed_nothing(coop)

    said = "1 thing is to be mended" if rows == 1 else "2 things are to be mended"
    assert to_do == f"{said}: cagette-notify --config config.yaml check"
    assert not any("Left to do" in line for line in others)


def test_in_french_the_options_count_too(coop: Coop) -> None:
    assert "  cagette-notify --config config.yaml check-member QUI" in "\n".join(
        typed_nothing(coop, "--lang", "fr")
    )


def test_without_a_configuration_it_says_how_to_begin(tmp_path: Path) -> None:
    ended = run(tmp_path, "--lang", "fr", environ={"HOME": str(tmp_path)})

    assert ended.returncode == 2
    commands = [line for line in ended.stdout.splitlines() if line.startswith("  ")]
    assert commands == ["  cagette-notify demo", "  cagette-notify init ~/amap", "  cagette-notify --help"]
    assert ended.stderr == "aucune commande n’a été donnée\u00a0: rien n’a été fait\n"
    assert list(tmp_path.iterdir()) == []


def test_a_configuration_that_is_broken_is_named(coop: Coop) -> None:
    coop.write("config.yaml", "languag: en\n")

    ended = run(coop.folder, "--lang", "en")

    assert (ended.returncode, ended.stdout) == (78, "")
    assert "config.yaml:1: languag: " in ended.stderr


def test_nothing_is_written_by_it(coop: Coop) -> None:
    before = sorted(path.name for path in coop.folder.iterdir())

    typed_nothing(coop)

    assert sorted(path.name for path in coop.folder.iterdir()) == before


def test_how_to_begin_ends_its_lines_at_words(tmp_path: Path) -> None:
    with Keyboard(tmp_path, "--lang", "en", environ={"COLUMNS": "60", "HOME": str(tmp_path)}) as keyboard:
        keyboard.ends()

    assert "with a made-up\n" in keyboard.screen
    assert max(map(len, keyboard.screen.splitlines())) <= 60
