"""Commands that are printed: a shell splits them as they were meant, and nobody writes one by hand."""

from __future__ import annotations

import ast
import re
import shlex

import pytest

from cagette_notify.core.commands_to_type import command_to_accept, command_to_type
from tests.fixtures.catalogs import PACKAGE

# Hours and a ledger's own ids need no quotes.
_BY_HAND = re.compile(r"(?<!by )cagette-notify [a-z-]+ [^'”,]*\{(?!hours|id\} sent)")


def test_what_would_pass_for_an_option_stands_behind_the_options() -> None:
    typed = command_to_type("forget", "-x", options=["--yes"])

    assert typed == "cagette-notify forget --yes -- -x"


def test_what_passes_for_no_option_needs_no_mark() -> None:
    typed = command_to_type("check-member", "a-b", options=["--group", "-x"])

    assert typed == "cagette-notify check-member a-b --group -x"


@pytest.mark.parametrize("id_", ["a b", "d'é", "é;rm", "$HOME", "a\\b", "#1"])
def test_a_shell_takes_an_id_as_one_word(id_: str) -> None:
    assert shlex.split(command_to_accept(id_), comments=True)[-1] == id_


@pytest.mark.dear
def test_no_message_holds_a_command_whose_words_nobody_quotes() -> None:
    """Ids go into commands by ``command_to_type`` alone."""
    by_hand = [
        f"{file.relative_to(PACKAGE)}: {text.value}"
        for file in PACKAGE.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and _BY_HAND.search(text.value)
    ]

    assert not by_hand
