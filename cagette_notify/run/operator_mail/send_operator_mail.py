"""Send alerts and summaries as all mail is sent: claimed before, settled after, looked up in doubt."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.notices import Entry, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from cagette_notify.config.load import Config
    from cagette_notify.core.messages import OperatorMail
    from cagette_notify.delivery.transport import Transport
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.ledger.run_memory import RunMemory


_GIVEN_UP_AFTER = timedelta(days=4)  # Mailjet itself gives up on a mail after that


class Desk(Struct, frozen=True):
    """What mails to those who run the tool need: less than a run, as they tell why none could begin."""

    config: Config
    ledger: Ledger
    memory: RunMemory
    now: datetime
    clock: Callable[[], datetime]
    environ: Mapping[str, str]

    @property
    def account(self) -> str:
        """The books it writes to."""
        return self.config.account

    def unfinished(self) -> list[Entry]:
        """List the alerts and summaries that wait for an answer or for another try."""
        return self.ledger.unfinished_operator_mail(self.account)


def settle_operator_mail(desk: Desk) -> None:
    """Look up what earlier runs left in doubt; what was not found by now is dropped, never sent again.

    So is what nobody could be asked about for days, or was each time a wrong clock began its doubt anew.
    """
    entries = [entry for entry in desk.unfinished() if entry.may_have_arrived]
    if not entries:
        return
    from cagette_notify.delivery.choose_transport import settle_after
    from cagette_notify.delivery.doubts import settle_doubts

    doubts = settle_doubts(
        desk.ledger,
        _transport(desk),
        entries,
        settle_after=settle_after(desk.config),
        now=desk.now,
        offset_before=desk.memory.clock_offset(),
    )
    lost = [entry.key for entry in entries if entry.custom_id in doubts.lost or _is_given_up(entry, desk.now)]
    desk.ledger.end(desk.account, lost, Status.DROPPED, desk.now)


def _is_given_up(entry: Entry, now: datetime) -> bool:
    return entry.claimed_at is not None and now - entry.claimed_at >= _GIVEN_UP_AFTER


def was_tried(desk: Desk, custom_id: str) -> bool:
    """Tell whether a mail left, may have, or was refused: all but put off."""
    entries = desk.ledger.by_custom_id(custom_id)
    return bool(entries) and all(entry.status is not Status.DEFERRED for entry in entries)


def send_operator_mail(desk: Desk, mails: Sequence[OperatorMail]) -> frozenset[Status]:
    """Send those mails that were not tried yet, and return what became of them.

    Raises ``NotifyError`` where none may leave.
    """
    left = [mail for mail in mails if not was_tried(desk, mail.custom_id)]
    if not left:
        return frozenset()
    from cagette_notify.delivery.dispatch import Dispatcher
    from cagette_notify.delivery.sender_check import prove_sender
    from cagette_notify.mails.operator_mail import message_of_operator_mail
    from cagette_notify.run.quota import within_quota

    transport = _transport(desk)
    transport.prepare()
    prove_sender(transport, desk.config, desk.memory, desk.now)  # that nobody can say, members' mail says
    fit, _lines = within_quota(desk.config, desk.ledger, left, desk.now)
    dispatcher = Dispatcher(desk.ledger, transport, message_of=message_of_operator_mail, clock=desk.clock)
    statuses = {delivery.outcome.status for delivery in dispatcher.run(fit, refused={})}
    return frozenset(statuses | ({Status.DEFERRED} if len(fit) < len(left) else set()))


def drop_deferred(desk: Desk, entries: Sequence[Entry], *, but: Collection[str]) -> None:
    """End what was put off and will not be tried again, as there is something else to say by now, or nothing.

    ``but`` are the CustomIDs of what will.
    """
    over = [entry for entry in entries if entry.status is Status.DEFERRED and entry.custom_id not in but]
    if over:
        desk.ledger.end(desk.account, [entry.key for entry in over], Status.DROPPED, desk.now)


def digest_of(*parts: str) -> str:
    """Return what stands for some text in a CustomID."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _transport(desk: Desk) -> Transport:
    from cagette_notify.delivery.choose_transport import transport_for

    return transport_for(desk.config, desk.environ, desk.clock)
