"""Settle doubts, plan, send and record: a run that has something due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.core.errors import NotifyError, Problem
from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Mail, Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.delivery.choose_transport import settle_after, transport_for
from cagette_notify.delivery.clock_drift import has_jumped_ahead, offset_of
from cagette_notify.delivery.dispatch import Dispatcher
from cagette_notify.delivery.doubts import Doubts, looked_up_in_vain, settle_doubts
from cagette_notify.delivery.sender_check import prove_sender
from cagette_notify.ledger.broadcasts import BroadcastBook
from cagette_notify.ledger.changed_ids import ChangedIds
from cagette_notify.mails.make_message import message_maker
from cagette_notify.mails.renderer import Renderer, render_samples
from cagette_notify.planning.corrections.left_uncorrected import left_uncorrected
from cagette_notify.planning.corrections.waiting_corrections import waiting_corrections
from cagette_notify.planning.envelopes import envelopes
from cagette_notify.planning.outlook.status_warnings import of_waiting_corrections
from cagette_notify.planning.plan import Plan, plan
from cagette_notify.run.as_told.uncorrected import news_of_uncorrected, still_uncorrected
from cagette_notify.run.carry_settings import with_settings_carried
from cagette_notify.run.first_run import held_back_by_first_run
from cagette_notify.run.hand_over import hand_over, with_clock_problems, with_failure
from cagette_notify.run.heed_unsubscriptions import (
    Heard,
    ask_who_unsubscribed,
    some_wait_to_be_looked_up,
    still_wanted,
)
from cagette_notify.run.held_broadcasts import HELD_AFTER
from cagette_notify.run.quota import within_quota
from cagette_notify.run.reading.read_data import RunData, read_run_data
from cagette_notify.run.room_for_recaps import room_for_recaps
from cagette_notify.run.run_report import RunReport, lines_of_dry_run, lines_of_entries, lines_of_skips
from cagette_notify.run.situation import situation_of
from cagette_notify.run.take_over import take_over
from cagette_notify.run.too_late.expire_and_drop import (
    NoticesToEnd,
    drop_corrected,
    end_notices,
    notices_to_end,
)
from cagette_notify.run.too_late.missed_recaps import missed_recaps, serves_nobody
from cagette_notify.run.too_late.missed_while_held import missed_while_held

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.core.messages import Copy
    from cagette_notify.core.model import Sizes
    from cagette_notify.delivery.transport import Transport
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork


def plan_and_send(run: Run, work: DueWork, report: RunReport) -> RunReport:
    """Do what the agenda asks, and return the report with what came of it."""
    transport = transport_for(run.config, run.environ, run.clock, dry_run=run.request.dry_run)
    doubts = _settle(run, work, transport)
    data = read_run_data(run, work)
    data = with_settings_carried(run, work, data)
    work = take_over(run, work, data)
    run.calendar.give_back()  # before anything is sent: who changes a database's tables waits for it
    situation = situation_of(run, work, data, doubts.lost)
    made = plan(situation)
    book = BroadcastBook(run.ledger, run.account)
    copies = [copy for broadcast in work.broadcasts for copy in book.copies(broadcast, doubts.lost)]
    heard = _ask_who_unsubscribed(run, transport, is_owed=bool(made.owed or copies))
    if heard.is_news:
        situation = situation_of(run, work, data, doubts.lost)
        made = plan(situation)
    copies = still_wanted(run, copies)
    made = _asked(run, replace(made, expired=(*made.expired, *missed_while_held(situation, data))))
    uncorrected = [*still_uncorrected(run.ledger, run.account, left_uncorrected(situation))]
    told_otherwise = of_waiting_corrections(
        [
            one
            for one in waiting_corrections(situation, (), is_stopped=False)
            if not (one.is_of_duty and data.duties.is_being_written)  # it waits for the next run alone
        ]
    )
    missed = missed_recaps(run, work, data, made)
    mails: list[Mail | Copy] = [*envelopes(made.owed, run.ledger.ledger_id), *copies]
    report = replace(
        report,
        lines=(
            *report.lines,
            *lines_of_entries(doubts.sent, Status.SENT),
            *lines_of_entries(doubts.waiting, Status.IN_DOUBT),
            *lines_of_skips(made.skipped),
        ),
        problems=(*report.problems, *doubts.problems, *data.problems, *told_otherwise, *heard.problems),
        events=(
            *report.events,
            *_said_once(run, made, data),
            *missed,
            *news_of_uncorrected(run, uncorrected),
        ),
        leaves_misled=bool(uncorrected),
        order_problems=data.order_problems,
        unsaid=data.unsaid,
        missed_recaps=frozenset(one.group_id for one in missed),
        served_nobody=serves_nobody(run, work, data),
        held_groups=data.held_groups,
        groups_read=frozenset(data.members) | data.held_groups,
    )
    if not run.request.dry_run:
        _put_off(run, work, doubts, copies)
    try:
        renderer, warnings = _prepare(run, transport, mails, heard)
    except NotifyError as error:
        return with_clock_problems(with_failure(report, error), transport)
    report = replace(report, problems=(*report.problems, *warnings))
    if run.request.dry_run:
        return replace(report, lines=(*report.lines, *lines_of_dry_run(mails)))
    to_end = notices_to_end(run, work, data, doubts, made)
    report = replace(report, lines=(*report.lines, *end_notices(run, data, made, to_end)))
    mails, over = within_quota(run.config, run.ledger, mails, run.now, lambda: room_for_recaps(run))
    report = replace(report, lines=(*report.lines, *over))
    if mails:
        dispatcher = Dispatcher(run.ledger, transport, message_of=message_maker(renderer), clock=run.clock)
        report = hand_over(dispatcher, mails, report, refused=_refused(made), progress=run.progress)
    report = replace(report, lines=(*report.lines, *drop_corrected(run, to_end, report)))
    is_served = not (mails or work.unfinished) and _knows_all(data)
    report = replace(report, all_is_served=is_served and to_end == NoticesToEnd() and not made.expired)
    _remember_sizes(run, data, _sent_for(mails, report))
    _remember_ids(run, data)
    if not doubts.problems:
        _keep_clock(run, transport, all_are_dated=False)
    return with_clock_problems(report, transport)


def _knows_all(data: RunData) -> bool:
    """Tell whether nothing is held, and no orders or duties are missing, old, or still being written."""
    is_read = not any(one.is_being_written for one in data.so_far.values())
    is_read = is_read and data.duties.are_whole
    return is_read and not data.held_groups and all(b.state is OrdersState.READY for b in data.books.values())


def _asked(run: Run, made: Plan) -> Plan:
    kinds = run.request.kinds
    return Plan(
        tuple(one for one in made.owed if one.notice.kind in kinds),
        tuple(one for one in made.expired if one.notice.kind in kinds),
        tuple(skip for skip in made.skipped if skip.kind in kinds),
    )


def _settle(run: Run, work: DueWork, transport: Transport) -> Doubts:
    if run.request.dry_run:
        return Doubts(waiting=tuple(entry for entry in work.unfinished if entry.may_have_arrived))
    doubts = settle_doubts(
        run.ledger,
        transport,
        work.unfinished,
        settle_after=settle_after(run.config),
        now=run.now,
        offset_before=run.memory.clock_offset(),
    )
    if not doubts.problems:
        whole = not run.request.groups and run.request.kinds == frozenset(Kind)
        _keep_clock(run, transport, all_are_dated=whole)
    return doubts


def _keep_clock(run: Run, transport: Transport, *, all_are_dated: bool) -> None:
    """Remember Mailjet's time; not before all doubts were dated by it, or a jump would go unnoticed.

    A run for one group dates only its doubts, and a clock may jump in the middle of a run.
    """
    offset, before = offset_of(transport), run.memory.clock_offset()
    if offset is not None and (all_are_dated or before is None or not has_jumped_ahead(offset, before)):
        run.memory.keep_clock_offset(offset)


def _ask_who_unsubscribed(run: Run, transport: Transport, *, is_owed: bool) -> Heard:
    """Ask before the first claim, and where it is that question that keeps a mail from being owed."""
    is_worth_it = is_owed or some_wait_to_be_looked_up(run)
    is_to_ask = is_worth_it and not run.request.dry_run
    return ask_who_unsubscribed(run.ledger, transport, run.now) if is_to_ask else Heard()


def _prepare(
    run: Run, transport: Transport, mails: Sequence[Mail | Copy], heard: Heard
) -> tuple[Renderer, list[Problem]]:
    """Prove that every mail can be made and may leave, before the first claim."""
    if heard.refusal:
        raise heard.refusal
    renderer = Renderer(run.config.style)
    if not mails:
        return renderer, []
    render_samples(renderer, [mail for mail in mails if isinstance(mail, Mail)], run.now)
    if run.request.dry_run:
        return renderer, []
    transport.prepare()
    warning = prove_sender(transport, run.config, run.memory, run.now)
    return renderer, [warning] if warning else []


def _put_off(run: Run, work: DueWork, doubts: Doubts, copies: Sequence[Copy]) -> None:
    """Let the lost copies of broadcasts that may not go on wait with the others, looked up no more."""
    again = {copy.custom_id for copy in copies}
    left = {
        entry.custom_id: looked_up_in_vain()
        for entry in work.unfinished
        if entry.key.kind is Kind.BROADCAST
        and entry.custom_id in doubts.lost
        and entry.custom_id not in again
    }
    if left:
        run.ledger.settle(left, run.now)
        BroadcastBook(run.ledger, run.account).end_tests(run.now - HELD_AFTER)


def _said_once(run: Run, made: Plan, data: RunData) -> list[Problem]:
    held = held_back_by_first_run(run, made, data.books)
    if run.request.moves_marks:
        run.memory.keep_said(held, run.now)
    return list(dict.fromkeys(held.values()))


def _refused(made: Plan) -> dict[str, str]:
    return {
        one.entry.custom_id: one.entry.fingerprint
        for one in made.owed
        if one.entry and one.entry.status is Status.FAILED
    }


def _sent_for(mails: Sequence[Mail | Copy], report: RunReport) -> frozenset[str]:
    """Return the groups of which a notice left in this run; an old doubt's end says nothing of today."""
    sent = {line.custom_id for line in report.lines if line.status == Status.SENT.value}
    return frozenset(
        mail.first.group.id for mail in mails if isinstance(mail, Mail) and mail.custom_id in sent
    )


