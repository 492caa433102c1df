"""Tell which ids several people have, so that a change must say whose it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.core.model import Member


def ids_of_several(members: Sequence[Member], set_aside: Iterable[Member] = ()) -> frozenset[str]:
    """Return the ids that several people have, of whom only their groups tell which is meant.

    So does somebody of another group whose row is ``set_aside`` today: a mistake in it may not give away
    their changes.
    """
    count = Counter(member.id for member in members)
    found = {id_ for id_, people in count.items() if people > 1}
    aside = [one for one in set_aside if one.group_ids and one.id in count and one.id not in found]
    namesakes = {one.id for one in aside}
    only = {member.id: member for member in members if member.id in namesakes}
    return frozenset(found.union(one.id for one in aside if not _may_be(one, only[one.id])))


def _may_be(one: Member, other: Member) -> bool:
    mine, theirs = ({box.key for box in each.mailboxes} for each in (one, other))
    return bool(mine & theirs or {*one.group_ids} & {*other.group_ids})
