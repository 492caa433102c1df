"""Find what takes place as told after a mail had said that it is off, until those told hear of it."""

from __future__ import annotations

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
    on = [one for one in announced if takes_place_as_told(one, distributions, groups, calendar.aside)]
    if not on:
        return {}
    memory, desk = RunMemory(ledger, account), _Desk.of(ledger, account)
    found: dict[str, BackOn] = {}
    for entry in on:
        id_ = entry.key.distribution_id
        off_said = memory.said_at(called_off_key(entry, distributions, groups))
        if not (off_said or id_ in desk.taken_out):
            continue
        group_id = group_to_write_to(entry, distributions, groups)
        key, told_at = back_on_key(entry), desk.told_off_at(id_, group_id, off_said)
        if told_at is None:
            continue
        said_on = memory.said_at(key)
        is_news = said_on is None or said_on < told_at
        if is_news or (said_on and not desk.wrote(id_, group_id, said_on)):
            found[key] = BackOn(back_on_line(entry, distributions, groups), is_news=is_news)
    return found


def is_off_anew(memory: RunMemory, key: str, entry: Entry) -> bool:
    """Tell whether what a run had said to be off was said to be back on since."""
    off, on = memory.said_at(key), memory.said_at(back_on_key(entry))
    return bool(off and on and on >= off)


class _Desk(Struct, frozen=True):
    """The letters that went to those told."""

    book: BroadcastBook
    taken_out: Mapping[str, tuple[datetime, ...]]  # of calendars, by distribution
    put_back: Mapping[str, tuple[datetime, ...]]

    @classmethod
    def of(cls, ledger: Ledger, account: str) -> _Desk:
        """Read them."""
        methods = (cancellations(ledger, account, method) for method in ("CANCEL", "PUBLISH"))
        return cls(BroadcastBook(ledger, account), *methods)

    def told_off_at(self, id_: str, group_id: str, said_at: datetime | None) -> datetime | None:
        """Return when those told heard last that it is off, which a run ``said_at``; None if they did not."""
        if taken_out := self.taken_out.get(id_):
            return None if max(self.put_back.get(id_, taken_out)) > max(taken_out) else max(taken_out)
        return said_at if said_at and self.wrote(id_, group_id, said_at) else None

    def wrote(self, id_: str, group_id: str, since: datetime) -> bool:
        """Tell whether a mail has gone since to those told of a distribution."""
        lists = (f"told:{id_}", f"with-order:{id_}")
        return any(self.book.has_gone_to(one, group_id, since) for one in lists)
