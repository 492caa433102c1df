"""A rehearsal by ``--at``: what it writes, and what it says of the real run."""

from __future__ import annotations

import email
import email.policy
import json
import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.builders import paris
from tests.fixtures.command import run
from tests.fixtures.coop import A_DAY_BEFORE, Coop
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


@pytest.mark.dear
@pytest.mark.usefixtures("exports")
@pytest.mark.parametrize("moment", ["2026-06-11 18:05", "2026-06-12 08:05"], ids=["recap", "opening"])
def test_after_a_rehearsal_a_mail_that_was_written_is_read_by_the_command_that_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))
    is_recap = moment.endswith("18:05")
    kind = "recap_24h" if is_recap else "opening"

    rehearsed = run(desk.folder, "send-due", "--at", moment, "--kind", kind, "-v")
    asked, typed = rehearsed.stdout.splitlines()[-2:]
    _program, *words = shlex.split(typed)
    read = run(desk.folder, *words)

    assert asked == "To read one of them here:"
    assert read.returncode == 0
    headers, _blank, text = read.stdout.partition("\n\n")
    written = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in outbox(desk)
    ]
    (mine,) = [mail for mail in written if mail["To"].addresses[0].addr_spec in headers]
    body = mine.get_body(["plain"])
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip() == text.rstrip()


@pytest.mark.usefixtures("exports")
def test_on_a_french_screen_the_mail_to_read_is_named_in_french(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(desk, monkeypatch, *(question.answer for question in WITH_EXPORTS))

    rehearsed = run(desk.folder, "--lang", "fr", "send-due", "--at", "2026-06-11 18:05", "-v")
    _program, *words = shlex.split(rehearsed.stdout.splitlines()[-1])

    assert words[words.index("preview") + 1] == "récap-24h"
    assert run(desk.folder, *words).returncode == 0


def outbox(desk: Desk) -> list[Path]:
    return [*(desk.folder / "outbox").glob("*.eml")]


def test_where_no_mail_can_be_shown_again_none_is_said_to_be_read(tmp_path: Path) -> None:
    coop = Coop(tmp_path)
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "18:00", "19:00")
    coop.replace("distributions.yaml", "19:30", "20:30")

    corrected = run(tmp_path, "send-due", "--at", "2026-06-11 18:30", "-v", "--lang", "en")

    assert "Mails written to outbox: 3." in corrected.stdout
    assert "preview" not in corrected.stdout
