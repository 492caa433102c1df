"""Find whom the rows of duties ahead name that were set aside."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.parsing import moment
from cagette_notify.data.duty_places import whole_name_in
from cagette_notify.data.files.newest_file import resolved
from cagette_notify.data.rows.columns import DUTIES
from cagette_notify.data.rows.read_rows import open_rows
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.rows.cells import Row


class DutyRowAside(Struct, frozen=True):
    """A row of duties that was set aside, as it ``names`` whoever serves, and why."""

    names: tuple[str, ...]
    problem: Problem


def duty_rows_aside(calendar: Calendar, problems: Iterable[Problem], now: datetime) -> Iterator[DutyRowAside]:
    """Yield the rows that ``problems`` of reading the duties are about, once each; not those of what is over.

    A bad count sets nobody aside.
    """
    path = calendar.inputs.sources.duties
    bad = {(one.file, one.line): one for one in problems if one.line and one.field != "needed"}
    if not bad or path is None:
        return
    starts = {one.id: one.starts_at for one in calendar.distributions}
    try:
        rows = list(open_rows(resolved(calendar.inputs.feed(path), DUTIES), DUTIES).rows)
    except Unreadable:  # since it was read before
        return
    for row in rows:
        problem = bad.get((row.file, row.line))
        guess = row.as_guessed
        if problem and not is_over(guess.text("distribution"), starts, now):
            yield DutyRowAside(_names(guess), problem)


def _names(row: Row) -> tuple[str, ...]:
    return tuple(filter(None, (row.text("member"), whole_name_in(row))))


def is_over(named: str, starts: dict[str, datetime], now: datetime) -> bool:
    """Tell whether what a row names, an id or a day, has begun, or is past."""
    if named in starts:
        return starts[named] <= now
    try:
        return moment(named, timezone.utc, require_time=False).at.date() < now.date()
    except ValueError:
        return False
