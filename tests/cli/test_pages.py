"""The history, page by page where it is longer than the window of whoever sits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Reason, Skip
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.skips import SkipBook
from tests.fixtures.coop import A_DAY_BEFORE, OPENED, Coop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path, extra="language: en\n")
    for at in (OPENED, A_DAY_BEFORE):
        coop.run(at)
    return coop


def a_pager(folder: Path, then: str = "cat > paged; echo $LESS > less") -> str:
    script = folder / "pager"
    script.write_text(f"#!/bin/sh\n{then}\n")
    script.chmod(0o755)
    return str(script)


def reads(
    coop: Coop, *arguments: str, lines: int = 5, piped: str | None = None, environ: Mapping[str, str] = {}
) -> Keyboard:
    window = {"LINES": str(lines), "COLUMNS": "200", "PAGER": a_pager(coop.folder), **environ}
    with Keyboard(coop.folder, *arguments, environ=window, piped=piped) as keyboard:
        assert keyboard.ends() == 0, keyboard.screen
    return keyboard


@pytest.mark.parametrize(("environ", "flags"), [({}, "-FRX"), ({"LESS": "-S"}, "-S")])
def test_a_long_history_goes_through_the_pager(
    coop: Coop, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], flags: str
) -> None:
    monkeypatch.delenv("LESS", raising=False)

    shown = reads(coop, "log", environ=environ).screen

    assert "zoe@example.org" not in shown
    assert (coop.folder / "paged").read_text().count("zoe@example.org") == 2
    assert (coop.folder / "less").read_text() == f"{flags}\n"


def test_one_that_fits_does_not(coop: Coop) -> None:
    assert "zoe@example.org" in reads(coop, "log", lines=60).screen
    assert not (coop.folder / "paged").exists()


def test_a_document_has_no_pager(coop: Coop) -> None:
    assert reads(coop, "log", "--json").screen.count("zoe@example.org") == 2
    assert not (coop.folder / "paged").exists()


@pytest.mark.parametrize(
    ("arguments", "environ"),
    [(["--for-others"], {}), ([], {"SUDO_UID": "54321"}), ([], {"PKEXEC_UID": "54321"})],
)
def test_whoever_comes_by_sudo_has_no_pager(
    coop: Coop, arguments: list[str], environ: dict[str, str]
) -> None:
    installed = coop.folder / "home/.config/cagette-notify"
    installed.parent.mkdir(parents=True)
    installed.symlink_to(coop.folder)

    shown = reads(coop, *arguments, "log", environ={"HOME": str(coop.folder / "home"), **environ}).screen

    assert shown.count("zoe@example.org") == 2
    assert not (coop.folder / "paged").exists()


def test_where_standard_input_is_taken_there_is_none(coop: Coop) -> None:
    assert "zoe@example.org" in reads(coop, "log", piped="").screen
    assert not (coop.folder / "paged").exists()


@pytest.mark.parametrize("more", [0, 900], ids=["while it is read", "while it is written"])
def test_whoever_stops_reading_with_ctrl_c_hears_no_more(coop: Coop, more: int) -> None:
    skips = [
        Skip(Kind.OPENING, "lac", f"d{n}", "1", "zoe@example.org", Reason.SETTING_OFF) for n in range(more)
    ]
    with open_ledger(coop.folder / "ledger.sqlite3") as ledger:
        SkipBook(ledger, "outbox").note(skips, A_DAY_BEFORE)
    pager = a_pager(coop.folder, "echo reading; exec sleep 60")
    with Keyboard(coop.folder, "log", environ={"LINES": "5", "PAGER": pager}) as keyboard:
        keyboard.sees("reading\n")
        keyboard.types("\x03")

        assert keyboard.ends() == 0

    assert keyboard.screen.replace("^C", "") == "reading\n"


def test_whoever_leaves_before_the_end_hears_no_more(coop: Coop) -> None:
    environ = {"LINES": "5", "PAGER": a_pager(coop.folder, "exit 3")}
    with Keyboard(coop.folder, "log", environ=environ) as keyboard:
        assert keyboard.ends() == 0

    assert keyboard.screen == ""
