"""Tell of the files beside what is in them: which are read, which lie there unused, what was left blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.core.kinds import NOTICE_KINDS
from cagette_notify.data.calendar import shelf_of
from cagette_notify.data.files.file_ages import moment_of
from cagette_notify.data.files.left_blank import left_blank_in
from cagette_notify.data.files.misspelt_columns import misspelt_columns_of
from cagette_notify.data.files.newest_file import passed_over, resolved, unrecognized
from cagette_notify.data.files.unused_exports import unused_exports_in, unused_orders_in
from cagette_notify.data.groups import Groups
from cagette_notify.data.member_settings.read import SCHEMA as SETTINGS
from cagette_notify.data.rows.columns import DISTRIBUTIONS, DUTIES, GROUPS, MEMBERS, ORDERS
from cagette_notify.data.rows.counted_members import counts_others
from cagette_notify.data.rows.crossed_out import without_crossed_out
from cagette_notify.data.rows.csv_columns import columns_of
from cagette_notify.data.rows.read_rows import file_at, records_of
from cagette_notify.readers.tree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cagette_notify.core.model import Distribution
    from cagette_notify.core.notices import NoticeRules
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.dataset import Survey
    from cagette_notify.data.roster import Roster
    from cagette_notify.data.rows.column_matching import FileColumns
    from cagette_notify.data.rows.read_rows import RowSource


MOST_PASSED_OVER = 3  # that are named: a folder may keep the exports of years


class ChosenFile(NamedTuple):
    """The newest file that a name with ``*`` means, of which kind it is, and when it was last modified.

    ``older`` are the next ones, the newest first, with when each was: not all, where there are many.
    """

    pattern: str
    file: str
    kind: str
    modified_at: datetime
    older: tuple[tuple[str, datetime], ...] = ()

    @property
    def is_of_orders(self) -> bool:
        """Tell whether orders are read from it, and not people or distributions."""
        return self.kind == ORDERS.title


def unused_exports(calendar: Calendar) -> tuple[Problem, ...]:
    """Return a warning for each file that is passed over, or one of Cagette's exports that is not used."""
    feeds = _feeds(calendar)
    passed_over = dict.fromkeys(one for feed, kind in feeds for one in _passed_over(feed, kind))
    return (*passed_over, *unused_exports_in(calendar.inputs.sources.folder, _paths(feeds)))


def unused_orders(calendar: Calendar) -> tuple[str, ...]:
    """Return the names of those of Cagette's exports that are not used and hold orders."""
    return tuple(unused_orders_in(calendar.inputs.sources.folder, _paths(_feeds(calendar))))


def _feeds(calendar: Calendar) -> list[tuple[RowSource, FileColumns]]:
    """Return where groups, distributions, members and orders are read from."""
    shelf = shelf_of(calendar.inputs)
    orders = (shelf.for_all, *shelf.feeds())
    return [*_feeds_of_people(calendar), *((feed, ORDERS) for feed in orders if feed)]


def _paths(feeds: Iterable[tuple[RowSource, FileColumns]]) -> set[Path]:
    return {feed.path for feed, _kind in feeds if feed.path}


def without_orders(calendar: Calendar, now: datetime) -> tuple[Problem, ...]:
    """Return a warning for each distribution ahead that names no orders, where others of its group do."""
    ahead = () if calendar.inputs.have_orders_for_all else _ahead(calendar, now)
    shelf = shelf_of(calendar.inputs)
    like_it = {one.group_id: one.id for one in ahead if shelf.feed_of(one)}
    return tuple(
        Problem(
            _(
                "no orders: are named for {distribution}, as they are for {other}: none of its recaps can "
                "leave",
                distribution=one.id,
                other=like_it[one.group_id],
            ),
            *(one.origin.file, one.origin.line),
            group_id=one.group_id,
            is_warning=True,
        )
        for one in ahead
        if one.group_id in like_it and not shelf.feed_of(one)
    )


def without_any_orders(roster: Roster, rules: NoticeRules, now: datetime) -> tuple[Problem, ...]:
    """Return a warning for each group of which no distribution ahead names orders, and people want recaps."""
    calendar = roster.calendar
    shelf, recaps = shelf_of(calendar.inputs), [kind for kind in NOTICE_KINDS if kind.traits.needs_order]
    ahead = () if calendar.inputs.have_orders_for_all else _ahead(calendar, now)
    lacking = {one.group_id for one in ahead} - {one.group_id for one in ahead if shelf.feed_of(one)}
    asked = (member for member in roster.members if not lacking.isdisjoint(member.group_ids))
    wanting = {
        id_
        for member in asked
        if any(rules.wants(member, kind) for kind in recaps)
        for id_ in member.group_ids
    }
    return tuple(
        Problem(
            _(
                "no orders: are named for the distributions of group {id!r}, so that none of their recaps "
                "can leave: name the file under data:, or at each of them; if that is meant, turn recaps off "
                "under notices:",
                id=id_,
            ),
            *(group.origin.file, group.origin.line),
            group_id=id_,
            is_warning=True,
        )
        for id_, group in calendar.groups.items()
        if id_ in lacking & wanting
    )


def _ahead(calendar: Calendar, now: datetime) -> list[Distribution]:
    return [one for one in calendar.distributions if one.starts_at > now and one.is_on(calendar.groups)]


