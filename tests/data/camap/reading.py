"""What is read of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.config import load as config
from cagette_notify.config.paths import sources_of
from cagette_notify.data.dataset import load_calendar, load_duties, load_members, load_orders
from tests.fixtures.memory import utc

if TYPE_CHECKING:
    from cagette_notify.core.duty_list import DutyList
    from cagette_notify.core.model import Distribution, Group, Member
    from cagette_notify.core.order_book import OrderBook
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.dataset import Members, Orders
    from tests.fixtures.database import CamapCoop

NOW = utc("2026-06-11T10:00")


def calendar_of(coop: CamapCoop) -> Calendar:
    """Read groups and distributions, as on the day before the first of them."""
    return load_calendar(sources_of(config.load(coop.folder / "config.yaml"), NOW))


def groups_of(coop: CamapCoop) -> dict[str, Group]:
    return dict(calendar_of(coop).groups)


def distributions_of(coop: CamapCoop) -> dict[str, Distribution]:
    return {one.id: one for one in calendar_of(coop).distributions}


def everybody_of(coop: CamapCoop) -> Members:
    calendar = calendar_of(coop)
    return load_members(calendar, calendar.groups)


def members_of(coop: CamapCoop) -> dict[str, Member]:
    return {one.id: one for one in everybody_of(coop).members}


def orders_of(coop: CamapCoop, *ids: str) -> Orders:
    calendar = calendar_of(coop)
    members = load_members(calendar, calendar.groups).members
    return load_orders(calendar, members, ids, set_aside=(), now=NOW, hold_stale=True)


def book_of(coop: CamapCoop, id_: str) -> OrderBook:
    return orders_of(coop, id_).books[id_]


def duties_of(coop: CamapCoop) -> dict[str, DutyList]:
    calendar = calendar_of(coop)
    members = load_members(calendar, calendar.groups).members
    return dict(load_duties(calendar, members, set_aside=()).lists or {})
