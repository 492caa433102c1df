"""Read the members, settings and orders that a run needs; hold groups with shrunken data."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.notices import Reason
from cagette_notify.core.order_book import OrderBook, OrdersState
from cagette_notify.data.dataset import load_members, load_orders
from cagette_notify.data.member_settings.odd_rows import settings_in_doubt, settings_of_nobody
from cagette_notify.data.member_settings.read import MemberSettings, load_member_settings, with_own_settings
from cagette_notify.data.replaced_orders import replaced_orders
from cagette_notify.planning.outlook.status_warnings import of_empty_exports
from cagette_notify.run.reading.activity import active_members
from cagette_notify.run.reading.duties_known import DutiesKnown, duties_known
from cagette_notify.run.reading.fresh_orders import next_run_of
from cagette_notify.run.reading.held_groups import GroupsRead, books_as_believed, guard_over
from cagette_notify.run.reading.lost_settings import refuse_lost_settings
from cagette_notify.run.reading.orders_known import orders_known
from cagette_notify.run.reading.unknown_names import unknown_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Member, Sizes
    from cagette_notify.core.notices import Skip
    from cagette_notify.planning.changed_ids.renamed_groups import RenamedGroup
    from cagette_notify.planning.changed_ids.renumbered_members import Renumbered
    from cagette_notify.planning.orders.orders_so_far import OrdersSoFar
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork


class RunData(Struct, frozen=True):
    """What was read for this run. Groups that are held get nothing until somebody acts."""

    members: Mapping[str, tuple[Member, ...]]  # by group, held ones left out
    held_members: Mapping[str, tuple[Member, ...]]  # of groups that wait for no more than somebody's word
    books: Mapping[str, OrderBook]
    sizes: Mapping[str, Sizes]  # by group
    unreadable_groups: frozenset[str]
    held_groups: frozenset[str]  # of which nothing may be concluded, unreadable ones included
    problems: tuple[Problem, ...]
    order_problems: frozenset[Problem]  # among them
    unsaid: frozenset[Problem]  # with orders that no mail needs any more
    ids_set_aside: frozenset[str]  # of people whose rows were not taken
    renumbered: Mapping[str, Renumbered]  # by group, where some of those told have other ids now
    active: frozenset[tuple[str, str]]  # who ordered lately, by group and id
    so_far: Mapping[str, OrdersSoFar]  # by distribution, where orders are open and some mail asks for them
    renamed: Mapping[str, RenamedGroup]  # by their ids of today, groups that take over what others were told
    duties: DutiesKnown = DutiesKnown()

    @property
    def unreadable_orders(self) -> frozenset[str]:
        """The distributions whose orders can't be read whole."""
        return frozenset(id_ for id_, book in self.books.items() if book.state is OrdersState.UNREADABLE)

    def is_left_to_the_next_run(self, skip: Skip) -> bool:
        """Tell whether somebody got nothing only as a file was written just now: the next run reads it."""
        if skip.reason is Reason.WAITING_FOR_DUTIES:
            return self.duties.is_being_written
        if skip.reason is not Reason.WAITING_FOR_ORDERS:
            return False
        book, so_far = self.books.get(skip.distribution_id), self.so_far.get(skip.distribution_id)
        if skip.kind.traits.without_order:
            return so_far is not None and so_far.is_being_written
        return book is not None and book.state is OrdersState.FRESH


