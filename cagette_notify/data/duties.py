"""Read who serves at each distribution: roles, who has taken them, and how many it takes."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timezone
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.duty_list import DutyList, DutyPlace
from cagette_notify.core.i18n import _
from cagette_notify.core.parsing import moment
from cagette_notify.core.stamps import stamp_of
from cagette_notify.core.text import as_known, fold, quoted_with_hint
from cagette_notify.data.distributions.distribution_lookup import DistributionLookup, days_named
from cagette_notify.data.duty_places import PEOPLE, read_places, unread_place
from cagette_notify.data.files.newest_file import resolved
from cagette_notify.data.rows.column_titles import no_column_for
from cagette_notify.data.rows.columns import DUTIES
from cagette_notify.data.rows.cut_rows import refuse_if_cut
from cagette_notify.data.rows.read_rows import header_of, open_rows
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date, datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Distribution
    from cagette_notify.data.members.member_lookup import MemberLookups
    from cagette_notify.data.rows.cells import Row
    from cagette_notify.data.rows.read_rows import RowSource
    from cagette_notify.data.rows.table_rows import Sheet

_LONGEST = 4  # digits
_ID = re.compile(r"[^\W\d_][\w./-]*\d[\w./-]*")  # a day in words has a blank, a number no letter
_SHOWN = 40


class DutiesScope(Struct, frozen=True):
    """Which distributions duties can be of, and the ids of all groups.

    Of those that are set ``aside``, and of groups that are, or whose members can't be read, somebody else has
    said what is wrong. A row that names none, no id and no day may be of any that is not over ``now``; it is
    of none without that. Where one is ``asked`` about, nothing is said of rows that are another's.
    """

    distributions: Sequence[Distribution]
    groups: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    groups_aside: frozenset[str] = frozenset()
    unread_groups: frozenset[str] = frozenset()
    now: datetime | None = None
    asked: str = ""


def read_duties(
    source: RowSource, scope: DutiesScope, people: MemberLookups, problems: list[Problem]
) -> dict[str, DutyList] | None:
    """Return the duties of each distribution that has any; None if the file can't be read whole.

    A place whose row is bad is there, and nobody's to take: who has it can't be told. ``problems`` grows.
    """
    source = resolved(source, DUTIES)
    before = stamp_of(source.path) if source.path else None
    try:
        found = _duties_in(source, scope, people, problems)
        if source.path and stamp_of(source.path) != before:
            raise Unreadable(_("it changed while it was read"))
        return found
    except Unreadable as trouble:
        problems.append(source.problem(trouble))
        return None


def _duties_in(
    source: RowSource, scope: DutiesScope, people: MemberLookups, problems: list[Problem]
) -> dict[str, DutyList]:
    known = {one.id: one for one in scope.distributions}
    days = _Days(scope)
    places: dict[str, list[DutyPlace]] = defaultdict(list)
    needed: dict[str, dict[str, int]] = defaultdict(dict)
    lacking: dict[str, None] = {}
    other_days: dict[str, set[date]] = defaultdict(set)
    spelt: dict[tuple[str, str], str] = {}
    sheet = open_rows(source, DUTIES)
    _refuse_without_people(sheet, source)
    needed_fields = (*DUTIES.required, *([PEOPLE] if sheet.fields.intersection(PEOPLE) else []))
    for row in sheet.rows:
        refuse_if_cut(row, needed_fields)  # without a name a place is vacant, or the name is yet to come
        one = known.get(days.id_of(row))
        role = row.required("role") if one else ""
        if one and role:
            role = spelt.setdefault((one.id, fold(role)), role)
        if one and role:
            is_unread = one.group_id in scope.unread_groups
            places[one.id] += (
                [unread_place(row, role)] if is_unread else read_places(row, role, people.of(one.group_id))
            )
        elif row.is_spoiled and not row.as_guessed.cells.keys().isdisjoint(PEOPLE):
            lacking |= dict.fromkeys([one.id] if one else days.perhaps_meant(row))
            for group_id, day in () if one else days.without_distribution(row):
                other_days[group_id].add(day)
        if one and role:
            _need(row, role, needed[one.id])
        if not (one and scope.asked) or one.id == scope.asked:
            problems += row.problems_of(one.group_id if one else "")
    put_off = {one.id: one.group_id for one in known.values() if one.group_id in other_days}
    return {
        id_: DutyList(
            *(tuple(places[id_]), needed[id_], id_ in lacking),
            other_days=frozenset(other_days[put_off[id_]] if id_ in put_off else ()),
        )
        for id_ in dict.fromkeys((*places, *lacking, *put_off))
    }


def _refuse_without_people(sheet: Sheet, source: RowSource) -> None:
    """Raise Unreadable for a table of which a column that is not read may say who serves, as none else does.

    All of its places would be vacant. Without such a column they are, and so where it says how many it takes.
    """
    header = None if sheet.fields.intersection((*PEOPLE, "needed")) else header_of(source, DUTIES.count_known)
    if header and any(cell.strip() and not DUTIES.field_of(cell) for cell in header.cells):
        raise Unreadable(no_column_for([("member",)]), header.line)


def _need(row: Row, role: str, needed: dict[str, int]) -> None:
    """Note how many a role takes, which one row may say for all; where two differ, nobody knows."""
    count = row.read("needed", _count)
    if count is None:
        return
    if needed.setdefault(role, count) != count:
        row.complain("needed", _("{role} takes {count} by another row", role=role, count=needed[role]))


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > _LONGEST:
        raise ValueError(_("expected a whole number, not {value!r}", value=text[:_SHOWN]))
    return int(text)


class _Days:
    """The distributions as rows name them: by id, or by their day, and the group where others have it too.

    An hour with the day tells several of one day apart. Where none starts then it is a helper's own hour.
    """

    def __init__(self, scope: DutiesScope) -> None:
        """Index them."""
        self._scope = scope
        self._known = {one.id: one for one in scope.distributions}
        self._by_day: dict[date, list[Distribution]] = defaultdict(list)
        for one in self._known.values():
            self._by_day[one.starts_at.date()].append(one)
        self._held = {(one.group_id, one.starts_at.date()) for one in self._known.values()}
        self._groups = {one.group_id for one in self._known.values()}
        self._years = {day.year + step for day in self._by_day for step in (-1, 0, 1)}
        self._lookup = DistributionLookup(self._known.values(), frozenset(self._known), home="")

    def id_of(self, row: Row) -> str:
        """Return which distribution a row is about; nothing, and what is wrong, if it is none."""
        named = row.required("distribution")
        group = row.text("group")
        group_id = as_known(group, self._scope.groups) if group else ""
        if row.is_spoiled or named in self._scope.aside:
            return ""
        if group_id and group_id not in self._scope.groups:
            shown = quoted_with_hint(group_id, self._scope.groups)
            row.complain("group", _("no such group: {id}", id=shown))
            return ""
        if one := self._known.get(named):
            return self._unless_of_another(one, group_id, row)
        if group_id in self._scope.groups_aside:
            return ""
        those = [one for one in self._on(named) if group_id in {"", one.group_id}]
        meant = [one.id for one in those if _starts_at(one, named)] or [one.id for one in those]
        if len(meant) == 1:
            return meant[0]
        if meant:
            message = _("several distributions on that day: {ids}; name one", ids=", ".join(meant))
        else:
            shown = quoted_with_hint(named, frozenset(self._known))
            message = _("no such distribution: {id}", id=shown)
        row.complain("distribution", message)
        return ""

    def _unless_of_another(self, one: Distribution, group_id: str, row: Row) -> str:
        if group_id in {"", one.group_id}:
            return one.id
        message = _(
            "{id} is of the group {group}, not of {named}", id=one.id, group=one.group_id, named=group_id
        )
        row.complain("group", message)
        return ""

    def perhaps_meant(self, row: Row) -> Sequence[str]:
        """Return which distributions a row may be about that names none, of the group that it names.

        Any, where that is neither a day nor an id. Of an id that is gone, the distribution is; of a day, it
        may have been put off: ``without_distribution``.
        """
        guess = row.as_guessed
        named = guess.text("distribution")
        days = self._days_named(named)
        meant = self._lookup.perhaps_meant(named) or (
            tuple(self._known) if self._may_be_any(named, days) else ()
        )
        groups = self._groups_of(row)
        of_group = [id_ for id_ in meant if self._known[id_].group_id in groups]
        return of_group if days else of_group or meant

    def without_distribution(self, row: Row) -> Iterator[tuple[str, date]]:
        """Yield the days that a row names on which a group that it may be of has no distribution."""
        days = self._days_named(row.as_guessed.text("distribution"))
        for group_id in self._groups_of(row) if days else ():
            yield from ((group_id, day) for day in days if (group_id, day) not in self._held)

    def _groups_of(self, row: Row) -> Collection[str]:
        """Return the group that a row names, else all."""
        group_id = as_known(row.as_guessed.text("group"), self._scope.groups)
        return (group_id,) if group_id in self._scope.groups else self._groups

    def _may_be_any(self, named: str, days: Collection[date]) -> bool:
        return self._scope.now is not None and not days and not _ID.fullmatch(named)

    def _days_named(self, named: str) -> frozenset[date]:
        return frozenset() if _ID.fullmatch(named) else days_named(named, self._years)

    def _on(self, named: str) -> list[Distribution]:
        day = _day_in(named)
        return self._by_day.get(day, []) if day else []


def _day_in(named: str) -> date | None:
    try:
        return moment(named, timezone.utc, require_time=False).at.date()
    except ValueError:
        return None


def _starts_at(one: Distribution, named: str) -> bool:
    zone = one.starts_at.tzinfo
    try:
        return zone is not None and moment(named, zone).at == one.starts_at
    except ValueError:  # a day alone, or an hour that the clocks skip
        return False
