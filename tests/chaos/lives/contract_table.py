"""The contract's table of notices: when each is due, when too late, and to whom it goes.

Written from the contract alone, and importing nothing of what it judges.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.chaos.lives.world import Day, World

OPENING, RECAP_24H, RECAP_4H = "opening", "recap_24h", "recap_4h"
LEADS = {RECAP_24H: timedelta(hours=24), RECAP_4H: timedelta(hours=4)}
LATE = timedelta(hours=48)
PARIS = ZoneInfo("Europe/Paris")


class Key(NamedTuple):
    """A row of the ledger: ``occasion`` is the local day that it opens, or the revision."""

    kind: str
    day: str
    occasion: str
    member: str  # none for an opening
    address: str


class Window(NamedTuple):
    """When a notice leaves: ``due <= now < too_late``."""

    due: datetime
    too_late: datetime

    def holds(self, now: datetime) -> bool:
        return self.due <= now < self.too_late


def window(kind: str, day: Day) -> Window:
    """Return the contract's table of when a kind is due and too late."""
    if kind != OPENING:
        return Window(day.starts - LEADS[kind], day.starts)
    assert day.opens
    return Window(day.opens, min(day.opens + LATE, day.starts, day.closes or day.starts))


def active(world: World) -> list[tuple[str, Day]]:
    """Return the distributions that take place, as far as is known."""
    return [
        (id_, day)
        for id_, day in world.days.items()
        if day.is_there and not day.cancelled and day.group not in world.disabled
    ]


def is_off(world: World, id_: str) -> bool:
    """Tell whether a distribution was cancelled, vanished, or lost its group."""
    return id_ not in dict(active(world))


def openings(world: World, id_: str, day: Day, now: datetime) -> list[Key]:
    """Name the openings of a distribution that are owed now, one an address."""
    if day.fixed or not day.opens or not window(OPENING, day).holds(now):
        return []
    local_day = f"{day.opens.astimezone(PARIS):%Y-%m-%d}"
    return [
        Key(OPENING, id_, local_day, "", address)
        for person in world.people.values()
        if person.is_there and day.group in person.groups and person.wants(OPENING)
        for address in person.addresses
    ]


def members_with_order(world: World, id_: str, day: Day) -> list[str]:
    """Name the members whose quantities, shared ones too, come to more than nothing."""
    present = {id_ for id_, one in world.people.items() if one.is_there and day.group in one.groups}
    lines = [(who, order) for (who, of), order in world.orders.items() if of == id_ and who in present]
    return [
        member
        for member in present
        if sum(order.quantity for who, order in lines if member in (who, order.shared_with)) > 0
    ]


def waits_for_orders(world: World, day: Day, now: datetime) -> bool:
    """Tell whether the orders file is missing, or older than the end of orders."""
    exported = world.orders_exported_at
    return exported is None or bool(day.closes and exported < day.closes <= now)
