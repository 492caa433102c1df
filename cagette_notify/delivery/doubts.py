"""Settle what a dead run or a lost answer left in doubt, by asking where the mails went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cagette_notify.delivery.lookup import LookupFailed
from cagette_notify.model import Outcome, Status
from cagette_notify.timekeeping import lead_of, offset_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from cagette_notify.delivery.dispatch import Transport
    from cagette_notify.ledger import Ledger
    from cagette_notify.model import Entry, Problem


@dataclass(frozen=True, slots=True)
class Doubts:
    """What a look-up proved: ``lost`` are CustomIDs that may be sent again, ``waiting`` stay in doubt."""

    sent: tuple[Entry, ...] = ()
    waiting: tuple[Entry, ...] = ()
    lost: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def settle_doubts(
    ledger: Ledger, transport: Transport, entries: Sequence[Entry], *, settle_after: timedelta, now: datetime
) -> Doubts:
    """Look up every claimed or doubtful mail and record those that were accepted.

    Not found proves nothing for some minutes, as Mailjet's index lags: only once ``settle_after`` has
    passed since the claim, or since the answer was lost, does a mail count as lost.
    """
    doubtful = [entry for entry in entries if entry.status in {Status.CLAIMED, Status.IN_DOUBT}]
    if not doubtful:
        return Doubts()
    try:
        found = _look_up(transport, doubtful, now)
    except LookupFailed as error:
        return Doubts(waiting=tuple(doubtful), problems=tuple(error.problems))
    ledger.settle(found, now)
    missing = [entry for entry in doubtful if entry.custom_id not in found]
    _begin_anew(ledger, [entry for entry in missing if _since(entry, now) is None], now)
    # A clock that has just jumped ahead makes a doubt look that much older than it is.
    patience = settle_after + lead_of(offset_of(transport))
    lost = {
        entry.custom_id
        for entry in missing
        if (since := _since(entry, now)) is not None and now - since >= patience
    }
    return Doubts(
        sent=tuple(entry for entry in doubtful if entry.custom_id in found),
        waiting=tuple(entry for entry in missing if entry.custom_id not in lost),
        lost=frozenset(lost),
    )


def _look_up(transport: Transport, doubtful: Sequence[Entry], now: datetime) -> dict[str, Outcome]:
    custom_ids = list(dict.fromkeys(entry.custom_id for entry in doubtful))
    moments = [now, *(entry.claimed_at for entry in doubtful if entry.claimed_at)]
    return transport.look_up(custom_ids, since=min(moments), until=max(moments))


def _since(entry: Entry, now: datetime) -> datetime | None:
    """Return when the doubt began: when the answer was lost, or the claim of a run that died.

    Normally the later of the two is the former. What is ahead of now was noted by a wrong clock.
    """
    return max((at for at in (entry.claimed_at, entry.settled_at) if at and at <= now), default=None)


def _begin_anew(ledger: Ledger, entries: Sequence[Entry], now: datetime) -> None:
    """Date from now on the doubts of a clock that had jumped ahead: how old they are, nobody knows."""
    if entries:
        doubt = Outcome(Status.IN_DOUBT)
        ledger.settle({entry.custom_id: doubt for entry in entries}, now)
