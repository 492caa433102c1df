"""Settle mails in doubt by looking up whether they left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.i18n import _
from cagette_notify.core.messages import Outcome
from cagette_notify.core.notices import Entry, Status
from cagette_notify.delivery.clock_drift import has_jumped_ahead, offset_of
from cagette_notify.delivery.transport import LookupFailed, Transport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from cagette_notify.core.errors import Problem
    from cagette_notify.ledger.ledger import Ledger


class Doubts(Struct, frozen=True):
    """What a look-up proved: ``lost`` are CustomIDs that may be sent again, ``waiting`` stay in doubt."""

    sent: tuple[Entry, ...] = ()
    waiting: tuple[Entry, ...] = ()
    lost: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def settle_doubts(  # noqa: PLR0913 - whose doubts, whom to ask, and what the waiting goes by
    ledger: Ledger,
    transport: Transport,
    entries: Sequence[Entry],
    *,
    settle_after: timedelta,
    now: datetime,
    offset_before: timedelta | None = None,
) -> Doubts:
    """Look up every claimed or doubtful mail and record those that were accepted.

    Not found proves nothing for some minutes, as Mailjet's index lags: only once ``settle_after`` has
    passed since the claim, or since the answer was lost, does a mail count as lost. ``offset_before`` is
    what Mailjet's clock was ahead of ours when last heard: had ours jumped ahead since, a doubt would
    look that much older than it is, so all of them begin to wait anew, once.
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
    jumped = has_jumped_ahead(offset_of(transport), offset_before)
    begun = {entry.custom_id: since for entry in missing if not jumped and (since := _since(entry, now))}
    _begin_anew(ledger, [entry for entry in missing if entry.custom_id not in begun], now)
    lost = {custom_id for custom_id, since in begun.items() if now - since >= settle_after}
    return Doubts(
        sent=tuple(entry for entry in doubtful if entry.custom_id in found),
        waiting=tuple(entry for entry in missing if entry.custom_id not in lost),
        lost=frozenset(lost),
    )


def looked_up_in_vain() -> Outcome:
    """Return what becomes of a lost mail that is not to leave again now: it waits, looked up no more."""
    return Outcome(Status.DEFERRED, _("looked up in vain"))


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
    """Date from now on the doubts around a jump of the clock: how old they are, nobody knows."""
    if entries:
        doubt = Outcome(Status.IN_DOUBT)
        ledger.settle({entry.custom_id: doubt for entry in entries}, now)
