"""One run of send-due, from the files to the last settled mail."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cagette_notify.complaints import events_of, looked_at, troubles_of
from cagette_notify.data.dataset import Sources, load_calendar
from cagette_notify.delivery.purge import purge_outbox
from cagette_notify.errors import NotifyError, UsageError
from cagette_notify.guards import called_off, part_held
from cagette_notify.language import _
from cagette_notify.ledger import BroadcastBook, open_ledger
from cagette_notify.lock import run_lock
from cagette_notify.memory import Memory
from cagette_notify.model import Kind, Problem, Status
from cagette_notify.report import RunReport
from cagette_notify.situation import announces
from cagette_notify.troubles import news
from cagette_notify.windows import windows_to_look_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from cagette_notify.config import Config
    from cagette_notify.data.dataset import Calendar
    from cagette_notify.ledger import Ledger
    from cagette_notify.model import Broadcast, Distribution, Entry
    from cagette_notify.windows import Window


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of this run. A rehearsal is a run at another time than now."""

    dry_run: bool = False
    rehearsal: bool = False
    lookback: timedelta | None = None
    groups: frozenset[str] = frozenset()  # none: all
    kinds: frozenset[Kind] = frozenset(Kind)
    accept_data: frozenset[str] = frozenset()
    says_once: bool = False  # nobody is looking: a trouble is said once a day, not at each run

    @property
    def moves_marks(self) -> bool:
        """Whether the run counts as one: what it saw is what the next run builds on."""
        return not self.dry_run and not self.rehearsal and self.kinds == frozenset(Kind)


@dataclass(frozen=True, slots=True)
class Run:
    """The things every step of a run needs."""

    config: Config
    request: Request
    calendar: Calendar
    ledger: Ledger
    memory: Memory
    now: datetime
    clock: Callable[[], datetime]
    environ: Mapping[str, str]
    progress: Callable[[int, int], None]  # mails done, mails in all
    floors: Mapping[str, datetime]
    groups_seen: frozenset[str]  # in an earlier run

    @property
    def account(self) -> str:
        """The books this run writes to: outbox and Mailjet never mix."""
        return self.config.delivery

    def is_asked(self, group_id: str) -> bool:
        """Tell whether the run is for this group too."""
        return not self.request.groups or group_id in self.request.groups

    @property
    def group_ids(self) -> frozenset[str]:
        """The groups this run is for."""
        return frozenset(id_ for id_ in self.calendar.groups if self.is_asked(id_))

    @property
    def distributions(self) -> dict[str, Distribution]:
        """Every distribution by id."""
        return {distribution.id: distribution for distribution in self.calendar.distributions}


@dataclass(frozen=True, slots=True)
class Agenda:
    """What there is to look at; if it is empty, neither members nor orders are read."""

    windows: tuple[Window, ...]
    moved: frozenset[str]  # distributions announced otherwise
    unfinished: tuple[Entry, ...]
    told: tuple[Entry, ...]
    broadcasts: tuple[Broadcast, ...] = ()  # confirmed, with copies left to send
    held: tuple[Problem, ...] = ()  # broadcasts that wait for somebody

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.windows or self.moved or self.unfinished)


