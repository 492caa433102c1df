"""Orders of what is ahead are activity: whoever has one is told of the next opening, too."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.fixtures.coop import Coop
from tests.fixtures.memory import utc
from tests.fixtures.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

MEMBERS = """\
id;first_name;last_name;email;last_seen
2;Noël;Bœuf;noel@example.org;2026-11-01
7;Dan;Petit;dan@example.org;2019-01-01
8;Eva;Blanc;eva@example.org;2019-01-01
"""
DISTRIBUTIONS = """\
- {id: d1, group: lac, starts_at: 2026-12-01 18:00, orders_open_at: 2026-11-21 08:00,
   orders_close_at: 2026-11-28 20:00}
- {id: d2, group: lac, starts_at: 2026-12-03 18:00, orders_open_at: 2026-11-29 19:30,
   orders_close_at: 2026-11-30 17:00}
"""
ORDERS = "member;distribution;product;quantity;price\n2;d1;Tomates;2;2,50\n7;d1;Panier;1;12,50\n"
BEFORE, OPENED = utc("2026-11-27T10:00"), utc("2026-11-29T18:40")
EXPORTED = utc("2026-11-29T08:00")
NOEL, DAN, EVA = "noel@example.org", "dan@example.org", "eva@example.org"


def orders_written(coop: Coop, text: str, at: datetime = EXPORTED) -> None:
    path = coop.write("orders.csv", text)
    os.utime(path, (at.timestamp(), at.timestamp()))


@pytest.fixture(name="winter")
def _winter(tmp_path: Path) -> Coop:
    coop = Coop(tmp_path)
    coop.write("config.yaml", (coop.folder / "config.yaml").read_text() + "inactive_after: 365d\n")
    coop.write("members.csv", MEMBERS)
    coop.write("distributions.yaml", DISTRIBUTIONS)
    coop.run(BEFORE)
    orders_written(coop, ORDERS)
    return coop


def left_out(coop: Coop, at: datetime, who: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Return how each one's activity is called, and whether their opening is left out as inactive."""
    office = Office(coop, None, at)  # type: ignore[arg-type]  # nothing here asks Mailjet
    found = {}
    for one in who:
        _status, document = office.asks(one)
        (member,) = document["members"]
        health = next(check["status"] for check in member["checks"] if check["id"] == "activity")
        events = (*member["history"], *member["upcoming"])
        reasons = {event["reason"] for event in events if event["distribution"] == "d2"}
        found[one] = (health, "inactive" in reasons)
    return found


def test_whoever_ordered_for_a_distribution_ahead_is_told_of_the_next_opening(winter: Coop) -> None:
    assert left_out(winter, OPENED, ("7", "8")) == {"7": ("ok", False), "8": ("problem", True)}

    winter.run(OPENED)

    assert sorted(winter.mailed()) == [DAN, NOEL]


@pytest.mark.parametrize("orders", ["stale", "unreadable"])
def test_where_orders_that_closed_cannot_be_known_nobody_is_left_out_as_inactive(
    winter: Coop, orders: str
) -> None:
    if orders == "stale":
        orders_written(winter, ORDERS, BEFORE)
    else:
        orders_written(winter, "x;y\n1;2\n")

    assert left_out(winter, OPENED, ("7", "8")) == {"7": ("ok", False), "8": ("ok", False)}

    winter.run(OPENED)

    assert sorted(winter.mailed()) == [DAN, EVA, NOEL]


def test_an_order_of_nothing_or_for_what_is_cancelled_is_no_activity(winter: Coop) -> None:
    orders_written(winter, ORDERS.replace("Panier;1", "Panier;0"))
    assert left_out(winter, OPENED, "7") == {"7": ("problem", True)}
    orders_written(winter, ORDERS)
    winter.replace("distributions.yaml", "id: d1,", "id: d1, cancelled: true,")

    assert left_out(winter, OPENED, "7") == {"7": ("problem", True)}
    winter.run(OPENED)

    assert winter.mailed() == [NOEL]


def test_status_counts_whoever_ordered_among_those_told_of_the_next_opening(winter: Coop) -> None:
    result = Office(winter, None, EXPORTED).invoke("status", "--json")  # type: ignore[arg-type]

    document = json.loads(result.stdout)
    opening = next(one for one in document["upcoming"] if one["kind"] == "opening")
    assert opening["addresses"] == 2