def _passed_over(feed: RowSource, kind: FileColumns) -> Iterator[Problem]:
    for each in unrecognized(feed, kind):
        message = _(
            "it is passed over, though {pattern} means it and it is the newest: its first line names no "
            "columns that tell what it holds; mend it, or take it out of that folder",
            pattern=feed.name,
        )
        yield Problem(message, each.name, is_warning=True)


def left_blank(surveyed: Survey) -> tuple[Problem, ...]:
    """Return a warning for each field of groups and distributions that is a comment without a value."""
    inputs, sources = surveyed.calendar.inputs, surveyed.calendar.inputs.sources
    named = ((sources.groups, GROUPS), (sources.distributions, DISTRIBUTIONS))
    return tuple(each for path, schema in named if path for each in left_blank_in(inputs.feed(path), schema))


def chosen_files(
    calendar: Calendar, *, among_several: bool = False, with_orders_of: Collection[str] = ()
) -> tuple[ChosenFile, ...]:
    """Return each file for all, or a group's, that is the newest of those that a name with ``*`` means now.

    So for the orders of some distributions. ``among_several`` leaves out those of which there is no other.
    """
    shelf = shelf_of(calendar.inputs)
    orders = (shelf.feed_of(one) for one in calendar.distributions if one.id in with_orders_of)
    feeds = [*_feeds_of_people(calendar), *((feed, ORDERS) for feed in orders if feed and feed.is_pattern)]
    found = [(feed, resolved(feed, kind), kind) for feed, kind in feeds]
    chosen = (
        ChosenFile(feed.name, file.name, kind.title, moment_of(file.path), _older(feed, kind))
        for feed, file, kind in found
        if feed.name != file.name and file.path
    )
    return tuple(one for one in dict.fromkeys(chosen) if one.older or not among_several)


def _older(feed: RowSource, kind: FileColumns) -> tuple[tuple[str, datetime], ...]:
    others = passed_over(feed, kind, MOST_PASSED_OVER + 1)
    return tuple((one.name, moment_of(one.path)) for one in others if one.path)


def _feeds_of_people(calendar: Calendar) -> list[tuple[RowSource, FileColumns]]:
    """Return where groups, distributions and members are read from."""
    inputs, sources = calendar.inputs, calendar.inputs.sources
    named = ((sources.groups, GROUPS), (sources.distributions, DISTRIBUTIONS), (sources.members, MEMBERS))
    feeds = [(inputs.feed(path), kind) for path, kind in named if path]
    feeds += [(feed, MEMBERS) for feed in (inputs.groups or Groups()).members.values()]
    return feeds


def counts_left_out(calendar: Calendar) -> Iterator[str]:
    """Yield a line for each list of members that counts them in rows of its own, which are left out."""
    for feed in (resolved(feed, kind) for feed, kind in _feeds_of_people(calendar) if kind is MEMBERS):
        counts = _counts_in(feed)
        if counts:
            message = _n(
                "the row counts the others, and is no member",
                "{count} rows, of which this is the first, count the others, and are no members",
                len(counts),
            )
            yield str(Problem(message, feed.name, counts[0]))


def crossed_out(calendar: Calendar, notifications: Path) -> Iterator[str]:
    """Yield a line for each table of which rows are taken out with a ``#`` in front."""
    inputs = calendar.inputs
    shelf, folder = shelf_of(inputs), inputs.sources.folder
    feeds = [*_feeds_of_people(calendar), (file_at(notifications, folder), SETTINGS)]
    feeds += [(inputs.feed(inputs.sources.duties), DUTIES)] if inputs.sources.duties else []
    feeds += [(feed, ORDERS) for feed in shelf.feeds()]
    found = {file.name: (file, kind) for file, kind in ((resolved(*one), one[1]) for one in feeds)}
    for file, kind in found.values():
        if lines := _crossed_out_in(file, kind):
            message = _n(
                "the row is taken out with the # in front of it, and is not read",
                "{count} rows, of which this is the first, are taken out with the # in front of them, and "
                "are not read",
                len(lines),
            )
            yield str(Problem(message, file.name, lines[0]))


def _crossed_out_in(file: RowSource, kind: FileColumns) -> list[int]:
    if file.path is None or not file.is_table:
        return []
    try:
        _header, *rows = records_of(file.path, file.sheet, kind.count_known)
    except Unreadable:
        return []
    read = {row.line for row in without_crossed_out(rows, ids_have_marks=kind.ids_have_marks)}
    return [row.line for row in rows if row.line not in read]


def _counts_in(feed: RowSource) -> list[int]:
    """Return the lines of such rows of a table; none of one that can't be read, which is said elsewhere."""
    if feed.path is None or not feed.is_table:
        return []
    try:
        header, *rows = records_of(feed.path, feed.sheet, MEMBERS.count_known)
        columns = columns_of(header, MEMBERS).values()
    except Unreadable:
        return []
    return [row.line for row in rows if counts_others(row, columns)]


def misspelt_columns(calendar: Calendar) -> tuple[Problem, ...]:
    """Return a warning for each column of a CSV whose name looks like that of a field, and is none."""
    inputs, sources = calendar.inputs, calendar.inputs.sources
    files = _feeds_of_people(calendar)
    files += [(inputs.feed(sources.duties), DUTIES)] if sources.duties else []
    files += [(feed, ORDERS) for feed in shelf_of(inputs).feeds()]
    return tuple(dict.fromkeys(one for feed, schema in files for one in misspelt_columns_of(feed, schema)))
