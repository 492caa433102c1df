"""Reckon what today's quota lets leave, and part from it what waits until the quota is renewed. Pure."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.planning.outlook.forecast import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from cagette_notify.planning.outlook.forecast import PlannedNotice


class QuotaRoom(Struct, frozen=True):
    """How many mails may still leave until the quota is renewed, and how many of them are kept for recaps."""

    left: int
    kept: int
    renewed_at: datetime

    @property
    def free(self) -> int:
        """How many may leave that are about no order."""
        return max(0, self.left - self.kept)

    def fitting(self, urgent: int, total: int) -> int:
        """Return how many of ``total`` mails may leave; the ``urgent`` ones, about an order, leave first."""
        return min(self.left, max(urgent, self.left - self.kept), total)


def renewed_at(now: datetime) -> datetime:
    """Return when the quota's next day begins: they are days of UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def parted_by_quota(
    upcoming: Iterable[PlannedNotice], room: QuotaRoom, now: datetime
) -> tuple[PlannedNotice, ...]:
    """Return what is planned as it leaves: what has no room today is a line of its own, due once it has."""
    planned = list(upcoming)
    found = [one for one in planned if one.at >= room.renewed_at]
    today = (one for one in planned if one.at < room.renewed_at)
    for at, group in groupby(today, key=lambda one: max(one.at, now)):
        those = sorted(group, key=lambda one: (not one.is_correction, one.kind.traits.rank))
        urgent = _about_orders(those)
        if at > now:  # for these, room was kept until now
            room = replace(room, kept=max(0, room.kept - urgent))
        fit = room.fitting(urgent, sum(one.mails for one in those))
        room = replace(room, left=room.left - fit)
        found += _parted(those, fit, room.renewed_at)
    return tuple(sorted(found, key=in_order))


def put_off_by_quota(
    upcoming: Iterable[PlannedNotice], room: QuotaRoom, deferred: int, letters: int, now: datetime
) -> int:
    """Return how many of the mails that are ``deferred``, ``letters`` among them, don't leave before that."""
    due = [one for one in upcoming if one.at <= now]
    total = max(deferred, sum(one.mails for one in due) + letters)
    return min(deferred, total - room.fitting(_about_orders(due), total))


def _about_orders(planned: Iterable[PlannedNotice]) -> int:
    """Count the mails for which others make room."""
    return sum(one.mails for one in planned if one.kind.traits.is_corrected)


def _parted(those: Sequence[PlannedNotice], fit: int, renewed_at: datetime) -> Iterator[PlannedNotice]:
    put_off = set()  # whose mail waits: a notice that shares it waits with it
    for one in those:
        own = min(one.mails, fit)
        fit -= own
        over = one.mails - own
        whose = one.kind, one.group_id
        if (over and not own) or (one.addresses and not one.mails and whose in put_off):
            put_off.add(whose)
            yield replace(one, at=renewed_at, over_quota=True)
        elif over:
            yield replace(one, addresses=one.addresses - over, mails=own)
            rest = replace(one, at=renewed_at, over_quota=True, unread_orders=0, unread_of=(), already=0)
            yield replace(rest, addresses=over, mails=over)
        else:
            yield one
