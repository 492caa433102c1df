"""What the system refuses where nobody expects it: a line that names it, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from cagette_notify.cli.setup.demo import write_coop
from tests.fixtures.command import ROOT, run
from tests.fixtures.coop import A_DAY_BEFORE, Coop

if TYPE_CHECKING:
    from pathlib import Path

LONG = "a" * 300


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    return Coop(tmp_path)


def in_a_deleted_folder(parent: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    gone = parent / "gone"
    gone.mkdir()
    main = "from cagette_notify.cli import main; main()"
    program = f"import os; os.rmdir({str(gone)!r}); {main}"
    return subprocess.run(
        [sys.executable, "-c", program, "--lang", "en", *arguments],
        cwd=gone,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["status"], 78),
        (["-c", "config.yaml", "send-due"], 78),
        (["-c", "config.yaml", "check", "--offline"], 78),
        (["demo"], 2),
        (["init"], 1),
    ],
    ids=str,
)
def test_in_a_folder_that_was_deleted_a_line_says_what_is_not_there(
    tmp_path: Path, arguments: list[str], status: int
) -> None:
    result = in_a_deleted_folder(tmp_path, *arguments)

    assert result.returncode == status
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.long
@pytest.mark.parametrize("command", [["status"], ["send-due"], ["check", "--offline"], ["log"]], ids=str)
def test_a_folder_that_was_deleted_is_no_matter_where_the_configuration_is_named_in_full(
    coop: Coop, command: list[str]
) -> None:
    path = str(coop.folder / "config.yaml")

    result = in_a_deleted_folder(coop.folder, "-c", path, *command)

    assert result.returncode == run(coop.folder, *command).returncode
    assert "deleted" not in result.stderr
    assert "No such file" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["-c", LONG, "send-due"], 78),
        (["-c", LONG, "status"], 78),
        (["demo", LONG], 2),
        (["init", LONG], 2),
        (["preview", "-o", LONG], 2),
        (["preview", "--all", "-o", LONG], 2),
        (["broadcast", "lac", "-s", "x", "--yes", "--body", LONG], 2),
        (["broadcast", "lac", "-s", "x", "--yes", "--body", "groups.yaml", "--attach", LONG], 2),
    ],
    ids=lambda each: each if isinstance(each, int) else " ".join(each)[:40],
)
def test_a_name_that_no_disk_takes_is_said_in_a_line(coop: Coop, arguments: list[str], status: int) -> None:
    result = run(coop.folder, *arguments)

    assert (result.returncode, result.stderr.count("\n")) == (status, 1), result.stderr
    assert "File name too long" in result.stderr


@pytest.mark.parametrize("setting", ["templates", "ledger", "outbox", "notifications"])
@pytest.mark.parametrize(
    "command", [["send-due", "--at", "2026-06-11 18:05"], ["status"], ["forget", "1"]], ids=str
)
def test_a_setting_that_no_disk_takes_makes_no_traceback(
    coop: Coop, setting: str, command: list[str]
) -> None:
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + f"{setting}: {LONG}\n")

    assert "Traceback" not in run(coop.folder, *command).stderr


@pytest.mark.parametrize("file", ["groups", "members", "distributions", "orders"])
def test_a_data_file_that_no_disk_takes_makes_no_traceback(coop: Coop, file: str) -> None:
    suffix = "csv" if file in {"members", "orders"} else "yaml"
    coop.replace("config.yaml", f"{file}.{suffix}", f"{LONG}.{suffix}")

    result = run(coop.folder, "send-due", "--at", "2026-06-11 18:05")

    assert result.returncode in {1, 65}
    assert LONG in result.stderr
    assert "Traceback" not in result.stderr


def test_a_demo_is_not_made_where_a_link_leads(tmp_path: Path) -> None:
    write_coop(tmp_path / "kept", A_DAY_BEFORE)
    (tmp_path / "link").symlink_to("kept")
    (tmp_path / "to-nowhere").symlink_to("nowhere")

    for name in ("link", "to-nowhere"):
        result = run(tmp_path, "demo", name)

        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr == f"{name}: a symbolic link, where a folder was expected\n"
    assert (tmp_path / "kept" / "config.yaml").is_file()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "options", [["-o", "pipe.html"], ["--all", "-o", "pipe.html"], ["-o", "pipe.eml"]], ids=str
)
def test_a_preview_does_not_wait_for_the_reader_of_a_pipe(coop: Coop, options: list[str]) -> None:
    os.mkfifo(coop.folder / options[-1])

    result = run(coop.folder, "preview", *options)

    assert result.returncode == 2
    assert (
        result.stderr.splitlines()[-1] == f"{options[-1]}: a plain file was expected, not a pipe or the like"
    )


@pytest.mark.long
@pytest.mark.parametrize("option", ["--body", "--attach"])
def test_a_letter_does_not_wait_for_the_writer_of_a_pipe(coop: Coop, option: str) -> None:
    os.mkfifo(coop.folder / "pipe.md")
    program = "from cagette_notify.cli import main; main()"
    given = ["--body", "groups.yaml", option, "pipe.md"] if option == "--attach" else [option, "pipe.md"]

    result = subprocess.run(
        [sys.executable, "-c", program, "--lang", "en", "broadcast", "-s", "x", "--yes", *given],
        cwd=coop.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (result.returncode, result.stderr.count("\n")) == (2, 1), result.stderr
    assert f"pipe.md: {option}: " in result.stderr


@pytest.mark.parametrize("command", ["check-member", "notifications", "forget"])
def test_a_word_in_another_encoding_is_refused(coop: Coop, command: str) -> None:
    result = run(coop.folder, command, "Zo\udce9")

    assert (result.returncode, result.stderr) == (2, "not in UTF-8: 'Zo\\udce9'\n")
