"""Read the days that a calendar lists, whatever else of a distribution its rows leave out."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.dates_in_words import begins_with_day
from cagette_notify.core.errors import Problem
from cagette_notify.core.formatting import day_of_month
from cagette_notify.core.hours_in_words import hours_of_distribution
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.parsing import is_moment, is_only_hours, moment
from cagette_notify.core.text import one_line, quoted
from cagette_notify.data.files.days_off import says_none
from cagette_notify.data.rows.columns import CALENDAR
from cagette_notify.data.rows.table_rows import sheet_of_records
from cagette_notify.readers.records import content, letters_of
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cagette_notify.data.rows.cells import Row
    from cagette_notify.readers.records import Record

_REPEATED = frozenset(("repeat", "repeat_every", "repeat_until", "repeat_except"))
_COPIED = ("ends_at", "orders_open_at", "orders_close_at", "place", "name", "note", "url", "catalogs")
_MARKS = ("fixed", "cancelled")
_HALF_A_YEAR = timedelta(days=183)


class ListedDay(Struct, frozen=True):
    """A day, its ``hours`` as they stand beside it, and what else there is to copy, by field."""

    day: date
    hours: str = ""
    cells: dict[str, str] = {}


class RowAside(Struct, frozen=True):
    """A row that is no distribution to copy: the ``problem`` of a cell, and its day, if that can be read.

    It ``is_off`` where the cell says that there is none. It stands ``behind`` a day, if not before all.
    """

    problem: Problem
    day: date | None = None
    is_off: bool = False
    behind: date = date.min


class Listing(Struct, frozen=True):
    """What a calendar lists: days, rows that are left out, and what columns are called that aren't read."""

    days: tuple[ListedDay, ...] = ()
    left_out: tuple[RowAside, ...] = ()
    other_columns: tuple[str, ...] = ()

    @property
    def days_off(self) -> tuple[date, ...]:
        """The days on which it says that there is no distribution."""
        return tuple(each.day for each in self.left_out if each.is_off and each.day)


def listed_days(records: Sequence[Record], name: str) -> Listing:
    """Return the days of one group's calendar.

    There is nothing where most can't be read, where one stands twice, as in a list of who serves, or where
    several groups are named: whose days would they be?
    """
    try:
        rows = [row.as_guessed for row in sheet_of_records(iter(records), name, CALENDAR).rows]
    except Unreadable:
        return Listing()
    dated = [row for row in rows if row.text("starts_at")]
    read = [*_Reader(records, dated).read()]
    days = [each for each in read if isinstance(each, ListedDay)]
    left_out = tuple(each for each in read if isinstance(each, RowAside))
    unread = sum(not each.is_off for each in left_out)
    is_repeated = any(not _REPEATED.isdisjoint(row.cells) for row in rows)
    is_of_several = len({row.text("group") for row in dated}) > 1
    stands_twice = max(Counter(each.day for each in read if each.day).values(), default=0) > 1
    if is_repeated or is_of_several or stands_twice or unread * 2 >= len(read):
        return Listing()
    return Listing(tuple(sorted(days, key=lambda each: each.day)), left_out, _other_columns(records))


def _other_columns(records: Sequence[Record]) -> tuple[str, ...]:
    header, *below = records
    filled = {at for record in below for at, cell in enumerate(record.cells) if content(cell)}
    titles = (title for at, title in enumerate(header.cells) if at in filled)
    return tuple(one_line(title) for title in titles if title.strip() and not CALENDAR.field_of(title))


