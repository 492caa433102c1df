"""What is said of a closing before it leaves, and to whom it did not."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from tests.fixtures.office import Office

ON = "notices: {opening: {default: no}, closing: {default: yes}}\n"
BEFORE = utc("2026-06-09T08:00")
DUE = utc("2026-06-09T18:05")


@pytest.fixture
def closing(office: Office) -> Office:
    """Give a co-op that wants it, and orders of a minute before it is due."""
    config = office.coop.folder / "config.yaml"
    config.write_text(ON + config.read_text("utf-8"), encoding="utf-8")
    written = (DUE - timedelta(minutes=1)).timestamp()
    os.utime(office.coop.folder / "orders.csv", (written, written))
    office.sends(BEFORE)
    office.at = BEFORE + timedelta(minutes=1)
    return office


def test_before_it_is_due_nobody_promises_it_to_who_may_have_ordered_by_then(closing: Office) -> None:
    shown = closing.invoke("check-member", "1").stdout
    status = " ".join(closing.invoke("status").stdout.split())

    assert "zoe@example.org  leaves unless an order is known by then" in shown
    assert "Next to leave: today 8:00 pm, up to 4 closings" in status
    assert "up to 4, without those whose order is known by then" in status


def test_whoever_had_ordered_reads_that_in_words(closing: Office) -> None:
    closing.sends(DUE)
    closing.at = DUE + timedelta(minutes=1)

    assert (
        "zoe@example.org  not sent: an order was known by then" in closing.invoke("check-member", "1").stdout
    )
    assert "Next to leave: today" not in closing.invoke("status").stdout
