"""Hold broadcasts that were stopped or left unfinished for a day. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _, _n
from cagette_notify.planning.outlook.quota_room import renewed_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cagette_notify.core.messages import Broadcast, BroadcastProgress, PlannedMail
    from cagette_notify.core.model import Group


HELD_AFTER = timedelta(hours=24)
_SAID_FOR = timedelta(days=7)
_TOLD = "told:"


class Rest(str, Enum):
    """Why copies of a broadcast that have not left do not leave by themselves."""

    GIVEN_UP = "given_up"  # nobody waits for them
    STOPPED = "stopped"  # lately, when others had left
    HELD = "held"  # left undone for a day
    OF_GROUP = "of_group"  # their group is disabled, or gone

    __str__ = str.__str__


def why_at_rest(
    progress: BroadcastProgress, now: datetime, groups: Mapping[str, Group], quota: int | None
) -> Rest | None:
    """Return why an unfinished broadcast waits for somebody; None if it goes on by itself."""
    broadcast = progress.broadcast
    group = groups.get(broadcast.group_id)
    is_old = _is_old(progress, now, quota)
    if broadcast.is_stopped:
        return Rest.STOPPED if _is_missed(progress, now) else Rest.GIVEN_UP
    if is_old:
        return Rest.GIVEN_UP if broadcast.audience == "test" else Rest.HELD
    if group is None or (group.disabled and not all(one.startswith(_TOLD) for one in broadcast.lists)):
        return Rest.OF_GROUP
    return None


def part_held(
    unfinished: Iterable[BroadcastProgress], now: datetime, groups: Mapping[str, Group], quota: int | None
) -> tuple[tuple[Broadcast, ...], tuple[Problem, ...]]:
    """Return the broadcasts that go on by themselves, and what is said of those that are held.

    Stopped by its coordinator, a broadcast waits in silence. Left undone for a day, it waits and that
    is said: yesterday's news may be wrong today, so somebody must want it again. So does one to a group
    that is disabled or gone, unless it goes to those who were told of what is off now. A test that did not
    leave within the day is nobody's loss.
    """
    going_on: list[Broadcast] = []
    held: list[Problem] = []
    for progress in unfinished:
        why = why_at_rest(progress, now, groups, quota)
        if why is None:
            going_on.append(progress.broadcast)
        elif why is Rest.HELD:
            held.append(_held(progress))
        elif why is Rest.OF_GROUP:
            held.append(_held_for_its_group(progress))
    return tuple(going_on), tuple(held)


def goes_on_unasked(progress: BroadcastProgress, now: datetime, quota: int | None) -> bool:
    """Tell whether nobody has stopped a mail, and it is young enough to go on if its group is there."""
    return not (progress.broadcast.is_stopped or _is_old(progress, now, quota))


def is_plan_held(planned: PlannedMail, now: datetime) -> bool:
    """Tell whether a planned mail was kept from leaving for a day: now somebody must want it again."""
    return now - planned.send_at >= HELD_AFTER


def is_plan_given_up(planned: PlannedMail, now: datetime) -> bool:
    """Tell whether a planned mail was held, and that was said, for so long that nobody seems to want it."""
    return now - planned.send_at >= HELD_AFTER + _SAID_FOR


def _is_old(progress: BroadcastProgress, now: datetime, quota: int | None) -> bool:
    """Tell whether a mail was left undone for a day, of which its copies could leave.

    Of one too large for a day's quota some leave each day: what waits for its turn waits from then on for
    the quota to be renewed, as was said to who confirmed it.
    """
    since = progress.broadcast.confirmed_at
    if quota and progress.untried and progress.left_at:
        since = max(since, renewed_at(progress.left_at))
    return now - since >= HELD_AFTER


def stopped_in_part(unfinished: Iterable[BroadcastProgress], now: datetime) -> Iterator[Problem]:
    """Yield what there is to say of mails that were stopped lately when some of their copies had left.

    Only part of the group has read them. One of which nothing had left was called off: that is no loss.
    """
    for progress in unfinished:
        if progress.broadcast.is_stopped and _is_missed(progress, now):
            yield Problem(_stopped(progress), group_id=progress.broadcast.group_id, is_warning=True)


def _is_missed(progress: BroadcastProgress, now: datetime) -> bool:
    broadcast = progress.broadcast
    is_new = now - broadcast.confirmed_at < _SAID_FOR
    return is_new and progress.gone > 0 and broadcast.audience != "test"


def _stopped(progress: BroadcastProgress) -> str:
    if progress.in_doubt:
        return _(
            "the mail {subject!r} to group {group} was stopped after {count} of {total} copies; in doubt: "
            "{doubts}; give the same broadcast command again to go on",
            subject=progress.broadcast.content.subject,
            group=progress.broadcast.group_id,
            count=progress.sent,
            total=progress.total,
            doubts=progress.in_doubt,
        )
    return _n(
        "the mail {subject!r} to group {group} was stopped after {count} of {total} copies; give the "
        "same broadcast command again to go on",
        "the mail {subject!r} to group {group} was stopped after {count} of {total} copies; give the "
        "same broadcast command again to go on",
        progress.sent,
        subject=progress.broadcast.content.subject,
        group=progress.broadcast.group_id,
        total=progress.total,
    )


def _held_for_its_group(progress: BroadcastProgress) -> Problem:
    message = _(
        "the mail {subject!r} to group {group} is held, as that group is disabled or no longer in the data; "
        "copies not sent: {count}",
        subject=progress.broadcast.content.subject,
        group=progress.broadcast.group_id,
        count=progress.unfinished,
    )
    return Problem(message, group_id=progress.broadcast.group_id)


def _held(progress: BroadcastProgress) -> Problem:
    message = _(
        "the mail {subject!r} to group {group} was left unfinished for a day and is held; copies not sent: "
        "{count}; give the same broadcast command again to go on",
        subject=progress.broadcast.content.subject,
        group=progress.broadcast.group_id,
        count=progress.unfinished,
    )
    return Problem(message, group_id=progress.broadcast.group_id)