def send_due(
    config: Config,
    request: Request,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> RunReport:
    """Send what is due, and return what became of it.

    ``clock`` gives aware UTC times in whole seconds. Raises ``NotifyError`` where no report can be
    made: the ledger can't be used, another run is at work, an argument names an unknown group.
    Everything else that goes wrong is in the report.
    """
    now = clock()
    with ExitStack() as stack:
        if not request.dry_run:
            stack.enter_context(run_lock(config.ledger, now))
        ledger = stack.enter_context(open_ledger(config.ledger, read_only=request.dry_run))
        memory = Memory(ledger, config.delivery)
        try:
            calendar = load_calendar(sources_of(config))
            _refuse_unknown_groups(calendar, request)
            floors = memory.floors(
                calendar.groups, now, first_lookback=config.first_run_lookback, lookback=request.lookback
            )
            seen = memory.groups_seen()
            run = Run(config, request, calendar, ledger, memory, now, clock, environ, progress, floors, seen)
            report = _remember(run, _work(run))
            calendar_problems = calendar.problems
        except UsageError:
            raise
        except NotifyError as error:
            calendar_problems = tuple(error.problems)
            report = RunReport(now, request.dry_run, problems=calendar_problems, failure=error.exit_status)
        return _with_news(memory, request, report, calendar_problems)


def sources_of(config: Config) -> Sources:
    """Return where the configuration says that data are."""
    return Sources(
        folder=config.folder,
        groups=config.data.groups,
        distributions=config.data.distributions,
        members=config.data.members,
        orders=config.data.orders,
        timezone=config.timezone,
        language=config.language,
    )


def _refuse_unknown_groups(calendar: Calendar, request: Request) -> None:
    for group_id in sorted(request.groups | request.accept_data):
        if group_id not in calendar.groups:
            from cagette_notify.values import nearest

            close = nearest(group_id, tuple(calendar.groups))
            hint = _(" (did you mean {close!r}?)", close=close) if close else ""
            raise UsageError(Problem(_("no group {id!r}", id=group_id) + hint))


def _work(run: Run) -> RunReport:
    agenda = _agenda(run)
    if run.request.moves_marks:
        # At the start: had it waited for the end, a first run that fails would leave to the time
        # before the first run what was its own to send.
        run.memory.keep_floors({id_: run.floors[id_] for id_ in run.group_ids})
    report = RunReport(run.now, run.request.dry_run, problems=(*run.calendar.problems, *agenda.held))
    if agenda or run.request.accept_data:
        # Only now: a run with nothing to do must not pay for requests and Jinja2.
        from cagette_notify.service import serve

        report = serve(run, agenda, report)
    return _with_called_off(run, agenda, report)


def _agenda(run: Run) -> Agenda:
    since = {**run.floors, **run.memory.last_complete_runs()}
    windows = windows_to_look_at(
        (d for d in run.calendar.distributions if run.is_asked(d.group_id)),
        opening_late=run.config.opening_late,
        now=run.now,
        since=since,
    )
    told = tuple(run.ledger.told_ahead(run.account, run.now))
    unfinished = [
        entry
        for entry in run.ledger.unfinished(run.account)
        if run.is_asked(entry.group_id) and entry.key.kind in run.request.kinds
    ]
    broadcasts, held = _broadcasts_left(run, unfinished)
    going_on = {broadcast.attempt for broadcast in broadcasts}
    return Agenda(
        windows=windows,
        moved=frozenset(_moved(run, told)),
        unfinished=tuple(entry for entry in unfinished if not _waits_for_somebody(entry, going_on)),
        told=tuple(entry for entry in told if run.is_asked(entry.group_id)),
        broadcasts=broadcasts,
        held=held,
    )


def _broadcasts_left(run: Run, unfinished: list[Entry]) -> tuple[tuple[Broadcast, ...], tuple[Problem, ...]]:
    if not any(entry.key.kind is Kind.BROADCAST for entry in unfinished):
        return (), ()
    mine = [
        progress
        for progress in BroadcastBook(run.ledger, run.account).unfinished()
        if run.is_asked(progress.broadcast.group_id)
    ]
    return part_held(mine, run.now)


def _waits_for_somebody(entry: Entry, going_on: set[str]) -> bool:
    """Tell whether it is a broadcast's copy that may not leave: stopped, or held for a day."""
    is_copy = entry.key.kind is Kind.BROADCAST and entry.key.occasion not in going_on
    return is_copy and entry.status is Status.DEFERRED


def _moved(run: Run, told: tuple[Entry, ...]) -> list[str]:
    distributions = run.distributions
    return [
        distribution.id
        for entry in told
        if (distribution := distributions.get(entry.key.distribution_id))
        and run.is_asked(distribution.group_id)
        and distribution.starts_at > run.now
        and not announces(entry, distribution)
    ]


def _with_called_off(run: Run, agenda: Agenda, report: RunReport) -> RunReport:
    found = called_off(
        agenda.told,
        run.distributions,
        run.calendar.groups,
        data_is_whole=all(problem.is_warning for problem in run.calendar.problems),
    )
    fresh = {key: problem for key, problem in found.items() if run.memory.is_news(key)}
    if run.request.moves_marks:
        run.memory.keep_said(fresh, run.now)
    return replace(report, events=(*report.events, *fresh.values()))


def _remember(run: Run, report: RunReport) -> RunReport:
    if run.request.moves_marks and not report.stop and not report.failure:
        run.memory.keep_complete(run.group_ids - report.held_groups, run.now)
        if run.memory.is_time_to_purge(run.now):
            run.ledger.purge(run.now - run.config.keep)
            purge_outbox(run.config.outbox, run.now - run.config.keep)
            run.memory.keep_purged(run.now)
    return report


def _with_news(
    memory: Memory, request: Request, report: RunReport, calendar_problems: tuple[Problem, ...]
) -> RunReport:
    """Add what has not been said lately; on a run that is not one of cron's, that is everything."""
    troubles, events = troubles_of(report, calendar_problems), events_of(report)
    if not (request.moves_marks and request.says_once):
        return replace(report, news=(*troubles, *events))
    said = memory.troubles()
    to_say, remembered = news(troubles, said, report.at, looked_at=looked_at(report))
    memory.keep_troubles(remembered)
    return replace(report, news=(*to_say, *events), all_well_again=bool(said) and not remembered)
