"""Read who serves, where a mail depends on it; hold groups of which half of those told serve no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.data.dataset import load_duties
from cagette_notify.planning.changed_ids.renumbered_members import as_told_to_few
from cagette_notify.planning.corrections.unnamed_duties import of_unnamed_duties
from cagette_notify.planning.shrunken_duties import shrunken_duties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.core.duty_list import DutyList
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Member
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.data.files.file_ages import NextRun
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.planning.changed_ids.renumbered_members import Renumbered


class DutiesKnown(Struct, frozen=True):
    """Who serves at each distribution; None where nobody can read that, or no mail depends on it.

    Those of groups that are ``held`` are not believed, and ``holds`` say why. What ``is_being_written`` is
    left to the next run.
    """

    lists: Mapping[str, DutyList] | None = None
    held: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    holds: tuple[Problem, ...] = ()
    is_being_written: bool = False

    @property
    def are_whole(self) -> bool:
        """Tell whether nothing about duties waits for a file, or for somebody."""
        return not (self.held or self.problems or self.is_being_written)

    def why_unknown(self, group_id: str) -> tuple[Problem, ...]:
        """Say why nobody knows who serves for a group: the file can't be read, or isn't believed."""
        return tuple(one for one in self.holds if one.group_id == group_id) or self.problems


def duties_known(  # noqa: PLR0913 - what is read, and what it is held against
    calendar: Calendar,
    ledger: Ledger,
    account: str,
    members: Sequence[Member],
    *,
    set_aside: Sequence[Member],
    unread_groups: Collection[str],
    renumbered: Mapping[str, Renumbered],
    now: datetime,
    next_run: NextRun | None = None,
    needed: Collection[str] = (),
    accepted: Collection[str] = (),
) -> DutiesKnown:
    """Return who serves, but for groups of which that isn't believed unless somebody ``accepted`` it.

    ``needed`` are the distributions whose mails depend on it: a file that was written just now is left to
    the ``next_run`` if all of them can wait. ``renumbered`` are members, by group, who have other ids than
    when they were told.
    """
    if not calendar.inputs.tell_who_serves:
        return DutiesKnown(problems=tuple(_of_no_file(calendar, ledger, account, now)))
    read = load_duties(
        *(calendar, members),
        set_aside=set_aside,
        unread_groups=unread_groups,
        now=now,
        next_run=next_run if next_run and next_run.distributions.issuperset(needed) else None,
    )
    if read.lists is None:
        return DutiesKnown(problems=read.problems, is_being_written=read.is_being_written)
    found = duties_held(calendar, ledger, account, read.lists, renumbered=renumbered, now=now)
    holds = tuple(one for one in found if one.group_id not in accepted)
    held = frozenset(one.group_id for one in holds)
    return DutiesKnown(read.lists, held, read.problems, holds)


def _of_no_file(calendar: Calendar, ledger: Ledger, account: str, now: datetime) -> Iterator[Problem]:
    distributions = {one.id: one for one in calendar.distributions}
    yield from of_unnamed_duties(ledger.duties_told_ahead(account, now), distributions, calendar.groups, now)


def duties_held(  # noqa: PLR0913 - what was read, and what it is held against
    calendar: Calendar,
    ledger: Ledger,
    account: str,
    lists: Mapping[str, DutyList],
    *,
    renumbered: Mapping[str, Renumbered],
    now: datetime,
) -> Iterator[Problem]:
    """Yield of which groups it isn't believed who serves, and what to type if it is right."""
    entries = as_told_to_few(ledger.duties_told_ahead(account, now), renumbered, now)
    distributions = {one.id: one for one in calendar.distributions}
    yield from shrunken_duties(entries, lists, distributions, calendar.groups, now)
