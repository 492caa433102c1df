"""A made-up co-op to try: its mails are there at once, though its orders were written just now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fixtures.command import run
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path


def test_a_demo_sends_what_is_due(tmp_path: Path) -> None:
    result = run(tmp_path, "demo")

    written = re.findall(r"^ *(\S+-\S+\.eml) +(\S+)", result.stdout, re.MULTILINE)
    assert (result.returncode, result.stderr) == (0, "")
    assert {kind for _name, kind in written} == {"opening", "recap_24h", "recap_4h"}
    assert {path.name for path in (tmp_path / "cagette-demo" / "outbox").iterdir()} == {
        name for name, _kind in written
    }


def test_what_it_wrote_stands_in_columns_that_fit_into_a_screen(tmp_path: Path) -> None:
    with Keyboard(tmp_path, "--lang", "fr", "demo", environ={"COLUMNS": "80"}) as keyboard:
        keyboard.ends()

    mails = [line for line in keyboard.screen.splitlines() if "@" in line]
    assert len(mails) == 8
    assert max(map(len, mails)) <= 80
    assert len({line.rindex("  ") for line in mails}) == 1
