"""Find corrections that can't leave any more, as what was told otherwise has begun. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.planning.announced import announces, latest
from cagette_notify.planning.corrections import is_anothers_now, mailbox_of
from cagette_notify.planning.due_times import FIRST_RECAP, windows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry, Notice
    from cagette_notify.planning.plan_input import PlanIndex


def late_corrections(index: PlanIndex) -> Iterator[tuple[Notice, Entry]]:
    """Yield a correction for each recap of what has begun, and was told otherwise, with what was told last.

    Whoever was told still believes it: that a recap came too late would be half of the truth.
    """
    for (distribution_id, member_id, _), heard in index.heard_of_begun.items():
        distribution = index.situation.distributions[distribution_id]
        member = index.members.get((distribution.group_id, member_id))
        if (
            member
            and not is_anothers_now(index, member, latest(heard))
            and is_believed_otherwise(heard, distribution)
            and _took_place_for(index, distribution, member)
        ):
            last = latest(heard)
            yield from ((notice, last) for notice in _for_address(index, distribution, member, heard))


def is_believed_otherwise(heard: Iterable[Entry], distribution: Distribution) -> bool:
    """Tell whether the last thing that an address heard of start and place is not what is so.

    What was told of an earlier time, over when the first recap of this one was due, is another matter:
    re-dated once it took place, a distribution gets ordinary recaps.
    """
    last = latest(heard)
    is_of_this = last.starts_at > distribution.starts_at - FIRST_RECAP
    return is_of_this and not announces(last, distribution)


def _for_address(
    index: PlanIndex, distribution: Distribution, member: Member, heard: list[Entry]
) -> Iterator[Notice]:
    mailbox = mailbox_of(index, member, latest(heard))
    had = {entry.key.kind for entry in heard}
    for window in windows_of(distribution, index.situation.rules.spans):
        if window.kind in had:
            yield replace(index.notice(window, member, mailbox), correction=True)


def _took_place_for(index: PlanIndex, distribution: Distribution, member: Member) -> bool:
    """Tell whether the distribution was on, and the member had an order for it."""
    is_on = distribution.is_on(index.situation.groups)
    return is_on and index.may_have_order(distribution.id, member.id)
