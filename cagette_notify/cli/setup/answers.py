"""Hold what an installation begins with: what was answered, or, unasked, what the data found says."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.cli.setup.found_data import ChosenData, alternatives, chosen_with
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.cli.setup.database_answers import DatabaseAnswers
    from cagette_notify.data.files.found_tables import FoundTable

_YEAR = timedelta(days=364)


class RepeatedDistribution(Struct, frozen=True):
    """A distribution that comes again, as far as somebody said when. Times are local."""

    first: date | None = None
    every: int = 7
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    orders_open_at: datetime | None = None
    orders_close_at: datetime | None = None
    holidays: tuple[date, ...] = ()  # on which it is left out

    def days_from(self, today: date) -> tuple[date, ...]:
        """Return the days of all until the last one within a year, those that are left out among them."""
        last = self.last_from(today)
        if self.first is None or last is None:
            return ()
        count = (last - self.first).days // self.every + 1
        return tuple(self.first + timedelta(days=number * self.every) for number in range(count))

    def last_from(self, today: date) -> date | None:
        """Return the day of the last one within a year."""
        if self.first is None:
            return None
        return self.first + timedelta(
            days=(max(today, self.first) + _YEAR - self.first).days // self.every * self.every
        )


class Answers(Struct, frozen=True):
    """What an installation begins with: the data that was found, and what was answered."""

    data: ChosenData
    group_name: str
    contact_name: str = ""
    contact_email: str = ""
    distribution: RepeatedDistribution = RepeatedDistribution()
    sender: str = ""
    by_mailjet: bool = False
    lists_contact: bool = False  # as the first member, where there is no list
    database: DatabaseAnswers | None = None  # in the place of all data

    @property
    def group_ids(self) -> tuple[str, ...]:
        """The ids of the groups: those that the data names, else one made of the name."""
        return self.data.group_ids or (id_of(self.group_name),)


def id_of(name: str) -> str:
    """Return a short name for commands and files."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or _("my-group")


def name_of_folder(folder_name: str) -> str:
    """Return the group's name that a folder's suggests."""
    words = one_line(re.sub(r"[\s_-]+", " ", folder_name)).strip()
    return words[:1].upper() + words[1:] if re.search(r"[^\W\d_]", words) else _("My group")


def defaults(tables: Sequence[FoundTable], folder_name: str, today: date) -> Answers:
    """Return what nobody needs to be asked: what the tables and the folder's name say."""
    distributions = next(iter(alternatives(tables, "distributions")), None)
    if distributions and not is_the_calendar(distributions, tables):
        distributions = None
    data = chosen_with(
        tables,
        members=next(iter(alternatives(tables, "members", distributions)), None),
        orders=next(iter(alternatives(tables, "orders", distributions)), None),
        distributions=distributions,
    )
    return Answers(data, name_of_folder(folder_name), distribution=_as_found(data, today))


def _as_found(data: ChosenData, today: date) -> RepeatedDistribution:
    day = known_day(data, today)
    return RepeatedDistribution(day, data.every) if day else RepeatedDistribution()


def known_day(data: ChosenData, today: date) -> date | None:
    """Return the day of orders that comes next, else the last one."""
    return next((day for day in data.days if day >= today), data.days[-1] if data.days else None)


def is_the_calendar(distributions: FoundTable, tables: Sequence[FoundTable]) -> bool:
    """Tell whether distributions are most likely the group's: beside Cagette's exports they may be any."""
    return distributions.is_ours or not any(table.is_cagette_s for table in tables)
