"""The contract's memory of who was left out of reminders that orders close, as they had ordered.

Written from the contract alone ("The automatic notices"), and importing nothing of what it judges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.chaos.lives.contract_table import (
    CLOSING,
    active,
    closings,
    members_with_order,
    orders_are_fresh,
    readers_of,
    window,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tests.chaos.lives.contract_table import Key
    from tests.chaos.lives.world import Day, World


@dataclass
class OrdersNoted:
    """Who stays left out until a fresh file says that they have none, by distribution and member."""

    left_out: dict[tuple[str, str], bool] = field(default_factory=dict)  # False: perhaps

    def leave_in(self, members: Collection[str], world: World, id_: str, now: datetime) -> bool | None:
        """Tell whether one of an address's members is to be reminded; None where it isn't said."""
        if orders_are_fresh(world, now):
            with_order = members_with_order(world, id_, world.days[id_])
            return any(member not in with_order for member in members)
        noted = [self.left_out.get((id_, member)) for member in members]
        return True if None in noted else None if False in noted else False

    def note(self, world: World, now: datetime, had: Collection[Key]) -> None:
        """Remember who was left out by a run, and who is no longer; whoever ``had`` it all may not be."""
        if not orders_are_fresh(world, now):
            return
        for id_, day in world.days.items():
            if day.closes and window(CLOSING, day).holds(now):
                self._note_day(world, id_, day, now, had)

    def _note_day(self, world: World, id_: str, day: Day, now: datetime, had: Collection[Key]) -> None:
        is_on = (id_, day) in active(world) and not day.fixed
        readers = readers_of(world, CLOSING, day) if is_on else {}
        with_order = members_with_order(world, id_, day)
        for member in with_order:
            if member in readers:
                keys = [key for key, those in closings(world, id_, day, now).items() if member in those]
                is_sure = not keys or any(key not in had for key in keys)
                self.left_out[id_, member] = is_sure or self.left_out.get((id_, member), False)
        for member in world.people.keys() - {*with_order}:
            if member in readers:
                self.left_out.pop((id_, member), None)
            elif (id_, member) in self.left_out:
                self.left_out[id_, member] = False  # whether anybody looked isn't said
