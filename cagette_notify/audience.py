"""What --to means: everybody, the coordinators, those with or without an order for a distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.broadcast import audience_of, coordinators_of
from cagette_notify.core.errors import DataError, Problem, UsageError
from cagette_notify.core.model import OrdersState
from cagette_notify.data.dataset import load_members, load_orders
from cagette_notify.directory import distribution_called
from cagette_notify.language import _
from cagette_notify.situation import members_with_order
from cagette_notify.values import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.broadcast import Audience
    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.data.dataset import Calendar

_BY_ORDER = ("with-order", "without-order")
_IN_FRENCH = {
    "tous": "all",
    "coordination": "coordinators",
    "avec-commande": "with-order",
    "sans-commande": "without-order",
}


class Choice(Struct, frozen=True):
    """An audience, the name that means it again tomorrow, and what is wrong with the data behind it."""

    audience: Audience
    name: str
    problems: tuple[Problem, ...] = ()


def choose_audience(calendar: Calendar, group: Group, wanted: str, now: datetime) -> Choice:
    """Return the members of ``group`` that ``wanted`` means.

    ``all``, ``coordinators``, ``with-order:D`` or ``without-order:D``, in English or in French; D is a
    distribution's id, its date, or ``next``. Raises ``UsageError`` for anything else, ``DataError`` where
    the members, or the orders it depends on, can't be read whole.
    """
    loaded = load_members(calendar, [group.id])
    if group.id in loaded.stopped_groups:
        raise DataError(*loaded.problems)
    members = [member for member in loaded.members if group.id in member.group_ids]
    problems = tuple(one for one in loaded.problems if one.group_id in {group.id, ""})
    typed, colon, name = wanted.partition(":")
    kind = _IN_FRENCH.get(fold(typed), fold(typed))
    if kind == "all" and not colon:
        return Choice(audience_of(members), kind, problems)
    if kind == "coordinators" and not colon:
        return Choice(coordinators_of(group, members), kind)
    if kind not in _BY_ORDER or not colon:
        message = _("expected all, coordinators, with-order:DISTRIBUTION or without-order:DISTRIBUTION")
        raise UsageError(Problem(message, field="--to"))
    mine = [one for one in calendar.distributions if one.group_id == group.id]
    distribution = distribution_called(name, mine, now, field="--to")
    chosen = _by_order(calendar, members, distribution, now, with_order=kind == "with-order")
    return Choice(audience_of(chosen), f"{kind}:{distribution.id}", problems)


def _by_order(
    calendar: Calendar,
    members: Sequence[Member],
    distribution: Distribution,
    now: datetime,
    *,
    with_order: bool,
) -> list[Member]:
    orders = load_orders(calendar, members, [distribution.id], now=now, hold_stale=False)
    book = orders.books[distribution.id]
    if book.state is not OrdersState.READY:
        raise DataError(*orders.problems)
    ordered = members_with_order(book)
    return [member for member in members if (member.id in ordered) is with_order]
