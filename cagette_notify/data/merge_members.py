"""Merge members of several groups' files who are one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.model import AddressState, Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def merge_members(files: Iterable[Sequence[Member]], problems: list[Problem]) -> tuple[Member, ...]:
    """Make one person of the members of several files who share an id and an address.

    Cagette counts ids for all its groups, but people's own lists count from 1 in each: without an
    address in common the same id is two people, whom only their groups tell apart.
    """
    everybody: list[Member] = []
    places: dict[str, list[int]] = {}
    for members in files:
        newcomers: dict[str, int] = {}
        for member in members:
            namesakes = places.get(member.id, [])
            same = next((at for at in namesakes if _is_same_person(everybody[at], member)), None)
            if same is not None:
                everybody[same] = _union(everybody[same], member)
            elif any(set(everybody[at].group_ids) & set(member.group_ids) for at in namesakes):
                problems.append(_clash(member))
            else:
                newcomers[member.id] = len(everybody)
                everybody.append(member)
        for member_id, at in newcomers.items():
            places.setdefault(member_id, []).append(at)
    return tuple(everybody)


def _is_same_person(one: Member, other: Member) -> bool:
    return bool(_keys(one) & _keys(other))


def _keys(member: Member) -> set[str]:
    return {box.key for box in member.mailboxes if box.state is AddressState.USABLE}


def _union(first: Member, second: Member) -> Member:
    keys = {box.key for box in first.mailboxes}
    mailboxes = (*first.mailboxes, *(box for box in second.mailboxes if box.key not in keys))
    return replace(
        first,
        group_ids=tuple(dict.fromkeys((*first.group_ids, *second.group_ids))),
        mailboxes=mailboxes,
        partner=None if any(box.of_partner for box in mailboxes) else first.partner or second.partner,
        language=first.language or second.language,
        last_seen=max(filter(None, (first.last_seen, second.last_seen)), default=None),
        settings={**second.settings, **first.settings},
    )


def _clash(member: Member) -> Problem:
    return Problem(
        _("{id!r} is somebody else's id in the same group, in another file", id=member.id),
        member.origin.file,
        member.origin.line,
        "id",
        group_id=member.group_ids[0],
    )
