"""Read the roster: who is in the data, under which names, with their own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from cagette_notify.core.errors import DataError, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.data.dataset import Members, load_calendar, load_groups, load_members
from cagette_notify.data.member_settings.odd_rows import odd_settings, settings_in_doubt, settings_of_nobody
from cagette_notify.data.member_settings.other_names import OtherNames, other_names_among
from cagette_notify.data.member_settings.read import (
    MemberSettings,
    load_member_settings,
    names_in_settings,
    with_changes,
    with_own_settings,
)
from cagette_notify.data.member_settings.shared_ids import people_by_shared_id
from cagette_notify.data.members.find_member import describe_member

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from cagette_notify.config.paths import Sources
    from cagette_notify.core.model import Group, Member
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.members.read import SetAside


class Roster(Struct, frozen=True):
    """What the data files hold of people. ``set_aside`` are those of bad rows, who get nothing.

    ``unread`` are the problems for which somebody may be missing here: whole lists that can't be read.
    """

    calendar: Calendar
    members: tuple[Member, ...]
    set_aside: tuple[SetAside, ...]
    problems: tuple[Problem, ...]
    stopped_groups: frozenset[str]
    unread_settings: Mapping[str, tuple[Problem, ...]] = {}  # by name, of rows set aside or held back
    of_nobody: Mapping[str, Problem] = {}  # by name, of rows that mean nobody
    unread: tuple[Problem, ...] = ()
    chosen: frozenset[str] = frozenset()  # names under which own changes stand

    @property
    def people_set_aside(self) -> tuple[Member, ...]:
        """Those whose row is bad, as far as it can be read."""
        return tuple(one.member for one in self.set_aside)


def read_roster(sources: Sources, notifications: Path) -> Roster:
    """Read groups, distributions, members and changes; DataError where one can't be read whole."""
    calendar = load_calendar(sources)
    loaded = load_members(calendar, calendar.groups)
    found = (*calendar.problems, *loaded.problems)
    return roster_of(calendar, loaded, load_member_settings(notifications, sources.folder, found))


def roster_of(calendar: Calendar, loaded: Members, preferences: MemberSettings) -> Roster:
    """Return who is in data that was read, each with their own changes."""
    everybody, odd = with_own_settings(loaded.members, preferences, loaded.people_set_aside)
    odd += settings_in_doubt(everybody, preferences, loaded.unread_groups)
    people = (*everybody, *loaded.people_set_aside)
    is_whole = not (loaded.stopped_groups or loaded.unread_groups)
    of_nobody = settings_of_nobody(people, preferences) if is_whole else {}
    odd += (replace(one, is_warning=True) for one in of_nobody.values())  # whoever has left is in that file
    problems = (*calendar.problems, *loaded.problems, *preferences.problems, *odd)
    return Roster(
        calendar=calendar,
        members=everybody,
        set_aside=loaded.set_aside,
        problems=problems,
        stopped_groups=loaded.stopped_groups,
        unread_settings=odd_settings(everybody, preferences, loaded.people_set_aside),
        of_nobody=of_nobody,
        unread=tuple(_unread(calendar, loaded)),
        chosen=frozenset(preferences.settings),
    )


def _unread(calendar: Calendar, loaded: Members) -> Iterator[Problem]:
    """Yield why lists of members are missing: they can't be read, or nor can the row that names one."""
    nameless = loaded.unread_groups - calendar.groups.keys()
    for problem in calendar.problems:
        if problem.group_id in nameless and not problem.is_warning:
            yield problem
    for problem in loaded.problems:
        if problem.group_id in loaded.stopped_groups:
            yield problem


class PartialRoster(Struct, frozen=True):
    """Who is in the data. ``refusal`` is why that may not be everybody; what is small is no part of it."""

    groups: Mapping[str, Group] = field(default_factory=dict)
    members: tuple[Member, ...] = ()  # those of bad rows included: they are people, too
    refusal: NotifyError | None = None

    @property
    def problems(self) -> Sequence[Problem]:
        """What keeps others out of it."""
        return self.refusal.problems if self.refusal else ()


def read_partial_roster(sources: Sources, *, with_members: bool = True) -> PartialRoster:
    """Read groups and, unless nobody asks for them, members; what can't be read is no exception here."""
    try:
        calendar = load_groups(sources)
    except NotifyError as error:
        return PartialRoster(refusal=error)
    if not with_members:
        return PartialRoster(calendar.groups)
    try:
        loaded = load_members(calendar, calendar.groups)
    except NotifyError as error:
        return PartialRoster(calendar.groups, refusal=error)
    unread = [problem for problem in loaded.problems if problem.group_id in loaded.stopped_groups]
    people = (*loaded.members, *(one.member for one in loaded.set_aside))
    return PartialRoster(calendar.groups, people, DataError(*unread) if unread else None)


class RosterBeforeSettings(Struct, frozen=True):
    """The members as the data files have them, before anybody's own changes."""

    calendar: Calendar
    data: Members

    def names_of(self, member: Member) -> tuple[str, ...]:
        """Return by which names changes call somebody."""
        return names_in_settings(member, is_only=not self._sharers(member))

    def _sharers(self, member: Member) -> tuple[Member, ...]:
        near = [one for one in self.data.members if one.id == member.id]
        return people_by_shared_id(near, self.data.people_set_aside).get(member.id, ())

    def names_to_write(self, member: Member) -> tuple[str, ...]:
        """Return what calls nobody else: the id, or ``group/id`` where others have it, or may come to.

        Such as people whose row is set aside today, or whose group's file can't be read. A group's own list
        counts from 1, as the next one's will: whoever stands in several lists may be several people one day,
        and is written once for each of them.
        """
        everybody = (*self.data.members, *self.data.people_set_aside)
        has_sharers = sum(one.id == member.id for one in everybody) > 1
        if has_sharers and not member.group_ids:
            message = _(
                "{who} is in no group, and {id} is somebody else's id too: give them one of their own",
                who=describe_member(member),
                id=member.id,
            )
            raise UsageError(Problem(message))
        may_have_some = self.data.stopped_groups or self.data.unread_groups
        own = [group_id for group_id in member.group_ids if group_id in self._groups_with_a_list]
        if own and not member.has_address_in_id:
            others = [group_id for group_id in member.group_ids if group_id not in own]
            return tuple(f"{group_id}/{member.id}" for group_id in (*own, *others[:1]))
        return (member.handle if has_sharers or may_have_some else member.id,)

    @property
    def _groups_with_a_list(self) -> Collection[str]:
        groups = self.calendar.inputs.groups
        return groups.members if groups else ()

    def with_changes(self, member: Member, preferences: MemberSettings) -> Member:
        """Return somebody with their own changes in place of what the data files say."""
        held = preferences.held_back
        return with_changes(member, held, self._sharers(member), self._other_names(held))

    def addresses_naming(self, member: Member, preferences: MemberSettings) -> tuple[str, ...]:
        """Return the addresses in the file by which changes call somebody who has another id."""
        return self._other_names(preferences).surely_of(member)

    def _other_names(self, preferences: MemberSettings) -> OtherNames:
        return other_names_among(preferences.settings, self.data.members, self.data.people_set_aside)


def read_roster_before_settings(calendar: Calendar) -> RosterBeforeSettings:
    """Read the members of all groups; raise ``DataError`` if the file for all can't be read whole."""
    return RosterBeforeSettings(calendar, load_members(calendar, calendar.groups))
