"""Tell which roles those who were told of a duty have there today."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cagette_notify.core.notices import ForgottenKeys
from cagette_notify.data.dataset import load_duties
from cagette_notify.planning.duties import DutyIndex
from cagette_notify.planning.shrunken_duties import shrunken_duties

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar


class RolesToday:
    """The roles of members at a distribution, by id; those they were told, as long as nobody can tell.

    That is, where the file can't be read, or isn't believed as ``told`` has lost too many. Read once asked.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what duties are read with, and held against
        self,
        calendar: Calendar,
        members: Sequence[Member],
        set_aside: Sequence[Member],
        told: Iterable[Entry],
        distribution: Distribution,
        now: datetime,
    ) -> None:
        """Read nothing yet: few letters put anything back into calendars."""
        self._calendar, self._members, self._set_aside = calendar, members, set_aside
        self._told, self._distribution, self._now = told, distribution, now

    def __call__(self, member_id: str) -> tuple[str, ...]:
        """Return somebody's."""
        return self._index.roles(self._distribution.id, member_id)

    @cached_property
    def _index(self) -> DutyIndex:
        calendar, now = self._calendar, self._now
        lists = load_duties(calendar, self._members, set_aside=self._set_aside, now=now).lists
        entries = [entry for entry in self._told if entry.key.kind.traits.needs_duty]
        known = {one.id: one for one in calendar.distributions}
        held = shrunken_duties(entries, lists or {}, known, calendar.groups, now)
        return DutyIndex(
            *(lists, frozenset(one.group_id for one in held)),
            entries=entries,
            lost=(),
            distributions={self._distribution.id: self._distribution},
            members={},
            forgotten=ForgottenKeys(),
            now=now,
        )
