"""Gather the evidence about rows of duties that name members, and were set aside."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.text import fold_name
from cagette_notify.data.members.member_lookup import MemberLookups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Mailbox, Member
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
        self._rows: dict[int, list[tuple[str, Problem]]] = defaultdict(list)
        for row in rows:
            for member, name in self._named_in(row):
                self._rows[id(member)].append((_who_of(member, name), row.problem))

    def of(self, member: Member) -> Sequence[tuple[str, Problem]]:
        """Return whom of the household each row seems to name, and what is wrong with it."""
        return self._rows.get(id(member), ())

    def _named_in(self, row: DutyRowAside) -> Iterator[tuple[Member, str]]:
        """Yield whom a row names, and how; nobody where several groups have somebody with that id or name."""
        group_id = row.problem.group_id
        found = {
            id(member): (member, name)
            for each in ([group_id] if group_id else self._groups)
            for name in row.names
            for member in self._called(each, name)
        }
        if group_id or len(found) == 1:
            yield from found.values()

    def _called(self, group_id: str, name: str) -> Iterable[Member]:
        lookup = self._people.of(group_id)
        found = lookup.referred_to(name) or lookup.called(name) or lookup.nearly(name)
        return found or lookup.in_part(name)


def _who_of(member: Member, name: str) -> str:
    """Return who of a household a row names: whose name has most words of it, the holder first."""
    words = {*fold_name(name).split()}
    partner = [member.partner] if member.partner else []
    readers: list[Member | Mailbox] = [member, *member.mailboxes, *partner]
    return (
        max(readers, key=lambda one: len(words.intersection(fold_name(one.name).split()))).name or member.id
    )
