"""Odd words that others collected, as the person whom a command is about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.chaos.input.corpora import cases, some
from tests.chaos.input.desk import typed
from tests.fixtures.coop import Coop

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chaos.conftest import Tried

RECAPS = ["maelle@example.org", "noel@example.org", "zoe@example.org"]
EVERYBODY = ["lea@example.org", *RECAPS]
ABOUT = [
    ("check-member", "--offline", "--json", "--"),
    ("check-member", "--offline", "--"),
    ("notifications", "--off", "opening", "--"),
    ("log", "--json", "--member"),
    ("log", "--member"),
    ("forget", "--yes", "--"),
    ("settle", "--"),
    ("send-due", "--dry-run", "--group"),
    ("send-due", "--dry-run", "--at"),
    ("send-due", "--lookback"),
    ("send-due", "--accept-data"),
    ("broadcast", "--subject", "Bonjour", "--body", "-", "--yes", "--to"),
    ("broadcast", "--subject", "Bonjour", "--body", "-", "--yes", "--as"),
    ("broadcast", "--subject", "Bonjour", "--body", "-", "--yes", "--test"),
]


@pytest.mark.parametrize("word", ["Zo\udce9", "\udcff"])
@pytest.mark.parametrize("command", ABOUT, ids=" ".join)
def test_a_word_in_another_encoding_is_refused(tmp_path: Path, command: tuple[str, ...], word: str) -> None:
    said = typed(Coop(tmp_path), *command, word, *(["drop"] * ("settle" in command)))

    assert (said.status, said.complaints) == (2, [f"not in UTF-8: {word!r}"])


@pytest.mark.parametrize("command", ABOUT, ids=" ".join)
def test_an_odd_word_is_answered_in_lines_and_mails_nobody(
    tmp_path: Path, full: bool, command: tuple[str, ...], tried_cases: Tried
) -> None:
    coop = Coop(tmp_path)
    typed(coop, "send-due")
    kept = (tmp_path / "members.csv").read_bytes()
    odd = [case for case in some(cases("blns", "email-validator"), 12, full=full) if may_be_typed(case.text)]
    for case in odd:
        action = ("drop",) if "settle" in command else ()

        said = typed(coop, *command, case.text, *action, piped=b"Bonjour")

        assert said.status in {0, 1, 2}, (case, said)
        assert said.status == 0 or said.complaints or said.stdout, case
        assert "--json" not in command or json.loads(said.stdout), case
        assert [address for address in coop.mailed() if address in EVERYBODY] == RECAPS, case
    assert (tmp_path / "members.csv").read_bytes() == kept
    tried_cases(odd)


def may_be_typed(text: str) -> bool:
    """Tell whether a system passes such an argument on, and it is no member's id."""
    return "\0" not in text and text not in {"1", "2", "3"}
