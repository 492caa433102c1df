"""Hold what an installation begins with: what was answered, or, unasked, what the data found says."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.cli.setup.short_ids import id_of
from cagette_notify.core.i18n import _
from cagette_notify.core.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.cli.setup.database_answers import DatabaseAnswers
    from cagette_notify.cli.setup.found_data import ChosenData
    from cagette_notify.data.files.found_tables import FoundTable

_YEAR = timedelta(days=364)


class RepeatedDistribution(Struct, frozen=True):
    """A distribution that comes again, as far as somebody said when. Times are local.

    One of a calendar comes again after no days; the ``cells`` are what that says of it, by field.
    """

    first: date | None = None
    every: int = 7
    starts_at: time | None = None
    ends_at: time | None = None
    place: str = ""
    orders_open_at: datetime | None = None
    orders_close_at: datetime | None = None
    holidays: tuple[date, ...] = ()  # on which it is left out
    cells: dict[str, str] = {}

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
    listed: tuple[RepeatedDistribution, ...] = ()  # in that of the distribution: the days of a calendar

    @property
    def group_ids(self) -> tuple[str, ...]:
        """The ids of the groups: those that the data names, else one made of the name."""
        return self.data.group_ids or (id_of(self.group_name),)


def name_of_folder(folder_name: str) -> str:
    """Return the group's name that a folder's suggests."""
    words = one_line(re.sub(r"[\s_-]+", " ", folder_name)).strip()
    return words[:1].upper() + words[1:] if re.search(r"[^\W\d_]", words) else _("My group")


def known_day(data: ChosenData, today: date) -> date | None:
    """Return the day of orders that comes next, else the last one."""
    return next((day for day in data.days if day >= today), data.days[-1] if data.days else None)


def first_listed(data: ChosenData, today: date) -> date | None:
    """Return the day of a calendar of which there are orders, else its next one, else its last."""
    days = [each.day for each in data.calendar.listed] if data.calendar else []
    known = known_day(data, today)
    return known if known in days else next((day for day in days if day >= today), days[-1] if days else None)


def is_the_calendar(distributions: FoundTable, tables: Sequence[FoundTable]) -> bool:
    """Tell whether distributions are most likely the group's: beside Cagette's exports they may be any.

    Days of which one is that of orders are.
    """
    ordered = {table.day for table in tables if table.kind == "orders"}
    if not ordered.isdisjoint(listed.day for listed in distributions.listed):
        return True
    return distributions.is_ours or not any(table.is_cagette_s for table in tables)
