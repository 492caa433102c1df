"""Choose who was told of a distribution, as the ledger has it: members or not, in the data or not."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from cagette_notify.core.model import AddressState, Distribution, Group, Mailbox, Member
from cagette_notify.core.notices import NoticeKey
from cagette_notify.core.parsing import day
from cagette_notify.data.members.find_member import distribution_called
from cagette_notify.planning.announced import told_as_another

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from cagette_notify.core.notices import Entry, ForgottenKeys
    from cagette_notify.data.calendar import Calendar

REMEMBERED = timedelta(days=7)
"""How long after a distribution those who were told of it can be written to."""


class Memory(NamedTuple):
    """What the ledger knows: what was told of distributions after a moment, and to whom else, by hashes.

    ``cancels`` counts the mails that took a distribution out of calendars. ``unsubscribed`` are the
    addresses, casefolded, that stopped broadcasts with Mailjet's link.
    """

    told_since: Callable[[datetime], Sequence[Entry]]
    forgotten: ForgottenKeys
    cancels: Callable[[str], int]
    unsubscribed: Collection[str] = ()


def told_distribution(
    calendar: Calendar, group: Group, told: Sequence[Entry], name: str, now: datetime
) -> Distribution:
    """Return what an id, a date or ``next`` means, among what is in the data and what only was told.

    A day on which there is none is that which was told for it, and moved since.
    """
    mine = [one for one in calendar.distributions if one.group_id == group.id]
    here, known = {one.id for one in mine}, {one.id for one in calendar.distributions}
    gone = {
        entry.key.distribution_id: Distribution(entry.key.distribution_id, group.id, entry.starts_at)
        for entry in told
        if (entry.group_id == group.id and entry.key.distribution_id not in here)
        or (entry.group_id not in calendar.groups and entry.key.distribution_id not in known)
    }
    those = [*mine, *gone.values()]
    moved = [one for one in those if _means_a_day_of(name, days_told_of(calendar, group, one, told))]
    is_moved = len(moved) == 1 and not any(_means_a_day_of(name, {_day_of(one, group)}) for one in those)
    return moved[0] if is_moved else distribution_called(name, those, now, field="--to")


def days_told_of(
    calendar: Calendar, group: Group, distribution: Distribution, told: Iterable[Entry]
) -> frozenset[date]:
    """Return the local days that people were told a distribution is on."""
    entries = told_of(calendar, distribution, told)
    return frozenset(entry.starts_at.astimezone(group.timezone).date() for entry in entries)


def _day_of(distribution: Distribution, group: Group) -> date:
    return distribution.starts_at.astimezone(group.timezone).date()


def _means_a_day_of(name: str, days: Collection[date]) -> bool:
    try:
        return day(name) in days
    except ValueError:
        return False


def told_of(calendar: Calendar, distribution: Distribution, told: Iterable[Entry]) -> list[Entry]:
    """Return what was told of a distribution; to the group it was of, where it is another one's now."""
    is_elsewhere = any(
        one.id == distribution.id and one.group_id != distribution.group_id for one in calendar.distributions
    )
    return [
        entry
        for entry in told
        if entry.key.distribution_id == distribution.id
        and (not is_elsewhere or entry.group_id == distribution.group_id)
    ]


def mailboxes_told(
    entries: Iterable[Entry], members: Iterable[Member], forgotten: Iterable[tuple[str, Mailbox]] = ()
) -> tuple[tuple[Mailbox, ...], frozenset[str]]:
    """Return the mailboxes that were told, once each, and the ids of the households that read them.

    Whoever was told of start and place counts, member or not. If no recap left, those told that orders
    were open count, too, as far as they are members still: they may have ordered. ``forgotten`` are those of
    ``forgotten_readers``; for who has another address since see ``told_elsewhere``.
    """
    entries, again = list(entries), list(forgotten)
    usable = list(_usable(members))
    known = {box.key: box for _id, box in reversed([*usable, *again])}
    named = [one for one in _of_start_and_place(entries) if not one.is_forgotten]
    found = {e.key.address: known.get(e.key.address, Mailbox(e.recipient)) for e in named}
    ids = {entry.key.member_id for entry in named}
    if only_members_count(entries):
        opened = {entry.key.address for entry in entries} | {box.key for _id, box in again}
        found |= {address: box for address, box in known.items() if address in opened}
        ids |= {id_ for id_, box in (*usable, *again) if box.key in opened}
    else:
        found |= {box.key: known[box.key] for _id, box in again}
        ids |= {id_ for id_, _box in again}
    return tuple(found.values()), frozenset(ids)


def told_elsewhere(
    entries: Iterable[Entry], members: Iterable[Member], everybody: Iterable[Member]
) -> list[Member]:
    """Return the ``members`` who were told at an address that they have given up since, of ``everybody``.

    What is so now they read where they have their mail today.
    """
    readers: dict[str, list[Member]] = defaultdict(list)
    for member in everybody:
        for address in {box.key for box in member.mailboxes}:
            readers[address].append(member)
    told: dict[str, list[Entry]] = defaultdict(list)
    for entry in _counted(entries):
        told[entry.told_id].append(entry)
    return [
        member
        for member in members
        if any(
            member not in (those := readers[entry.key.address]) and not told_as_another(member, entry, those)
            for entry in told[member.id]
        )
    ]


def told_there(entries: Iterable[Entry], members: Iterable[Member]) -> list[Member]:
    """Return the ``members`` who read an address that was told."""
    told = {entry.key.address for entry in _counted(entries)}
    return [member for member in members if any(box.key in told for box in member.mailboxes)]


def _counted(entries: Iterable[Entry]) -> list[Entry]:
    """Return what counts as told: openings, too, as long as no recap has left."""
    entries = list(entries)
    return entries if only_members_count(entries) else _of_start_and_place(entries)


def _of_start_and_place(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.key.kind.traits.is_corrected]


def forgotten_readers(
    entries: Iterable[Entry], members: Iterable[Member], forgotten: ForgottenKeys
) -> Iterator[tuple[str, Mailbox]]:
    """Yield the members, by id and mailbox, who were told the same as others, and forgotten since.

    Their rows name nobody any more; that a member of today has been told all the same, a hash tells.
    """
    if not forgotten:
        return
    keys = {(one.key.kind, one.key.distribution_id, one.key.occasion) for one in _counted(entries)}
    for id_, box in _usable(members):
        if any(
            NoticeKey(kind, about, occasion, "" if kind.traits.told_to_group else id_, box.key) in forgotten
            for kind, about, occasion in keys
        ):
            yield id_, box


def _usable(members: Iterable[Member]) -> Iterator[tuple[str, Mailbox]]:
    for member in members:
        yield from ((member.id, box) for box in member.mailboxes if box.state is AddressState.USABLE)


def only_members_count(entries: Iterable[Entry]) -> bool:
    """Tell whether no recap left, so that of those who read of orders only members are written to."""
    return not any(entry.key.kind.traits.needs_order for entry in entries)