class _Reader:
    """Rows that have a day, or something in its place, beside the records that they were read from."""

    def __init__(self, records: Sequence[Record], rows: Sequence[Row]) -> None:
        self._header, self._rows = records[0], rows
        self._records = {record.line: record for record in records}
        self._moments = [_moment_in(row.text("starts_at")) for row in rows]
        self._dated = [
            at.date() if at else begins_with_day(row.text("starts_at"), date.max, date.min)[0]
            for at, row in zip(self._moments, rows, strict=True)
        ]
        counts = Counter(text for row in rows for text in {*self._texts(row)})
        self._usual = {text for text, count in counts.items() if count * 2 > len(rows)}

    def read(self) -> Iterator[ListedDay | RowAside]:
        """Yield what each row lists, or why it is left out."""
        behind = date.min
        for at, row in enumerate(self._rows):
            begins, written = self._moments[at], row.text("starts_at")
            day, rest = (begins.date(), "") if begins else begins_with_day(written, *self._bounds(at))
            hours = row.text("hours") or (_start_of(begins) if begins else rest)
            is_read = day is not None and not (rest and _not_hours(rest))
            trouble = next(self._troubles(row, hours, is_read=is_read), None)
            if trouble or day is None:
                text, message, is_off = trouble or (written, "", False)
                yield RowAside(self._problem(row, text, message, day), day, is_off=is_off, behind=behind)
            else:
                yield ListedDay(day, hours, _cells_of(row))
            behind = day or behind

    def _bounds(self, at: int) -> tuple[date, date]:
        """Return between which days a row stands whose year is not written."""
        above = next(filter(None, reversed(self._dated[:at])), None)
        below = next(filter(None, self._dated[at:]), None)
        if above is None and below is None:
            return date.max, date.min
        return above or (below or date.max) - _HALF_A_YEAR, below or (above or date.min) + _HALF_A_YEAR

    def _troubles(self, row: Row, hours: str, *, is_read: bool) -> Iterator[tuple[str, str, bool]]:
        """Yield each text of a row that keeps it from being copied, what is wrong, and if that is all."""
        not_hours = _not_hours(hours) if hours else ""
        written = row.text("starts_at")
        if "=" in written and not is_read:
            message = _(
                "a legend: {value}; how cells look, struck out or coloured, is not read",
                value=quoted(written),
            )
            yield written, message, False
        for text in self._texts(row):
            if says_none(text, beside_hours=bool(hours) and not not_hours, is_usual=text in self._usual):
                yield text, _("no distribution: {value}", value=quoted(text)), True
        if not is_read:
            yield written, _("no day can be read in {value}", value=quoted(written)), False
        if not_hours:
            yield row.text("hours") or row.text("starts_at"), not_hours, False
        if (ends_at := row.text("ends_at")) and not _fits("ends_at", ends_at):
            yield ends_at, _not_hours(ends_at), False

    def _texts(self, row: Row) -> Iterator[str]:
        return filter(None, map(one_line, self._records[row.line].cells))

    def _problem(self, row: Row, text: str, message: str, day: date | None) -> Problem:
        cells = [*map(one_line, self._records[row.line].cells)]
        at = cells.index(text) if text in cells else -1
        column = letters_of(at) if at >= 0 and self._header.has_letters else ""
        title = one_line(self._header.cells[at]) if 0 <= at < len(self._header.cells) else ""
        of_day = day_of_month(day, spoken()) if day else ""
        return Problem(message, row.file, row.line, title, column=column, beside=of_day)


def _moment_in(text: str) -> datetime | None:
    try:
        return moment(text, timezone.utc, require_time=False).at
    except ValueError:
        return None


def _cells_of(row: Row) -> dict[str, str]:
    return {field: text for field in (*_COPIED, *_MARKS) if (text := row.text(field)) and _fits(field, text)}


def _not_hours(text: str) -> str:
    """Return why a text is no hours of a distribution; nothing if it is some."""
    try:
        hours_of_distribution(text)
    except ValueError as trouble:
        return str(trouble)
    return ""


def _start_of(at: datetime) -> str:
    """Return the hour beside a day; a spreadsheet adds midnight to a day alone."""
    return f"{at:%H:%M}" if at.time() != time.min else ""


def _fits(field: str, text: str) -> bool:
    """Tell whether a row can have what stands there: of hours without their day it is asked for them."""
    if field == "ends_at":
        return is_moment(text) or is_only_hours(text)
    return field not in {"orders_open_at", "orders_close_at"} or is_moment(text)
