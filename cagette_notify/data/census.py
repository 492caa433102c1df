"""Everybody in the data files: whom a name may mean, who else reads an address, and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from cagette_notify.core.errors import DataError
from cagette_notify.data.dataset import load_calendar, load_members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cagette_notify.config.paths import Sources
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Group, Member


class Census(Struct, frozen=True):
    """Who is in the data. ``problems`` say why that may not be everybody; small ones are not among them."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    members: tuple[Member, ...] = ()  # those of bad rows included: they are people, too
    problems: tuple[Problem, ...] = ()


def take_census(sources: Sources, *, with_members: bool = True) -> Census:
    """Read groups and, unless nobody asks for them, members; what can't be read is no exception here."""
    try:
        calendar = load_calendar(sources)
    except DataError as error:
        return Census(problems=tuple(error.problems))
    if not with_members:
        return Census(calendar.groups)
    try:
        loaded = load_members(calendar, calendar.groups)
    except DataError as error:
        return Census(calendar.groups, problems=tuple(error.problems))
    unread = tuple(problem for problem in loaded.problems if problem.group_id in loaded.stopped_groups)
    return Census(calendar.groups, (*loaded.members, *(one.member for one in loaded.set_aside)), unread)
