"""Find distributions that bear other ids than those they were told under. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from cagette_notify.core.commands_to_type import command_to_accept
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import is_same_place

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Distribution
    from cagette_notify.core.notices import Entry

_Heirs: TypeAlias = "Mapping[str, Distribution]"


class RenamedDistributions(Struct, frozen=True):
    """What distributions are called now, by the group and the id they were told under.

    The ``certain`` take over what was told; the ``doubtful``, of which it may as well be that one was
    moved and another put in its place, hold their group.
    """

    certain: Mapping[tuple[str, str], str] = {}
    doubtful: Mapping[tuple[str, str], str] = {}

    def accepted(self, group_ids: Collection[str]) -> dict[tuple[str, str], str]:
        """Return the ids that take over once somebody says that those of these groups are right."""
        doubtful = {told: new for told, new in self.doubtful.items() if told[0] in group_ids}
        return {**self.certain, **doubtful}


def renamed_distributions(
    told: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    now: datetime,
    *,
    set_aside: Collection[str] = (),
    told_before: Collection[str] = (),
) -> RenamedDistributions:
    """Return which distributions of today are those that were ``told`` under another id.

    What a group was told of an hour is about the one distribution that it has at this hour, where the id
    told stands there no more. That is certain where this id is gone, where several of the group's shifted,
    or where only the opening was told, which nobody corrects. One alone that stands at another hour may
    have been moved. ``told_before`` are ids of what was told and is over, ``set_aside`` those of bad rows.
    """
    told = tuple(told)
    last = {entry.key.distribution_id: entry for entry in sorted(told, key=_told_at)}
    with_recap = {entry.key.distribution_id for entry in told if entry.key.kind.traits.is_corrected}
    heirs = _heirs(last, distributions, set_aside)
    ending = {id_ for id_ in heirs if _ends(id_, heirs)}
    shifted: dict[str, int] = defaultdict(int)
    for id_ in ending:
        shifted[last[id_].group_id] += 1
    sure = {
        id_
        for id_, heir in heirs.items()
        if not _is_ahead(distributions.get(id_), now)
        or id_ not in with_recap
        or (id_ in ending and (shifted[last[id_].group_id] > 1 or heir.id in told_before))
    }
    sure = _closed(sure, heirs)
    found = {(last[id_].group_id, id_): heir.id for id_, heir in heirs.items()}
    return RenamedDistributions(
        {told: new for told, new in found.items() if told[1] in sure},
        {told: new for told, new in found.items() if told[1] not in sure},
    )


def _told_at(entry: Entry) -> datetime:
    return entry.claimed_at or entry.due_at


def _heirs(
    last: Mapping[str, Entry], distributions: Mapping[str, Distribution], set_aside: Collection[str]
) -> _Heirs:
    """Return who stands where each id was told of; whoever was told of itself, and stays, is no heir."""
    at: dict[tuple[str, datetime], list[Distribution]] = defaultdict(list)
    told = {entry.starts_at.toordinal() + shift for entry in last.values() for shift in (-1, 0, 1)}
    for one in distributions.values():
        if one.starts_at.toordinal() in told:  # in whatever zone: of a federation's year that is a few days
            at[one.group_id, one.starts_at.astimezone(timezone.utc)].append(one)
    found = {}
    for id_, entry in last.items():
        there = at[entry.group_id, entry.starts_at]
        heir = _only(there, entry.place)
        if heir and id_ not in set_aside and all(one.id != id_ for one in there):
            found[id_] = heir
    count = -1
    while count != len(found):
        count = len(found)
        found = {id_: heir for id_, heir in found.items() if heir.id not in last or heir.id in found}
    return found


def _only(there: Sequence[Distribution], place: str) -> Distribution | None:
    """Return the one distribution of that hour, or of several the only one at that place."""
    alike = there if len(there) == 1 else [one for one in there if is_same_place(place, one.place)]
    return alike[0] if len(alike) == 1 else None


def _ends(id_: str, heirs: _Heirs) -> bool:
    """Tell whether ids shifted up to one that was told nothing, rather than in a circle."""
    seen = {id_}
    while id_ in heirs and heirs[id_].id not in seen:
        id_ = heirs[id_].id
        seen.add(id_)
    return id_ not in heirs


def _is_ahead(distribution: Distribution | None, now: datetime) -> bool:
    return distribution is not None and distribution.starts_at > now


def _closed(sure: set[str], heirs: _Heirs) -> set[str]:
    """Leave out whose heir was told of another one and is in doubt itself: both would be mixed up."""
    count = -1
    while count != len(sure):
        count = len(sure)
        sure = {id_ for id_ in sure if heirs[id_].id not in heirs or heirs[id_].id in sure}
    return sure


def renamed_problem(group_id: str, doubtful: Mapping[tuple[str, str], str]) -> Problem:
    """Say that a group is held for its distributions' ids, and what to do either way."""
    old, new = next((old, new) for (group, old), new in doubtful.items() if group == group_id)
    message = _(
        "group {group}: what was told as distribution {old} has the id {new} now, it seems, and {old} is at "
        "another hour: members might be told of a change that is none, so nothing is sent to the group; if "
        "the ids were changed: {command}; if {old} was moved, take {new} out of the data until the "
        "correction has left",
        group=group_id,
        command=command_to_accept(group_id),
        old=old,
        new=new,
    )
    return Problem(message, group_id=group_id)