def _remember_sizes(run: Run, data: RunData, sent_for: frozenset[str]) -> None:
    """Remember how much data there was when notices last left, or was accepted as right."""
    request = run.request
    if request.dry_run or request.rehearsal:
        return
    seen = (sent_for if request.moves_marks else frozenset()) - data.held_groups
    fresh = (seen | request.accept_data) & (data.sizes.keys() - data.unreadable_groups)
    before = run.memory.sizes()
    ahead = {id_ for id_, distribution in run.distributions.items() if distribution.starts_at > run.now}
    run.memory.keep_sizes({id_: _merged(before.get(id_), data.sizes[id_], ahead) for id_ in fresh})


def _remember_ids(run: Run, data: RunData) -> None:
    """Remember for which ids groups are held: what was told ahead, and showed it, will be over."""
    request, changed = run.request, ChangedIds(run.ledger, run.account)
    if request.dry_run or request.rehearsal:
        return
    if accepted := request.accept_data - data.unreadable_groups:
        changed.accept(accepted, run.now)
    if request.moves_marks:
        most = {id_: {old for old, _address in one.most} for id_, one in data.renumbered.items() if one.most}
        free = data.members.keys() - data.held_groups
        changed.keep_doubted(
            {**dict.fromkeys(free, ()), **{id_: most[id_] for id_ in most.keys() - accepted}}
        )


def _merged(before: Sizes | None, now: Sizes, ahead: set[str]) -> Sizes:
    known = {**(before.orders if before else {}), **now.orders}
    return replace(now, orders={id_: count for id_, count in known.items() if id_ in ahead})
