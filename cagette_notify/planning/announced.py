"""Tell whether what was announced of start and place still holds; count its revisions. Pure."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.notices import ServedBy
from cagette_notify.core.text import fold, fold_name, is_same_place, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime, tzinfo

    from cagette_notify.core.model import Distribution, Member
    from cagette_notify.core.notices import Entry


def announces(entry: Entry, distribution: Distribution) -> bool:
    """Tell whether what a mail said of start and place still holds; a place that is unknown changes nothing.

    Nor does one that is only written otherwise: whoever reads what was told goes to the same door.

    Both in UTC: between two zones, Python calls an hour that exists twice unequal even to itself.
    """
    starts_at = distribution.starts_at.astimezone(timezone.utc)
    is_there = distribution.place_is_unknown or is_same_place(entry.place, distribution.place)
    return is_there and entry.starts_at == starts_at


def sets_right(entry: Entry, told: Entry, distribution: Distribution) -> bool:
    """Tell whether a mail of whatever kind said what holds, once another had told its address otherwise."""
    return told_at(entry) > told_at(told) and entry.may_have_arrived and announces(entry, distribution)


def as_heard_since(told: Entry, heard: Iterable[Entry]) -> Entry:
    """Return what an address believes that was told so: start and place as the last mail there said them.

    ``heard`` is what it may have heard of that distribution, in mails of whatever kind.
    """
    last = max((told, *heard), key=told_at)
    return replace(told, starts_at=last.starts_at, place=last.place or told.place)


def told_at(entry: Entry) -> datetime:
    """Return when a mail told something; when it was due, where that is not known."""
    return entry.claimed_at or entry.due_at


def told_as_another(member: Member, told: Entry, readers: Iterable[Member]) -> bool:
    """Tell whether an address that was told under the member's id is another one's than theirs.

    Who has an id may be another person than had it then. A member who has the name that they had is the same,
    and is corrected wherever they were told: a partner may have an account of their own since. Where names
    don't tell, an address that somebody else has is another's: ``readers`` are who has it today.
    """
    if any(box.key == told.key.address for box in member.mailboxes):
        return False
    name, was = fold_name(member.name), fold_name(told.member_name)
    if name and was:
        return name != was
    return any(not was or fold_name(reader.name) != was for reader in readers)


def as_told(distribution: Distribution, told: Entry) -> Distribution:
    """Put the place that was told in that of one that is unknown: it stands."""
    return replace(distribution, place=told.place) if distribution.place_is_unknown else distribution


def told_and_so(
    entry: Entry,
    distribution: Distribution,
    zone: tzinfo,
    roles: Sequence[str] | None = None,
    served_by: ServedBy = ServedBy.UNKNOWN,
) -> str:
    """Say what an address believes of start, place, its ``roles`` and who comes for them, and what is so."""
    told = when_and_where(zone, entry.starts_at, entry.place)
    now = when_and_where(zone, distribution.starts_at, distribution.place)
    if roles is not None and {*map(fold, roles)} != {*map(fold, entry.roles)}:
        told, now = f"{told}, {_in_roles(entry.roles)}", f"{now}, {_in_roles(roles)}"
    elif ServedBy.UNKNOWN not in {served_by, entry.served_by} and served_by is not entry.served_by:
        told, now = f"{told}, {_served_by(entry.served_by)}", f"{now}, {_served_by(served_by)}"
    return _("told {told}; it is {now}", told=told, now=now)


def _in_roles(roles: Sequence[str]) -> str:
    return ", ".join(roles) or _("no duty")


def _served_by(who: ServedBy) -> str:
    return {
        ServedBy.HOLDER: _("the account's holder serves"),
        ServedBy.PARTNER: _("the partner serves"),
        ServedBy.BOTH: _("both of the couple serve"),
    }[who]


def latest(told: Iterable[Entry]) -> Entry:
    """Return the entry of the highest revision: the last thing the address heard."""
    return max(told, key=lambda entry: entry.revision)


def still_ahead(told: Iterable[Entry], now: datetime) -> list[Entry]:
    """Leave out what was told of a start that is over, and all that had been told of its distribution before.

    One that was put off, moved back and held took place: what comes after is told anew, though the day
    that it was put off to for a while is still to come.
    """
    told = list(told)
    over: dict[tuple[str, str], int] = {}
    for entry in told:
        if entry.starts_at <= now:
            over[entry.counter] = max(entry.revision, over.get(entry.counter, entry.revision))
    return [entry for entry in told if entry.revision > over.get(entry.counter, -1)]


def places_told(
    distribution: Distribution, entries: Iterable[Entry], now: datetime
) -> dict[tuple[str, str], str]:
    """Return the place that stands for each member and address, where today's is unknown.

    That is what the address heard last, an opening under no member's id, unless somebody heard of another
    one since: then it holds no more, and what holds may not be said as long as nobody can read it.
    """
    told = [
        entry
        for entry in entries
        if entry.may_have_arrived and (entry.key.kind.traits.needs_order or entry.place)
        if not entry.key.kind.traits.needs_duty
    ]
    if distribution.starts_at > now:
        openings = [one for one in told if not one.key.kind.traits.needs_order and one.starts_at > now]
        told = [*openings, *still_ahead((one for one in told if one.key.kind.traits.needs_order), now)]
    told.sort(key=lambda entry: (entry.revision, entry.claimed_at or entry.due_at))
    last = next((entry.place for entry in reversed(told) if entry.place), "")
    found = {(entry.key.member_id, entry.key.address): entry.place for entry in told}
    return {whose: place for whose, place in found.items() if is_same_place(place, last)}


def revision_of(distribution: Distribution, entries: Iterable[Entry]) -> int:
    """Count how often start or place changed between claims, the distribution as it is now included.

    The first announcement is revision 1. Rows that were never claimed announced nothing. Of one revision
    some may have heard no place, as nobody could read it then: they are owed another one that says it.
    """
    return next_revision(
        (entry for entry in entries if entry.key.kind.traits.needs_order),
        lambda entry: announces(entry, distribution),
    )


def next_revision(entries: Iterable[Entry], holds: Callable[[Entry], bool]) -> int:
    """Return the last revision that was claimed as long as all that it told still ``holds``, else the next.

    ``entries`` are those of one counter.
    """
    claimed = [entry for entry in entries if entry.claimed_at]
    if not claimed:
        return 1
    last = latest(claimed)
    told = [entry for entry in claimed if entry.revision == last.revision and entry.may_have_arrived]
    return last.revision if all(map(holds, told or [last])) else last.revision + 1


def when_and_where(zone: tzinfo, at: datetime, place: str) -> str:
    """Say start and place in one line, by the clock of a group."""
    from cagette_notify.core.formatting import instant  # and with it babel, where there is a moment to say

    when = instant(at.astimezone(zone), spoken())
    return f"{when}, {one_line(place)}" if place else when
