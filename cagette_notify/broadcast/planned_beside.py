"""Find the planned mail that a new one to the same group may be meant to replace, or comes close to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.broadcast.todays_choice import readers_of_plan
from cagette_notify.run.held_broadcasts import is_plan_held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from cagette_notify.core.messages import PlannedMail
    from cagette_notify.core.model import Group, Mailbox
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger

RECENT = timedelta(hours=1)


class PlannedBeside(Struct, frozen=True):
    """Another mail to the group that is planned, and what it shares with the one that is proposed."""

    mail: PlannedMail
    shares_readers: bool
    has_same_subject: bool

    @property
    def may_be_this_one(self) -> bool:
        """Whether this one may be the same mail with another text: whoever gets both is told it twice."""
        return self.shares_readers and self.has_same_subject


def planned_beside(  # noqa: PLR0913, PLR0917 - a mail, and all that tells who reads the others
    ledger: Ledger,
    calendar: Calendar,
    group: Group,
    subject: str,
    readers: Iterable[Mailbox],
    others: Iterable[PlannedMail],
    at: datetime,
    now: datetime,
) -> PlannedBeside | None:
    """Return the one that matters most of those with this subject, or planned for about this time."""
    keys = frozenset(mailbox.key for mailbox in readers)
    leaving = (one for one in others if one.broadcast.group_id == group.id and not is_plan_held(one, now))
    found = [
        PlannedBeside(one, _is_read_by(keys, ledger, calendar, one, now), is_same)
        for one in leaving
        for is_same in [one.broadcast.content.subject == subject]
        if is_same or abs(one.send_at - at) <= RECENT
    ]
    return max(found, key=lambda one: (one.shares_readers, one.has_same_subject), default=None)


def _is_read_by(
    keys: Collection[str], ledger: Ledger, calendar: Calendar, planned: PlannedMail, now: datetime
) -> bool:
    """Tell whether any of them gets a planned mail; where that can't be known, it may be so."""
    readers = readers_of_plan(ledger, calendar, planned, now)
    return readers is None or any(key in readers for key in keys)
