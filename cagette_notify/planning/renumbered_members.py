"""Find members who were told under other ids than they have now, and hold their group. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.commands_to_type import command_to_accept
from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Group, Member
    from cagette_notify.core.notices import Entry

_SHIFTED = 3  # members with one another's ids: a list that was counted anew
_ONE_RUN = timedelta(minutes=2)  # in which those who are there together may be told one after the other
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)

NewIds: TypeAlias = "Mapping[tuple[str, str], str]"
"""The id that a household has now, by the one it was told under and the address it was told at."""


class Renumbered(Struct, frozen=True):
    """Who of a group has another id now: ``most`` of its readers, which holds it, or a ``few``."""

    most: NewIds = {}
    few: NewIds = {}


def find_renumbered(  # noqa: PLR0913 - one group's case: what was told, and who is there
    group_id: str,
    entries: Iterable[Entry],
    members: Sequence[Member],
    now: datetime,
    *,
    ordered: Collection[str],
    spared: Mapping[str, datetime],
    set_aside: Iterable[Member] = (),
) -> Renumbered:
    """Return the new ids of a group's readers who are gone, and back under other ids.

    That is what becomes of an export whose column of ids appears, vanishes or is counted anew, or of
    households that register anew: they would be told again. Counted are those told of what is still
    ahead. Where several members share an address, those who have ``ordered`` take over first. Members
    who have one another's addresses hold it however few they are: two who really swapped them are rare.
    ``spared`` tells since when the ledger knows those who got nothing.
    """
    of_members = [
        entry
        for entry in entries
        if entry.group_id == group_id and entry.key.member_id and _told_ahead(entry, now)
    ]
    told = dict.fromkeys((entry.key.member_id, entry.key.address) for entry in of_members)
    readers = _readers(members)
    gone = [(id_, address) for id_, address in told if id_ not in readers.get(address, ())]
    exchanged = _exchanged(told, gone, readers)
    gone = _without_corrected(gone, {member.id for member in members})
    new_ids: dict[tuple[str, str], str] = {}
    taken = set(told)
    for id_, address in gone:
        free = [one for one in readers.get(address, ()) if (one, address) not in taken]
        if free:
            new_ids[id_, address] = min(free, key=lambda one: one not in ordered)
            taken.add((new_ids[id_, address], address))
    if len(gone) * 2 > len(told) and len(new_ids) * 2 >= len(gone):
        return Renumbered(most=new_ids)
    few = _of_only_newcomers(gone, readers, (*members, *set_aside), _stays(of_members, spared))
    return Renumbered(most=exchanged, few=few)


def moved_households(
    known: Collection[tuple[str, str]], new_ids: NewIds, members: Sequence[Member]
) -> dict[tuple[str, str], str]:
    """Return the new ids of households, told or not, by the id and the address that they were known by.

    Of who took over, ``new_ids`` knows it; of the others, whoever alone reads the address now.
    """
    readers = _readers(members)
    everybody = (*new_ids, *known)
    gone = [(id_, address) for id_, address in everybody if id_ not in readers.get(address, ())]
    found = dict(new_ids)
    for id_, address in _without_corrected(gone, {member.id for member in members}):
        if (id_, address) not in found and len(readers.get(address, ())) == 1:
            found[id_, address] = readers[address][0]
    return found


def _readers(members: Iterable[Member]) -> dict[str, list[str]]:
    """Return who reads each address."""
    readers: dict[str, list[str]] = defaultdict(list)
    for member in members:
        for address in {box.key for box in member.mailboxes}:
            readers[address].append(member.id)
    return readers


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


class _Stay(NamedTuple):
    """From when a member is known, and until when they were told something."""

    since: datetime
    told: datetime


def _stays(entries: Iterable[Entry], spared: Mapping[str, datetime]) -> Mapping[str, _Stay]:
    """Return how long each member was there, as far as the ledger knows."""
    stays = {id_: _Stay(since, _LONG_AGO) for id_, since in spared.items()}
    for entry in entries:
        if at := entry.claimed_at:
            known = stays.get(entry.key.member_id, _Stay(at, at))
            stays[entry.key.member_id] = _Stay(min(known.since, at), max(known.told, at))
    return stays


def _of_only_newcomers(
    gone: Iterable[tuple[str, str]],
    readers: Mapping[str, Sequence[str]],
    everybody: Sequence[Member],
    stays: Mapping[str, _Stay],
) -> dict[tuple[str, str], str]:
    """Return who alone has come to the address of somebody gone; whose row is set aside, reads it perhaps.

    Whoever was there beside them is another. So are two who were there together, both gone.
    """
    known = {member.id for member in everybody}
    perhaps = _readers(everybody)
    gone_from: dict[str, list[str]] = defaultdict(list)
    for id_, address in gone:
        if id_ not in known:
            gone_from[address].append(id_)
    found = {}
    for address, ids in gone_from.items():
        new = perhaps[address] if len(perhaps[address]) == 1 else _newcomers(ids, perhaps[address], stays)
        if len(new) == 1 and new[0] in readers[address]:
            found.update({(id_, address): new[0] for id_ in ids})
    return found


def _newcomers(gone: list[str], readers: Iterable[str], stays: Mapping[str, _Stay]) -> list[str]:
    """Return who is known only since those gone were told the last, one after the other."""
    in_turn = sorted((stays[id_] for id_ in gone), key=lambda one: one.told)
    if any(later.since < earlier.told + _ONE_RUN for earlier, later in pairwise(in_turn)):
        return []
    since = in_turn[-1].told + _ONE_RUN
    return [id_ for id_ in readers if id_ not in stays or stays[id_].since >= since]


def _without_corrected(gone: list[tuple[str, str]], known: Collection[str]) -> list[tuple[str, str]]:
    """Leave out the few who are in the data still: they rather have another address now than another id."""
    shifted = {id_ for id_, _address in gone if id_ in known}
    return gone if len(shifted) >= _SHIFTED else [one for one in gone if one[0] not in known]


def renumbered_problem(group: Group, new_ids: NewIds) -> Problem:
    """Say that a group is held for them, and what to type."""
    message = _(
        "group {group}: members told of what is ahead have other ids now ({count} addresses, among them "
        "{old} -> {new}), and would be told again: nothing is sent to it; if the new ids are right: "
        "{command}",
        group=group.id,
        command=command_to_accept(group.id),
        count=len(new_ids),
        old=next(iter(new_ids))[0],
        new=next(iter(new_ids.values())),
    )
    return Problem(message, group_id=group.id)


def under_new_ids(entries: Iterable[Entry], by_group: Mapping[str, NewIds], now: datetime) -> list[Entry]:
    """Return the ledger's entries as they are once the new ids have taken them over."""
    return [_renamed(entry, by_group.get(entry.group_id, {}), now) for entry in entries]


def as_told_to_few(
    entries: Iterable[Entry], by_group: Mapping[str, NewIds], now: datetime, lost: Collection[str] = ()
) -> list[Entry]:
    """Return the ledger's entries as if what arrived had been told to those who read it now.

    Only to plan by, and told anew to each run: whoever is back has been told what the ledger holds.
    What the new id was told itself stands, and what is ``lost`` was told to nobody.
    """
    found = {entry.key: entry for entry in entries}
    for entry in tuple(found.values()):
        heir = _renamed(entry, by_group.get(entry.group_id, {}), now)
        own = found.get(heir.key)
        has_arrived = entry.may_have_arrived and entry.custom_id not in lost
        if heir is not entry and has_arrived and not (own and own.may_have_arrived):
            del found[entry.key]
            found[heir.key] = heir
    return list(found.values())


def _renamed(entry: Entry, new_ids: NewIds, now: datetime) -> Entry:
    new_id = new_ids.get((entry.key.member_id, entry.key.address))
    if new_id is None or entry.starts_at <= now:
        return entry
    return replace(entry, key=replace(entry.key, member_id=new_id))


def _told_ahead(entry: Entry, now: datetime) -> bool:
    return entry.may_have_arrived and entry.starts_at > now
