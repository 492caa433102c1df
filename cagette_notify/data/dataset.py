"""Load the dataset: calendar, members, orders, as far as a run needs them; check all data files.

A run with nothing due must be cheap: what only the others need is imported where it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.errors import DataError, Problem
from cagette_notify.core.i18n import _
from cagette_notify.data.calendar import Calendar, Inputs, shelf_of
from cagette_notify.data.distributions.read import Distributions, read_distributions
from cagette_notify.data.groups import Defaults, Groups, read_groups

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.config.paths import Sources
    from cagette_notify.core.duty_list import DutyList
    from cagette_notify.core.model import Member
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.files.file_ages import NextRun
    from cagette_notify.data.members.read import SetAside


class Members(NamedTuple):
    """Everybody in all the files, members of no group included, whichever groups were asked for.

    ``stopped_groups`` are those of them whose own members file can't be read whole, ``unread_groups`` all
    such that are in use, and those of bad rows. ``set_aside`` are the people of bad rows, who are served
    nothing.
    """

    members: tuple[Member, ...]
    stopped_groups: frozenset[str]
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAside, ...] = ()
    unread_groups: frozenset[str] = frozenset()

    @property
    def people_set_aside(self) -> tuple[Member, ...]:
        """Those whose row is bad, as far as it can be read."""
        return tuple(one.member for one in self.set_aside)


class Orders(NamedTuple):
    """An order book for each distribution that was asked for.

    What is ``unsaid`` is wrong as well, and nobody's trouble.
    """

    books: Mapping[str, OrderBook]
    problems: tuple[Problem, ...]
    unsaid: tuple[Problem, ...]


def load_calendar(sources: Sources, *, holds: bool = False) -> Calendar:
    """Read groups and distributions; raise DataError if one of the two can't be read whole.

    A database is held as it is at this moment, for all that is read later, if it ``holds``.
    """
    problems: list[Problem] = []
    inputs, is_whole = _calendar(_inputs(sources, holds=holds), problems)
    if not is_whole or inputs.groups is None:
        raise DataError(*problems)
    return Calendar(
        groups=inputs.groups.groups,
        distributions=inputs.distributions.distributions,
        problems=_each_once(problems),
        inputs=inputs,
    )


def load_groups(sources: Sources) -> Calendar:
    """Read the groups alone: who is in them, no distribution tells. DataError if they can't be read whole."""
    problems: list[Problem] = []
    inputs = _inputs(sources)
    groups = _groups(inputs, problems)
    if groups is None:
        raise DataError(*problems)
    return Calendar(groups.groups, (), _each_once(problems), inputs._replace(groups=groups))


def load_members(calendar: Calendar, group_ids: Collection[str]) -> Members:
    """Read the members file for all, and those that groups carry themselves; say what is wrong for some.

    All of them, whatever is asked for: who somebody is, what they want and whose a change of settings is
    depends on the others' files, too, and must not depend on what else is due. Raises DataError if the
    file for all can't be read whole; a group's own stops that group only.
    """
    problems: list[Problem] = []
    members, is_whole = _members(calendar.inputs, group_ids, problems)
    if not is_whole:
        raise DataError(*_each_once([*calendar.problems, *problems]))
    return members


def load_orders(  # noqa: PLR0913 - what is read, and how old it may be
    calendar: Calendar,
    members: Sequence[Member],
    distribution_ids: Collection[str],
    *,
    set_aside: Iterable[Member],
    now: datetime,
    hold_stale: bool,
    is_rehearsal: bool = False,
    next_run: NextRun | None = None,
    unread_groups: Collection[str] = (),
    over: Collection[str] = (),
) -> Orders:
    """Read the orders of some distributions, each file once. Bad data is never an exception here.

    A distribution without orders anywhere has an empty book: nobody ordered. Unless there is a
    ``next_run``, a file that was written just now is read as it is; a rehearsal reads stale ones, too.
    Whom orders of ``unread_groups`` name can't be told, as the lists of their members can't be read. What
    is wrong with orders that only distributions that are ``over`` need is nobody's trouble.
    """
    from cagette_notify.data.files.file_ages import FileAges
    from cagette_notify.data.members.member_lookup import MemberLookups
    from cagette_notify.data.orders.order_files import read_books

    problems: list[Problem] = []
    unsaid: list[Problem] = []
    ids = frozenset(distribution_ids)
    asked = [each for each in calendar.distributions if each.id in ids]
    if calendar.inputs.camap:
        books = calendar.inputs.camap.books(asked, members, problems)
        return Orders(books, _each_once(problems), ())
    ages = FileAges(now if hold_stale else None, next_run, is_rehearsal)
    people = MemberLookups(members, set_aside, unread_groups)
    books = read_books(shelf_of(calendar.inputs), asked, people, problems, ages, over=over, unsaid=unsaid)
    return Orders(books, _each_once(problems), _each_once(unsaid))


