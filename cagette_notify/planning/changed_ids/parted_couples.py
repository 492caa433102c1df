"""Find partners who have an account of their own since their couple was told; part what each heard. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.notices import ServedBy
from cagette_notify.core.text import fold
from cagette_notify.planning.changed_ids.newcomers import members_at_addresses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry


def parted_couples(
    gone: Iterable[tuple[str, str]],
    members: Sequence[Member],
    set_aside: Iterable[Member],
    told: Mapping[tuple[str, str], str],
    few: Mapping[tuple[str, str], str],
) -> dict[tuple[str, str], str]:
    """Return, by the id and the address that a couple was told at, who alone reads it now, apart from it.

    The account goes on under the name that it was told by, perhaps with another id, one of the ``few``.
    Whoever has that name is no partner; where it is unknown, nobody can tell.
    """
    everybody = (*members, *set_aside)
    served, names = {member.id for member in members}, {member.id: fold(member.name) for member in everybody}
    readers = members_at_addresses(everybody)
    going_on = {(id_, names[id_]) for id_ in served} | {(old, names[new]) for (old, _at), new in few.items()}
    found = {}
    for id_, address in gone:
        was = told.get((id_, address), "")
        those = readers.get(address, [])
        is_partner = len(those) == 1 and those[0] in served and names[those[0]] != was
        if was and is_partner and (id_, was) in going_on:
            found[id_, address] = those[0]
    return found


def told_apart(
    entries: Iterable[Entry],
    parted: Mapping[str, Mapping[tuple[str, str], str]],
    now: datetime,
    lost: Collection[str] = (),
) -> list[Entry]:
    """Return what arrived at couples that ``parted``, by group, as if each of the two had been told alone.

    Start and place they know, a role if it wasn't said to be the other's. An order is left to whom it was
    told; a duty told under the partner's own id stands instead of the couple's.
    """
    kept: list[Entry] = []
    moved: list[Entry] = []
    for entry in entries:
        heirs = parted.get(entry.group_id, {}) if entry.starts_at > now else {}
        has_arrived = entry.may_have_arrived and entry.custom_id not in lost
        if has_arrived and (heir := heirs.get((entry.key.member_id, entry.key.address))):
            told = replace(entry, key=replace(entry.key, member_id=heir), told_as=entry.key.member_id)
            moved.append(_without_role_of(ServedBy.HOLDER, told))
        elif has_arrived and any(entry.key.member_id == id_ for id_, _address in heirs):
            kept.append(_without_role_of(ServedBy.PARTNER, entry))
        else:
            kept.append(entry)
    own = {_whose(entry) for entry in kept if entry.key.kind.traits.needs_duty and entry.may_have_arrived}
    return [*kept, *(one for one in moved if _whose(one) not in own or one.key.kind.traits.needs_order)]


def _without_role_of(other: ServedBy, entry: Entry) -> Entry:
    return replace(entry, roles=()) if entry.served_by is other else entry


def _whose(entry: Entry) -> tuple[str, str, str]:
    return entry.key.distribution_id, entry.key.member_id, entry.key.address
