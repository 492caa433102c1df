"""Run send-due once: lock, look for due work, serve it, remember, report."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.config.paths import sources_of
from cagette_notify.core.errors import EXIT_OK, NotifyError, Problem, UsageError
from cagette_notify.core.i18n import _
from cagette_notify.core.ledger_place import own_name
from cagette_notify.core.lock import run_lock
from cagette_notify.core.stamps import watching
from cagette_notify.data.dataset import load_calendar
from cagette_notify.ledger.connection import open_ledger
from cagette_notify.ledger.first_runs import FirstRuns
from cagette_notify.ledger.machines import MachineBook
from cagette_notify.ledger.planned import PlannedBook
from cagette_notify.ledger.run_memory import WHOLE_DELIVERY, RunMemory
from cagette_notify.planning.due_times import next_change
from cagette_notify.run.as_told.not_as_told import is_anybody_misled
from cagette_notify.run.as_told.what_is_off import with_what_is_off
from cagette_notify.run.context import Departures, Run, RunRequest, run_over
from cagette_notify.run.due_now import find_due_work, moved_ahead
from cagette_notify.run.exit_status import exit_status_of
from cagette_notify.run.follow_up_fates import follow_up_fates
from cagette_notify.run.machines import note_what_was_read
from cagette_notify.run.moved_source import go_on_from_another_source
from cagette_notify.run.nothing_due import leave_note
from cagette_notify.run.operator_mail.alerts import note_alerts, send_alerts
from cagette_notify.run.operator_mail.send_operator_mail import Desk, settle_operator_mail
from cagette_notify.run.operator_mail.summaries import next_summary, send_summaries
from cagette_notify.run.operator_mail.unsubscription_news import send_unsubscription_news
from cagette_notify.run.purge import purge
from cagette_notify.run.reading.fresh_orders import wait_for_fresh_orders
from cagette_notify.run.reading.lost_settings import lost_settings, remember_settings
from cagette_notify.run.reading.new_distribution_ids import as_taken_over, take_over_distributions
from cagette_notify.run.remember_refusal import remember_refusal
from cagette_notify.run.run_report import NothingDue, RunReport, all_well_again
from cagette_notify.run.said_once import (
    incident_lines,
    is_any_mended,
    problems_to_say,
    scopes_seen,
    standing_problems,
)
from cagette_notify.run.server_away import said_once_a_day, take_up_what_was_said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cagette_notify.config.load import Config
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.due_now import DueWork


def _nothing_planned(_run: Run) -> Departures:
    return Departures()


def send_due(  # noqa: PLR0913 - what a run consists of
    config: Config,
    request: RunRequest,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
    depart: Callable[[Run], Departures] = _nothing_planned,
) -> RunReport:
    """Send what is due, and return what became of it.

    ``clock`` gives aware UTC times in whole seconds. ``depart`` gives planned broadcasts that are due their
    readers: who they are is no business of a run. Raises ``NotifyError`` where no report can be
    made: the ledger can't be used, another run is at work, an argument names an unknown group.
    Everything else that goes wrong is in the report.
    """
    if request.lets_files_rest and not request.says_once:
        wait_for_fresh_orders(config, clock)
    now = clock()
    if request.dry_run:
        with open_ledger(config.ledger, read_only=True) as ledger:
            clock = ledger.clock(clock)
            return _run(
                *(config, request, ledger, clock(), depart), clock=clock, environ=environ, progress=progress
            )
    with (
        run_lock(config.ledger, now) as lock,
        watching(own_name(config.ledger).name) as seen,
        said_once_a_day(config.ledger, lock, now) if request.says_once else nullcontext(),
        open_ledger(config.ledger, lock=lock) as ledger,
    ):
        clock = ledger.clock(clock)
        now = clock()
        version = ledger.data_version()
        if request.moves_marks:
            memory = RunMemory(ledger, config.account)
            take_up_what_was_said(lock, Desk(config, ledger, memory, now, clock, environ))
        report = _run(
            *(config, request, ledger, now, depart), clock=clock, environ=environ, progress=progress
        )
        if request.moves_marks:
            note_what_was_read(config, ledger, seen, now)
        if report.quiet:
            state = ledger.state()
            if ledger.data_version() == version:  # a broadcast is recorded without the lock
                leave_note(lock, config.read_as | seen, state, config.account, report.quiet, now)
    return report


def _run(  # noqa: PLR0913 - what a run consists of
    config: Config,
    request: RunRequest,
    ledger: Ledger,
    now: datetime,
    depart: Callable[[Run], Departures],
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> RunReport:
    memory = RunMemory(ledger, config.account)
    problems: tuple[Problem, ...] = ()
    run = calendar = None
    try:
        calendar = load_calendar(sources_of(config, now), holds=True)
        problems = calendar.problems
        _refuse_unknown_groups(calendar, request)
        ledger = _under_new_ids(ledger, config.account, calendar, request, now)
        calendar, moved = go_on_from_another_source(ledger, config.account, calendar, now, request)
        run = run_over(
            *(config, request, calendar, ledger, now), clock=clock, environ=environ, progress=progress
        )
        report = follow_up_fates(run, _remember(run, _work(run, depart)))
        report = replace(report, events=(*report.events, *moved))
    except UsageError:
        raise
    except NotifyError as error:
        problems = tuple(error.problems)
        report = RunReport(now, request.dry_run, problems=problems, failure=error.exit_status)
    finally:
        if calendar:
            calendar.give_back()
    if request.moves_marks:
        remember_refusal(memory, report)
    desk = Desk(config, ledger, memory, now, clock, environ)
    report = _with_problems_to_say(desk, request, report, problems, run)
    if request.moves_marks and not report.stop and not _told(desk, None if report.failure else run):
        return replace(report, quiet=None)
    return report


def _under_new_ids(
    ledger: Ledger, account: str, calendar: Calendar, request: RunRequest, now: datetime
) -> Ledger:
    """Let distributions with other ids take over what was told; on a dry run, read it as if they had."""
    if request.dry_run:
        return as_taken_over(ledger, account, calendar, now, request.accept_data)
    take_over_distributions(ledger, account, calendar, now, request.accept_data, request.groups)
    return ledger


def _told(desk: Desk, run: Run | None) -> bool:
    """Send the summaries of a run that went well, and alerts; tell whether nothing of them is left to do.

    Nothing that goes wrong here is said: what is the matter, the run has said, or the next one will.
    """
    try:
        settle_operator_mail(desk)
        of_run = run is None or (send_summaries(run, desk) and send_unsubscription_news(run, desk))
        nothing_is_left = of_run and send_alerts(desk)
        return nothing_is_left and not desk.unfinished()
    except NotifyError:
        return False


def _refuse_unknown_groups(calendar: Calendar, request: RunRequest) -> None:
    for group_id in sorted(request.groups | request.accept_data):
        if group_id not in calendar.groups:
            from cagette_notify.core.text import nearest

            close = nearest(group_id, tuple(calendar.groups))
            hint = _(" (did you mean {close!r}?)", close=close) if close else ""
            raise UsageError(Problem(_("no group {id!r}", id=group_id) + hint))


def _work(run: Run, depart: Callable[[Run], Departures]) -> RunReport:
    if run.request.moves_marks and run.memory.was_ahead(run.now):
        run.ledger.reopen_expired(run.account, run.now)
    lost = lost_settings(run.config, run.ledger)
    if run.request.moves_marks:
        remember_settings(run.config, run.ledger)
    departures = depart(run)
    work = find_due_work(run)
    held = (*work.held, *departures.held)
    if run.request.moves_marks:
        # At the start: had it waited for the end, a first run that fails would leave to the time
        # before the first run what was its own to send.
        FirstRuns(run.ledger, run.account, run.config.rules).keep(run.floors, run.groups)
        run.memory.keep_moved(moved_ahead(run, work.announced), run.now)
    report = RunReport(
        run.now,
        run.request.dry_run,
        lines=departures.lines,
        problems=(*run.calendar.problems, *([lost] if lost else ()), *held),
        events=departures.events,
        needs_no_orders=run.group_ids - work.groups_with_orders(run.distributions),
        is_for_all_groups=not run.request.groups,
        held_mails=held,
    )
    if work or run.request.accept_data:
        # Only now: a run with nothing to do must not pay for requests and Jinja2.
        from cagette_notify.run.plan_and_send import plan_and_send

        report = plan_and_send(run, work, report)
    _forget_moved(run, work, report)
    report = with_what_is_off(run, work, report)
    return report if work and not report.all_is_served else replace(report, quiet=_quiet(run))


def _forget_moved(run: Run, work: DueWork, report: RunReport) -> None:
    """Forget what was moved, once every address was told, or it is recorded that it was not in time."""
    if run.request.moves_marks and not report.failure:
        moved, held = moved_ahead(run, work.announced), report.held_groups
        looked_at = run.group_ids - held
        settled = {id_ for id_, one in run.distributions.items() if one.group_id in looked_at}
        gone = run.memory.moved_since().keys() - run.distributions.keys()
        run.memory.forget_moved(frozenset(settled | gone) - moved)


def _quiet(run: Run) -> NothingDue | None:
    """Return until when a run like this one has nothing to do either; None where it looked at a part only."""
    request = run.request
    if not request.moves_marks or request.groups or request.lookback or request.accept_data:
        return None
    camap = run.calendar.inputs.camap
    database = camap.state(run.now) if camap else None
    if camap and database is None:
        # A window is open, and was looked at: it may be for somebody once members, orders or duties change.
        return None
    until = next_change(run.calendar.distributions, spans=run.config.rules.spans, now=run.now)
    departure = PlannedBook(run.ledger, run.account).next_departure(run.now)
    until = min(until, next_summary(run), departure or until)
    return NothingDue(run.group_ids | {WHOLE_DELIVERY}, until, database)


def _remember(run: Run, report: RunReport) -> RunReport:
    if run.request.moves_marks and not report.stop and not report.failure:
        whole = frozenset() if run.request.groups else frozenset({WHOLE_DELIVERY})
        complete = (run.group_ids - report.held_groups) | whole
        run.memory.note_leap(complete, run.now, run.config.keep)
        run.memory.keep_complete(complete, run.now)
        MachineBook(run.ledger).note_run(run.now)
        if not report.clock_troubles:
            purge(run)
    return report


def _with_problems_to_say(
    desk: Desk,
    request: RunRequest,
    report: RunReport,
    calendar_problems: tuple[Problem, ...],
    run: Run | None,
) -> RunReport:
    """Add what has not been said lately; on a run that is not one of cron's, that is everything."""
    troubles, events = standing_problems(report, calendar_problems), incident_lines(report)
    if not (request.moves_marks and request.says_once):
        return replace(report, news=(*troubles, *events), quiet=None)
    said = desk.memory.troubles()
    to_say, remembered = problems_to_say(troubles, said, report.at, looked_at=scopes_seen(report))
    owed = not remembered and (is_any_mended(report, said) or desk.memory.owes_all_well())
    # What went wrong once is said once, and stands in the way of that for this run; that people are misled,
    # until somebody has written to them.
    is_misled = bool(owed and run and (report.leaves_misled or is_anybody_misled(run)))
    is_well_again = owed and exit_status_of(report) == EXIT_OK and not is_misled
    note_alerts(desk, [*to_say, *events, *([all_well_again()] if is_well_again else [])])
    desk.memory.keep_owes_all_well(owes=owed and not is_well_again)
    desk.memory.keep_troubles(remembered)
    return replace(
        report,
        news=(*to_say, *events),
        all_well_again=is_well_again,
        quiet=None if remembered or events or (owed and not is_well_again) else report.quiet,
    )
