"""The short command: what it is, which configuration it knows, and where commands to copy are short."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.system_offers import to_find_the_bare_name
from cagette_notify.cli.short_command import config_of_short_command, is_short_for, short_command_text
from tests.fixtures.coop import Coop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path


def installed(home: Path, config: Path, program: str = "/opt/bin/cagette-notify") -> dict[str, str]:
    """Return what is found around somebody who has the short command."""
    command = home / ".local/bin/cagette-notify"
    command.parent.mkdir(parents=True)
    command.write_text(short_command_text(program, str(config)), encoding="utf-8")
    command.chmod(0o755)
    return {"HOME": str(home), "PATH": f"{command.parent}:/usr/bin:/bin"}


@pytest.mark.parametrize("name", ["config.yaml", "l'été à la ferme.yaml", "$HOME `x`.yaml"])
def test_it_calls_the_program_with_the_configuration_whatever_their_names(tmp_path: Path, name: str) -> None:
    echo = tmp_path / "pro gram"
    echo.write_text('#!/bin/sh\nprintf "%s|" "$@"\n', encoding="utf-8")
    echo.chmod(0o755)
    environ = installed(tmp_path, tmp_path / name, str(echo))

    said = subprocess.run(
        [f"{tmp_path}/.local/bin/cagette-notify", "log", "--member", "Zoé Martin"],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == f"--config|{tmp_path / name}|log|--member|Zoé Martin|"
    assert config_of_short_command(environ) == tmp_path / name


def test_it_is_short_for_its_own_configuration_where_it_is_what_the_name_starts(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    environ = installed(tmp_path, config)

    assert is_short_for(config, environ)
    assert not is_short_for(tmp_path / "other.yaml", environ)
    assert not is_short_for(config, {**environ, "PATH": "/usr/bin:/bin"})
    assert not is_short_for(config, {**environ, "HOME": "/nowhere"})


def test_somebody_else_s_command_of_that_name_knows_none(tmp_path: Path) -> None:
    environ = installed(tmp_path, tmp_path / "config.yaml")
    (tmp_path / ".local/bin/cagette-notify").write_text("#!/bin/sh\nexec it\n", encoding="utf-8")

    assert config_of_short_command(environ) is None


@pytest.mark.parametrize(("shell", "file"), [("/bin/bash", ".bashrc"), ("/usr/bin/zsh", ".zshrc")])
def test_where_its_folder_is_not_on_the_path_what_adds_it_is_said_and_does(
    tmp_path: Path, shell: str, file: str
) -> None:
    config = tmp_path / "config.yaml"
    environ = {**installed(tmp_path, config), "SHELL": shell}
    elsewhere = {**environ, "PATH": "/usr/bin:/bin"}

    [([typed], said)] = to_find_the_bare_name(config, elsewhere)
    found = [
        subprocess.run(
            ["bash", "-c", f"{first}; command -v cagette-notify"],
            env=elsewhere,
            capture_output=True,
            text=True,
            check=True,
        )
        for first in (typed, f". ~/{file}")
    ]

    assert said.startswith("first of all: ~/.local/bin is not on your PATH, and cagette-notify is found,")
    assert [one.stdout for one in found] == [f"{tmp_path}/.local/bin/cagette-notify\n"] * 2
    assert [*to_find_the_bare_name(config, environ)] == []
    assert [*to_find_the_bare_name(tmp_path / "other.yaml", elsewhere)] == []


def test_where_the_name_is_found_by_an_active_environment_alone_that_is_said(tmp_path: Path) -> None:
    program = tmp_path / "a venv/bin/cagette-notify"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    active = {
        "HOME": str(tmp_path),
        "PATH": f"{program.parent}:/bin",
        "VIRTUAL_ENV": str(tmp_path / "a venv"),
    }

    [([typed], said)] = to_find_the_bare_name(tmp_path / "config.yaml", active)

    assert said.endswith("cagette-notify alone is found while its environment is active")
    assert typed == f"source '{tmp_path}/a venv/bin/activate'"
    assert [*to_find_the_bare_name(tmp_path / "config.yaml", {**active, "PATH": "/bin"})] == []


@pytest.mark.dear
def test_commands_to_copy_are_short_on_a_terminal_once_it_is_there(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    asked = ("--lang", "en", "-c", "config.yaml", "check-member", "Zo")
    with Keyboard(tmp_path, *asked) as keyboard:
        keyboard.ends()
    assert "cagette-notify --config config.yaml check-member" in keyboard.screen

    environ = {**os.environ, **installed(tmp_path / "home", coop.folder / "config.yaml")}

    with Keyboard(tmp_path, *asked, environ=environ) as keyboard:
        keyboard.ends()
    assert "cagette-notify check-member" in keyboard.screen
    assert "--config" not in keyboard.screen
