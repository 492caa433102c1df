"""Find the newcomer to an address who is somebody gone from there, under another id. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.text import fold_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cagette_notify.core.model import Member
    from cagette_notify.core.notices import Entry

_ONE_RUN = timedelta(minutes=2)  # in which those who are there together may be told one after the other
_LONG_AGO = datetime.min.replace(tzinfo=timezone.utc)


class Stay(NamedTuple):
    """Since when a member is known, until when they were told something, and by what name, folded."""

    since: datetime
    told: datetime
    name: str = ""


def stays_of(entries: Iterable[Entry], spared: Mapping[tuple[str, str], datetime]) -> Mapping[str, Stay]:
    """Return how long each member was there, as far as the ledger knows who was told what, or ``spared``."""
    latest_first = sorted(spared.items(), key=lambda one: one[1], reverse=True)
    stays = {id_: Stay(since, _LONG_AGO) for (id_, _address), since in latest_first}
    for entry in entries:
        if at := entry.claimed_at:
            known = stays.get(entry.key.member_id, Stay(at, at))
            name = fold_name(entry.member_name or known.name)
            stays[entry.key.member_id] = Stay(min(known.since, at), max(known.told, at), name)
    return stays


def members_at_addresses(members: Iterable[Member]) -> dict[str, list[str]]:
    """Return who reads each address."""
    readers: dict[str, list[str]] = defaultdict(list)
    for member in members:
        for address in {box.key for box in member.mailboxes}:
            readers[address].append(member.id)
    return readers


def only_newcomers(
    gone: Iterable[tuple[str, str]],
    members: Sequence[Member],
    set_aside: Iterable[Member],
    stays: Mapping[str, Stay],
) -> dict[tuple[str, str], str]:
    """Return, by id and address of somebody gone, who alone has come to the address since.

    Of several, it is the one of the same name. Whoever lived beside somebody gone is another, unless they
    alone are left. Whose row is set aside, reads the address perhaps.
    """
    everybody = (*members, *set_aside)
    names = {member.id: fold_name(member.name) for member in everybody}
    served, perhaps = members_at_addresses(members), members_at_addresses(everybody)
    gone_from: dict[str, list[str]] = defaultdict(list)
    for id_, address in gone:
        if id_ not in names:
            gone_from[address].append(id_)
    return {
        (id_, address): new
        for address, ids in gone_from.items()
        for id_, new in _at_one_address(ids, perhaps[address], stays, names).items()
        if new in served[address]
    }


def _at_one_address(
    gone: Collection[str], readers: Sequence[str], stays: Mapping[str, Stay], names: Mapping[str, str]
) -> dict[str, str]:
    if len(readers) == 1:
        return dict.fromkeys(gone, readers[0])
    found = {}
    for id_ in gone:
        name = stays[id_].name
        same = [one for one in _new_since(stays[id_], readers, stays) if name and names[one] == name]
        if len(same) == 1:
            found[id_] = same[0]
    rest = sorted((stays[id_] for id_ in gone if id_ not in found), key=lambda stay: stay.told)
    strangers = [one for one in readers if one not in found.values()]
    new = _new_since(rest[-1], strangers, stays) if rest and _follow_one_another(rest) else []
    if len(new) == 1:
        found.update({id_: new[0] for id_ in gone if id_ not in found})
    return found


def _new_since(one: Stay, readers: Iterable[str], stays: Mapping[str, Stay]) -> list[str]:
    """Return the readers who are known only since somebody was told the last."""
    since = one.told + _ONE_RUN
    return [id_ for id_ in readers if id_ not in stays or stays[id_].since >= since]


def _follow_one_another(in_turn: Sequence[Stay]) -> bool:
    """Tell whether these may be one, who had an id after the other; two who were there together are two."""
    return all(later.since >= earlier.told + _ONE_RUN for earlier, later in pairwise(in_turn))
