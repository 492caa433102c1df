"""Find the rows of orders and duties ahead that name somebody in particular."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.addresses import address_key
from cagette_notify.core.text import fold
from cagette_notify.data.calendar import shelf_of
from cagette_notify.data.duty_places import whole_name_in
from cagette_notify.data.duty_rows_aside import is_over
from cagette_notify.data.files.newest_file import newest_file
from cagette_notify.data.members.nearly_named import people_in
from cagette_notify.data.rows.columns import DUTIES, ORDERS
from cagette_notify.data.rows.read_rows import open_rows
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from cagette_notify.core.errors import Origin
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.rows.cells import Row
    from cagette_notify.data.rows.column_matching import FileColumns
    from cagette_notify.data.rows.read_rows import RowSource

_WHOSE = ("member", "member_email", "member_name", "shared_with")


class Called(NamedTuple):
    """What somebody alone is called: ids, also as ``group/id``, addresses, casefolded, and whole names."""

    ids: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


class RowsAbout(NamedTuple):
    """Where somebody stands in orders and duties ahead, and the files that can't be read."""

    places: tuple[Origin, ...] = ()
    unread: tuple[str, ...] = ()


def rows_about(calendar: Calendar, called: Called, now: datetime) -> RowsAbout:
    """Return where they stand, by file and line; only the files that a run would read are looked through."""
    places: dict[Origin, None] = {}
    unread: dict[str, None] = {}
    finder = _Finder(calendar, called, now)
    for source, schema, group_id in _sources(calendar, now):
        try:
            places |= dict.fromkeys(row.origin for row in finder.rows_in(source, schema, group_id))
        except Unreadable as trouble:
            unread[source.problem(trouble).file] = None
    return RowsAbout(tuple(places), tuple(unread))


def _sources(calendar: Calendar, now: datetime) -> Iterator[tuple[RowSource, FileColumns, str]]:
    """Yield the files that are there, once each, and the group of all their rows, if it is one's own file."""
    shelf = shelf_of(calendar.inputs)
    feeds: dict[tuple[object, ...], tuple[RowSource, FileColumns, str]] = {}
    for one in calendar.distributions:
        if one.starts_at > now and (feed := shelf.feed_of(one)):
            own = one.group_id if one.id in shelf.distributions.orders else ""
            feeds[feed.path, feed.sheet, id(feed.items)] = feed, ORDERS, own
    duties = calendar.inputs.sources.duties
    named = [*feeds.values(), *([(calendar.inputs.feed(duties), DUTIES, "")] if duties else [])]
    for feed, schema, group_id in named:
        found = feed if feed.path is None else newest_file(feed, schema)
        if found:
            yield found, schema, group_id


class _Finder:
    """The rows that name somebody."""

    def __init__(self, calendar: Calendar, called: Called, now: datetime) -> None:
        self._known = {one.id: one for one in calendar.distributions}
        self._starts = {one.id: one.starts_at for one in calendar.distributions}
        self._only_group = next(iter(calendar.groups)) if len(calendar.groups) == 1 else ""
        self._called, self._now = called, now
        self._names = {_words(name) for name in called.names if " " in name.strip()}

    def rows_in(self, source: RowSource, schema: FileColumns, group_id: str) -> Iterator[Row]:
        """Yield those of a file, but for what is over; raise ``Unreadable`` where it can't be read."""
        for row in open_rows(source, schema).rows:
            guess = row.as_guessed
            named = guess.text("distribution")
            known = self._known.get(named)
            whose = known.group_id if known else group_id or guess.text("group") or self._only_group
            if not is_over(named, self._starts, self._now) and self._is_named_in(guess, whose):
                yield row

    def _is_named_in(self, row: Row, group_id: str) -> bool:
        texts = (*(row.text(field) for field in _WHOSE), whole_name_in(row))
        parts = {part for text in texts if text for part in (text, *people_in(text))} - {""}
        return any(self._is_called(part, group_id) for part in parts)

    def _is_called(self, text: str, group_id: str) -> bool:
        is_id = not self._called.ids.isdisjoint((text, f"{group_id}/{text}"))
        return is_id or address_key(text) in self._called.addresses or _words(text) in self._names


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name in no order: the surname comes first, or last."""
    return tuple(sorted(fold(name).split()))
