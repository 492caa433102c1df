"""Find groups that seem to be ones that are gone, under other ids, and hold them. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry


def renamed_groups(
    told: Iterable[Entry],
    members: Mapping[str, Sequence[Member]],
    groups: Collection[str],
    distributions: Mapping[str, Distribution],
) -> list[Problem]:
    """Say which groups seem to be ones that are gone, and what to type.

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
    found: dict[str, Problem] = {}
    for one in distributions.values() if gone else ():
        alike = gone.get(one.starts_at.astimezone(timezone.utc), ())
        if alike and one.group_id not in known | found.keys():
            readers = {box.key for member in members.get(one.group_id, ()) for box in member.mailboxes}
            told_here = next((each for each in alike if each.key.address in readers), None)
            found |= {one.group_id: _problem(told_here, one)} if told_here else {}
    return list(found.values())


def _problem(entry: Entry, distribution: Distribution) -> Problem:
    message = _(
        "group {group} seems to be {old} under another id: who was told of {told} would be told again, so "
        "nothing is sent to it; give it its old id, or the distribution the id {told}; if it is another "
        "group: cagette-notify send-due --accept-data {group}",
        group=distribution.group_id,
        old=entry.group_id,
        told=entry.key.distribution_id,
    )
    return Problem(message, group_id=distribution.group_id)
