"""Find members who were told under other ids than they have now, and hold their group. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.commands_to_type import command_to_accept
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.text import fold_name
from cagette_notify.planning.changed_ids.newcomers import Stay, members_at_addresses, only_newcomers, stays_of
from cagette_notify.planning.changed_ids.parted_couples import parted_couples, told_apart
from cagette_notify.planning.changed_ids.reused_ids import (
    SHIFTED,
    counted_anew,
    names_when_told,
    under_reused_ids,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.model import Group, Member
    from cagette_notify.core.notices import Entry

NewIds: TypeAlias = "Mapping[tuple[str, str], str]"
"""The id that a household has now, by the one it was told under and the address it was told at."""


class Renumbered(Struct, frozen=True):
    """Who of a group has another id now: ``most`` of its readers, which holds it, or a ``few``.

    Most of those who ``are_told`` something, who would be told again, or of those known. ``parted`` are
    partners who have an account of their own, beside the one that goes on.
    """

    most: NewIds = {}
    few: NewIds = {}
    parted: NewIds = {}
    are_told: bool = True

    def as_accepted(self) -> Renumbered:
        """Return the same as it is once somebody says that the new ids of most are right."""
        return replace(self, few={**self.most, **self.few})

    def heir_of(self, member_id: str, address: str) -> str | None:
        """Return the id that whoever was told under one, at that address, has today, if it is another."""
        whose = member_id, address
        return self.few.get(whose) or self.parted.get(whose)


def find_renumbered(  # noqa: PLR0913 - one group's case: what was told, and who is there
    group_id: str,
    entries: Iterable[Entry],
    members: Sequence[Member],
    now: datetime,
    *,
    ordered: Collection[str],
    spared: Mapping[tuple[str, str], datetime],
    written_to: Collection[str] = (),
    in_question: Collection[tuple[str, str]] = (),
    set_aside: Sequence[Member] = (),
) -> Renumbered:
    """Return the new ids of a group's readers who are gone, and back under other ids.

    That is what becomes of an export whose column of ids appears, vanishes or is counted anew, or of
    households that register anew: they would be told again. Counted are those told of what is still
    ahead, and those of whom it is known that they got nothing about it, whose settings would be others'.
    Members who have one another's addresses hold it however few they are: two who really swapped them are
    rare. ``spared`` tells by id and address since when the ledger knows those who got nothing;
    where these are few, something went before to those of their addresses that were ``written_to``.
    ``in_question`` are the ids that have settings of their own, or that held the group before, at each
    address that they are known by: whose they are matters, whatever is ahead.
    """
    of_members = [
        entry
        for entry in entries
        if entry.group_id == group_id and entry.key.member_id and _told_ahead(entry, now)
    ]
    told = names_when_told(of_members)
    stays = stays_of(of_members, spared)
    readers = members_at_addresses(members)
    away = [(id_, address) for id_, address in told if id_ not in readers.get(address, ())]
    exchanged = _exchanged(told, away, readers)
    gone = _without_corrected(away, {member.id for member in members})
    new_ids = _taking_over(gone, told, stays, members, ordered)
    others = counted_anew(_still_read(in_question, readers), written_to, members, set_aside)
    if len(gone) * 2 > len(told) and len(new_ids) * 2 >= len(gone):
        return Renumbered(most={**others, **new_ids})
    if counted := counted_anew({*told, *spared}, written_to, members, set_aside):
        taken = _taking_over(away, told, stays, members, ordered)
        return Renumbered(most={**others, **counted, **taken}, are_told=False)
    few = only_newcomers(gone, members, set_aside, stays)
    few |= under_reused_ids(away, members, set_aside, told)
    parted = parted_couples([one for one in away if one not in exchanged], members, set_aside, told, few)
    few = {whose: new for whose, new in few.items() if whose not in parted}
    return Renumbered(most={**others, **exchanged}, few=few, parted=parted, are_told=bool(exchanged))


def _still_read(
    known: Iterable[tuple[str, str]], readers: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    """Leave out ids of which nobody reads any address that they are known by: whoever had them has left."""
    at = tuple(known)
    ids = {id_ for id_, address in at if address in readers}
    return [one for one in at if one[0] in ids]


def _taking_over(
    gone: Iterable[tuple[str, str]],
    told: Mapping[tuple[str, str], str],
    stays: Mapping[str, Stay],
    members: Sequence[Member],
    ordered: Collection[str],
) -> dict[tuple[str, str], str]:
    """Return who takes over: of those who share an address the one of the same name, then who has ordered."""
    readers = members_at_addresses(members)
    names = {member.id: fold_name(member.name) for member in members}
    new_ids: dict[tuple[str, str], str] = {}
    taken = set(told)
    for id_, address in gone:
        free = [one for one in readers.get(address, ()) if (one, address) not in taken]
        if free:
            name = fold_name(told[id_, address] or stays[id_].name)
            new_ids[id_, address] = min(free, key=lambda one: (names[one] != name, one not in ordered))
            taken.add((new_ids[id_, address], address))
    return new_ids


def moved_households(
    known: Collection[tuple[str, str]], new_ids: NewIds, members: Sequence[Member]
) -> dict[tuple[str, str], str]:
    """Return the new ids of households, told or not, by the id and the address that they were known by.

    Of who took over, ``new_ids`` knows it; of the others, whoever alone reads the address now.
    """
    readers = members_at_addresses(members)
    everybody = (*new_ids, *known)
    gone = [(id_, address) for id_, address in everybody if id_ not in readers.get(address, ())]
    found = dict(new_ids)
    for id_, address in _without_corrected(gone, {member.id for member in members}):
        if (id_, address) not in found and len(readers.get(address, ())) == 1:
            found[id_, address] = readers[address][0]
    return found


def _exchanged(
    told: Collection[tuple[str, str]], gone: Collection[tuple[str, str]], readers: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], str]:
    """Return who of those gone have one another's addresses, in a circle, and no more any of their own."""
    staying = {id_ for id_, _address in set(told).difference(gone)}
    moved = {id_ for id_, _address in gone} - staying
    found = {
        (id_, address): reader
        for id_, address in gone
        if id_ in moved
        for reader in readers.get(address, ())
        if reader in moved
    }
    count = -1
    while count != len(found):
        count, ids = len(found), {id_ for id_, _address in found} & set(found.values())
        found = {old: new for old, new in found.items() if old[0] in ids and new in ids}
    return found


