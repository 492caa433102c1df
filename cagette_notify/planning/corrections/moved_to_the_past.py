"""Find announced distributions whose start was moved to an hour that is past already. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.commands_to_type import command_to_type
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.list_names import TOLD, list_to_type
from cagette_notify.planning.announced import as_told, when_and_where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry


def moved_to_the_past(
    announced: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> dict[str, Problem]:
    """Say, by a key to remember it by, which distributions have begun though a start ahead was told of them.

    ``announced`` are mails about starts ahead. No correction can leave any more: it is a slip of the pen, or
    somebody has to tell those who will come at the hour that they know.
    """
    untold = begun_untold(announced, distributions, groups, now)
    known = ((entry, distributions[entry.key.distribution_id]) for entry in untold)
    return {moved_key(entry, one): _in_words(entry, one, groups[one.group_id]) for entry, one in known}


def begun_untold(
    told: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> tuple[Entry, ...]:
    """Return what says of a distribution that it is ahead, which has begun already."""
    return tuple(
        entry
        for entry in told
        if (one := distributions.get(entry.key.distribution_id)) and _has_moved(entry, one, groups, now)
    )


def _has_moved(entry: Entry, one: Distribution, groups: Mapping[str, Group], now: datetime) -> bool:
    """Tell whether what an entry announced as ahead is on, and has begun already."""
    return entry.starts_at > now >= one.starts_at and one.is_on(groups)


def moved_key(entry: Entry, one: Distribution) -> str:
    """Return what it is remembered by, once it was said; moved once more, it is said anew."""
    return f"begun {one.id} {one.starts_at.isoformat()}, told {entry.starts_at.isoformat()}"


def _in_words(entry: Entry, one: Distribution, group: Group) -> Problem:
    message = _(
        "distribution {distribution} is {now}, which is past, but members were told {told}: no correction "
        "can leave any more; if it is right, tell them: {command}",
        distribution=one.id,
        now=when_and_where(group.timezone, one.starts_at, as_told(one, entry).place),
        told=when_and_where(group.timezone, entry.starts_at, entry.place),
        command=command_to_type("broadcast", group.id, options=["--to", list_to_type(f"{TOLD}:{one.id}")]),
    )
    origin = one.origin
    return Problem(message, origin.file, origin.line, "starts_at", group.id, is_warning=True)
