"""Read the days that a calendar lists, whatever else of a distribution its rows leave out."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timezone
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.parsing import is_moment, is_only_hours, moment
from cagette_notify.data.rows.columns import CALENDAR
from cagette_notify.data.rows.table_rows import sheet_of_records
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.data.rows.cells import Row
    from cagette_notify.readers.records import Record

_REPEATED = frozenset(("repeat", "repeat_every", "repeat_until", "repeat_except"))
_COPIED = ("ends_at", "orders_open_at", "orders_close_at", "place", "name", "note", "url", "catalogs")
_MARKS = ("fixed", "cancelled")


class ListedDay(Struct, frozen=True):
    """A day, its ``hours`` as they stand beside it, and what else there is to copy, by field."""

    day: date
    hours: str = ""
    cells: dict[str, str] = {}


def listed_days(records: Sequence[Record], name: str) -> tuple[tuple[ListedDay, ...], int]:
    """Return the days of one group's calendar, and how many of its lines have a day that can't be read.

    There are none where most can't be, where one stands twice, as in a list of who serves, or where several
    groups are named: whose days would they be?
    """
    try:
        rows = [row.as_guessed for row in sheet_of_records(iter(records), name, CALENDAR).rows]
    except Unreadable:
        return (), 0
    dated = [row for row in rows if row.text("starts_at")]
    days = [listed for row in dated if (listed := _listed(row))]
    unread = len(dated) - len(days)
    is_repeated = any(not _REPEATED.isdisjoint(row.cells) for row in rows)
    is_of_several = len({row.text("group") for row in dated}) > 1
    stands_twice = max(Counter(each.day for each in days).values(), default=0) > 1
    if is_repeated or is_of_several or stands_twice or unread >= len(days):
        return (), 0
    return tuple(sorted(days, key=lambda each: each.day)), unread


def _listed(row: Row) -> ListedDay | None:
    try:
        at = moment(row.text("starts_at"), timezone.utc, require_time=False).at
    except ValueError:
        return None
    cells = {field: text for field in (*_COPIED, *_MARKS) if (text := row.text(field)) and _fits(field, text)}
    return ListedDay(at.date(), row.text("hours") or _start_of(at), cells)


def _start_of(at: datetime) -> str:
    """Return the hour beside a day; a spreadsheet adds midnight to a day alone."""
    return f"{at:%H:%M}" if at.time() != time.min else ""


def _fits(field: str, text: str) -> bool:
    """Tell whether a row can have what stands there: of hours without their day it is asked for them."""
    if field == "ends_at":
        return is_moment(text) or is_only_hours(text)
    return field not in {"orders_open_at", "orders_close_at"} or is_moment(text)
