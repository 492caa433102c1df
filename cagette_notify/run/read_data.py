"""Read the members, settings and orders that a run needs; hold groups with shrunken data."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.model import Member, OrderBook, OrdersState, Sizes
from cagette_notify.data.dataset import load_members, load_orders
from cagette_notify.data.member_settings.read import MemberSettings, load_member_settings, with_own_settings
from cagette_notify.planning.orders_by_member import members_with_order
from cagette_notify.planning.renamed_groups import RenamedGroup, under_new_groups
from cagette_notify.planning.renumbered_members import Renumbered, find_renumbered, renumbered_problem
from cagette_notify.planning.shrunken_exports import shrunken, sizes_of
from cagette_notify.run.fresh_orders import next_run_of
from cagette_notify.run.held_groups import groups_renamed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.notices import Entry
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork


class RunData(Struct, frozen=True):
    """What was read for this run. Groups that are held get nothing until somebody acts."""

    members: Mapping[str, tuple[Member, ...]]  # by group, held ones left out
    books: Mapping[str, OrderBook]
    sizes: Mapping[str, Sizes]  # by group
    unreadable_groups: frozenset[str]
    held_groups: frozenset[str]  # of which nothing may be concluded, unreadable ones included
    problems: tuple[Problem, ...]
    renumbered: Mapping[str, Renumbered]  # by group, where some of those told have other ids now
    renamed: Mapping[str, RenamedGroup]  # by their ids of today, groups that take over what others were told

    @property
    def unreadable_orders(self) -> frozenset[str]:
        """The distributions whose orders can't be read whole."""
        return frozenset(id_ for id_, book in self.books.items() if book.state is OrdersState.UNREADABLE)


def read_run_data(run: Run, work: DueWork, preferences: MemberSettings | None = None) -> RunData:
    """Read members and orders, a member's own changes of settings included, unless they are given.

    Raises ``DataError`` if the members of all groups, or the changes of settings, can't be read whole.
    """
    wanted = _groups_wanted(run, work)
    loaded = load_members(run.calendar, wanted)
    preferences = preferences or load_member_settings(run.config.notifications, run.config.folder)
    everybody, odd = with_own_settings(loaded.members, preferences)
    set_aside = [one.member for one in loaded.set_aside]
    orders = load_orders(
        run.calendar,
        everybody,
        _distributions_wanted(run, work),
        set_aside=set_aside,
        now=run.now,
        hold_stale=run.config.hold_stale_orders and not run.request.rehearsal,
        next_run=next_run_of(run, work) if run.request.lets_files_rest else None,
    )
    members = _by_group(everybody, wanted)
    books = _books_by_group(run, orders.books)
    sizes = {id_: sizes_of(members[id_], books[id_]) for id_ in wanted}
    shrinkage = _shrinkage(run, sizes, books, wanted - loaded.stopped_groups)
    renamed = groups_renamed(run.ledger, run.account, run.calendar, members, run.now)
    accepted = {id_: one for id_, one in renamed.items() if id_ in run.request.accept_data}
    shrinkage += [one.problem for id_, one in renamed.items() if id_ not in accepted]
    told = _told(run, work, accepted)
    renumbered = _renumbered(run, told, members, set_aside, orders.books)
    shrinkage += [
        renumbered_problem(run.calendar.groups[id_], found.most)
        for id_, found in renumbered.items()
        if found.most and id_ not in run.request.accept_data
    ]
    held = loaded.stopped_groups | {problem.group_id for problem in shrinkage}
    return RunData(
        members={id_: those for id_, those in members.items() if id_ not in held},
        books=orders.books,
        sizes=sizes,
        unreadable_groups=loaded.stopped_groups,
        held_groups=held,
        problems=(*loaded.problems, *preferences.problems, *odd, *orders.problems, *shrinkage),
        renumbered=renumbered,
        renamed=accepted,
    )


def _groups_wanted(run: Run, work: DueWork) -> frozenset[str]:
    distributions = run.distributions
    of_windows = {window.distribution.group_id for window in work.windows}
    of_moved = {distributions[id_].group_id for id_ in work.moved}
    return frozenset(of_windows | of_moved | run.request.accept_data) & frozenset(run.calendar.groups)


def _distributions_wanted(run: Run, work: DueWork) -> frozenset[str]:
    """Return the distributions with a recap to send: orders of others may not be there yet."""
    takes_place = {
        id_
        for id_, distribution in run.distributions.items()
        if not distribution.cancelled and not run.calendar.groups[distribution.group_id].disabled
    }
    of_windows = {window.distribution.id for window in work.windows if window.kind.traits.needs_order}
    return frozenset((of_windows | work.moved) & takes_place)


def _told(run: Run, work: DueWork, renamed: Mapping[str, RenamedGroup]) -> list[Entry]:
    ahead = {entry.key.distribution_id for entry in work.announced}
    return under_new_groups(run.ledger.entries(run.account, ahead), renamed, run.now)


def _renumbered(
    run: Run,
    entries: Sequence[Entry],
    members: Mapping[str, tuple[Member, ...]],
    set_aside: Sequence[Member],
    books: Mapping[str, OrderBook],
) -> dict[str, Renumbered]:
    if not entries:
        return {}
    ordered = {id_ for book in books.values() for id_ in members_with_order(book)}
    return {
        group_id: find_renumbered(group_id, entries, those, run.now, ordered=ordered, set_aside=set_aside)
        for group_id, those in sorted(members.items())
    }


def _by_group(members: Iterable[Member], wanted: frozenset[str]) -> dict[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        for group_id in member.group_ids:
            found[group_id].append(member)
    return {id_: tuple(found[id_]) for id_ in wanted}


def _books_by_group(run: Run, books: Mapping[str, OrderBook]) -> dict[str, dict[str, OrderBook]]:
    found: dict[str, dict[str, OrderBook]] = defaultdict(dict)
    for id_, book in books.items():
        found[run.distributions[id_].group_id][id_] = book
    return found


def _shrinkage(
    run: Run,
    sizes: Mapping[str, Sizes],
    books: Mapping[str, Mapping[str, OrderBook]],
    group_ids: frozenset[str],
) -> list[Problem]:
    before = run.memory.sizes()
    problems = []
    for group_id in sorted(group_ids - run.request.accept_data):
        read_whole = [id_ for id_, book in books[group_id].items() if book.state is OrdersState.READY]
        problems += shrunken(
            run.calendar.groups[group_id],
            before.get(group_id, Sizes()),
            sizes[group_id],
            orders_read=read_whole,
        )
    return problems