class Duties(NamedTuple):
    """Who serves at each distribution that has anybody; None where that can't be read, or nobody said it."""

    lists: Mapping[str, DutyList] | None
    problems: tuple[Problem, ...] = ()
    is_being_written: bool = False


def load_duties(  # noqa: PLR0913 - what is read, and how old it may be
    calendar: Calendar,
    members: Sequence[Member],
    *,
    set_aside: Iterable[Member],
    unread_groups: Collection[str] = (),
    next_run: NextRun | None = None,
    now: datetime | None = None,
    asked: str = "",
) -> Duties:
    """Read who serves at the distributions. Bad data is never an exception here.

    If there is a ``next_run``, a file that was written just now is left to it. Whom places of
    ``unread_groups`` name can't be told, as the lists of their members can't be read. A row that names no
    distribution may be of any that is not over ``now``, if that is given. Where a distribution is ``asked``
    about, nothing is said of rows that are another's.
    """
    from cagette_notify.data.duties import DutiesScope, read_duties
    from cagette_notify.data.last_written import time_until_duties_rest
    from cagette_notify.data.members.member_lookup import MemberLookups

    path = calendar.inputs.sources.duties
    if path is None and calendar.inputs.camap:
        said: list[Problem] = []
        lists = calendar.inputs.camap.duties(calendar.distributions, members, said)
        return Duties(lists, _each_once(said))
    if path is None:
        return Duties(None)
    if next_run and time_until_duties_rest(calendar, next_run.clock()):
        return Duties(None, is_being_written=True)
    problems: list[Problem] = []
    lookups = MemberLookups(members, set_aside, unread_groups)
    groups = calendar.inputs.groups or Groups()
    aside = calendar.aside.ids, frozenset(groups.set_aside)
    scope = DutiesScope(calendar.distributions, groups.ids, *aside, frozenset(unread_groups), now, asked)
    read = read_duties(calendar.inputs.feed(path), scope, lookups, problems)
    return Duties(read, _each_once(problems))


class Survey(NamedTuple):
    """All that could be read of all the files, and all that is wrong in them.

    Where ``calendar_is_whole``, or ``is_whole``, it is what a run would have, or one for everybody.
    """

    calendar: Calendar
    members: Members
    problems: tuple[Problem, ...]
    calendar_is_whole: bool
    is_whole: bool


def survey(sources: Sources) -> Survey:
    """Read all the files, whether or not a run could start.

    Orders files that aren't there yet are no problem until a recap waits for them.
    """
    problems: list[Problem] = []
    inputs, is_whole = _calendar(_inputs(sources), problems)
    groups = inputs.groups or Groups()
    calendar = Calendar(groups.groups, inputs.distributions.distributions, _each_once(problems), inputs)
    members, members_are_whole = _members(inputs, groups.ids, problems)
    if is_whole:
        _survey_orders(calendar, members, problems)
        set_aside = (one.member for one in members.set_aside)
        problems += load_duties(calendar, members.members, set_aside=set_aside).problems
    return Survey(calendar, members, _each_once(problems), is_whole, is_whole and members_are_whole)


def _inputs(sources: Sources, *, holds: bool = False) -> Inputs:
    if not sources.camap:
        return Inputs(sources)
    from cagette_notify.data.camap.source import Camap

    camap = Camap(sources.camap, sources)
    if holds:
        camap.hold()
    return Inputs(sources, camap=camap)


