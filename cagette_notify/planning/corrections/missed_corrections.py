"""Find who believes in a start that has passed, and was told no other that is still ahead. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.notices import Entry, Status
from cagette_notify.planning.announced import announces, as_told, latest, when_and_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Group


class MissedCorrection(Struct, frozen=True):
    """A distribution that is still ahead, and what was told last of it: a start that has passed."""

    told: Entry
    distribution: Distribution
    group: Group

    @property
    def key(self) -> str:
        """What it is remembered by, once it was said."""
        one = self.distribution
        return f"passed {one.id} {one.starts_at.isoformat()}, told {self.told.starts_at.isoformat()}"

    @property
    def problem(self) -> Problem:
        """Say what is so, what was believed, and how to reach those who believed it."""
        one, zone = self.distribution, self.group.timezone
        message = _(
            "distribution {distribution} is {now}, but members were told {told}, which is past, and no "
            "correction left in time; tell them: {command}",
            distribution=one.id,
            now=when_and_where(zone, one.starts_at, as_told(one, self.told).place),
            told=when_and_where(zone, self.told.starts_at, self.told.place),
            command=command_to_type("broadcast", self.group.id, options=["--to", f"told:{one.id}"]),
        )
        return Problem(message, group_id=self.group.id, is_warning=True)


def uncorrected(
    entries: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> Iterator[MissedCorrection]:
    """Yield one for each start that has passed of which a correction had come too late.

    ``entries`` are all of distributions of which one had.
    """
    heard: dict[tuple[str, str, str], list[Entry]] = {}
    missed: set[tuple[str, str, str]] = set()
    for entry in entries:
        whose = entry.key.distribution_id, entry.key.member_id, entry.key.address
        if entry.key.kind.traits.needs_order and entry.may_have_arrived:
            heard.setdefault(whose, []).append(entry)
        elif entry.status is Status.EXPIRED and entry.is_correction and entry.key.kind.traits.needs_order:
            missed.add(whose)
    found: dict[str, MissedCorrection] = {}
    for whose in sorted(missed & heard.keys()):
        told, one = latest(heard[whose]), distributions.get(whose[0])
        if one and one.is_on(groups) and told.starts_at <= now < one.starts_at and not announces(told, one):
            correction = MissedCorrection(told, one, groups[one.group_id])
            found.setdefault(correction.key, correction)
    yield from found.values()
