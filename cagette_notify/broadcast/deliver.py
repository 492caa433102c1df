"""Record a confirmed broadcast in the ledger, send its copies, or stop them."""

from __future__ import annotations

import secrets
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.broadcast.ctrl_c import StopAtCtrlC
from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.lock import RUN_LOCK_WAIT, run_lock
from cagette_notify.core.messages import LONGEST_SUBJECT, Broadcast, BroadcastProgress, Copy
from cagette_notify.core.model import Mailbox, Sizes
from cagette_notify.core.notices import Mail, Status
from cagette_notify.delivery.choose_transport import refuse_unusable_outbox, settle_after, transport_for
from cagette_notify.delivery.dispatch import Dispatcher
from cagette_notify.delivery.doubts import looked_up_in_vain, settle_doubts
from cagette_notify.delivery.sender_check import prove_sender
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.run_memory import RunMemory
from cagette_notify.mails.broadcast_text.placeholders import with_reader_names
from cagette_notify.mails.make_message import message_maker
from cagette_notify.mails.renderer import Renderer
from cagette_notify.planning.envelopes import tokens
from cagette_notify.run.hand_over import hand_over, with_clock_problems, with_failure
from cagette_notify.run.heed_unsubscriptions import ask_who_unsubscribed
from cagette_notify.run.held_broadcasts import goes_on_unasked
from cagette_notify.run.quota import within_quota
from cagette_notify.run.remember_refusal import remember_refusal
from cagette_notify.run.room_for_recaps import room_for_recaps_of
from cagette_notify.run.run_report import RunReport, lines_of_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from cagette_notify.broadcast.proposal import Proposal
    from cagette_notify.config.load import Config
    from cagette_notify.core.notices import Entry
    from cagette_notify.ledger.ledger import Ledger


_LIGHT_FILES, _BYTES_OF_A_MOMENT = 10, 1_000_000
_TEST = {"fr": "[essai]", "en": "[test]"}


def prove_transport(config: Config, environ: Mapping[str, str], now: datetime) -> tuple[Problem, ...]:
    """Raise ``ConfigError`` where no mail could leave: before somebody confirms one.

    Who unsubscribed is asked here, as it is a matter of whom the mail is proposed to; return what is to be
    said where that can't be asked. Nobody holds the lock yet, so the outbox is looked at and left alone: a
    run may be writing to it.
    """
    refuse_unusable_outbox(config)
    if not config.delivery.leaves_the_machine:
        return ()
    transport = transport_for(config, environ, lambda: now)
    transport.prepare()
    with open_ledger(config.ledger) as ledger:
        # Of keys that Mailjet refuses, the sending speaks, once the mail is recorded.
        return ask_who_unsubscribed(ledger, transport, now).problems


def record_broadcast(config: Config, proposal: Proposal, now: datetime, *, instead_of: str = "") -> str:
    """Record the mail that is confirmed ``now`` whole, in one transaction, and return its attempt.

    From here on it leaves, by this run or the next. An unfinished giving of the same mail goes on; so
    does one that lacked people, and, with nothing left to send, one that was finished since the proposal
    was made. If a mail that this one leaves ``instead_of`` is planned no more, nothing is recorded: it may
    have left.
    """
    earlier = proposal.same_mail
    repeats = "" if not earlier or earlier.unfinished or proposal.late else earlier.broadcast.attempt
    broadcast = proposed_broadcast(config, proposal, now)
    with open_ledger(config.ledger) as ledger:
        copies = new_copies(ledger, broadcast, proposal.audience.mailboxes)
        remember_size(RunMemory(ledger, config.account), broadcast.group_id, proposal.size)
        return BroadcastBook(ledger, config.account).record(
            broadcast,
            copies,
            repeats=repeats,
            former_identities=proposal.former_identities,
            instead_of=instead_of,
        )


def remember_size(memory: RunMemory, group_id: str, size: Sizes | None) -> None:
    """Remember by how much data a mail to everybody was given, as a run does: it will be seen to shrink."""
    if size:
        before = memory.sizes().get(group_id, Sizes())
        memory.keep_sizes({group_id: replace(size, orders=before.orders)})


