"""Claim, send and settle mails in batches."""

from __future__ import annotations

import hashlib
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.errors import ConfigError
from cagette_notify.core.i18n import _
from cagette_notify.core.messages import AnyMail, Copy, Message, Outcome
from cagette_notify.core.notices import Mail, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from cagette_notify.delivery.transport import Transport
    from cagette_notify.ledger.engine import Lease
    from cagette_notify.ledger.ledger import Ledger


class MailOutcome(Struct, frozen=True):
    """What became of one mail in this run."""

    mail: AnyMail
    outcome: Outcome


_Rendered: TypeAlias = "tuple[AnyMail, Message | ConfigError, str]"
"""A mail with its message, or why there is none, and the fingerprint of its text."""


class _Parcel(Struct, frozen=True):
    """The messages of one call, claimed; the lease tells how long that lets them be sent."""

    mails: tuple[AnyMail, ...]
    messages: tuple[Message, ...]
    lease: Lease


class Dispatcher:
    """Sends mails, keeping the ledger ahead of the wire: it says so before a mail can exist.

    Only the thread that iterates touches the ledger; calls fly in ``transport.parallel`` others, which ask
    a lease whether they may.
    """

    def __init__(  # noqa: PLR0913 - what it is made of, and when it ends
        self,
        ledger: Ledger,
        transport: Transport,
        *,
        message_of: Callable[[AnyMail, datetime], Message],
        clock: Callable[[], datetime],
        is_called_off: Callable[[], bool] = lambda: False,
        most_at_once: int | None = None,
    ) -> None:
        """Keep the parts; ``clock`` is asked before each claim, as a long run may outlast a window.

        So is ``is_called_off``: from then on nothing more is claimed, and what is under way is heard out. The
        fewer mails a call may hold ``most_at_once``, the sooner it is asked again.
        """
        self._ledger = ledger
        self._transport = transport
        self._message_of = message_of
        self._clock = clock
        self._is_called_off = is_called_off
        self._batch = min(transport.batch, most_at_once or transport.batch)
        self._flying: dict[Future[list[Outcome]], _Parcel] = {}
        self.stopped: Outcome | None = None

    def run(self, mails: Sequence[AnyMail], refused: Mapping[str, str]) -> Generator[MailOutcome, None, None]:
        """Yield what becomes of each mail as soon as it is settled.

        ``refused`` holds, by CustomID, the fingerprint of a text that was refused before: the same
        text is not tried again, nor mentioned. After a stop, what was not tried yet is deferred.
        """
        queue = iter(mails)
        with ThreadPoolExecutor(self._transport.parallel) as pool:
            try:
                while some := list(islice(queue, self._batch)):
                    drafts = self._drafts(some)  # while calls are under way, or they would wait for it
                    while len(self._flying) >= self._transport.parallel:
                        yield from self._land()
                    if self.stopped or self._is_called_off():
                        queue = chain(some, queue)
                        break
                    parcel, settled = self._claim(drafts, refused)
                    yield from settled
                    if parcel.mails:
                        may_call = partial(_refusal, parcel.lease)
                        self._flying[pool.submit(self._transport.send, parcel.messages, may_call)] = parcel
                while self._flying:
                    yield from self._land()
            finally:
                # Interrupted or out of disk: calls under way can't be called back, so hear them out.
                while self._flying:
                    list(self._land())
        if self.stopped:
            untried, outcome = list(queue), replace(self.stopped, stop=None)
            self._ledger.defer(self._transport.traits.account, untried, outcome.detail, self._clock())
            yield from (MailOutcome(mail, outcome) for mail in untried)

    def _drafts(self, mails: list[AnyMail]) -> list[_Rendered]:
        now = self._clock()
        return [self._render(mail, now) for mail in mails]

    def _claim(
        self, drafts: list[_Rendered], refused: Mapping[str, str]
    ) -> tuple[_Parcel, list[MailOutcome]]:
        now = self._clock()
        ready, settled = self._part_late([mail for mail, *_made in drafts], now)
        drafted = {id(draft[0]): draft for draft in drafts}  # a mail that has lost a notice is another one
        rendered = [drafted.get(id(mail)) or self._render(mail, now) for mail in ready]
        fresh = [one for one in rendered if refused.get(one[0].custom_id) != one[2]]
        claims = [(mail, mark) for mail, _message, mark in fresh]
        lease = self._ledger.lease()  # before the claim: it is never younger than it seems
        stopped = self._ledger.claim(self._transport.traits.account, claims, now)
        fresh = [draft for draft in fresh if not _is_of(draft[0], stopped)]
        settled += self._settle_unrendered([(mail, made) for mail, made, _mark in fresh], now)
        good = [(mail, made) for mail, made, _mark in fresh if not isinstance(made, ConfigError)]
        mails, messages = tuple(mail for mail, _made in good), tuple(made for _mail, made in good)
        return _Parcel(mails, messages, lease), settled

    def _part_late(self, mails: list[AnyMail], now: datetime) -> tuple[list[AnyMail], list[MailOutcome]]:
        """Set aside what came too late while this run was busy; only notices can."""
        ready: list[AnyMail] = []
        late: list[Mail] = []
        for mail in mails:
            if not isinstance(mail, Mail):
                ready.append(mail)
                continue
            still = tuple(notice for notice in mail.notices if now < notice.too_late_at)
            gone = tuple(notice for notice in mail.notices if now >= notice.too_late_at)
            if still:
                ready.append(replace(mail, notices=still) if gone else mail)
            if gone:
                late.append(replace(mail, notices=gone))
        if late:
            self._ledger.expire(
                self._transport.traits.account, [n for mail in late for n in mail.notices], now
            )
        return ready, [MailOutcome(mail, Outcome(Status.EXPIRED)) for mail in late]

    def _render(self, mail: AnyMail, now: datetime) -> _Rendered:
        try:
            message = self._message_of(mail, now)
        except ConfigError as error:
            return mail, error, _fingerprint(str(error))
        return (
            mail,
            message,
            _fingerprint(message.content.subject, message.content.text, message.content.html),
        )

    def _settle_unrendered(
        self, made: list[tuple[AnyMail, Message | ConfigError]], now: datetime
    ) -> list[MailOutcome]:
        failed = [
            MailOutcome(mail, Outcome(Status.FAILED, str(error), about_content=True))
            for mail, error in made
            if isinstance(error, ConfigError)
        ]
        if failed:
            self._ledger.settle({one.mail.custom_id: one.outcome for one in failed}, now)
        return failed

    def _land(self) -> list[MailOutcome]:
        """Wait for a call to end; settle the mails of all that have in one transaction."""
        done, _flying = wait(self._flying, return_when=FIRST_COMPLETED)
        landed: list[tuple[AnyMail, Outcome]] = []
        for future in done:
            parcel = self._flying[future]
            if future.exception():
                del self._flying[future]  # nothing to settle, and the others are still to be heard out
            landed += zip(parcel.mails, future.result(), strict=True)
        self._ledger.settle({mail.custom_id: outcome for mail, outcome in landed}, self._clock())
        for future in done:
            del self._flying[future]  # not before: a Ctrl-C while it is settled must not leave it in doubt
        self.stopped = self.stopped or next((outcome for _mail, outcome in landed if outcome.stop), None)
        return [MailOutcome(*pair) for pair in landed]


def _refusal(lease: Lease) -> Outcome | None:
    """Return what becomes of mails that were claimed too long ago to be sent: others may be about to."""
    return None if lease.holds() else Outcome(Status.DEFERRED, _("claimed too long ago to be sent now"))


def _is_of(mail: AnyMail, broadcasts: AbstractSet[str]) -> bool:
    return isinstance(mail, Copy) and mail.broadcast.attempt in broadcasts


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
