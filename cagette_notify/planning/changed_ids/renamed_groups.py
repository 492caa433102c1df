"""Find groups that seem to be ones that are gone, under other ids. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.commands_to_type import command_to_accept
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry


class RenamedGroup(Struct, frozen=True):
    """What a group seems to have been: its ``old`` id, and its distributions by the ids they had then."""

    old: str
    distributions: Mapping[str, str]
    problem: Problem


def renamed_groups(
    told: Iterable[Entry],
    members: Mapping[str, Sequence[Member]],
    groups: Collection[str],
    distributions: Mapping[str, Distribution],
) -> dict[str, RenamedGroup]:
    """Return, by their ids of today, the groups that seem to be ones that are gone.

    ``told`` is what was told of what is ahead. A distribution's id that nobody gave holds its group's:
    where it is gone with its group, and another group that was told nothing has one at that very hour, for
    somebody who was told of the other, all of them would be told again.
    """
    known: set[str] = set()
    gone: dict[datetime, list[Entry]] = defaultdict(list)
    for entry in told:
        known.add(entry.group_id)
        if entry.group_id not in groups and entry.key.distribution_id not in distributions:
            gone[entry.starts_at].append(entry)
    found: dict[str, tuple[Entry, Distribution]] = {}
    for one in distributions.values() if gone else ():
        alike = gone.get(one.starts_at.astimezone(timezone.utc), ())
        if alike and one.group_id not in known | found.keys():
            readers = {box.key for member in members.get(one.group_id, ()) for box in member.mailboxes}
            told_here = next((each for each in alike if each.key.address in readers), None)
            found |= {one.group_id: (told_here, one)} if told_here else {}
    return {
        id_: RenamedGroup(
            entry.group_id,
            {
                each.key.distribution_id: one.id
                for one in distributions.values()
                if one.group_id == id_
                for each in gone.get(one.starts_at.astimezone(timezone.utc), ())
                if each.group_id == entry.group_id
            },
            _problem(entry, first),
        )
        for id_, (entry, first) in found.items()
    }


def under_new_groups(
    entries: Iterable[Entry], renamed: Mapping[str, RenamedGroup], now: datetime
) -> list[Entry]:
    """Return the ledger's entries as they are once the groups' new ids have taken them over."""
    heirs = {
        (one.old, old): (group_id, new)
        for group_id, one in renamed.items()
        for old, new in one.distributions.items()
    }
    return [_under_new_group(entry, heirs, now) for entry in entries]


def _under_new_group(entry: Entry, heirs: Mapping[tuple[str, str], tuple[str, str]], now: datetime) -> Entry:
    heir = heirs.get((entry.group_id, entry.key.distribution_id))
    if heir is None or entry.starts_at <= now:
        return entry
    return replace(entry, group_id=heir[0], key=replace(entry.key, distribution_id=heir[1]))


def _problem(entry: Entry, distribution: Distribution) -> Problem:
    message = _(
        "group {group} seems to be {old} under another id: who was told of {told} would be told again, so "
        "nothing is sent to it; if it is: {command}; if it is another group, keep {old} among the groups, "
        "disabled, until {told} is over",
        group=distribution.group_id,
        command=command_to_accept(distribution.group_id),
        old=entry.group_id,
        told=entry.key.distribution_id,
    )
    return Problem(message, group_id=distribution.group_id)
