from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.wrapped_lines import wrapped_whole
from tests.fixtures.command import ROOT
from tests.fixtures.coop import Coop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path

ACCEPT = "cagette-notify send-due --accept-data lac"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (f"so few members are left: {ACCEPT}", ACCEPT),
        (f"if it is: {ACCEPT}; if it is another group, keep it", ACCEPT),
        (f"si c’est lui : {ACCEPT}\u00a0; si c’est un autre, gardez-le", ACCEPT),
        ("what to do: cagette-notify check-member 'a; b' --group 'du lac' (lac)", "check-member 'a; b'"),
        ("say it: '/opt/a b/cagette-notify' --config 'c d.yaml' status -v", "'c d.yaml' status -v"),
    ],
)
def test_a_command_stands_whole_on_its_line_however_wide_it_is(text: str, command: str) -> None:
    program = "'/opt/a b/cagette-notify' --config 'c d.yaml'" if "/opt" in text else "cagette-notify"

    for width in range(1, 90):
        lines = wrapped_whole(text, width, indent="  ", program=program)

        assert [line for line in lines if command in line], width
        assert " ".join(line.strip(" ") for line in lines) == text, width


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (f"it is right: .venv/bin/{ACCEPT} (lac)", f".venv/bin/{ACCEPT}"),
        (
            "say: '/opt/a b/cagette-notify' --config 'c d.yaml' status -v",
            "'/opt/a b/cagette-notify' --config 'c d.yaml' status -v",
        ),
        ("others can read it: chmod 600 '/home/le lac/mailjet.key'", "chmod 600 '/home/le lac/mailjet.key'"),
        ("it needs another one: pip install pysocks", "pip install pysocks"),
        ("run it as: sudo -u claire cagette-notify ...", "sudo -u claire cagette-notify"),
        ("it is slow; set it: sudo timedatectl set-ntp true", "sudo timedatectl set-ntp true"),
        ("there is none at config.yaml; begin with cagette-notify init", "cagette-notify init"),
        ("put them there first, or named: init --exports FOLDER.", "init --exports FOLDER"),
    ],
)
def test_a_command_of_trouble_stands_whole_however_the_program_is_called(text: str, command: str) -> None:
    for width in range(1, 90):
        lines = wrapped_whole(text, width, indent="  ", program=None)

        assert [line for line in lines if command in line], width
        assert " ".join(line.strip(" ") for line in lines) == text, width


def test_what_follows_a_command_is_wrapped_as_ever() -> None:
    said = "through sudo there is no cagette-notify settle: it is for whoever administers the server"

    assert max(map(len, wrapped_whole(said, 40))) <= 40


@pytest.mark.parametrize("label", ["value:", "valeur\u00a0:", "name:"])
def test_a_field_to_paste_into_a_form_stands_whole_on_its_line(label: str) -> None:
    value = "v=DMARC1; p=none; rua=mailto:dmarc@example.org"

    assert f"{label}  {value}" in [line.strip(" ") for line in wrapped_whole(f"    {label}  {value}", 30)]


@pytest.mark.parametrize("columns", [60, 120])
def test_what_became_of_a_letter_ends_its_lines_at_words(tmp_path: Path, columns: int) -> None:
    coop = Coop(tmp_path)
    coop.write("text.md", "Bonjour.")
    tomorrow = f"{datetime.now(timezone.utc) + timedelta(days=1):%Y-%m-%d %H:%M}"
    typed = ("broadcast", "lac", "-s", "Info", "--body", "text.md", "--send-at", tomorrow, "--yes")
    with Keyboard(tmp_path, "--lang", "en", *typed, environ={"COLUMNS": str(columns)}) as keyboard:
        keyboard.ends()

    said = keyboard.screen[keyboard.screen.index("Planned for") :].splitlines()
    assert max(len(line) for line in said if "cagette-notify" not in line) <= columns


def test_trouble_is_as_wide_as_its_own_terminal_where_the_rest_goes_into_a_pipe(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    command = [sys.executable, "-c", "from cagette_notify.cli import main; main()", "--lang", "en", "status"]
    environ = {name: value for name, value in os.environ.items() if name != "COLUMNS"}

    subprocess.run(
        command,
        cwd=tmp_path,
        env={**environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=slave,
        check=False,
    )

    lines = os.read(master, 4096).decode().splitlines()
    assert "no configuration: there is none at" in lines
    assert [line for line in lines if len(line) > 40 and " " in line.strip()] == []
