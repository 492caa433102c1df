"""Count sent mails by fate, per notice and in all."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from cagette_notify.core.formatting import percents
from cagette_notify.core.i18n import _, spoken
from cagette_notify.core.mailjet_fates import category_of, fate_in_words
from cagette_notify.delivery.unreachable_addresses import (
    FailingAddress,
    FailureStreak,
    failing_repeatedly,
    unreachable_addresses,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cagette_notify.ledger.fates import FateBook, SentCount
    from cagette_notify.ledger.refusals import RefusedAddress

PROMISED = 99.5
"""Per cent of the mails that are accepted, by Cagette's own help pages."""

COMPARED = 1000
"""Mails that are compared with it: of fewer, a single one is a tenth of a per cent."""

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
    """The counts of one notice: an opening, a recap, what corrects it, or a broadcast with its subject."""

    called: str
    group_id: str
    distribution_id: str
    subject: str
    counts: Counts


class Tally(Struct, frozen=True):
    """What became of the mails that left between two times.

    A mail of several openings counts for each of them, and once in ``counts``. ``in_doubt`` counts those
    of which nobody knows whether they left: they are in no other count. ``lost`` are addresses that get no
    more mail, though they failed only once, ``refused`` those to which Mailjet takes none. ``unheard_of``
    counts the mails of the last day with any, if Mailjet knows nothing of all of them. ``last`` are the last
    thousand mails, as far back as the ledger knows them.
    """

    since: datetime
    until: datetime
    counts: Counts = Counts()
    in_doubt: int = 0
    notices: tuple[NoticeTally, ...] = ()
    failing: tuple[FailingAddress, ...] = ()
    lost: tuple[FailureStreak, ...] = ()
    refused: tuple[RefusedAddress, ...] = ()
    unheard_of: int = 0
    last: Counts = Counts()


def tally(
    book: FateBook,
    *,
    since: datetime,
    until: datetime,
    refused: Iterable[RefusedAddress] = (),
    last: Iterable[tuple[str, int]] = (),
) -> Tally:
    """Count what left, and find whom it does not reach; ``refused`` is to whom it didn't leave.

    ``last`` are status and state of the last mails, since whenever they left.
    """
    counts = book.counted(since)
    fates = book.of_unreached(since, only_since=True)
    failing = failing_repeatedly(fates)
    told = {one.address.casefold() for one in failing}
    lost = [one for one in unreachable_addresses(fates) if one.address.casefold() not in told]
    return Tally(
        since=since,
        until=until,
        counts=counts_of((one.status, one.state, one.of_all) for one in counts),
        in_doubt=book.in_doubt(since),
        notices=_per_notice(counts),
        failing=tuple(failing),
        lost=tuple(sorted(lost, key=lambda one: one.address)),
        refused=tuple(refused),
        unheard_of=_unheard_of(book, since, until),
        last=counts_of((status, state, 1) for status, state in last),
    )


def promised_percent(last: Counts) -> float | None:
    """Return what to compare with what Cagette promises; nothing while too few mails have left."""
    return last.percent_accepted if last.left >= COMPARED else None


def compared_with_promised(last: Counts) -> str | None:
    """Say what is promised, and what came of the last mails; nothing while too few have left."""
    if (percent := promised_percent(last)) is None:
        return None
    return _(
        "Cagette's documentation promises {promised} %; of the last {count} mails here: {percent} %",
        promised=percents(PROMISED, spoken()),
        count=COMPARED,
        percent=percents(percent, spoken()),
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
        "in_doubt": found.in_doubt,
        "notices": [
            {
                "kind": one.called,
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
        ]
        + [
            {
                "address": one.address,
                "failures": one.refusals,
                "since": one.since.isoformat(),
                "fate": refusal_in_words(one),
            }
            for one in found.refused
        ],
    }


def refusal_in_words(one: RefusedAddress) -> str:
    """Say what became of the last mail to an address that Mailjet refuses, as ``fate_in_words`` does."""
    return _("was refused by Mailjet: {reason}", reason=one.reason or _("no reason given"))


def counts_of(fates: Iterable[tuple[str, int, int]]) -> Counts:
    """Add up mails, by status and state."""
    counts: Counter[str] = Counter()
    for status, state, mails in fates:
        counts[category_of(status, state).value] += mails
    return Counts(left=counts.total(), **counts)


def _per_notice(counts: Iterable[SentCount]) -> tuple[NoticeTally, ...]:
    """Count each notice by itself; the same text sent twice on purpose is two broadcasts."""
    notices: dict[tuple[str, ...], list[SentCount]] = defaultdict(list)
    for one in counts:
        notices[one.called, one.group_id, one.distribution_id, one.attempt].append(one)
    return tuple(
        NoticeTally(
            some[0].called,
            some[0].group_id,
            some[0].distribution_id,
            some[0].subject,
            counts_of((one.status, one.state, one.mails) for one in some),
        )
        for some in notices.values()
    )


def _unheard_of(book: FateBook, since: datetime, until: datetime) -> int:
    """Count the mails of the last day with any that should have shown up, if none of them did."""
    shown = until - _SHOWS_UP_AFTER
    newest = book.newest(since, before=shown)
    return book.unheard_of(since, after=newest - _A_DAY, before=shown) if newest else 0