def _without_corrected(gone: list[tuple[str, str]], known: Collection[str]) -> list[tuple[str, str]]:
    """Leave out the few who are in the data still: they rather have another address now than another id."""
    shifted = {id_ for id_, _address in gone if id_ in known}
    return gone if len(shifted) >= SHIFTED else [one for one in gone if one[0] not in known]


def renumbered_problem(group: Group, found: Renumbered) -> Problem:
    """Say that a group is held for them, and what to type."""
    (old, _address), new = min(found.most.items())
    values = {
        "group": group.id,
        "command": command_to_accept(group.id),
        "count": len(found.most),
        "old": old,
        "new": new,
    }
    if found.are_told:
        message = _(
            "group {group}: members told of what is ahead have other ids now ({count} addresses, among them "
            "{old} -> {new}), and would be told again: nothing is sent to the group; if the new ids are "
            "right: {command}",
            **values,
        )
    else:
        message = _(
            "group {group}: members have other ids now ({count} addresses, among them {old} -> {new}), and "
            "what they chose and ordered would be others': nothing is sent to the group; if the new ids are "
            "right: {command}",
            **values,
        )
    return Problem(message, group_id=group.id)


def under_new_ids(entries: Iterable[Entry], by_group: Mapping[str, NewIds], now: datetime) -> list[Entry]:
    """Return the ledger's entries as they are once the new ids have taken them over."""
    return [_renamed(entry, by_group.get(entry.group_id, {}), now) for entry in entries]


def as_told_to_few(
    entries: Iterable[Entry], by_group: Mapping[str, Renumbered], now: datetime, lost: Collection[str] = ()
) -> list[Entry]:
    """Return the ledger's entries as if what arrived had been told to those who read it now.

    Only to plan by, and told anew to each run: whoever is back has been told what the ledger holds.
    What the new id was told itself stands, and what is ``lost`` was told to nobody.
    """
    few = {id_: one.few for id_, one in by_group.items()}
    found = {entry.key: entry for entry in entries}
    for entry in tuple(found.values()):
        heir = _renamed(entry, few.get(entry.group_id, {}), now)
        own = found.get(heir.key)
        has_arrived = entry.may_have_arrived and entry.custom_id not in lost
        if heir is not entry and has_arrived and not (own and own.may_have_arrived):
            del found[entry.key]
            found[heir.key] = heir
    return told_apart(found.values(), {id_: one.parted for id_, one in by_group.items()}, now, lost)


def _renamed(entry: Entry, new_ids: NewIds, now: datetime) -> Entry:
    new_id = new_ids.get((entry.key.member_id, entry.key.address))
    if new_id is None or entry.starts_at <= now:
        return entry
    return replace(entry, key=replace(entry.key, member_id=new_id))


def _told_ahead(entry: Entry, now: datetime) -> bool:
    return entry.may_have_arrived and entry.starts_at > now
