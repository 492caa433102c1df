"""Gather the evidence about rows of duties that name members, and were set aside."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.data.member_lookup import MemberLookups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Member
    from cagette_notify.data.duty_rows_aside import DutyRowAside
    from cagette_notify.data.roster import Roster


class DutyRowsEvidence:
    """The rows of duties that were set aside, by whom they name.

    A class because they are looked through once for all who are asked about.
    """

    def __init__(self, roster: Roster, rows: Iterable[DutyRowAside]) -> None:
        """Find whom each row names, or nearly names."""
        self._groups = tuple(roster.calendar.groups)
        self._people = MemberLookups(roster.members, roster.people_set_aside)
        self._problems: dict[int, list[Problem]] = defaultdict(list)
        for row in rows:
            for member in self._named_in(row):
                self._problems[id(member)].append(row.problem)

    def of(self, member: Member) -> Sequence[Problem]:
        """Return what is wrong with the rows that name the member."""
        return self._problems.get(id(member), ())

    def _named_in(self, row: DutyRowAside) -> Iterator[Member]:
        """Yield whom a row names; nobody where several groups have somebody with that id or name."""
        group_id = row.problem.group_id
        found = {
            id(member): member
            for each in ([group_id] if group_id else self._groups)
            for name in row.names
            for member in self._called(each, name)
        }
        if group_id or len(found) == 1:
            yield from found.values()

    def _called(self, group_id: str, name: str) -> Iterable[Member]:
        lookup = self._people.of(group_id)
        return lookup.referred_to(name) or lookup.called(name) or lookup.nearly(name)
