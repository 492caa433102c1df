"""Define who serves at a distribution, and which places are free. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.core.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date


class DutyPlace(Struct, frozen=True):
    """A place in a role: a member's, or vacant; one that ``is_unknown`` has somebody whom nobody can tell.

    ``name`` is that of whoever of a couple has taken it, where the row tells which of the two.
    """

    role: str
    member_id: str = ""
    is_unknown: bool = False
    name: str = ""


class DutyList(Struct, frozen=True):
    """Who serves at a distribution, place by place, and how many each role takes where that is said.

    It ``lacks_rows`` where one that names somebody was set aside, and may be of it, in whatever role.
    ``other_days`` are local days for which rows name somebody, and on which its group has no distribution: it
    may have been put off from one of them.
    """

    places: tuple[DutyPlace, ...] = ()
    needed: Mapping[str, int] = field(default_factory=dict)
    lacks_rows: bool = False
    other_days: frozenset[date] = frozenset()

    @property
    def member_ids(self) -> frozenset[str]:
        """Who has a role that day."""
        return frozenset(place.member_id for place in self.places if place.member_id)

    @property
    def may_lack_people(self) -> bool:
        """Whether somebody may serve whom nobody can tell."""
        return self.lacks_rows or any(place.is_unknown for place in self.places)

    @property
    def vacant(self) -> tuple[tuple[str, int], ...]:
        """The roles that have free places, and how many each has.

        A role has as many places as it needs, or rows, if these are more. Whom nobody can tell has theirs.
        Where rows are lacking, any may be taken.
        """
        rows = Counter(place.role for place in self.places)
        taken = Counter(place.role for place in self.places if place.member_id or place.is_unknown)
        free = {role: max(count, self.needed.get(role, 0)) - taken[role] for role, count in rows.items()}
        return tuple((role, count) for role, count in free.items() if count > 0)

    def may_have(self, role: str, told_on: Collection[date] = ()) -> bool:
        """Tell whether somebody may have a role whom nobody can tell, if they were ``told_on`` some days."""
        is_elsewhere = self.lacks_rows or not self.other_days.isdisjoint(told_on)
        return is_elsewhere or any(
            place.is_unknown and fold(place.role) == fold(role) for place in self.places
        )
