"""Hold back what a broken export would cause, and say what happened to what was announced. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cagette_notify.core.errors import Problem
from cagette_notify.core.model import Sizes
from cagette_notify.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.core.messages import Broadcast, Progress
    from cagette_notify.core.model import Distribution, Group, Member, OrderBook
    from cagette_notify.core.notices import Entry

HELD_AFTER = timedelta(hours=24)
_NOTICEABLE = 10  # members or orders: a smaller list may well lose half of itself in a day


def sizes_of(members: tuple[Member, ...], books: Mapping[str, OrderBook]) -> Sizes:
    """Count a group's members, and the orders of each of its distributions that were read."""
    return Sizes(len(members), {id_: len(book.lines) for id_, book in books.items() if book.lines})


def shrunken(group: Group, before: Sizes, after: Sizes, *, orders_read: Iterable[str]) -> list[Problem]:
    """Say which of a group's exports lost over half of what they held when mail last left.

    ``orders_read`` are the distributions whose orders were read whole in this run.
    """
    problems = []
    if _has_shrunk(before.members, after.members):
        message = _(
            "group {group} has {now} members, down from {before}: nothing is sent to it; if that is right: "
            "cagette-notify send-due --accept-data {group}",
            group=group.id,
            now=after.members,
            before=before.members,
        )
        problems.append(Problem(message, group_id=group.id))
    for distribution_id in orders_read:
        was, now = before.orders.get(distribution_id, 0), after.orders.get(distribution_id, 0)
        if _has_shrunk(was, now):
            message = _(
                "distribution {distribution} has {now} orders, down from {before}: nothing is sent to group "
                "{group}; if that is right: cagette-notify send-due --accept-data {group}",
                distribution=distribution_id,
                group=group.id,
                now=now,
                before=was,
            )
            problems.append(Problem(message, group_id=group.id))
    return problems


def _has_shrunk(before: int, now: int) -> bool:
    return before >= _NOTICEABLE and now * 2 < before


def called_off(
    told: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    *,
    data_is_whole: bool,
) -> dict[str, Problem]:
    """Say, by a key to remember it by, which announced distributions will not take place as told.

    Nobody is told automatically: only a person knows what to say. Unless ``data_is_whole``, what is
    missing from the data counts as set aside, not as called off: it will be back once it is mended.
    """
    found = {}
    for entry in told:
        if why := _why_off(entry, distributions, groups, data_is_whole=data_is_whole):
            message = _(
                "distribution {distribution} {why}, but recaps of it had left; to tell those who ordered: "
                "cagette-notify broadcast {group} --to with-order:{distribution}",
                distribution=entry.key.distribution_id,
                group=entry.group_id,
                why=why,
            )
            found[off_key(entry)] = Problem(message, group_id=entry.group_id, is_warning=True)
    return found


def off_key(entry: Entry) -> str:
    """Return what an announcement that no longer holds is remembered by, once that was said."""
    return f"called off {entry.key.distribution_id} {entry.starts_at.isoformat()}"


def _why_off(
    entry: Entry,
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    *,
    data_is_whole: bool,
) -> str:
    distribution = distributions.get(entry.key.distribution_id)
    group = groups.get(entry.group_id)
    if group is None or distribution is None:
        return _("is no longer in the data") if data_is_whole else ""
    if distribution.cancelled:
        return _("is cancelled")
    return _("belongs to a group that is disabled") if group.disabled else ""


def part_held(
    unfinished: Iterable[Progress], now: datetime, groups: Mapping[str, Group]
) -> tuple[tuple[Broadcast, ...], tuple[Problem, ...]]:
    """Return the broadcasts that go on by themselves, and what is said of those that are held.

    Stopped by its coordinator, a broadcast waits in silence. Left undone for a day, it waits and that
    is said: yesterday's news may be wrong today, so somebody must want it again. So does one to a group
    that is disabled or gone. A test that did not leave within the day is nobody's loss.
    """
    going_on: list[Broadcast] = []
    held: list[Problem] = []
    for progress in unfinished:
        broadcast = progress.broadcast
        group = groups.get(broadcast.group_id)
        is_old = now - broadcast.confirmed_at >= HELD_AFTER
        if broadcast.is_stopped or (is_old and broadcast.audience == "test"):
            continue
        if is_old:
            held.append(_held(progress))
        elif group is None or group.disabled:
            held.append(_held_for_its_group(progress))
        else:
            going_on.append(broadcast)
    return tuple(going_on), tuple(held)


def _held_for_its_group(progress: Progress) -> Problem:
    message = _(
        "the mail {subject!r} to group {group} is held, as that group is disabled or no longer in the data; "
        "copies not sent: {count}",
        subject=progress.broadcast.content.subject,
        group=progress.broadcast.group_id,
        count=progress.unfinished,
    )
    return Problem(message, group_id=progress.broadcast.group_id)


def _held(progress: Progress) -> Problem:
    message = _(
        "the mail {subject!r} to group {group} was left unfinished for a day and is held; copies not sent: "
        "{count}; give the same broadcast command again to go on",
        subject=progress.broadcast.content.subject,
        group=progress.broadcast.group_id,
        count=progress.unfinished,
    )
    return Problem(message, group_id=progress.broadcast.group_id)
