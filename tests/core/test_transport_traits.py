"""Transports say what they are, in one table; nobody asks which one it is."""

from __future__ import annotations

import ast
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from cagette_notify.config.load import load
from cagette_notify.core.transport_traits import TRANSPORTS, TransportTraits
from cagette_notify.delivery.choose_transport import transport_for
from cagette_notify.delivery.clock_drift import TellsTime
from cagette_notify.delivery.sender_check import KnowsSenders
from tests.fixtures.coop import Coop
from tests.house import MODULES, imports_of, tree_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

CHOICES: dict[type[ast.AST], Callable[[Any], Iterable[ast.AST | None]]] = {
    ast.Compare: lambda node: (node.left, *node.comparators),
    ast.Dict: lambda node: node.keys,
    ast.MatchValue: lambda node: (node.value,),
    ast.Set: lambda node: node.elts,
    ast.Subscript: lambda node: (node.slice,),
}
"""Where code goes one way or another by a value, and the values it goes by."""

KNOW_WHICH_TRANSPORT = {
    "config/options.py",  # the default
    "delivery/choose_transport.py",
    "delivery/mailjet/transport.py",
    "delivery/outbox/transport.py",
}


@pytest.mark.dear
def test_nobody_asks_which_transport_it_is_but_what_it_is() -> None:
    rows = {f"cagette_notify.core.transport_traits.{account.upper()}" for account in TRANSPORTS}

    assert {module for module in MODULES if rows & set(imports_of(module))} == KNOW_WHICH_TRANSPORT
    assert [
        f"{module}: {code}" for module in MODULES for code in choices_by(TRANSPORTS, tree_of(module))
    ] == []


@pytest.mark.parametrize(
    "choice",
    [
        'config.account == "mailjet"',
        '(status, account) == ("sent", "outbox")',
        'account in {"mailjet", "smtp"}',
        '{"outbox": write, "mailjet": post}[account]',
        'TRANSPORTS["mailjet"]',
        'match account:\n    case "smtp" | "mailjet": pass',
    ],
)
def test_a_choice_by_a_transports_word_is_seen(choice: str) -> None:
    assert list(choices_by(TRANSPORTS, ast.parse(choice)))


def choices_by(words: Collection[str], tree: ast.Module) -> Iterator[str]:
    """Yield the code that compares something with one of the words, or looks it up by it.

    As names of something else they may stand: the setting `outbox` is a folder's.
    """
    for node in ast.walk(tree):
        values = CHOICES[type(node)](node) if type(node) in CHOICES else ()
        parts = (part for value in values if value for part in ast.walk(value))
        if any(isinstance(part, ast.Constant) and part.value in words for part in parts):
            yield ast.unparse(node)


@pytest.mark.parametrize("traits", TRANSPORTS.values(), ids=TRANSPORTS)
def test_each_transport_is_what_its_row_says(tmp_path: Path, traits: TransportTraits) -> None:
    Coop(tmp_path, f"delivery: {traits.account}\n")
    loaded = load(tmp_path / "config.yaml")
    keys = {"MJ_APIKEY_PUBLIC": "public", "MJ_APIKEY_PRIVATE": "private"}

    transport = transport_for(loaded, keys, lambda: datetime(2026, 6, 11, tzinfo=timezone.utc))

    assert loaded.delivery is transport.traits is traits
    assert isinstance(transport, KnowsSenders) is isinstance(transport, TellsTime) is traits.can_be_asked
