"""What ``status`` reassures of, held to who waits for a recap, and to who waited in vain."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.errors import NotifyError
from cagette_notify.core.kinds import Kind
from cagette_notify.helpdesk.status import service_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.config.load import Config
    from cagette_notify.helpdesk.status import ServiceStatus
    from tests.chaos.answers.oracle import Oracle
    from tests.chaos.answers.world import Day, Household

AHEAD = timedelta(days=7)
LASTS = timedelta(hours=1)  # a distribution that has begun, at least
RECAPS = frozenset((Kind.RECAP_24H, Kind.RECAP_4H))


def false_comforts(oracle: Oracle, loaded: Config) -> Iterator[str]:
    """Yield what makes it untrue that all is well, if that is what ``status`` says."""
    try:
        found = service_status(loaded, AHEAD, oracle.world.now)
    except NotifyError:
        return
    if not found.is_well:
        return
    awaited = {id_ for needed in found.exports for id_ in needed.distribution_ids}
    for day in oracle.world.days:
        if day.id in awaited or not _is_served(oracle, day):
            continue
        if left_out := [one for one in oracle.world.askers if _waits(oracle, one, day)]:
            yield from _of_day(oracle, found, day, left_out)


def _is_served(oracle: Oracle, day: Day) -> bool:
    return day.is_there and not day.cancelled and day.group not in oracle.world.disabled


def _waits(oracle: Oracle, one: Household, day: Day) -> bool:
    """Tell whether somebody has ordered, wants a recap and could get it, and has got none."""
    is_of_it = day.group in one.groups and oracle.world.has_order(one, day)
    return is_of_it and one.is_set("recap_24h") and bool(one.addresses) and not oracle.recaps(one, day)


def _of_day(oracle: Oracle, found: ServiceStatus, day: Day, waiting: list[Household]) -> Iterator[str]:
    now = oracle.world.now
    who = ", ".join(one.mark for one in waiting)
    if now < day.starts:
        rows = [each for each in found.upcoming if each.distribution_id == day.id and each.kind in RECAPS]
        if not any(each.addresses or each.unread_orders for each in rows):
            yield f"World: status says all is well, and foresees no recap of {day} to {who}"
    elif now < day.starts + LASTS and not any(oracle.recaps(one, day) for one in oracle.world.people):
        yield f"World: status says all is well, and no recap of {day} ever left, to {who}"