def read_run_data(run: Run, work: DueWork, preferences: MemberSettings | None = None) -> RunData:
    """Read members and orders, a member's own changes of settings included, unless they are given.

    Raises ``DataError`` if the members of all groups, or the changes of settings, can't be read whole.
    """
    wanted = _groups_wanted(run, work)
    loaded = load_members(run.calendar, wanted)
    if preferences is None:
        found = (*run.calendar.problems, *loaded.problems)
        refuse_lost_settings(run.config, run.ledger, found)
        preferences = load_member_settings(run.config.notifications, run.config.folder, found)
    set_aside = loaded.people_set_aside
    everybody, odd = with_own_settings(loaded.members, preferences, set_aside)
    odd += settings_in_doubt(everybody, preferences, loaded.unread_groups)
    if not (loaded.stopped_groups or loaded.unread_groups):
        odd += unknown_names(settings_of_nobody((*everybody, *set_aside), preferences), run.ledger)
    next_run = next_run_of(run, work) if run.request.lets_files_rest else None
    orders = load_orders(
        run.calendar,
        everybody,
        _distributions_wanted(run, work),
        set_aside=set_aside,
        now=run.now,
        hold_stale=run.config.hold_stale_orders,
        is_rehearsal=run.request.rehearsal,
        next_run=next_run,
        unread_groups=loaded.stopped_groups,
        over=frozenset(id_ for id_, one in run.distributions.items() if one.starts_at <= run.now),
    )
    members = _by_group(everybody, wanted)
    whole = {id_: those for id_, those in members.items() if id_ not in loaded.stopped_groups}
    read = GroupsRead(run.calendar, whole, set_aside, orders.books, frozenset(preferences.settings))
    guard = guard_over(run.ledger, run.account, read, run.now, accepted=run.request.accept_data)
    held = loaded.stopped_groups | guard.group_ids
    due = (one.distribution for one in work.windows if one.kind.traits.needs_order and one.is_open(run.now))
    ordered_from = {one.id: one for one in due if one.group_id not in held}
    duties = DutiesKnown()
    if work.asks_for_duties:
        duties = duties_known(
            *(run.calendar, run.ledger, run.account, everybody),
            set_aside=set_aside,
            unread_groups=loaded.unread_groups,
            renumbered=guard.renumbered,
            now=run.now,
            next_run=next_run,
            needed=work.asks_for_duties,
            accepted=run.request.accept_data,
        )
    order_problems = (
        *orders.problems,
        *of_empty_exports(ordered_from.values(), orders.books),
        *replaced_orders(run.calendar, ordered_from.values(), orders.books, everybody, set_aside=set_aside),
    )
    return RunData(
        members={id_: those for id_, those in members.items() if id_ not in held},
        held_members={id_: members[id_] for id_ in guard.group_ids - guard.told_otherwise},
        books={**orders.books, **_as_believed(run, orders.books)},
        sizes=guard.sizes,
        unreadable_groups=loaded.stopped_groups,
        held_groups=held,
        problems=(
            *(*loaded.problems, *preferences.problems, *odd, *order_problems, *guard.problems),
            *(*duties.problems, *duties.holds),
        ),
        order_problems=frozenset(order_problems),
        unsaid=frozenset(orders.unsaid),
        ids_set_aside=frozenset(one.id for one in set_aside),
        renumbered=guard.renumbered,
        active=active_members(run.config, run.ledger, read, everybody, run.now),
        so_far=orders_known(
            *(run.config, run.calendar, run.ledger, work.windows, everybody),
            set_aside=set_aside,
            now=run.now,
            next_run=next_run,
        ),
        renamed={id_: one for id_, one in guard.renamed.items() if id_ in run.request.accept_data},
        duties=duties,
    )


def _as_believed(run: Run, books: Mapping[str, OrderBook]) -> dict[str, OrderBook]:
    """Return the orders of what has begun for what they are worth, unless somebody takes them as right.

    Before it begins, the guard holds the group.
    """
    those = ((run.distributions[id_], book) for id_, book in books.items())
    begun = [
        (one, book)
        for one, book in those
        if one.starts_at <= run.now and one.group_id not in run.request.accept_data
    ]
    return books_as_believed(run.ledger, run.account, begun, run.now) if begun else {}


def _groups_wanted(run: Run, work: DueWork) -> frozenset[str]:
    distributions = run.distributions
    of_windows = {window.distribution.group_id for window in work.windows}
    of_moved = {distributions[id_].group_id for id_ in work.moved | work.serving}
    return frozenset(of_windows | of_moved | run.request.accept_data) & frozenset(run.calendar.groups)


def _distributions_wanted(run: Run, work: DueWork) -> frozenset[str]:
    """Return the distributions with a recap to send: orders of others may not be there yet."""
    takes_place = {
        id_ for id_, distribution in run.distributions.items() if distribution.is_on(run.calendar.groups)
    }
    of_windows = {window.distribution.id for window in work.windows if window.kind.traits.needs_order}
    return frozenset((of_windows | work.moved) & takes_place)


def _by_group(members: Iterable[Member], wanted: frozenset[str]) -> dict[str, tuple[Member, ...]]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        for group_id in member.group_ids:
            found[group_id].append(member)
    return {id_: tuple(found[id_]) for id_ in wanted}
