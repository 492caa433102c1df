"""Tell of the files beside what is in them: which are read, which lie there unused, what was left blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.data.columns import DISTRIBUTIONS, GROUPS, MEMBERS, ORDERS
from cagette_notify.data.dataset import shelf_of
from cagette_notify.data.file_ages import moment_of
from cagette_notify.data.groups import Groups
from cagette_notify.data.left_blank import left_blank_in
from cagette_notify.data.misspelt_columns import misspelt_columns_of
from cagette_notify.data.newest_file import is_one_of_several, resolved
from cagette_notify.data.unused_exports import unused_exports_in

if TYPE_CHECKING:
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.data.dataset import Calendar, Survey


class ChosenFile(NamedTuple):
    """The newest file that a name with ``*`` means, of which kind it is, and when it was last modified."""

    pattern: str
    file: str
    kind: str
    modified_at: datetime


def unused_exports(calendar: Calendar) -> tuple[Problem, ...]:
    """Return a warning for each of Cagette's exports beside the data that is not used."""
    inputs = calendar.inputs
    shelf, sources = shelf_of(inputs), inputs.sources
    feeds = [*(inputs.groups or Groups()).members.values(), shelf.for_all]
    feeds += [shelf.feed_of(each) for each in calendar.distributions]
    named = (path for path in (sources.groups, sources.distributions, sources.members) if path)
    feeds += map(inputs.feed, named)
    used = {feed.path for feed in feeds if feed and feed.path}
    return tuple(unused_exports_in(sources.folder, used))


def left_blank(surveyed: Survey) -> tuple[Problem, ...]:
    """Return a warning for each field of groups and distributions that is a comment without a value."""
    inputs, sources = surveyed.calendar.inputs, surveyed.calendar.inputs.sources
    named = ((sources.groups, GROUPS), (sources.distributions, DISTRIBUTIONS))
    return tuple(each for path, schema in named for each in left_blank_in(inputs.feed(path), schema))


def chosen_files(calendar: Calendar, *, among_several: bool = False) -> tuple[ChosenFile, ...]:
    """Return each file for all, or a group's, that is the newest of those that a name with ``*`` means now.

    ``among_several`` leaves out those of which there is no other one.
    """
    inputs, sources = calendar.inputs, calendar.inputs.sources
    named = ((sources.groups, GROUPS), (sources.distributions, DISTRIBUTIONS), (sources.members, MEMBERS))
    feeds = [(inputs.feed(path), kind) for path, kind in named if path]
    feeds += [(feed, MEMBERS) for feed in (inputs.groups or Groups()).members.values()]
    found = [(feed, resolved(feed, kind), kind) for feed, kind in feeds]
    chosen = (
        ChosenFile(feed.name, file.name, kind.title, moment_of(file.path))
        for feed, file, kind in found
        if feed.name != file.name and file.path and (not among_several or is_one_of_several(feed, kind))
    )
    return tuple(dict.fromkeys(chosen))


def misspelt_columns(calendar: Calendar) -> tuple[Problem, ...]:
    """Return a warning for each column of a CSV whose name looks like that of a field, and is none."""
    inputs, sources = calendar.inputs, calendar.inputs.sources
    shelf = shelf_of(inputs)
    files = [(inputs.feed(sources.groups), GROUPS), (inputs.feed(sources.distributions), DISTRIBUTIONS)]
    files += [(inputs.feed(sources.members), MEMBERS)] if sources.members else []
    files += [(feed, MEMBERS) for feed in (inputs.groups or Groups()).members.values()]
    orders = (shelf.feed_of(each) for each in inputs.distributions.distributions)
    files += [(feed, ORDERS) for feed in {(feed.path, feed.sheet): feed for feed in orders if feed}.values()]
    return tuple(dict.fromkeys(one for feed, schema in files for one in misspelt_columns_of(feed, schema)))
