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
    from collections.abc import Collection, Mapping
    from datetime import timedelta

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
        group_ids: Collection[str],
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
        by_group = self._memory.floors(group_ids, now, first_lookback=first_lookback, lookback=lookback)
        latest = now - max(first_lookback, lookback or first_lookback)
        seen, marks = self._memory.groups_seen(), self._marks()
        if is_rehearsal:
            first = self._rehearsed(now)
            unseen = first.keys() & by_group.keys() - seen
            by_group |= {id_: min(by_group[id_], first[id_] - first_lookback) for id_ in unseen}
        later: dict[tuple[int, datetime], dict[Kind, KindFloor]] = {}  # most groups have the same
        for id_ in seen & by_group.keys():
            about = id(marks.get(id_)), by_group[id_]
            if about not in later:
                later[about] = self._later(marks.get(id_), by_group[id_], latest)
        by_kind = {
            (id_, kind): floor
            for id_ in seen & by_group.keys()
            for kind, floor in later[id(marks.get(id_)), by_group[id_]].items()
        }
        return Floors(by_group, by_kind)

    def keep(self, floors: Floors, group_ids: Collection[str]) -> None:
        """Remember them, as the run begins: a first run that fails leaves the next one its own to send."""
        self._memory.keep_floors({id_: floors.by_group[id_] for id_ in group_ids})
        before = self._ledger.marks(self._account, _NAME)
        texts = self._texts(floors, group_ids)
        fresh = {id_: text for id_, text in texts.items() if before.get(id_) != text}
        if fresh:
            self._ledger.set_marks(self._account, _NAME, fresh)

    def _rehearsed(self, now: datetime) -> dict[str, datetime]:
        """Return, by group, when something was first sent or noted; in a rehearsal, if no mark tells."""
        rows = self._ledger.rows(_REHEARSED, {"account": self._account, "now": utc_text(now)})
        return {row["group_id"]: from_utc_text(row["first"]) for row in rows}

    def _later(
        self, marks: Mapping[str, _Mark] | None, of_group: datetime, latest: datetime
    ) -> dict[Kind, KindFloor]:
        floors = {kind: self._floor(marks, kind, of_group, latest) for kind in self._rules.spans.kinds}
        return {kind: floor for kind, floor in floors.items() if floor != KindFloor(of_group, of_group)}

    def _floor(
        self, marks: Mapping[str, _Mark] | None, kind: Kind, of_group: datetime, latest: datetime
    ) -> KindFloor:
        if marks is None and kind in _OLD_MARKS_STAND_FOR:
            return KindFloor(of_group, of_group)
        mark = marks.get(kind.value) if marks else None
        if mark is None or self._rules.spans.lead_of(kind).total_seconds() > mark.lead:
            return KindFloor(latest, latest)
        chosen = min(latest, mark.chosen)
        is_on = self._rules.defaults[kind]
        return KindFloor(chosen, min(latest, mark.default or latest) if is_on else chosen)

    def _texts(self, floors: Floors, group_ids: Collection[str]) -> dict[str, str]:
        later: dict[str, dict[Kind, KindFloor]] = defaultdict(dict)
        for (id_, kind), floor in floors.by_kind.items():
            later[id_][kind] = floor
        alike: dict[datetime, str] = {}  # most groups have no floors but their own, and began together
        for of_group in {floors.by_group[id_] for id_ in group_ids}:
            alike[of_group] = self._text(of_group, {})
        return {
            id_: self._text(floors.by_group[id_], later[id_]) if id_ in later else alike[floors.by_group[id_]]
            for id_ in group_ids
        }

    def _text(self, of_group: datetime, later: Mapping[Kind, KindFloor]) -> str:
        found = {}
        for kind in self._rules.spans.kinds:
            floor = later.get(kind, KindFloor(of_group, of_group))
            default = floor.default if self._rules.defaults[kind] else None
            found[kind.value] = _Mark(floor.chosen, default, self._rules.spans.lead_of(kind).total_seconds())
        return json.encode(found).decode()

    def _marks(self) -> dict[str, Mapping[str, _Mark]]:
        texts = self._ledger.marks(self._account, _NAME)
        with as_written():
            return {group_id: _read(text) for group_id, text in texts.items()}


@lru_cache(maxsize=64)  # groups that began together have the same
def _read(text: str) -> Mapping[str, _Mark]:
    return json.decode(text, type=dict[str, _Mark])
