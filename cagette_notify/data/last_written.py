"""Tell when orders or duties were last written, and how long until their files have rested."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from cagette_notify.data.calendar import shelf_of
from cagette_notify.data.files.file_ages import modified_at, time_until_rested
from cagette_notify.data.files.newest_file import newest_file
from cagette_notify.data.rows.columns import DUTIES, ORDERS

if TYPE_CHECKING:
    from collections.abc import Collection

    from cagette_notify.core.model import Distribution
    from cagette_notify.data.calendar import Calendar


def time_to_rest(calendar: Calendar, distribution_ids: Collection[str], now: datetime) -> timedelta:
    """Return how long until nobody has written for a while to the orders files of some distributions."""
    shelf = shelf_of(calendar.inputs)
    feeds = (shelf.feed_of(one) for one in calendar.distributions if one.id in distribution_ids)
    found = (newest_file(feed, ORDERS) for feed in feeds if feed)
    waits = (time_until_rested(file.path, now) for file in found if file and file.path)
    return max(waits, default=timedelta(0))


def time_until_duties_rest(calendar: Calendar, now: datetime) -> timedelta:
    """Return how long until nobody has written for a while to the file of duties, if there is one."""
    path = calendar.inputs.sources.duties
    found = newest_file(calendar.inputs.feed(path), DUTIES) if path else None
    return time_until_rested(found.path, now) if found and found.path else timedelta(0)


def orders_modified_at(calendar: Calendar, distribution: Distribution, now: datetime) -> datetime | None:
    """Return when the file of a distribution's orders was last modified; None where there is no file.

    A database has them as they are ``now``.
    """
    if calendar.inputs.camap:
        return now

    shelf = shelf_of(calendar.inputs)
    feed = shelf.feed_of(distribution)
    found = newest_file(feed, ORDERS) if feed else None
    return datetime.fromtimestamp(modified_at(found.path), timezone.utc) if found and found.path else None
