"""Say once, in the run that finds it, what was told and is called off, moved to the past, or back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from cagette_notify.planning.corrections.called_off import called_off_key, perhaps_off
from cagette_notify.planning.corrections.missed_corrections import uncorrected
from cagette_notify.planning.corrections.moved_to_the_past import moved_to_the_past
from cagette_notify.run.as_told.back_on import back_on, is_off_anew
from cagette_notify.run.as_told.not_as_told import announced_ahead, off_as_told
from cagette_notify.run.as_told.slips_of_the_pen import slips_of_the_pen

if TYPE_CHECKING:
    from cagette_notify.core.errors import Problem
    from cagette_notify.run.context import Run
    from cagette_notify.run.due_now import DueWork
    from cagette_notify.run.run_report import RunReport


def with_what_is_off(run: Run, work: DueWork, report: RunReport) -> RunReport:
    """Say once in the report what was told and is called off, moved to the past, or on again."""
    calendar = run.calendar.groups, run.calendar.aside
    told = announced_ahead(run.calendar, run.ledger, run.account, run.now)
    announced = [entry for entry in told if run.is_asked(entry.group_id)]
    found = off_as_told(run.calendar, run.ledger, run.account, announced)
    found |= perhaps_off(announced, run.distributions, *calendar)
    keyed = ((called_off_key(one, run.distributions, run.calendar.groups), one) for one in announced)
    anew = {key for key, one in keyed if is_off_anew(run.ledger, run.account, key, one)}
    slips = slips_of_the_pen(run.ledger, run.account, work.untold, run.distributions)
    found |= moved_to_the_past(slips, run.distributions, run.calendar.groups, run.now)
    found |= _missed(run) if work.moved else {}
    fresh = {key: problem for key, problem in found.items() if run.memory.is_news(key) or key in anew}
    back = back_on(run.calendar, run.ledger, run.account, announced)
    fresh |= {key: one.problem for key, one in back.items() if one.is_news and one.is_to_say}
    if run.request.moves_marks:
        seen_on = (key for key, one in back.items() if one.is_news)
        run.memory.keep_said({*fresh, *seen_on}, run.now)
    # A distribution that had been announced twice, at two hours, is called off once.
    return replace(report, events=(*report.events, *dict.fromkeys(fresh.values())))


def _missed(run: Run) -> dict[str, Problem]:
    """Return what takes place later than told, of which the correction came too late, by its key."""
    entries = run.ledger.about_missed_corrections(run.account, run.now)
    missed = uncorrected(entries, run.distributions, run.calendar.groups, run.now)
    return {one.key: one.problem for one in missed if run.is_asked(one.group.id)}
