"""Everybody in the data files, with their own changes of settings: who can be asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.data.dataset import load_calendar, load_members
from cagette_notify.data.member_settings.read import load_preferences, with_preferences

if TYPE_CHECKING:
    from pathlib import Path

    from cagette_notify.config.paths import Sources
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Member
    from cagette_notify.data.dataset import Calendar
    from cagette_notify.data.members import SetAside


class Roster(Struct, frozen=True):
    """What the data files hold of people. ``set_aside`` are those of bad rows, who get nothing."""

    calendar: Calendar
    members: tuple[Member, ...]
    set_aside: tuple[SetAside, ...]
    problems: tuple[Problem, ...]
    stopped_groups: frozenset[str]

    @property
    def unread(self) -> tuple[Problem, ...]:
        """The problems for which somebody may be missing here: whole lists that can't be read."""
        return tuple(problem for problem in self.problems if problem.group_id in self.stopped_groups)


def read_roster(sources: Sources, notifications: Path) -> Roster:
    """Read groups, distributions, members and changes; DataError where one can't be read whole."""
    calendar = load_calendar(sources)
    loaded = load_members(calendar, calendar.groups)
    preferences = load_preferences(notifications, sources.folder)
    everybody, odd = with_preferences(loaded.members, preferences)
    problems = (*calendar.problems, *loaded.problems, *preferences.problems, *odd)
    return Roster(calendar, everybody, loaded.set_aside, problems, loaded.stopped_groups)
