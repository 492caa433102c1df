"""Find notices that came too late while their group was held: missed, not in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.planning.plan import Owed, plan

if TYPE_CHECKING:
    from cagette_notify.planning.plan_input import PlanInput
    from cagette_notify.run.reading.read_data import RunData


def missed_while_held(situation: PlanInput, data: RunData) -> tuple[Owed, ...]:
    """Return what nobody of a held group got in time, as far as its data tell: those few that are left.

    Whoever else was to get it comes too late once the group is no longer held. What anybody was told of
    says nothing: the others may have been told it under another id.
    """
    closed = tuple(window for window in situation.windows if situation.now >= window.too_late_at)
    if not data.held_members or not closed:
        return ()
    told = {
        (entry.key.kind, entry.key.distribution_id) for entry in situation.entries if entry.may_have_arrived
    }
    made = plan(replace(situation, windows=closed, members=data.held_members))
    return tuple(one for one in made.expired if (one.notice.kind, one.notice.distribution.id) not in told)
