"""The contract's reading of the file of duties: who serves, what is vacant, and what nobody can tell.

Written from the contract alone ("Data", "The automatic notices"), and importing nothing of what it judges.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.chaos.lives.contract_table import VACANT, Key, readers_of, window

if TYPE_CHECKING:
    from datetime import datetime

    from tests.chaos.lives.world import Day, World


def are_readable(world: World) -> bool:
    """Tell whether the file is there, and whole."""
    return world.duties.state in {"whole", "nameless"}


def members_here(world: World, day: Day) -> list[str]:
    """Name the members of a distribution's group."""
    return [id_ for id_, one in world.people.items() if one.is_there and day.group in one.groups]


def own_roles(world: World, id_: str, member: str) -> frozenset[str]:
    """Return the roles of a member there."""
    is_known = member in members_here(world, world.days[id_])
    return frozenset(role for role, who in world.duties.rows(id_) if is_known and who == member)


def unknown_roles(world: World, id_: str) -> frozenset[str]:
    """Return the roles of which a row names somebody who is no member: whose they are can't be told."""
    known = ("", *members_here(world, world.days[id_]))
    return frozenset(role for role, who in world.duties.rows(id_) if who not in known)


def vacant_places(world: World, id_: str) -> dict[str, int]:
    """Count the vacant places of each role that has any: those it has, less those with a name."""
    rows = world.duties.rows(id_)
    count, taken = Counter(role for role, _who in rows), Counter(role for role, who in rows if who)
    places = {role: max(count[role], world.duties.needed.get((id_, role), 0)) for role in count}
    return {role: number - taken[role] for role, number in places.items() if number > taken[role]}


def calls(world: World, id_: str, day: Day, now: datetime) -> list[Key]:
    """Name the calls for volunteers of a distribution that are owed now, one an address."""
    if not window(VACANT, day).holds(now) or not vacant_places(world, id_):
        return []
    readers = readers_of(world, VACANT, day).values()
    return [Key(VACANT, id_, "", "", address) for one in readers for address in one.addresses]
