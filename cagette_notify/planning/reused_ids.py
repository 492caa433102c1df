"""Find whose ids are other people's now, and who reads their addresses. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.core.text import fold
from cagette_notify.planning.newcomers import members_at_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry


def names_when_told(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """Return the name that a member had, folded, when each of their addresses was told last."""
    in_order = sorted(entries, key=lambda entry: entry.claimed_at or entry.due_at)
    return {(entry.key.member_id, entry.key.address): entry.member_name for entry in in_order}


def under_reused_ids(
    gone: Iterable[tuple[str, str]],
    members: Sequence[Member],
    set_aside: Iterable[Member],
    told: Mapping[tuple[str, str], str],
) -> dict[tuple[str, str], str]:
    """Return, by id and address told, who reads the address now, where somebody else has the id.

    Who has it still by the name that they were told by, has another address. Where no name is known, whoever
    has none of their addresses any more is another, and it is the one who alone reads the address and was
    not told there.
    """
    everybody = (*members, *set_aside)
    served = {member.id: fold(member.name) for member in members}
    names = {member.id: fold(member.name) for member in everybody}
    readers = members_at_addresses(everybody)
    staying = {id_ for id_, _address in set(told).difference(gone)}
    found = {}
    for id_, address in gone:
        was = told.get((id_, address), "")
        if id_ not in served or (was and served[id_] == was):
            continue
        those = readers.get(address, ())
        if was and served[id_]:
            those = [one for one in those if names[one] == was]
        elif id_ in staying or any((one, address) in told for one in those):
            continue
        if len(those) == 1 and those[0] in served:
            found[id_, address] = those[0]
    return found
