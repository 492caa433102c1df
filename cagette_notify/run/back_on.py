"""Find what takes place as told after a mail had said that it is off, until those told hear of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.cancellations import cancellations
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.planning.called_off import (
    back_on_key,
    back_on_line,
    called_off_key,
    group_to_write_to,
    takes_place_as_told,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from cagette_notify.core.errors import Problem
    from cagette_notify.core.notices import Entry
    from cagette_notify.data.dataset import Calendar
    from cagette_notify.ledger.ledger import Ledger

_NEXT = timedelta(seconds=1)


class BackOn(Struct, frozen=True):
    """A distribution that is back on, of which nobody wrote so far; ``is_news`` until a run has said it."""

    problem: Problem
    is_news: bool


def back_on(
    calendar: Calendar, ledger: Ledger, account: str, announced: Iterable[Entry]
) -> Mapping[str, BackOn]:
    """Return them by a key to remember them by.

    That it is off was said by a mail that took it out of calendars, or to those told since a run said so.
    """
    distributions, groups = {one.id: one for one in calendar.distributions}, calendar.groups
    memory, desk = RunMemory(ledger, account), _Desk(BroadcastBook(ledger, account))
    on = [one for one in announced if takes_place_as_told(one, distributions, groups, calendar.aside)]
    cancelled = cancellations(ledger, account) if on else {}
    found: dict[str, BackOn] = {}
    for entry in on:
        id_, group_id = entry.key.distribution_id, group_to_write_to(entry, distributions, groups)
        key, told = back_on_key(entry), []
        if said := memory.said_at(called_off_key(entry, distributions, groups)):
            told += [said] if desk.wrote(id_, group_id, said) else []
        if sent := cancelled.get(id_):
            told += [] if desk.wrote(id_, group_id, sent[-1] + _NEXT) else [sent[-1]]
        said_on = memory.said_at(key)
        is_said = bool(told and said_on and said_on >= max(told))
        if not told or (is_said and said_on and desk.wrote(id_, group_id, said_on)):
            continue
        found[key] = BackOn(back_on_line(entry, distributions, groups), is_news=not is_said)
    return found


def is_off_anew(memory: RunMemory, key: str, entry: Entry) -> bool:
    """Tell whether what a run had said to be off was said to be back on since."""
    off, on = memory.said_at(key), memory.said_at(back_on_key(entry))
    return bool(off and on and on >= off)


class _Desk(Struct, frozen=True):
    book: BroadcastBook

    def wrote(self, id_: str, group_id: str, since: datetime) -> bool:
        """Tell whether a mail has gone since to those told of a distribution."""
        return any(
            self.book.has_gone_to(one, group_id, since) for one in (f"told:{id_}", f"with-order:{id_}")
        )
