"""Count sent mails by fate, per notice and in all. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from cagette_notify.core.kinds import Kind
from cagette_notify.core.mailjet_fates import FateCategory, fate_in_words
from cagette_notify.delivery.unreachable_addresses import (
    FailingAddress,
    FailureStreak,
    failing_repeatedly,
    unreachable_addresses,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cagette_notify.ledger.fates import SentNotice

_SHOWS_UP_AFTER = timedelta(hours=1)  # Mailjet's index lags by minutes
_A_DAY = timedelta(days=1)


class Counts(Struct, frozen=True):
    """Mails that left, by what became of them."""

    left: int = 0
    accepted: int = 0
    bounced: int = 0
    blocked: int = 0
    spam: int = 0
    waiting: int = 0
    unknown: int = 0

    @property
    def percent_accepted(self) -> float | None:
        """The share of those whose fate is final, rounded down to a tenth: 99.46 % are not 99.5 %."""
        final = self.accepted + self.bounced + self.blocked + self.spam
        return self.accepted * 1000 // final / 10 if final else None


class NoticeTally(Struct, frozen=True):
    """The counts of one notice: an opening, a recap, or a broadcast with its subject."""

    kind: Kind
    group_id: str
    distribution_id: str
    subject: str
    counts: Counts


class Tally(Struct, frozen=True):
    """What became of the mails that left between two times.

    A mail of several openings counts for each of them, and once in ``counts``. ``lost`` are addresses
    that get no more mail, though they failed only once. ``unheard_of`` counts the mails of the last day
    with any, if Mailjet knows nothing of all of them.
    """

    since: datetime
    until: datetime
    counts: Counts = Counts()
    notices: tuple[NoticeTally, ...] = ()
    failing: tuple[FailingAddress, ...] = ()
    lost: tuple[FailureStreak, ...] = ()
    unheard_of: int = 0


def tally(sent_notices: Sequence[SentNotice], *, since: datetime, until: datetime) -> Tally:
    """Count what left, and find whom it does not reach."""
    fates = {one.custom_id: one.fate for one in sent_notices if one.fate}
    failing = failing_repeatedly(fates.values())
    told = {one.address.casefold() for one in failing}
    lost = [one for one in unreachable_addresses(fates.values()) if one.address.casefold() not in told]
    return Tally(
        since=since,
        until=until,
        counts=_count(sent_notices),
        notices=_per_notice(sent_notices),
        failing=tuple(failing),
        lost=tuple(sorted(lost, key=lambda one: one.address)),
        unheard_of=_unheard_of(sent_notices, until),
    )


def counts_as_json(counts: Counts) -> dict[str, object]:
    """Return the counts as JSON."""
    return asdict(counts)


def tally_as_json(found: Tally) -> dict[str, object]:
    """Return what ``report --json`` prints, the problems apart."""
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "counts": counts_as_json(found.counts),
        "notices": [
            {
                "kind": one.kind.value,
                "group": one.group_id,
                "distribution": one.distribution_id or None,
                "subject": one.subject or None,
                **counts_as_json(one.counts),
            }
            for one in found.notices
        ],
        "failing": [
            {
                "address": one.address,
                "failures": one.failures,
                "since": one.since.isoformat(),
                "fate": fate_in_words(one.newest),
            }
            for one in found.failing
        ],
    }


def _count(sent_notices: Iterable[SentNotice]) -> Counts:
    outlooks = {one.custom_id: one.fate.outlook if one.fate else FateCategory.UNKNOWN for one in sent_notices}
    counts = Counter(outlook.value for outlook in outlooks.values())
    return Counts(left=len(outlooks), **counts)


def _per_notice(sent_notices: Iterable[SentNotice]) -> tuple[NoticeTally, ...]:
    """Count each notice by itself; the same text sent twice on purpose is two broadcasts."""
    notices: dict[tuple[str, ...], list[SentNotice]] = defaultdict(list)
    for one in sent_notices:
        attempt = one.occasion if one.kind is Kind.BROADCAST else ""
        notices[one.kind, one.group_id, one.distribution_id, attempt].append(one)
    return tuple(
        NoticeTally(some[0].kind, some[0].group_id, some[0].distribution_id, some[0].subject, _count(some))
        for some in notices.values()
    )


def _unheard_of(sent_notices: Iterable[SentNotice], until: datetime) -> int:
    """Count the mails of the last day with any that should have shown up, if none of them did."""
    old = [one for one in sent_notices if until - one.left_at > _SHOWS_UP_AFTER]
    newest = max((one.left_at for one in old), default=until)
    lately = [one for one in old if newest - one.left_at < _A_DAY]
    return 0 if any(one.fate for one in lately) else len({one.custom_id for one in lately})
