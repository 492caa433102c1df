"""Expire notices that came too late; drop those that are owed no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cagette_notify.core.kinds import Kind
from cagette_notify.core.notices import Entry, NoticeKey, Reason, Status
from cagette_notify.core.order_book import OrdersState
from cagette_notify.ledger.skips import SkipBook
from cagette_notify.planning.orders.orders_by_member import members_of_unknown_order
from cagette_notify.run.reading.orders_known import forget_orders_taken_back
from cagette_notify.run.run_report import ReportLine, RunReport, lines_of_entries, lines_of_missed
from cagette_notify.run.too_late.why_dropped import why_dropped
from cagette_notify.run.too_late.why_missed import why_missed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cagette_notify.delivery.doubts import Doubts
    from cagette_notify.planning.plan import Plan
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork
    from cagette_notify.run.reading.read_data import RunData


class NoticesToEnd(Struct, frozen=True):
    """What surely did not arrive and is not sent again.

    ``corrected`` are doubts about recaps that may have told somebody what holds no longer. They end
    once the correction was accepted, not before: it is owed only as long as they count as told.
    """

    late: tuple[Entry, ...] = ()
    dropped: tuple[Entry, ...] = ()
    corrected: tuple[Entry, ...] = ()
    waiting: tuple[Entry, ...] = ()


def notices_to_end(run: Run, work: DueWork, data: RunData, doubts: Doubts, made: Plan) -> NoticesToEnd:
    """Part the notices that the plan does not send again by what becomes of them."""
    planned = {one.notice.key for one in (*made.owed, *made.expired)}
    ended = [entry for entry in _unsettled(work, doubts) if entry.key not in planned]
    late = [entry for entry in ended if run.now >= entry.too_late_at]
    over = [entry for entry in ended if run.now < entry.too_late_at and _may_conclude(run, data, entry)]
    ends_now = {*late, *over}
    in_doubt = [entry for entry in _still_in_doubt(work, doubts) if entry not in ends_now]
    newest = _newest_revisions(
        *((one.notice.key, one.notice.revision) for one in made.owed if one.notice.correction),
        *((entry.key, entry.revision) for entry in in_doubt),
    )
    corrected = [e for e in over if e.may_have_arrived and newest.get(_reader(e.key), 0) > e.revision]
    ends_later = {*corrected}
    dropped = [entry for entry in over if entry not in ends_later]
    reasons = why_dropped(run, data, made, dropped)
    dropped = [replace(entry, detail=reason) for entry, reason in zip(dropped, reasons, strict=True)]
    waiting = [entry for entry in ended if entry.may_have_arrived and entry not in ends_now]
    return NoticesToEnd(tuple(late), tuple(dropped), tuple(corrected), tuple(waiting))


def _unsettled(work: DueWork, doubts: Doubts) -> list[Entry]:
    """Return the notices that surely did not arrive, and wait for another try."""
    return [
        entry
        for entry in work.unfinished
        if entry.key.kind is not Kind.BROADCAST
        and (entry.status is Status.DEFERRED or entry.custom_id in doubts.lost)
    ]


def _still_in_doubt(work: DueWork, doubts: Doubts) -> list[Entry]:
    sent = {entry.custom_id for entry in doubts.sent}
    return [entry for entry in work.unfinished if entry.may_have_arrived and entry.custom_id not in sent]


def end_notices(run: Run, data: RunData, made: Plan, to_end: NoticesToEnd) -> list[ReportLine]:
    """Record what has ended, before anything new is claimed, and return a line for each."""
    run.ledger.end(run.account, [entry.key for entry in to_end.late], Status.EXPIRED, run.now)
    reasons = {entry.key: entry.detail for entry in to_end.dropped}
    run.ledger.end(run.account, reasons, Status.DROPPED, run.now, reasons=reasons)
    missed, why = [one.notice for one in made.expired], why_missed(run, data, made.expired)
    run.ledger.expire(run.account, missed, run.now, reasons=why)
    forget_orders_taken_back(run.ledger, run.account, data.so_far)
    skipped = (one for one in made.skipped if not data.is_left_to_the_next_run(one))
    SkipBook(run.ledger, run.account).note(skipped, run.now)
    return [
        *lines_of_missed(missed, why),
        *lines_of_entries(to_end.late, Status.EXPIRED),
        *lines_of_entries(to_end.dropped, Status.DROPPED),
        *lines_of_entries(to_end.waiting, Status.IN_DOUBT),
    ]


def drop_corrected(run: Run, to_end: NoticesToEnd, report: RunReport) -> list[ReportLine]:
    """Drop the doubts whose correction has left meanwhile, and return a line for each of them all."""
    if not to_end.corrected:
        return []
    told = [] if report.failure else _told_since(run, to_end.corrected)
    ends_now = {*told}
    waiting = [entry for entry in to_end.corrected if entry not in ends_now]
    told = [replace(entry, detail=Reason.MOVED.value) for entry in told]
    reasons = {entry.key: entry.detail for entry in told}
    run.ledger.end(run.account, reasons, Status.DROPPED, run.now, reasons=reasons)
    return [*lines_of_entries(told, Status.DROPPED), *lines_of_entries(waiting, Status.IN_DOUBT)]


def _told_since(run: Run, entries: Sequence[Entry]) -> list[Entry]:
    """Return those whose reader has been told anew by now, or can't be: refused for good."""
    of_these = run.ledger.entries(run.account, {entry.key.distribution_id for entry in entries})
    newest = _newest_revisions(
        *((e.key, e.revision) for e in of_these if e.status in {Status.SENT, Status.FAILED})
    )
    return [entry for entry in entries if newest.get(_reader(entry.key), 0) > entry.revision]


def _newest_revisions(*found: tuple[NoticeKey, int]) -> dict[tuple[bool, str, str, str], int]:
    newest: dict[tuple[bool, str, str, str], int] = {}
    for key, revision in found:
        newest[_reader(key)] = max(revision, newest.get(_reader(key), 0))
    return newest


def _reader(key: NoticeKey) -> tuple[bool, str, str, str]:
    """Return whose revisions are counted together: those of a duty are not those of recaps."""
    return key.kind.traits.needs_duty, key.distribution_id, key.member_id, key.address


def _may_conclude(run: Run, data: RunData, entry: Entry) -> bool:
    """Tell whether the data are whole enough to say that a notice is owed no more."""
    if entry.group_id in data.held_groups:
        return False
    distribution = run.distributions.get(entry.key.distribution_id)
    is_on = distribution is not None and distribution.is_on(run.calendar.groups)
    if is_on and entry.key.kind.traits.reads_duties:
        return data.duties.lists is not None and entry.group_id not in data.duties.held
    book = data.books.get(entry.key.distribution_id)
    if not entry.key.kind.traits.needs_order or book is None:
        return True
    return book.state is OrdersState.READY and entry.key.member_id not in members_of_unknown_order(book)