def record_test(config: Config, proposal: Proposal, address: str, now: datetime) -> str:
    """Record a test copy to one address: a mail, and a campaign, that share nothing with the group's.

    Whoever is no reader of that mail gets it as the first of them will.
    """
    language = proposal.request.group.language
    readers = {box.key: box for box in proposal.audience.mailboxes}
    reader = readers.get(address.casefold(), Mailbox(address))
    content = with_reader_names(proposal.content, readers.get(reader.key, proposal.audience.mailboxes[0]))
    subject = f"{_TEST.get(language, _TEST['en'])} {content.subject}"[:LONGEST_SUBJECT]
    broadcast = replace(
        proposed_broadcast(config, proposal, now),
        identity=f"test {secrets.token_hex(8)}",
        audience="test",
        of_part=False,
        content=replace(content, subject=subject),
    )
    with open_ledger(config.ledger) as ledger:
        copies = new_copies(ledger, broadcast, [reader])
        BroadcastBook(ledger, config.account).record_apart(broadcast, copies)
    return broadcast.attempt


def deliver_broadcast(  # noqa: PLR0913 - a mail, and all that goes on around it
    config: Config,
    attempt: str,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
    on_stop: Callable[[], None] = lambda: None,
) -> RunReport:
    """Send what is left of a recorded mail.

    Waits up to a minute for another run to end; ``LockHeldError`` after that, and the next send-due
    sends it. Interrupted, it stops: nothing more leaves until the same mail is confirmed again; ``on_stop``
    is called at once, in another thread, while what is under way ends.
    """
    ctrl_c = StopAtCtrlC(partial(stop_broadcast, config, attempt), on_stop)
    report = RunReport(clock())
    with (
        suppress(KeyboardInterrupt),
        ctrl_c.listening(),
        run_lock(config.ledger, clock(), patience=RUN_LOCK_WAIT) as lock,
        open_ledger(config.ledger, lock=lock) as ledger,
    ):
        ctrl_c.hear_out()
        mine = [one for one in ledger.unfinished(config.account) if one.key.occasion == attempt]
        report = _deliver(
            config,
            ledger,
            attempt,
            mine,
            clock=ledger.clock(clock),
            environ=environ,
            progress=progress,
            is_called_off=lambda: ctrl_c.is_pressed,
        )
        remember_refusal(RunMemory(ledger, config.account), report)
    if ctrl_c.is_pressed:
        raise StoppedError(report)
    return report


class StoppedError(KeyboardInterrupt):
    """Somebody pressed Ctrl-C, and the mail was stopped. ``report`` tells what this run had done by then."""

    def __init__(self, report: RunReport) -> None:
        """Keep the report."""
        super().__init__()
        self.report = report


def stop_broadcast(config: Config, attempt: str) -> None:
    """Let nothing more of a recorded mail leave until the same mail is confirmed again; a test never is."""
    with open_ledger(config.ledger) as ledger:
        BroadcastBook(ledger, config.account).stop(attempt)


def stop_and_look_up(config: Config, attempt: str, environ: Mapping[str, str], now: datetime) -> None:
    """Stop a recorded mail, and settle what is in doubt of it where a look-up decides at once.

    Where Mailjet is asked that takes minutes: the next send-due does it. While another run holds the lock,
    what it has claimed may be leaving.
    """
    stop_broadcast(config, attempt)
    if config.delivery.looks_up_late:
        return
    with (
        suppress(NotifyError),
        run_lock(config.ledger, now) as lock,
        open_ledger(config.ledger, lock=lock) as ledger,
    ):
        mine = [one for one in ledger.unfinished(config.account) if one.key.occasion == attempt]
        transport = transport_for(config, environ, lambda: now)
        doubts = settle_doubts(ledger, transport, mine, settle_after=settle_after(config), now=now)
        ledger.settle(dict.fromkeys(doubts.lost, looked_up_in_vain()), now)


def withdraw_broadcast(config: Config, attempt: str) -> bool:
    """Stop a recorded mail if nothing of it has left, nor may have; say whether that is so."""
    with open_ledger(config.ledger) as ledger:
        return BroadcastBook(ledger, config.account).withdraw(attempt)


