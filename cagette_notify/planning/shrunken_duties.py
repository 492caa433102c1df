"""Hold the duties of groups where half of those who were told of one have none any more. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.commands_to_type import command_to_accept
from cagette_notify.core.duty_list import DutyList
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.notices import Status
from cagette_notify.planning.announced import latest, still_ahead
from cagette_notify.planning.duties import days_told

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date, datetime

    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.core.notices import Entry

_NOTICEABLE = 3  # people told: of two, one may well give up


def shrunken_duties(
    entries: Iterable[Entry],
    duties: Mapping[str, DutyList],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> Iterator[Problem]:
    """Say of which groups over half of those told a duty ahead have none there now, or just half of them.

    A file that was cut short, or sorted by one column, looks like that. ``entries`` are all rows of duties;
    who is being told so already, as somebody took it as right, counts no more.
    """
    told: dict[str, list[bool]] = defaultdict(list)  # by group: whether each is gone
    entries = list(entries)
    of_each: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        of_each[entry.counter].append(entry)
    for last, distribution in told_of_duties(entries, distributions, groups, now):
        days = days_told(of_each[last.counter], distribution)
        told[distribution.group_id].append(_is_gone(last, duties.get(distribution.id, DutyList()), days))
    for group_id, gone in sorted(told.items()):
        if len(gone) >= _NOTICEABLE and sum(gone) * 2 >= len(gone):
            message = _(
                "group {group}: of {before} members who were told of a duty ahead, {gone} have none there "
                "any more: nothing about duties is sent to it; if that is right: {command}",
                group=group_id,
                before=len(gone),
                gone=sum(gone),
                command=command_to_accept(group_id),
            )
            yield Problem(message, group_id=group_id)


def told_of_duties(
    entries: Iterable[Entry],
    distributions: Mapping[str, Distribution],
    groups: Mapping[str, Group],
    now: datetime,
) -> Iterator[tuple[Entry, Distribution]]:
    """Yield what each member heard last of a duty of theirs, at what is ahead and on."""
    for last in _last_told(entries, now):
        distribution = distributions.get(last.key.distribution_id)
        if distribution and distribution.is_on(groups) and distribution.starts_at > now and last.roles:
            yield last, distribution


def _last_told(entries: Iterable[Entry], now: datetime) -> Iterator[Entry]:
    """Yield what each member heard last of their duty somewhere, unless more is on its way to them."""
    of_each: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.status not in {Status.DROPPED, Status.EXPIRED}:  # that told nobody, and never will
            of_each[entry.counter].append(entry)
    for those in of_each.values():
        told = still_ahead((one for one in those if one.may_have_arrived), now)
        if told and (last := latest(told)).revision == latest(those).revision:
            yield last


def _is_gone(last: Entry, known: DutyList, days: Collection[date]) -> bool:
    has_one = last.key.member_id in known.member_ids
    return not (has_one or any(known.may_have(role, days) for role in last.roles))
