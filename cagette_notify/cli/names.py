"""Call groups, distributions and members by name beside their ids, for what people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import NotifyError
from cagette_notify.core.formatting import brief_day
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.text import one_line
from cagette_notify.data.dataset import load_calendar
from cagette_notify.data.roster import read_partial_roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.model import Distribution, Group, Member


class Names(Struct, frozen=True):
    """What is in the data, by id. Whatever isn't goes by its id alone."""

    groups: Mapping[str, Group] = {}
    days: Mapping[str, date] = {}  # of distributions
    members: Mapping[tuple[str, str], Member] = {}  # by the id of a group of theirs and their own

    def group(self, id_: str) -> str:
        """Return a group's name and id."""
        return _beside(self.groups[id_].name if id_ in self.groups else "", id_)

    def distribution(self, id_: str, today: date) -> str:
        """Return a distribution's day, by which people know it, and its id."""
        return with_day(id_, self.days.get(id_), today)

    def reader(self, group_id: str, id_: str, address: str) -> str:
        """Return a member's id, and the name of who reads an address of theirs."""
        member = self.members.get((group_id, id_))
        if not member:
            return id_
        readers = [box.name for box in member.mailboxes if box.key == address.casefold()]
        return _beside(next(filter(None, readers), member.name), id_)


def with_day(id_: str, day: date | None, today: date) -> str:
    """Return a distribution's day, if that is known, and its id."""
    return _("{day} ({id})", day=brief_day(day, today, spoken()), id=one_line(id_)) if day else id_


def names_from(
    groups: Mapping[str, Group], distributions: Iterable[Distribution], members: Iterable[Member] = ()
) -> Names:
    """Return how those are called who were read."""
    days = {one.id: one.starts_at.astimezone(groups[one.group_id].timezone).date() for one in distributions}
    by_id = {(group_id, one.id): one for one in members for group_id in one.group_ids}
    return Names(groups, days, by_id)


def read_names(config: Config, now: datetime, members: Iterable[Member] = ()) -> Names:
    """Read how groups and distributions are called; what can't be read is called by its id."""
    try:
        calendar = load_calendar(sources_of(config, now))
    except NotifyError:
        return names_from(read_partial_roster(sources_of(config), with_members=False).groups, (), members)
    calendar.give_back()
    return names_from(calendar.groups, calendar.distributions, members)


def _beside(name: str, id_: str) -> str:
    called = one_line(name)
    return _("{name} ({id})", name=called, id=one_line(id_)) if called not in {"", id_} else id_
