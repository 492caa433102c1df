"""Whoever is forgotten while they stand in the list gets nothing that they had refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.command import run
from tests.fixtures.coop import Coop
from tests.fixtures.terminal import Keyboard

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = "id;first_name;email\n1;Ana;famille@example.org\n2;Bob;famille@example.org\n3;Eve;eve@example.org\n"
OFF = "member;kind;value;date\n" + "".join(f"{n};opening;no;2026-01-01\n" for n in (1, 2, 3))


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """Give a co-op of which an opening was due, and nobody wanted it."""
    coop = Coop(tmp_path)
    coop.write("members.csv", MEMBERS)
    coop.write("notifications.csv", OFF)
    coop.write("orders.csv", "member;distribution;product;quantity\n")
    now = datetime.now(timezone.utc)
    opens, starts = now - timedelta(minutes=5), now + timedelta(days=5)
    coop.write(
        "distributions.yaml",
        f"- {{id: d1, group: lac, starts_at: '{starts:%Y-%m-%dT%H:%M}+00:00', "
        f"orders_open_at: '{opens:%Y-%m-%dT%H:%M}+00:00'}}\n",
    )
    assert run(tmp_path, "send-due").returncode == 0
    assert coop.mailed() == []
    return coop


@pytest.mark.long
@pytest.mark.parametrize("who", ["lac/1", "lac/3"], ids=["at a shared address", "alone"])
def test_an_opening_that_was_refused_is_not_sent_once_its_reader_is_forgotten(coop: Coop, who: str) -> None:
    assert run(coop.folder, "forget", who, "--yes").returncode == 0
    assert run(coop.folder, "send-due").returncode == 0

    assert coop.mailed() == []


def test_where_they_stand_still_is_said_before_it_asks(coop: Coop) -> None:
    with Keyboard(coop.folder, "--lang", "en", "forget", "lac/3") as keyboard:
        keyboard.sees("[y/N] ")
        keyboard.types("\n")
        keyboard.ends()

    said = " ".join(keyboard.screen.split())
    assert "Still in the data: members.csv:4. What they turned off goes, too" in said
