"""Answer for somebody who is asked nothing: by what the tables and the folder's name say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.cli.setup.answers import (
    Answers,
    RepeatedDistribution,
    first_listed,
    is_the_calendar,
    known_day,
    name_of_folder,
)
from cagette_notify.cli.setup.calendar_days import copied_days, usual_hours, usual_place
from cagette_notify.cli.setup.found_data import ChosenData, alternatives, chosen_with

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cagette_notify.data.files.found_tables import FoundTable


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
    listed = data.calendar.listed if data.calendar else ()
    copied = copied_days(listed, usual_hours(listed), usual_place(listed), lambda _start: (None, None))
    one = next((each for each in copied if each.first == first_listed(data, today)), _as_found(data, today))
    return Answers(data, name_of_folder(folder_name), distribution=one, listed=copied)


def _as_found(data: ChosenData, today: date) -> RepeatedDistribution:
    day = known_day(data, today)
    if day is None:
        return RepeatedDistribution()
    one = RepeatedDistribution(day, data.every)
    return replace(one, holidays=tuple(each for each in one.days_from(today) if each in data.days_off))
