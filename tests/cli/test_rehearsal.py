"""A rehearsal by ``--at``: what it writes, and what it says of the real run."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.builders import paris
from tests.fixtures.command import run
from tests.fixtures.desk import WITH_EXPORTS, begun

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fixtures.desk import Desk
    from tests.fixtures.office import Office


@pytest.mark.parametrize("exported", ["2026-06-09T12:00", "2026-06-10T20:10"], ids=["before", "after"])
def test_a_rehearsal_says_that_the_real_run_would_wait_for_a_newer_export(
    office: Office, exported: str
) -> None:
    moment = paris(exported).timestamp()
    os.utime(office.coop.folder / "orders.csv", (moment, moment))
    office.at = paris("2026-06-09T13:00")

    rehearsed = office.invoke("send-due", "--dry-run", "--at", "2026-06-11 18:05", "--json")

    found = json.loads(rehearsed.stdout)
    is_old = exported < "2026-06-10T20:00"
    assert (rehearsed.exit_code, found["counts"]["would_send"]) == (0, 3)
    assert [one["file"] for one in found["problems"]] == (["orders.csv"] if is_old else [])
    assert ("the real run would wait for a new export" in rehearsed.stderr) is is_old


def files_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def typed_to_rehearse(screen: str) -> list[list[str]]:
    """Return the lines to type that stand above what they write, as a shell takes them."""
    lines = screen.partition("\nÀ taper ensuite")[2].splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  cp "))
    assert "écrivent les premiers e-mails" in lines[first + 2]
    return [shlex.split(line) for line in lines[first : first + 2]]


@pytest.mark.usefixtures("exports")
def test_what_init_has_typed_to_try_it_out_leaves_the_installation_as_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))
    before = files_of(desk.folder)
    copied, (_program, *rehearsed) = typed_to_rehearse(screen)

    subprocess.run(copied, check=True)
    assert run(desk.folder, *rehearsed).returncode == 1  # an address is to be corrected

    copy = desk.folder.with_name("amap-du-lac-essai")
    assert copied == ["cp", "-rp", f"{desk.folder}/.", str(copy)]
    assert len(list((copy / "outbox").glob("*.eml"))) == 22
    assert files_of(desk.folder) == before
    assert not (desk.folder / "ledger.sqlite3").exists()
    assert [*desk.folder.parent.glob("*-essai*")] == [copy]


@pytest.mark.usefixtures("exports")
def test_a_name_that_a_folder_beside_it_has_is_left_to_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.folder.with_name("amap-du-lac-essai").mkdir()

    screen = begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    copied, _rehearsed = typed_to_rehearse(screen)
    assert copied[-1] == f"{desk.folder}-essai2"


@pytest.mark.usefixtures("exports")
def test_where_a_copy_would_share_the_ledger_nothing_is_written_to_try_it_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))
    with (desk.folder / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(f"ledger: {desk.folder}/ledger.sqlite3\n")

    screen = begun(desk, monkeypatch)

    assert "  cagette-notify send-due --dry-run --at '2026-06-11 18:05'\n" in screen
    assert "cp -rp" not in screen
