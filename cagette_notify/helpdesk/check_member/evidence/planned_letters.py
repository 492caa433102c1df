"""Find the planned broadcasts that would reach a member as the data is today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cagette_notify.broadcast.depart import plans_waiting
from cagette_notify.broadcast.todays_choice import readers_of_plan
from cagette_notify.core.kinds import Kind
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.planning.timeline import HELD, WILL_SEND, TimelineEvent
from cagette_notify.run.held_broadcasts import is_plan_held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import PlannedMail
    from cagette_notify.core.model import Member
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger


class PlannedLetters:
    """The broadcasts that leave by themselves. Whom each would go to is looked up once, if it is asked."""

    def __init__(self, config: Config, ledger: Ledger, calendar: Calendar, now: datetime) -> None:
        """List what is planned, and not held."""
        self._ledger = ledger
        self._calendar = calendar
        self._now = now
        plans = PlannedBook(ledger, config.account).all()
        self._planned = [one for one in plans if not is_plan_held(one, now)]
        self._waiting = plans_waiting(config, calendar, ledger, now)
        self._readers: dict[str, frozenset[str] | None] = {}

    def to(self, member: Member, until: datetime, held: Collection[str]) -> Iterator[TimelineEvent]:
        """Yield what leaves by then to each address of a member, the soonest first; ``held`` are groups.

        What is due and waits for something else is held, too.

        Where it can't be known whom a mail would go to, nobody is told of it.
        """
        for one in self._planned:
            group_id = one.broadcast.group_id
            if one.send_at > until or group_id not in member.group_ids:
                continue
            readers = self._readers_of(one) or frozenset()
            is_held = group_id in held or one.broadcast.attempt in self._waiting
            status = HELD if is_held else WILL_SEND
            for address in dict.fromkeys(box.address for box in member.mailboxes if box.key in readers):
                about = Kind.BROADCAST, group_id, "", address, status
                yield TimelineEvent(one.send_at, *about, subject=one.broadcast.content.subject)

    def to_others_than(self, member: Member, until: datetime) -> Iterator[PlannedMail]:
        """Yield what leaves by then to others of the member's groups, where it is known to whom."""
        for one in self._planned:
            if one.send_at > until or one.broadcast.group_id not in member.group_ids:
                continue
            readers = self._readers_of(one)
            if readers is not None and all(box.key not in readers for box in member.mailboxes):
                yield one

    def _readers_of(self, planned: PlannedMail) -> frozenset[str] | None:
        attempt = planned.broadcast.attempt
        if attempt not in self._readers:
            self._readers[attempt] = readers_of_plan(self._ledger, self._calendar, planned, self._now)
        return self._readers[attempt]
