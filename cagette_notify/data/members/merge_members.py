"""Merge members of several groups' files who are one person."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.model import AddressState, Member
from cagette_notify.core.text import id_with_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


def merge_members(files: Iterable[Sequence[Member]], problems: list[Problem]) -> tuple[Member, ...]:
    """Make one person of the members of several files who share an id and an address.

    Cagette counts ids for all its groups, but people's own lists count from 1 in each: without an
    address in common the same id is two people, whom only their groups tell apart. So are two names at
    an address that is their id for want of another.
    """
    everybody: list[Member] = []
    places: dict[str, list[int]] = {}
    for members in files:
        newcomers: dict[str, int] = {}
        for member in members:
            namesakes = places.get(_identity(member), [])
            same = next((at for at in namesakes if _is_same_person(everybody[at], member)), None)
            if same is not None:
                everybody[same] = _union(everybody[same], member)
            elif any(_share_a_group(everybody[at], member) for at in namesakes):
                problems.append(_clash(member))
            else:
                newcomers[_identity(member)] = len(everybody)
                everybody.append(member)
        for identity, at in newcomers.items():
            places.setdefault(identity, []).append(at)
    return tuple(_told_apart(everybody))


def _identity(member: Member) -> str:
    """Return what one person alone may have in a group: an id, or an address with a name."""
    return id_with_name(member.id, member.name) if member.has_address_as_id else member.id


def _is_same_person(one: Member, other: Member) -> bool:
    return bool(_keys(one) & _keys(other)) and (one.id == other.id or _share_a_group(one, other))


def _share_a_group(one: Member, other: Member) -> bool:
    return not set(one.group_ids).isdisjoint(other.group_ids)


def _told_apart(everybody: Sequence[Member]) -> Iterator[Member]:
    """Yield the members; two names of one group at an address, which two files have, as in one file.

    In two groups the address stays their id: it must not become another one because somebody joins elsewhere.
    """
    at_address: dict[str, list[Member]] = defaultdict(list)
    for member in everybody:
        if member.has_address_as_id:
            at_address[member.id].append(member)
    for member in everybody:
        others = (one for one in at_address.get(member.id, ()) if one is not member)
        beside = any(_share_a_group(one, member) for one in others)
        yield replace(member, id=_identity(member)) if beside else member


def _keys(member: Member) -> set[str]:
    return {box.key for box in member.mailboxes if box.state is AddressState.USABLE}


def _union(first: Member, second: Member) -> Member:
    keys = {box.key for box in first.mailboxes}
    mailboxes = (*first.mailboxes, *(box for box in second.mailboxes if box.key not in keys))
    return replace(
        first,
        id=second.id if first.has_address_as_id else first.id,  # one that has the name, too, stays
        group_ids=tuple(dict.fromkeys((*first.group_ids, *second.group_ids))),
        mailboxes=mailboxes,
        partner=None if any(box.of_partner for box in mailboxes) else first.partner or second.partner,
        language=first.language or second.language,
        last_seen=max(filter(None, (first.last_seen, second.last_seen)), default=None),
        settings={**second.settings, **first.settings},
        group_problems=(*first.group_problems, *second.group_problems),
        merged=(*first.rows, *second.rows),
    )


def _clash(member: Member) -> Problem:
    return Problem(
        _("{id!r} is somebody else's id in the same group, in another file", id=member.id),
        member.origin.file,
        member.origin.line,
        "id",
        group_id=member.group_ids[0],
    )
