"""Remember since when each kind of notice is served in each group."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime  # noqa: TC003 - msgspec reads it
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct, json

from cagette_notify.core.kinds import Kind, KindFloor
from cagette_notify.ledger.errors import as_written
from cagette_notify.ledger.rows import TO_MEMBERS, from_utc_text, utc_text
from cagette_notify.ledger.run_memory import RunMemory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from cagette_notify.core.model import Group
    from cagette_notify.core.notices import NoticeRules
    from cagette_notify.ledger.ledger import Ledger

_NAME = "first_run_of_kinds"
_OLD_MARKS_STAND_FOR = frozenset((Kind.OPENING, Kind.RECAP_24H, Kind.RECAP_4H))
"""What was served in each group of whose first run a ledger has a mark, and none of its kinds."""

_REHEARSED = f"""
    SELECT group_id, MIN(at) AS first FROM (
        SELECT group_id, noted_at AS at FROM skips WHERE account = :account AND noted_at <= :now
        UNION ALL SELECT group_id, claimed_at FROM notices
            WHERE account = :account AND claimed_at <= :now AND kind <> 'broadcast' AND {TO_MEMBERS}
    ) AS traces GROUP BY group_id
"""  # noqa: S608 - a literal of this package


class Floors(Struct, frozen=True):
    """The moments before which what was due is held back: by group, and of kinds that began later."""

    by_group: Mapping[str, datetime]
    by_kind: Mapping[tuple[str, Kind], KindFloor]

    def of(self, group_id: str, kind: Kind, *, is_chosen: bool) -> datetime:
        """Return the floor of a kind, for a member who has it on by their own choice or by default."""
        of_kind = self.by_kind.get((group_id, kind))
        if of_kind is None:
            return self.by_group[group_id]
        return of_kind.chosen if is_chosen else of_kind.default


class _Mark(Struct, frozen=True, array_like=True):
    """A kind's floors in a group, the second while it is on by default; and how long ahead it was due."""

    chosen: datetime
    default: datetime | None
    lead: float  # in seconds


class FirstRuns:
    """The marks of the first runs of one delivery: of groups, and of kinds in them.

    Turned off, a kind loses its mark for those who chose nothing: on again, it has another first run.
    """

    def __init__(self, ledger: Ledger, account: str, rules: NoticeRules) -> None:
        """Keep where to look, and by which rules; nothing is read yet."""
        self._ledger = ledger
        self._account = account
        self._memory = RunMemory(ledger, account)
        self._rules = rules

    def floors(
        self,
        groups: Mapping[str, Group],
        now: datetime,
        *,
        first_lookback: timedelta,
        lookback: timedelta | None = None,
        is_rehearsal: bool = False,
    ) -> Floors:
        """Return them; see ``RunMemory.floors`` for those of groups.

        What is new since the last run, or due longer ahead than then, looks back as a first run does. A
        rehearsal keeps no marks: of several, the first is that of which there is a trace in the ledger.
        """
        by_group = self._memory.floors(groups, now, first_lookback=first_lookback, lookback=lookback)
        latest = now - max(first_lookback, lookback or first_lookback)
        seen, marks = self._memory.groups_seen(), self._marks()
        if is_rehearsal:
            first = self._rehearsed(now)
            unseen = first.keys() & by_group.keys() - seen
            by_group |= {id_: min(by_group[id_], first[id_] - first_lookback) for id_ in unseen}
        later: dict[tuple[int, datetime, int], dict[Kind, KindFloor]] = {}  # most groups have the same
        by_kind: dict[tuple[str, Kind], KindFloor] = {}
        rules = {id_: self._rules.of(groups[id_]) for id_ in seen & by_group.keys()}
        for id_, of_group in rules.items():
            about = id(marks.get(id_)), by_group[id_], id(of_group)
            if about not in later:
                later[about] = _later(of_group, marks.get(id_), by_group[id_], latest)
            by_kind |= {(id_, kind): floor for kind, floor in later[about].items()}
        return Floors(by_group, by_kind)

    def keep(self, floors: Floors, groups: Mapping[str, Group]) -> None:
        """Remember them, as the run begins: a first run that fails leaves the next one its own to send."""
        self._memory.keep_floors({id_: floors.by_group[id_] for id_ in groups})
        before = self._ledger.marks(self._account, _NAME)
        texts = self._texts(floors, groups)
        fresh = {id_: text for id_, text in texts.items() if before.get(id_) != text}
        if fresh:
            self._ledger.set_marks(self._account, _NAME, fresh)

    def _rehearsed(self, now: datetime) -> dict[str, datetime]:
        """Return, by group, when something was first sent or noted; in a rehearsal, if no mark tells."""
        rows = self._ledger.rows(_REHEARSED, {"account": self._account, "now": utc_text(now)})
        return {row["group_id"]: from_utc_text(row["first"]) for row in rows}

    def _texts(self, floors: Floors, groups: Mapping[str, Group]) -> dict[str, str]:
        later: dict[str, dict[Kind, KindFloor]] = defaultdict(dict)
        for (id_, kind), floor in floors.by_kind.items():
            later[id_][kind] = floor
        alike: dict[datetime, str] = {}  # most groups have no floors but their own, and began together
        found = {}
        for id_, group in groups.items():
            rules, of_group = self._rules.of(group), floors.by_group[id_]
            if id_ in later or rules is not self._rules:
                found[id_] = _text(rules, of_group, later.get(id_, {}))
                continue
            if of_group not in alike:
                alike[of_group] = _text(rules, of_group, {})
            found[id_] = alike[of_group]
        return found

    def _marks(self) -> dict[str, Mapping[str, _Mark]]:
        texts = self._ledger.marks(self._account, _NAME)
        with as_written():
            return {group_id: _read(text) for group_id, text in texts.items()}


def _later(
    rules: NoticeRules, marks: Mapping[str, _Mark] | None, of_group: datetime, latest: datetime
) -> dict[Kind, KindFloor]:
    floors = {kind: _floor(rules, marks, kind, of_group, latest) for kind in rules.spans.kinds}
    return {kind: floor for kind, floor in floors.items() if floor != KindFloor(of_group, of_group)}


def _floor(
    rules: NoticeRules, marks: Mapping[str, _Mark] | None, kind: Kind, of_group: datetime, latest: datetime
) -> KindFloor:
    if marks is None and kind in _OLD_MARKS_STAND_FOR:
        return KindFloor(of_group, of_group)
    mark = marks.get(kind.value) if marks else None
    if mark is None or rules.spans.lead_of(kind).total_seconds() > mark.lead:
        return KindFloor(latest, latest)
    chosen = min(latest, mark.chosen)
    is_on = rules.defaults[kind]
    return KindFloor(chosen, min(latest, mark.default or latest) if is_on else chosen)


def _text(rules: NoticeRules, of_group: datetime, later: Mapping[Kind, KindFloor]) -> str:
    found = {}
    for kind in rules.spans.kinds:
        floor = later.get(kind, KindFloor(of_group, of_group))
        default = floor.default if rules.defaults[kind] else None
        found[kind.value] = _Mark(floor.chosen, default, rules.spans.lead_of(kind).total_seconds())
    return json.encode(found).decode()


@lru_cache(maxsize=64)  # groups that began together have the same
def _read(text: str) -> Mapping[str, _Mark]:
    return json.decode(text, type=dict[str, _Mark])
