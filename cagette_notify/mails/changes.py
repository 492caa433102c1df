"""Word what a correction changes: what was told of day, hour, place and roles, where it holds no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core import formatting as wording
from cagette_notify.core.text import fold, is_same_place, one_line
from cagette_notify.mails.views import ChangeView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cagette_notify.core.notices import Notice

_NONE = ChangeView()


def change_view(notices: Sequence[Notice], language: str, now: datetime) -> ChangeView:
    """Say what one mail changes for its reader: of a recap and a duty, what the recap does."""
    first = next((one for one in notices if one.kind.traits.needs_order), notices[0])
    if not first.correction or first.told is None:
        return _NONE
    zone, there, told = first.group.timezone, first.distribution, first.told
    then, at = told.starts_at.astimezone(zone), there.starts_at.astimezone(zone)
    is_other_day, is_other_hour = then.date() != at.date(), then.time() != at.time()
    is_elsewhere = bool(there.place) and not is_same_place(told.place, there.place)
    of_time = "day" if is_other_day else "hour" if is_other_hour else ""
    duty = next((one for one in notices if one.kind.traits.needs_duty), None)
    return ChangeView(
        what="_".join(filter(None, (of_time, "place" if is_elsewhere else ""))),
        day=wording.short_day(then.date(), language) if is_other_day else "",
        hour=wording.clock(then, language) if is_other_hour else "",
        place=one_line(told.place) if is_elsewhere else "",
        where=_short_place(there.place, told.place),
        on=_near_day(at, now.astimezone(zone), language),
        roles=_told_roles(duty, language) if duty else "",
    )


def _near_day(at: datetime, now: datetime, language: str) -> str:
    """Say ``aujourd’hui`` on the day itself; what is read a day later had better name it."""
    day = at.date()
    is_today = day == now.date()
    return wording.nearness(day, day, language) if is_today else wording.short_day(day, language)


def _short_place(place: str, told: str) -> str:
    """Return what stands before a place's first comma, where that tells it from the one that was told."""
    short, of_told = (one_line(one.partition(",")[0]) for one in (place, told))
    return one_line(place) if fold(short) == fold(of_told) else short


def _told_roles(duty: Notice, language: str) -> str:
    """Name the roles that were told, if they are others now."""
    roles = duty.told.roles if duty.told else ()
    is_so = {*map(fold, roles)} == {*map(fold, duty.roles)}
    return "" if is_so else wording.listing(tuple(map(one_line, roles)), language)
