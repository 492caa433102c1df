"""Find whose ids are other people's now, who reads their addresses, and whether most are such. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cagette_notify.core.text import fold_name
from cagette_notify.planning.changed_ids.newcomers import members_at_addresses

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry

SHIFTED = 3  # members with one another's ids: a list that was counted anew


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
    served = {member.id: fold_name(member.name) for member in members}
    names = {member.id: fold_name(member.name) for member in everybody}
    readers = members_at_addresses(everybody)
    staying = {id_ for id_, _address in set(told).difference(gone)}
    found = {}
    for id_, address in gone:
        was = fold_name(told.get((id_, address), ""))
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


def counted_anew(
    known: Collection[tuple[str, str]],
    written_to: Collection[str],
    members: Sequence[Member],
    set_aside: Iterable[Member],
) -> dict[tuple[str, str], str]:
    """Return the new ids, by those known and their addresses, if most of those known have others now.

    Fewer than three are, if each id is at an address that was known before, as another's: an address
    that was corrected is new, whoever may have the old one.
    """
    readers = members_at_addresses(members)
    aside = {member.id for member in set_aside}
    own = {member.id: {box.key for box in member.mailboxes} for member in members}
    addresses: dict[str, set[str]] = defaultdict(set)
    for id_, address in known:
        if address and id_ not in aside:
            addresses[id_].add(address)
    moved = {
        (id_, address): readers[address][0]
        for id_, those in addresses.items()
        if not those & own.get(id_, set())
        for address in sorted(those)
        if len(readers.get(address, ())) == 1
    }
    ids = {id_ for id_, _address in moved}
    before = {*written_to, *(address for _id, address in known)}
    are_others = len(ids) >= SHIFTED or all(own.get(id_, set()) & before for id_ in ids)
    return moved if are_others and len(ids) * 2 > len(addresses) else {}
