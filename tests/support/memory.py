"""Builders for what the ledger remembers, and for the situation a plan is made from."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from cagette_notify.core.kinds import NOTICE_KINDS, Kind, Spans
from cagette_notify.core.model import OrderBook, OrdersState
from cagette_notify.core.notices import Entry, NoticeKey, Status
from cagette_notify.planning.due_times import windows_to_look_at
from cagette_notify.planning.plan_input import NoticeRules, PlanInput
from tests.support.builders import a_distribution, a_group, a_member, an_order

if TYPE_CHECKING:
    from collections.abc import Collection

    from cagette_notify.core.mailjet_fates import Fate
    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.core.notices import Notice
    from cagette_notify.ledger.fates import FateBook

DEFAULTS = dict.fromkeys(NOTICE_KINDS, False) | {Kind.OPENING: True, Kind.RECAP_24H: True}
PLANNED = (Kind.OPENING, Kind.RECAP_24H, Kind.RECAP_4H)
"""The kinds that most tests are about: what they say of these holds whatever other kinds there are."""

SPANS = Spans({Kind.OPENING: timedelta(hours=48)})


def utc(text: str) -> datetime:
    """Read ``2026-06-12T16:00`` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def an_entry(notice: Notice, **overrides: Any) -> Entry:
    """Make the ledger's row of a notice that was sent an hour after it was due."""
    claimed_at = notice.due_at + timedelta(hours=1)
    entry = Entry(
        "outbox",
        notice.key,
        notice.group.id,
        notice.mailbox.address,
        Status.SENT,
        "id-1",
        "campaign-1",
        notice.revision,
        notice.distribution.starts_at.astimezone(timezone.utc),
        notice.distribution.place,
        notice.due_at,
        notice.too_late_at,
        claimed_at=claimed_at,
        settled_at=claimed_at,
    )
    return replace(entry, **overrides)


def a_key(**overrides: Any) -> NoticeKey:
    key = NoticeKey(Kind.RECAP_24H, "2026-06-12", "r1", "1007", "zoe.martin@example.org")
    return replace(key, **overrides)


def a_book(*lines: Any) -> OrderBook:
    """Make the orders of one distribution, Zoé's unless given."""
    return OrderBook(OrdersState.READY, lines or an_order())


def a_situation(
    now: datetime,
    *distributions: Distribution,
    members: tuple[Member, ...] | None = None,
    group: Group | None = None,
    books: dict[str, OrderBook] | None = None,
    defaults: dict[Kind, bool] | None = None,
    since: datetime | None = None,
    kinds: Collection[Kind] = PLANNED,
    **overrides: Any,
) -> PlanInput:
    """Make what is known at ``now`` of one group; every distribution has ``a_book()`` unless given.

    Of the windows there are only those of ``kinds``.
    """
    group = group or a_group()
    those = distributions or (a_distribution(),)
    rules = NoticeRules(DEFAULTS | (defaults or {}), SPANS)
    windows = windows_to_look_at(
        those,
        spans=rules.spans,
        now=now,
        since={group.id: since or now - timedelta(minutes=10)},
    )
    situation = PlanInput(
        now=now,
        rules=rules,
        groups={group.id: group},
        distributions={distribution.id: distribution for distribution in those},
        windows=tuple(window for window in windows if window.kind in kinds),
        members={group.id: members if members is not None else (a_member(),)},
        books={distribution.id: a_book() for distribution in those} if books is None else books,
    )
    return replace(situation, **overrides)


ALL_ON = dict.fromkeys(NOTICE_KINDS, True)


def fates_since(book: FateBook, since: datetime) -> dict[str, Fate]:
    """Return the fates that are kept of mails that left since then, by CustomID."""
    kept = (one.fate for one in book.departures(since))
    return {fate.custom_id: fate for fate in kept if fate}
