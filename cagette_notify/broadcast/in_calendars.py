"""Find what the calendars of those who were told of a distribution are to forget, or to have back."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.errors import Problem
from cagette_notify.core.i18n import _
from cagette_notify.core.notices import calendar_sequence
from cagette_notify.planning.announced import as_told, latest
from cagette_notify.planning.corrections.called_off import (
    called_off,
    is_of_another_group,
    takes_place_as_told,
    where_perhaps,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cagette_notify.core.model import Distribution, Mailbox, Member
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.calendar import Calendar


class InCalendars(Struct, frozen=True):
    """A distribution, or a duty there, as calendars are to know it, and a SEQUENCE above all told.

    A duty, in the ``roles`` that they have now, is one ``reader``'s alone, by their address, casefolded; so
    is what is put back.
    """

    distribution: Distribution
    sequence: int
    roles: tuple[str, ...] | None = None
    reader: str = ""


class _Told(NamedTuple):
    """The mails that put a distribution into calendars, or a duty there into one ``reader``'s."""

    entries: list[Entry]
    reader: str = ""

    def roles_by(self, roles_of: Callable[[str], tuple[str, ...]]) -> tuple[str, ...] | None:
        """Return the roles of all who read there; None of what is no duty."""
        if not self.reader:
            return None
        ids = dict.fromkeys(entry.key.member_id for entry in self.entries)
        return tuple(dict.fromkeys(role for id_ in ids for role in roles_of(id_)))


def called_off_since(
    calendar: Calendar,
    distribution: Distribution,
    entries: Iterable[Entry],
    cancels: int,
    moved: Iterable[Member] = (),
) -> tuple[InCalendars, ...]:
    """Return what calendars are to forget: nothing unless who was told has it there, and it is off.

    ``cancels`` mails said so before. ``moved`` are those of the members told who read another address since.
    """
    known = {one.id: one for one in calendar.distributions}
    # What takes place for another group now stays: some of those told are members of that one, too.
    theirs = [entry for entry in entries if not is_of_another_group(entry, known, calendar.groups)]
    found = []
    for told in _with_calendar_entry(theirs, moved):
        last = latest(told.entries)
        is_there = last.roles or not told.reader  # whoever gave up a duty has none there any more
        if is_there and called_off(told.entries, known, calendar.groups, calendar.aside):
            # Ends and names may have changed since; the group that it was told for, and the id, make it out.
            off = replace(
                distribution, group_id=last.group_id, starts_at=last.starts_at, ends_at=None, cancelled=True
            )
            sequence = calendar_sequence(last.revision, cancels, is_cancelled=True)
            found.append(InCalendars(off, sequence, () if told.reader else None, told.reader))
    return tuple(found)


def back_on_since(  # noqa: PLR0913, PLR0917 - as above, and who serves
    calendar: Calendar,
    distribution: Distribution,
    entries: Iterable[Entry],
    cancels: int,
    moved: Iterable[Member],
    again: Iterable[Mailbox],
    roles_of: Callable[[str], tuple[str, ...]],
) -> tuple[InCalendars, ...]:
    """Return what calendars are to have back: ``cancels`` mails took it out, and it takes place as told.

    The distribution only who had its entry, ``again`` included, who were forgotten since: others may have
    been told of a duty alone. A duty only who has one there now, as ``roles_of`` tells of a member's id:
    whoever gave it up since is told so, and calendars take what comes last.
    """
    known = {one.id: one for one in calendar.distributions}
    found = []
    moved = list(moved)
    for told in _with_calendar_entry(entries, moved) if cancels else ():
        last = latest(told.entries)
        if takes_place_as_told(last, known, calendar.groups, calendar.aside):
            roles = told.roles_by(roles_of)
            back = InCalendars(as_told(distribution, last), calendar_sequence(last.revision, cancels), roles)
            had_it = {*_by_reader(told.entries, moved), *(box.key for box in again)}
            readers = [told.reader] if told.reader else sorted(had_it)
            if roles != ():
                found += [replace(back, reader=one) for one in readers]
    return tuple(found)


def _with_calendar_entry(entries: Iterable[Entry], moved: Iterable[Member]) -> Iterator[_Told]:
    """Yield the mails that put the distribution into calendars, then, by reader, those of a duty there."""
    told = [entry for entry in entries if entry.key.kind.traits.has_calendar_entry]
    if of_orders := [entry for entry in told if not entry.key.kind.traits.needs_duty]:
        yield _Told(of_orders)
    duties = _by_reader((entry for entry in told if entry.key.kind.traits.needs_duty), moved)
    yield from (_Told(those, reader) for reader, those in duties.items())


def _by_reader(entries: Iterable[Entry], moved: Iterable[Member]) -> dict[str, list[Entry]]:
    """Return what was told by who reads it, there and where they have their mail today."""
    today = {member.id: member.mailboxes for member in moved}
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in (one for one in entries if not one.is_forgotten):
        for reader in {entry.key.address, *(box.key for box in today.get(entry.told_id, ()))}:
            found[reader].append(entry)
    return found


def left_in_calendars(calendar: Calendar, entries: Iterable[Entry]) -> Iterator[Problem]:
    """Say that calendars keep what is missing from the data, as a bad row may be it."""
    known = {one.id: one for one in calendar.distributions}
    told = {entry.key.distribution_id: entry for entry in entries if entry.key.kind.traits.has_calendar_entry}
    for id_, entry in told.items():
        where = where_perhaps(entry, known, calendar.groups, calendar.aside)
        if not where and (id_ in known or id_ not in calendar.aside.ids):
            continue
        why = (
            _("it may be what was set aside in the data ({where})", where=where)
            if where
            else _("what the data says of it was set aside")
        )
        message = _(
            "this mail takes distribution {distribution} out of no calendar: {why}", distribution=id_, why=why
        )
        yield Problem(message, field="--to", is_warning=True)