def _calendar(inputs: Inputs, problems: list[Problem]) -> tuple[Inputs, bool]:
    groups = _groups(inputs, problems)
    distributions = _distributions(inputs, groups, problems)
    is_whole = groups is not None and distributions is not None
    if groups and not (inputs.sources.members or inputs.camap):
        problems += _memberless(groups)
    return inputs._replace(groups=groups, distributions=distributions or Distributions()), is_whole


def _groups(inputs: Inputs, problems: list[Problem]) -> Groups | None:
    if path := inputs.sources.groups:
        return read_groups(inputs.feed(path), _defaults(inputs.sources), problems)
    return inputs.camap.groups(problems) if inputs.camap else None


def _distributions(inputs: Inputs, groups: Groups | None, problems: list[Problem]) -> Distributions | None:
    if path := inputs.sources.distributions:
        return read_distributions(inputs.feed(path), groups, _defaults(inputs.sources), problems)
    return inputs.camap.distributions(groups or Groups(), problems) if inputs.camap else None


def _defaults(sources: Sources) -> Defaults:
    return Defaults(sources.folder, sources.timezone, sources.language)


def _memberless(groups: Groups) -> list[Problem]:
    return [
        Problem(
            _("missing: a group needs members, here or in the file that the configuration names for all"),
            group.origin.file,
            group.origin.line,
            "members",
            group.id,
        )
        for group in groups.groups.values()
        if group.id not in groups.members and not group.disabled
    ]


def _members(inputs: Inputs, group_ids: Collection[str], problems: list[Problem]) -> tuple[Members, bool]:
    from cagette_notify.data.members.merge_members import merge_members
    from cagette_notify.data.members.read import MembersScope, read_members

    sources, groups, asked = inputs.sources, inputs.groups or Groups(), frozenset(group_ids)
    own_problems: list[Problem] = []
    set_aside: list[SetAside] = []
    for_all: list[Member] | None = []
    if inputs.camap:
        for_all = inputs.camap.members(groups, own_problems)
    elif sources.members:
        perhaps = tuple(groups.set_aside.values())
        scope = MembersScope(groups.ids, groups.ids if inputs.groups else None, sources.timezone, perhaps)
        for_all = read_members(inputs.feed(sources.members), scope, own_problems, set_aside)
    own: dict[str, list[Member] | None] = {}
    for group_id, feed in groups.members.items():
        scope = MembersScope(frozenset((group_id,)), groups.ids, groups.groups[group_id].timezone)
        own[group_id] = read_members(feed, scope, own_problems, set_aside, group_id)
    everybody = merge_members((for_all or [], *(each for each in own.values() if each)), own_problems)
    own_problems = [one for one in own_problems if one.group_id in asked or one.group_id not in own]
    problems += own_problems
    unread = frozenset(group_id for group_id, members in own.items() if members is None)
    in_use = frozenset(group_id for group_id in unread if not groups.groups[group_id].disabled)
    with_own = () if sources.members or inputs.camap else groups.set_aside  # perhaps
    unread_groups = in_use.union(with_own)
    found = Members(everybody, unread & asked, _each_once(own_problems), tuple(set_aside), unread_groups)
    return found, for_all is not None


def _survey_orders(calendar: Calendar, members: Members, problems: list[Problem]) -> None:
    inputs, now = calendar.inputs, calendar.inputs.sources.now
    if inputs.camap:
        ahead = (one for one in calendar.distributions if now is None or one.starts_at > now)
        inputs.camap.books(ahead, members.members, problems)
        return
    from cagette_notify.data.files.file_ages import FileAges
    from cagette_notify.data.members.member_lookup import MemberLookups
    from cagette_notify.data.orders.order_files import read_books

    shelf = shelf_of(inputs)
    asked = (one for one in inputs.distributions.distributions if one.group_id not in members.stopped_groups)
    people = MemberLookups(members.members, (one.member for one in members.set_aside))
    read_books(shelf, asked, people, problems, FileAges(), only_there=True)


def _each_once(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))
