"""What an answer says will leave, held to what the next run sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from cagette_notify.planning.timeline import WILL_SEND
from tests.chaos.answers.world import TO_GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cagette_notify.helpdesk.check_member.diagnosis import Diagnosis
    from tests.chaos.answers.oracle import Landed
    from tests.chaos.answers.world import Household, World

    Named: TypeAlias = tuple[str, str, str, str]  # kind, distribution, address, member


@dataclass
class Foresight:
    """What all who were asked about were told to expect."""

    expected: set[tuple[datetime, Named]] = field(default_factory=set)

    def note(self, one: Household, diagnosis: Diagnosis) -> None:
        """Remember what somebody was told."""
        for event in diagnosis.case.upcoming:
            if event.status == WILL_SEND:
                kind = "correction" if event.is_correction else event.kind.value
                member = "" if kind in TO_GROUP else one.id
                self.expected.add((event.at, (kind, event.distribution_id, event.address.casefold(), member)))

    def untruths(self, world: World, landed: Iterable[Landed]) -> Iterator[str]:
        """Yield what left unforeseen, and what should have left at this very moment."""
        left = set(_named(world, landed))
        due = {what for at, what in self.expected if at <= world.now}
        for what in {what for what in left - due if not _hangs_on_an_order(world, what)}:
            yield f"World: left, and was not foreseen: {what}"
        for what in {what for at, what in self.expected if at == world.now} - left:
            if _hangs_on_an_order(world, what):
                continue
            if what[0] in {*TO_GROUP, "duty"} or not _needs_an_export(world, what[1]):
                yield f"World: foreseen, and did not leave: {what}"


def _named(world: World, landed: Iterable[Landed]) -> Iterator[Named]:
    ids = {day.mark: day.id for day in world.days if day.is_there}
    members = {one.mark: one.id for one in world.askers}
    for one in landed:
        if one.household in members:
            member = "" if one.kind in TO_GROUP else members[one.household]
            yield from ((one.kind, ids.get(mark, ""), one.address, member) for mark in one.days)


def _hangs_on_an_order(world: World, what: Named) -> bool:
    """Tell whether it is a closing to somebody with an order: whether that is known is of that moment."""
    kind, id_, address, _member = what
    day = world.day_called(id_)
    readers = [one for one in world.members if address in map(str.casefold, one.addresses)]
    return kind == "closing" and day is not None and any(world.has_order(one, day) for one in readers)


def _needs_an_export(world: World, id_: str) -> bool:
    """Tell whether somebody has to fetch the orders first, as is done once nobody can order any more."""
    day = world.day_called(id_)
    return day is None or world.orders_are != "there" or world.orders_at <= day.closes