def progress_of(config: Config, attempt: str) -> BroadcastProgress | None:
    """Return how many copies of a recorded mail have left."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        return BroadcastBook(ledger, config.account).attempt(attempt)


def broadcasts_going_on(config: Config, now: datetime) -> list[BroadcastProgress]:
    """Return the mails to groups that the next send-due goes on with unasked."""
    with open_ledger(config.ledger, read_only=True) as ledger:
        unfinished = BroadcastBook(ledger, config.account).unfinished()
    return [
        one
        for one in unfinished
        if goes_on_unasked(one, now, config.daily_quota) and one.broadcast.audience != "test"
    ]


def proposed_broadcast(config: Config, proposal: Proposal, now: datetime) -> Broadcast:
    """Return the mail as it is confirmed ``now``, a new attempt."""
    return Broadcast(
        attempt=secrets.token_hex(6),
        identity=proposal.identity,
        account=config.account,
        group_id=proposal.request.group.id,
        audience=proposal.audience_name,
        sender=proposal.sender,
        content=proposal.content,
        confirmed_at=now,
        reply_to=proposal.reply_to,
        attachments=proposal.attachments,
        of_part=proposal.is_of_part,
    )


def new_copies(ledger: Ledger, broadcast: Broadcast, mailboxes: Iterable[Mailbox]) -> list[Copy]:
    """Return a copy for each address, with tokens that no other mail has."""
    return copies_of(broadcast, mailboxes, ledger_id=ledger.ledger_id, token=partial(next, tokens()))


def _deliver(  # noqa: PLR0913 - deliver's own arguments, the open ledger, and what it holds of the mail
    config: Config,
    ledger: Ledger,
    attempt: str,
    mine: Sequence[Entry],
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
    is_called_off: Callable[[], bool],
) -> RunReport:
    now = clock()
    transport = transport_for(config, environ, clock)
    doubts = settle_doubts(ledger, transport, mine, settle_after=settle_after(config), now=now)
    lines = (
        *lines_of_entries(doubts.sent, Status.SENT),
        *lines_of_entries(doubts.waiting, Status.IN_DOUBT),
    )
    report = RunReport(now, lines=lines, problems=doubts.problems)
    book = BroadcastBook(ledger, config.account)
    recorded = book.attempt(attempt)
    left: list[Mail | Copy] = [*(book.copies(recorded.broadcast, doubts.lost) if recorded else [])]
    room = partial(room_for_recaps_of, config, ledger, now)
    copies, over = within_quota(config, ledger, left, now, room)
    report = replace(report, lines=(*report.lines, *over), over_quota=len(left) - len(copies))
    try:
        transport.prepare()
        warning = prove_sender(transport, config, RunMemory(ledger, config.account), now)
    except NotifyError as error:
        return with_clock_problems(with_failure(report, error), transport)
    report = replace(report, problems=(*report.problems, *([warning] if warning else [])))
    maker = message_maker(Renderer(config.style))
    dispatcher = Dispatcher(
        *(ledger, transport),
        message_of=maker,
        clock=clock,
        is_called_off=is_called_off,
        most_at_once=None if transport.traits.leaves_the_machine else _most_files(recorded),
    )
    return with_clock_problems(
        hand_over(dispatcher, copies, report, refused={}, progress=progress), transport
    )


def _most_files(recorded: BroadcastProgress | None) -> int:
    """Return how many copies are written between two looks at Ctrl-C: what a slow disk takes in a moment."""
    files = recorded.broadcast.attachments if recorded else ()
    weight = sum(len(one.base64) for one in files)
    return max(1, min(_LIGHT_FILES, _BYTES_OF_A_MOMENT // max(1, weight)))


def copies_of(
    broadcast: Broadcast, mailboxes: Iterable[Mailbox], *, ledger_id: str, token: Callable[[], str]
) -> list[Copy]:
    """Return a copy for each address, in a campaign that no other attempt shares."""
    campaign = f"{ledger_id}-broadcast-{broadcast.attempt}"
    return [Copy(f"{ledger_id}-broadcast-{token()}", campaign, broadcast, mailbox) for mailbox in mailboxes]
