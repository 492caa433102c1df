"""Hold what was asked of a run (--lookback, --dry-run...) and what its steps share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cagette_notify.core.kinds import Kind
from cagette_notify.ledger.first_runs import FirstRuns
from cagette_notify.ledger.run_memory import RunMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from cagette_notify.config.load import Config
    from cagette_notify.core.errors import Problem
    from cagette_notify.core.model import Distribution, Group
    from cagette_notify.data.calendar import Calendar
    from cagette_notify.ledger.first_runs import Floors
    from cagette_notify.ledger.ledger import Ledger
    from cagette_notify.run.run_report import ReportLine


class RunRequest(Struct, frozen=True):
    """What was asked of this run. A rehearsal is a run at another time than now."""

    dry_run: bool = False
    rehearsal: bool = False
    lookback: timedelta | None = None
    groups: frozenset[str] = frozenset()  # none: all
    kinds: frozenset[Kind] = frozenset(Kind)
    accept_data: frozenset[str] = frozenset()
    says_once: bool = False  # nobody is looking: a trouble is said once a day, not at each run
    reads_at_once: bool = False  # orders too that were written just now

    @property
    def lets_files_rest(self) -> bool:
        """Whether orders that may still be being written are left to the next run."""
        return not (self.reads_at_once or self.dry_run or self.rehearsal)

    @property
    def moves_marks(self) -> bool:
        """Whether the run counts as one: what it saw is what the next run builds on."""
        return not self.dry_run and not self.rehearsal and self.kinds == frozenset(Kind)


class Departures(Struct, frozen=True):
    """What became of planned broadcasts that are due: what a dry run would send, and what holds others.

    ``events`` is what there is to say of those that leave.
    """

    lines: tuple[ReportLine, ...] = ()
    held: tuple[Problem, ...] = ()
    events: tuple[Problem, ...] = ()


class Run(Struct, frozen=True):
    """The things every step of a run needs."""

    config: Config
    request: RunRequest
    calendar: Calendar
    ledger: Ledger
    memory: RunMemory
    now: datetime
    clock: Callable[[], datetime]
    environ: Mapping[str, str]
    progress: Callable[[int, int], None]  # mails done, mails in all
    floors: Floors
    distributions: Mapping[str, Distribution]  # every one, by id

    @property
    def account(self) -> str:
        """The books this run writes to: outbox and Mailjet never mix."""
        return self.config.account

    def is_asked(self, group_id: str) -> bool:
        """Tell whether the run is for this group too."""
        return not self.request.groups or group_id in self.request.groups

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups this run is for."""
        return {id_: group for id_, group in self.calendar.groups.items() if self.is_asked(id_)}

    @property
    def group_ids(self) -> frozenset[str]:
        """Their ids."""
        return frozenset(self.groups)


def run_over(  # noqa: PLR0913 - what a run consists of
    config: Config,
    request: RunRequest,
    calendar: Calendar,
    ledger: Ledger,
    now: datetime,
    *,
    clock: Callable[[], datetime],
    environ: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> Run:
    """Return a run over what a calendar has, with what the ledger remembers of earlier ones."""
    floors = FirstRuns(ledger, config.account, config.rules).floors(
        calendar.groups,
        now,
        first_lookback=config.first_run_lookback,
        lookback=request.lookback,
        is_rehearsal=request.rehearsal,
    )
    return Run(
        config,
        request,
        calendar,
        ledger,
        RunMemory(ledger, config.account),
        now,
        clock=clock,
        environ=environ,
        progress=progress,
        floors=floors,
        distributions={one.id: one for one in calendar.distributions},
    )
