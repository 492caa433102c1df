"""Find corrections that can't leave any more, as what was told otherwise has begun, or was to. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.planning.announced import announces, latest
from cagette_notify.planning.corrections.moved import is_anothers_now, is_their_matter, mailbox_of
from cagette_notify.planning.due_times import FIRST_RECAP, windows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry, Notice
    from cagette_notify.planning.plan_index import PlanIndex


def late_corrections(index: PlanIndex) -> Iterator[tuple[Notice, Entry]]:
    """Yield a correction for each recap of what has begun, and was told otherwise, with what was told last.

    So too where the start that was told has passed, and a run had known by then that it holds no more.
    Whoever was told still believes it: that a recap came too late would be half of the truth.
    """
    for (distribution_id, member_id, _), heard in index.heard_of_begun.items():
        distribution = index.situation.distributions[distribution_id]
        member = index.members.get((distribution.group_id, member_id))
        if (
            member
            and not is_anothers_now(index, member, latest(heard))
            and _came_too_late(index, heard, distribution)
            and _took_place_for(index, distribution, member, heard)
        ):
            last = latest(heard)
            yield from ((notice, last) for notice in _for_address(index, distribution, member, heard))


def _came_too_late(index: PlanIndex, heard: Iterable[Entry], distribution: Distribution) -> bool:
    """Tell whether an address was to hear before the start that it believes in, or before it has begun."""
    now, moved_at = index.situation.now, index.situation.moved_since.get(distribution.id)
    last = latest(heard)
    if moved_at and moved_at < last.starts_at <= now and not announces(last, distribution):
        return True
    return distribution.starts_at <= now and is_believed_otherwise(heard, distribution)


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


def _took_place_for(
    index: PlanIndex, distribution: Distribution, member: Member, heard: Sequence[Entry]
) -> bool:
    """Tell whether the distribution is on, and the member had an order for it.

    Of what is ahead nobody knows that as long as its orders are not there: then they count as told.
    """
    is_open = distribution.starts_at > index.situation.now and not index.orders_are_ready(distribution.id)
    is_theirs = is_open or is_their_matter(index, member, heard)
    return is_theirs and distribution.is_on(index.situation.groups)
