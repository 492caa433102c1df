"""Plan corrections for those who were told another duty, start or place; say which came too late. Pure."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.planning.announced import latest
from cagette_notify.planning.corrections.moved import is_anothers_now, is_still_to_come, mailbox_of
from cagette_notify.planning.due_times import Window, windows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cagette_notify.core.notices import Entry, Notice
    from cagette_notify.planning.plan_index import PlanIndex


def duty_corrections(index: PlanIndex) -> Iterator[Notice]:
    """Yield a correction for each address that was told a duty that is another one now, or none.

    Whatever the settings: whoever was told otherwise would come in vain, or not come. Both starts must be
    ahead, and it must be known who serves.
    """
    for (distribution_id, member_id, _), told in index.duties.told.items():
        distribution = index.situation.distributions[distribution_id]
        member, last = index.members.get((distribution.group_id, member_id)), latest(told)
        if not (member and is_still_to_come(index, distribution)) or is_anothers_now(index, member, last):
            continue
        if not index.duties.are_known(distribution.group_id) or index.duties.holds(last, distribution):
            continue
        if last.roles or index.duties.roles(distribution_id, member_id):  # else it is nothing to them
            starts_at = distribution.starts_at.astimezone(timezone.utc)
            window = Window(last.key.kind, distribution, index.situation.now, starts_at)
            notice = index.notice(window, member, mailbox_of(index, member, last))
            yield replace(notice, correction=True, told=last.told)


def late_duty_corrections(index: PlanIndex) -> Iterator[tuple[Notice, Entry]]:
    """Yield a correction for each duty at what has begun, and was told otherwise, with what was told last.

    Of when and where it is, mails about orders tell as well, while nobody knows who serves.
    """
    for (distribution_id, member_id, _), heard in index.duties.heard_of_begun.items():
        distribution = index.situation.distributions[distribution_id]
        member, last = index.members.get((distribution.group_id, member_id)), latest(heard)
        lead = last.key.kind.traits.lead
        is_of_this = last.starts_at > distribution.starts_at - lead  # an id may serve again, week by week
        if not (member and is_of_this and distribution.is_on(index.situation.groups)):
            continue
        if is_anothers_now(index, member, last) or not index.duties.are_known(distribution.group_id):
            continue
        if last.roles and not index.duties.holds(last, distribution):
            windows = windows_of(distribution, index.situation.rules.spans)
            window = next(one for one in windows if one.kind is last.key.kind)
            notice = index.notice(window, member, mailbox_of(index, member, last))
            yield replace(notice, correction=True), index.duties.as_heard(last)
