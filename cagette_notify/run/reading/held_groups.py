"""Look for groups that are held until somebody takes their data as right, and say why."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.model import Sizes
from cagette_notify.core.order_book import OrdersState
from cagette_notify.ledger.changed_ids import ChangedIds
from cagette_notify.ledger.known_people import KnownPeople
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.planning.changed_ids.renamed_distributions import renamed_problem
from cagette_notify.planning.changed_ids.renamed_groups import RenamedGroup, renamed_groups, under_new_groups
from cagette_notify.planning.changed_ids.renumbered_members import (
    Renumbered,
    find_renumbered,
    renumbered_problem,
)
from cagette_notify.planning.orders.orders_by_member import members_with_order
from cagette_notify.planning.shrunken_exports import as_believed, shrunken, sizes_of
from cagette_notify.run.reading.duties_known import duties_held
from cagette_notify.run.reading.new_distribution_ids import distributions_renamed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.duty_list import DutyList
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.roster import Roster
    from cagette_notify.ledger.ledger import Ledger


_NOTED_AHEAD = timedelta(days=15)  # openings leave about so long before

_FEW = 5  # of whom two may be most


class GroupsRead(Struct, frozen=True):
    """What was read whole: the members of some groups, and perhaps the orders of some distributions.

    ``set_aside`` are the people of rows that were not taken, ``chosen`` the names under which members' own
    changes of settings stand. ``duties`` are who serves, where that is to be whole, too.
    """

    calendar: Calendar
    members: Mapping[str, Sequence[Member]]
    set_aside: Sequence[Member] = ()
    books: Mapping[str, OrderBook] = {}
    chosen: frozenset[str] = frozenset()
    duties: Mapping[str, DutyList] | None = None


def read_whole(roster: Roster, books: Mapping[str, OrderBook] | None = None) -> GroupsRead:
    """Return what is known of the groups whose members could be read whole."""
    members: dict[str, list[Member]] = {
        id_: [] for id_ in roster.calendar.groups if id_ not in roster.stopped_groups
    }
    for member in roster.members:
        for group_id in member.group_ids:  # of a group, too, whose row is set aside
            if group_id in members:
                members[group_id].append(member)
    return GroupsRead(roster.calendar, members, roster.people_set_aside, books or {}, roster.chosen)


class Guard(Struct, frozen=True):
    """Which groups wait for somebody, why, and what their data would be taken for."""

    problems: tuple[Problem, ...]
    sizes: Mapping[str, Sizes]
    renumbered: Mapping[str, Renumbered]  # where some of those told have other ids now
    renamed: Mapping[str, RenamedGroup]  # by their ids of today
    told_otherwise: frozenset[str]  # groups of which something may have been told under other ids

    @property
    def group_ids(self) -> frozenset[str]:
        """The groups that are held."""
        return frozenset(problem.group_id for problem in self.problems)

    def of(self, group_id: str) -> tuple[Problem, ...]:
        """Return what holds a group."""
        return tuple(problem for problem in self.problems if problem.group_id == group_id)


def guard_over(
    ledger: Ledger, account: str, read: GroupsRead, now: datetime, *, accepted: Collection[str] = ()
) -> Guard:
    """Return what holds the groups that were read, but for those whose data somebody ``accepted``.

    Whoever lists, counts or mails people asks here: there is one answer to whether a list is whole.
    """
    books = _books_by_group(read)
    sizes = {id_: sizes_of(tuple(those), books[id_]) for id_, those in read.members.items()}
    renamed = groups_renamed(ledger, account, read.calendar, read.members, now)
    taken_over = {id_: one for id_, one in renamed.items() if id_ in accepted}
    renumbered = _renumbered(ledger, account, read, taken_over, now)
    before = sizes_before(ledger, account, now)
    distributions = {one.id: one for one in read.calendar.distributions} if read.books else {}
    problems: list[Problem] = []
    for id_ in sorted(read.members.keys() - set(accepted)):
        whole = [distributions[one] for one, book in books[id_].items() if book.state is OrdersState.READY]
        group = read.calendar.groups[id_]
        problems += shrunken(group, before.get(id_, Sizes()), sizes[id_], now, orders_read=whole)
    problems += [one.problem for id_, one in renamed.items() if id_ not in taken_over]
    doubtful = distributions_renamed(ledger, account, read.calendar, now).doubtful
    in_doubt = {group_id for group_id, _old in doubtful} & read.members.keys()
    problems += [renamed_problem(id_, doubtful) for id_ in sorted(in_doubt - set(accepted))]
    problems += [
        renumbered_problem(read.calendar.groups[id_], found)
        for id_, found in renumbered.items()
        if found.most and id_ not in accepted
    ]
    if read.duties is not None:
        held = duties_held(read.calendar, ledger, account, read.duties, renumbered=renumbered, now=now)
        problems += [one for one in held if one.group_id in read.members.keys() - set(accepted)]
    return Guard(tuple(problems), sizes, renumbered, renamed, frozenset(renamed.keys() | in_doubt))


def sizes_before(ledger: Ledger, account: str, now: datetime) -> dict[str, Sizes]:
    """Return how much data each group had when notices last left, of what is still ahead.

    An id that was told of what is over, and of nothing ahead, was counted for that: it serves again.
    """
    found = RunMemory(ledger, account).sizes()
    counted = {id_ for size in found.values() for id_ in size.orders}
    ahead = {entry.key.distribution_id for entry in ledger.told_ahead(account, now)} if counted else set()
    over = ledger.told_of_over(account, counted - ahead, now)
    return {
        group_id: replace(size, orders={id_: n for id_, n in size.orders.items() if id_ not in over})
        for group_id, size in found.items()
    }


def books_as_believed(
    ledger: Ledger, account: str, read: Iterable[tuple[Distribution, OrderBook]], now: datetime
) -> dict[str, OrderBook]:
    """Return orders by distribution, those marked that the guard doesn't, or didn't, believe."""
    known, ahead = RunMemory(ledger, account).sizes(), sizes_before(ledger, account, now)
    found = {}
    for one, book in read:
        before = (known if one.starts_at <= now else ahead).get(one.group_id, Sizes())
        found[one.id] = as_believed(book, before.orders.get(one.id, 0))
    return found


def groups_renamed(
    ledger: Ledger, account: str, calendar: Calendar, members: Mapping[str, Sequence[Member]], now: datetime
) -> dict[str, RenamedGroup]:
    """Return, by their ids of today, the groups that seem to be ones that are gone; ``members`` by group."""
    if ledger.groups_ahead(account, now) <= calendar.groups.keys():
        return {}
    distributions = {one.id: one for one in calendar.distributions}
    return renamed_groups(ledger.told_since(account, now), members, calendar.groups, distributions)


def _renumbered(
    ledger: Ledger, account: str, read: GroupsRead, renamed: Mapping[str, RenamedGroup], now: datetime
) -> dict[str, Renumbered]:
    ahead = {entry.key.distribution_id for entry in ledger.told_ahead(account, now)}
    entries = under_new_groups(ledger.entries(account, ahead), renamed, now)
    people = KnownPeople(ledger)
    spared = people.spared_since(account, ahead | _soon(read, now))
    in_question = _in_question(ChangedIds(ledger, account), read)
    if not entries and not spared and not in_question:
        return {}
    ordered = {id_ for book in read.books.values() for id_ in members_with_order(book)}
    aside: dict[str, list[Member]] = defaultdict(list)
    for one in read.set_aside:
        for group_id in one.group_ids or read.members:
            aside[group_id].append(one)
    return {
        id_: find_renumbered(
            id_,
            entries,
            those,
            now,
            ordered=ordered,
            spared=spared.get(id_, {}),
            written_to=_written_to(people, those, spared.get(id_, ()))
            | _written_to(people, those, in_question.get(id_, ())),
            in_question=in_question.get(id_, ()),
            set_aside=aside[id_],
        )
        for id_, those in sorted(read.members.items())
    }


def _in_question(changed: ChangedIds, read: GroupsRead) -> Mapping[str, Collection[tuple[str, str]]]:
    """Return, by group, the ids whose owner matters whatever is ahead, with the addresses they had."""
    doubted = changed.doubted()
    named = {name: name for name in read.chosen}
    for group_id in read.members:
        prefix = f"{group_id}/"
        named |= {name: name.removeprefix(prefix) for name in read.chosen if name.startswith(prefix)}
    ids = {*named.values(), *(id_ for group_id in read.members for id_ in doubted.get(group_id, ()))}
    return changed.known(sorted(ids)) if ids else {}


def _written_to(people: KnownPeople, members: Sequence[Member], known: Iterable[tuple[str, str]]) -> set[str]:
    """Return which addresses of a few members the ledger knows; of more, nobody needs it."""
    ids = {id_ for id_, _address in known}
    if len(ids) > _FEW:
        return set()
    addresses = {box.key for member in members if member.id in ids for box in member.mailboxes}
    return {address for address in addresses if people.names(address)}


def _soon(read: GroupsRead, now: datetime) -> set[str]:
    """Return the distributions of which it may be noted already that somebody got nothing about them."""
    return {
        one.id
        for one in read.calendar.distributions
        if one.group_id in read.members and now < one.starts_at <= now + _NOTED_AHEAD
    }


def _books_by_group(read: GroupsRead) -> dict[str, dict[str, OrderBook]]:
    group_of = {one.id: one.group_id for one in read.calendar.distributions} if read.books else {}
    found: dict[str, dict[str, OrderBook]] = defaultdict(dict)
    for id_, book in read.books.items():
        found[group_of[id_]][id_] = book
    return found
