"""The contract's table of notices: when each is due, when too late, and to whom it goes.

Written from the contract alone, and importing nothing of what it judges.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.chaos.lives.world import Day, Person, World

OPENING, CLOSING, RECAP_24H, RECAP_4H = "opening", "closing", "recap_24h", "recap_4h"
DUTY, VACANT = "duty", "duty_vacant"
TO_GROUP = (OPENING, CLOSING, VACANT)  # never corrected, and those of a group make one mail
LEADS = {RECAP_24H: timedelta(hours=24), RECAP_4H: timedelta(hours=4)}
OF_DUTIES = {DUTY: timedelta(hours=26), VACANT: timedelta(hours=50)}  # as the configuration has it
LATE = timedelta(hours=48)
BEFORE = timedelta(hours=24)  # orders close
FRESH = timedelta(hours=2)
PARIS = ZoneInfo("Europe/Paris")


class Key(NamedTuple):
    """A row of the ledger: ``occasion`` is the local day that it opens or closes, or the revision."""

    kind: str
    day: str
    occasion: str
    member: str  # none for what the group is told
    address: str


class Window(NamedTuple):
    """When a notice leaves: ``due <= now < too_late``."""

    due: datetime
    too_late: datetime

    def holds(self, now: datetime) -> bool:
        return self.due <= now < self.too_late


def window(kind: str, day: Day) -> Window:
    """Return the contract's table of when a kind is due and too late."""
    if kind in LEADS or kind in OF_DUTIES:
        return Window(day.starts - (LEADS | OF_DUTIES)[kind], day.starts)
    if kind == CLOSING:
        assert day.closes
        due = day.closes - BEFORE
        return Window(max(due, day.opens or due), min(day.closes, day.starts))
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
    readers = readers_of(world, OPENING, day).values()
    return [opening_of(id_, day, address) for one in readers for address in one.addresses]


def opening_of(id_: str, day: Day, address: str) -> Key:
    """Name the opening of a distribution to an address."""
    assert day.opens
    return Key(OPENING, id_, _local_day(day.opens), "", address)


def closings(world: World, id_: str, day: Day, now: datetime) -> dict[Key, list[str]]:
    """Name the reminders that orders close which may be owed now, each with the members it is for."""
    if day.fixed or not day.closes or not window(CLOSING, day).holds(now):
        return {}
    found: dict[Key, list[str]] = {}
    for member, person in readers_of(world, CLOSING, day).items():
        for address in person.addresses:
            key = Key(CLOSING, id_, _local_day(day.closes), "", address)
            found.setdefault(key, []).append(member)
    return found


def readers_of(world: World, kind: str, day: Day) -> dict[str, Person]:
    """Return the group's members who have a kind on."""
    here = {id_: one for id_, one in world.people.items() if one.is_there and day.group in one.groups}
    return {id_: one for id_, one in here.items() if one.wants(kind)}


def orders_are_fresh(world: World, now: datetime) -> bool:
    """Tell whether the orders file is young enough to know who has ordered so far."""
    exported = world.orders_exported_at
    return exported is not None and timedelta(0) <= now - exported < FRESH


def _local_day(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%Y-%m-%d}"


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
