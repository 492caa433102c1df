"""Read who serves at the distributions of a database: each role that is due, taken or vacant."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.duty_list import DutyList, DutyPlace
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.data.camap.mended import mended, numbers_in, whole_of
from cagette_notify.data.camap.queries import SELECT_ROLES, SELECT_ROLES_DUE, SELECT_VOLUNTEERS, in_groups_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.data.camap.snapshot import Snapshot


def duties_in(
    snapshot: Snapshot,
    distributions: Sequence[Distribution],
    members: Sequence[Member],
    problems: list[Problem],
) -> dict[str, DutyList]:
    """Return the duties of each distribution that has any; ``problems`` grows by those who have left.

    A role is due where the distribution lists it, and where there still is such a role. Whoever has one and
    is no member keeps the place: somebody may come who gets no mail.
    """
    asked = in_groups_of([int(one.id) for one in distributions])
    roles = {whole_of(number): mended(name) for number, name in snapshot.rows(SELECT_ROLES)}
    takers: dict[tuple[int, int], list[str]] = defaultdict(list)
    for at, user, role in snapshot.rows(SELECT_VOLUNTEERS, asked):
        takers[whole_of(at), whole_of(role)].append(str(whole_of(user)))
    group_of = {int(one.id): one.group_id for one in distributions}
    member_ids = {(group_id, one.id) for one in members for group_id in one.group_ids}
    lists = {}
    for stored, listed in snapshot.rows(SELECT_ROLES_DUE, asked):
        id_ = whole_of(stored)
        places: list[DutyPlace] = []
        for number in numbers_in(listed):
            if name := roles.get(number):
                serving = takers[id_, number]
                known = [one for one in serving if (group_of[id_], one) in member_ids]
                places += [DutyPlace(name, one) for one in known]
                places += [DutyPlace(name, is_unknown=True)] * (len(serving) - len(known))
                places += [] if serving else [DutyPlace(name)]
                problems += (_left(id_, one, group_of[id_]) for one in serving if one not in known)
        if places:
            lists[str(id_)] = DutyList(tuple(places))
    return lists


def _left(id_: int, user: str, group_id: str) -> Problem:
    message = _(
        "{id} has a role at {distribution}, and is no member of the group any more: no mail leaves",
        id=user,
        distribution=id_,
    )
    return Problem(message, "Volunteer", field="userId", group_id=group_id)
