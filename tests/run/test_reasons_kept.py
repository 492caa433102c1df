"""Why somebody got nothing: the reason of when the others' mails left, whatever comes later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.history import HistoryBook, HistoryFilter
from tests.fixtures.coop import A_DAY_BEFORE, Coop
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from pathlib import Path

NEXT_DAY = utc("2026-06-12T08:10")


@pytest.fixture
def coop(tmp_path: Path) -> Coop:
    """A co-op of which Zoé wants no recap, and Léa ordered nothing."""
    coop = Coop(tmp_path)
    coop.write("notifications.csv", "member;kind;value\n1;recap_24h;non\n")
    return coop


def reasons(coop: Coop) -> dict[str, str]:
    """Return why each member got no recap, as the ledger has it."""
    with open_ledger(coop.folder / "ledger.sqlite3", read_only=True) as ledger:
        wanted = HistoryFilter(status="skipped", kind="recap_24h", once=True)
        return {one.member_id: one.reason for one in HistoryBook(ledger, "outbox").find(wanted)}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("distributions.yaml", "  group: lac\n", "  group: lac\n  cancelled: yes\n"),
        ("groups.yaml", "- id: lac\n", "- id: lac\n  disabled: yes\n"),
        ("notifications.csv", "1;recap_24h;non\n", "1;recap_24h;oui\n3;recap_24h;non\n"),
    ],
    ids=["called off", "the group is disabled", "settings are changed"],
)
def test_what_comes_later_does_not_rewrite_why_somebody_got_nothing(
    coop: Coop, file: str, old: str, new: str
) -> None:
    coop.run(A_DAY_BEFORE)
    coop.replace("orders.csv", "1;d1;Tomates;2;2,50\n", "")
    coop.replace(file, old, new)

    coop.run(NEXT_DAY)

    assert reasons(coop) == {"1": "setting_off", "3": "no_order"}


def test_an_export_that_is_lost_later_does_not_either(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    (coop.folder / "orders.csv").unlink()

    coop.run(NEXT_DAY)

    assert reasons(coop) == {"1": "setting_off", "3": "no_order"}


def test_while_nobodys_has_left_the_newest_reason_holds(coop: Coop) -> None:
    coop.write("orders.csv", "member;distribution;product;quantity\n")
    coop.run(A_DAY_BEFORE)
    coop.replace("distributions.yaml", "  group: lac\n", "  group: lac\n  cancelled: yes\n")

    coop.run(NEXT_DAY)

    assert set(reasons(coop).values()) == {"cancelled"}


def test_whoever_waited_for_their_orders_learns_what_came_of_it(coop: Coop) -> None:
    (coop.folder / "orders.csv").rename(coop.folder / "later.csv")
    coop.run(A_DAY_BEFORE)
    (coop.folder / "later.csv").rename(coop.folder / "orders.csv")

    coop.run(A_DAY_BEFORE + timedelta(hours=1))

    assert reasons(coop)["3"] == "no_order"


def test_another_day_has_reasons_of_its_own(coop: Coop) -> None:
    coop.run(A_DAY_BEFORE)
    coop.run(utc("2026-06-12T16:05"))
    coop.replace("distributions.yaml", "06-12", "06-19")
    coop.replace("notifications.csv", "1;recap_24h;non\n", "1;recap_24h;oui\n3;recap_24h;non\n")

    coop.run(utc("2026-06-18T16:05"))

    assert reasons(coop)["3"] == "setting_off"
