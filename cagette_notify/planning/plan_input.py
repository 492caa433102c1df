"""Hold the facts that a plan is made from: members, orders, entries, rules. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from cagette_notify.core.duty_list import DutyList
    from cagette_notify.core.kinds import Kind, KindFloor
    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.core.notices import Entry, NoticeRules
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.planning.due_times import Window
    from cagette_notify.planning.orders.orders_so_far import OrdersSoFar


class PlanInput(Struct, frozen=True):
    """Everything a plan depends on; ``now`` and the ledger's memory are given, never looked up.

    ``entries`` are the ledger's rows for the distributions at hand. ``lost`` are the CustomIDs of
    doubts that were looked up and proved not to have arrived. ``floors`` hold, by group, the moment
    before which a notice that was due belongs to the time before the first run, ``kind_floors`` those of
    kinds that began later. ``active`` are the
    members who have ordered lately, or may have for what is ahead, by group and id. ``forgotten`` are the
    keys of what left to people whom the ledger was told to forget, as hashes salted with ``ledger_id``.
    ``cancels`` count the mails that took a distribution out of calendars. ``so_far`` tells who has ordered
    where that is known while orders are open. ``moved_since`` tells of distributions since when corrections
    were owed of a start that was ahead then. ``duties`` are who serves at each distribution, None where
    nobody can read that, and those of the groups in ``duties_held`` are not believed. ``unsubscribed`` are,
    by address, the kinds of which it used Mailjet's link.
    """

    now: datetime
    rules: NoticeRules
    groups: Mapping[str, Group]
    distributions: Mapping[str, Distribution]
    windows: tuple[Window, ...]
    members: Mapping[str, tuple[Member, ...]]  # by group
    books: Mapping[str, OrderBook] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    lost: frozenset[str] = frozenset()
    floors: Mapping[str, datetime] = field(default_factory=dict)
    kind_floors: Mapping[tuple[str, Kind], KindFloor] = field(default_factory=dict)
    active: frozenset[tuple[str, str]] = frozenset()
    forgotten: frozenset[str] = frozenset()
    ledger_id: str = ""
    cancels: Mapping[str, int] = field(default_factory=dict)
    so_far: Mapping[str, OrdersSoFar] = field(default_factory=dict)
    moved_since: Mapping[str, datetime] = field(default_factory=dict)
    duties: Mapping[str, DutyList] | None = None
    duties_held: frozenset[str] = frozenset()
    unsubscribed: Mapping[str, Collection[Kind]] = field(default_factory=dict)
