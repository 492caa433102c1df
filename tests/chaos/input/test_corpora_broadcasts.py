"""Odd texts that others collected, as what a coordinator writes to a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.input.corpora import Case, cases, some
from tests.chaos.input.desk import typed
from tests.fixtures.coop import Coop
from tests.fixtures.rfc5322 import faults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chaos.conftest import Tried

EVERYBODY = ["lea@example.org", "maelle@example.org", "noel@example.org", "zoe@example.org"]


PARTS = {
    "subject": cases("blns", "email-validator"),
    "body": cases("blns", "cpython-mails", "pyyaml", "yaml-test-suite"),
    "attachment": cases("csv-spectrum", "cpython-mails"),
    "filename": cases("blns"),
}


@pytest.mark.parametrize("part", PARTS)
def test_an_odd_text_reaches_everybody_once_or_is_refused_in_a_line(
    tmp_path: Path, full: bool, part: str, tried_cases: Tried
) -> None:
    odd = some(PARTS[part], 7, full=full)
    coop = Coop(tmp_path)
    for case in odd:
        said = typed(coop, "broadcast", *arguments(coop, case, part))

        assert (said.status, coop.mailed()) in ((0, EVERYBODY), (2, [])), (case, said)
        assert said.status == 0 or said.complaints, case
        assert taken_out(coop) == [], case
    tried_cases(odd)


def taken_out(coop: Coop) -> list[str]:
    """Empty the outbox, and list the faults of what was in it."""
    files = list((coop.folder / "outbox").glob("*.eml"))
    found = [fault for file in files for fault in faults(file.read_bytes())]
    for file in files:
        file.unlink()
    return found


def arguments(coop: Coop, case: Case, part: str) -> list[str]:
    letter = coop.write("letter.md", case.raw if part == "body" else f"Bonjour, {case.name}\n")
    name = case.text.replace("/", "_")[:60].strip(".") if part == "filename" else ""
    attached = coop.write(f"{name}.txt", case.raw)
    subject = case.text if part == "subject" else f"Nouvelles {case.corpus} {case.name}"
    return [f"--subject={subject}", "--body", str(letter), "--attach", str(attached), "--yes", "--again"]
